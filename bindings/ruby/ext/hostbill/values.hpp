// Ruby's values, made from JSON: hashes with text keys, arrays, text, integers, true, false, nil, and BigDecimal for what
// has a fraction or an exponent.
#pragma once

#include "json_reader.hpp"
#include "text.hpp"

#include <ruby.h>
#include <ruby/encoding.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

namespace hostbill_ruby {

// The names of members come again and again, so the latest are kept: one for each place, shared by all hashes.
class Keys {
public:
    static void start() {
        array = rb_ary_new_capa(count);
        for (long i = 0; i < count; ++i)
            rb_ary_push(array, Qnil);
        rb_gc_register_mark_object(array);
    }

    // The place of a name, which stays there until another takes it.
    static long find(const char *utf8, std::size_t size) {
        const auto [found, is_there] = hostbill_swig::find_name<count>(
            utf8, size, [](std::size_t place) { return text_of(at(static_cast<long>(place))); });
        const long place = static_cast<long>(found);
        if (!is_there)
            rb_ary_store(array, place, rb_enc_interned_str(utf8, static_cast<long>(size), rb_utf8_encoding()));
        return place;
    }

    // With no data for nil.
    static std::string_view text_of(VALUE name) {
        return name == Qnil ? std::string_view()
                            : std::string_view(RSTRING_PTR(name), static_cast<std::size_t>(RSTRING_LEN(name)));
    }

    // nil for none.
    static VALUE at(long place) { return RARRAY_AREF(array, place); }

    // The places of the names that hashes had last, by how many arrays and hashes are around them.
    static constexpr std::size_t depths = 4, most = 64;
    static inline unsigned short rows[depths][most] = {};

private:
    static constexpr long count = 512;
    static inline VALUE array = Qnil;
};

// Keeps what is made on a stack, until the array or hash around it ends.
class Builder {
public:
    Builder() {
        values_.reserve(64);
        open_.reserve(8);
    }

    void null() { add(Qnil); }
    void boolean(bool value) { add(value ? Qtrue : Qfalse); }
    void integer(std::int64_t value) { add(LL2NUM(value)); }
    void decimal(const char *text, std::size_t size) {
        const VALUE written = rb_utf8_str_new(text, static_cast<long>(size));
        bool whole = true;
        for (std::size_t i = 0; i < size && whole; ++i)
            whole = text[i] == '-' || (text[i] >= '0' && text[i] <= '9');
        add(whole ? rb_str_to_inum(written, 10, 1) : rb_funcall(rb_mKernel, rb_intern("BigDecimal"), 1, written));
    }
    void text(const char *utf8, std::size_t size) {
        // As rb_utf8_str_new() does it, which asks first whether the new text could have another encoding.
        const VALUE made = rb_str_new(utf8, static_cast<long>(size));
        RB_ENCODING_SET_INLINED(made, utf8_);
        add(made);
    }
    void begin_list() { open_.push_back(values_.size()); }
    void begin_object() { open_.push_back(values_.size()); }
    void key(const char *utf8, std::size_t size) {
        const long place = Keys::find(utf8, size);
        if (unsigned short *const last = place_of_key())
            *last = static_cast<unsigned short>(place);
        add(Keys::at(place));
    }
    // As most rows of a list have the names of the row before, in the same order.
    std::size_t expected_key(const char *at, const char *end) {
        const unsigned short *const place = place_of_key();
        const VALUE name = place == nullptr ? Qnil : Keys::at(*place);
        const std::size_t passed = name == Qnil ? 0 : hostbill_swig::passed_name(Keys::text_of(name), at, end);
        if (passed != 0)
            add(name);
        return passed;
    }
    void end_list() {
        const std::size_t begin = end();
        const VALUE list = rb_ary_new_from_values(static_cast<long>(values_.size() - begin), values_.data() + begin);
        replace(begin, list);
    }
    void end_object() {
        const std::size_t begin = end();
        const VALUE hash = rb_hash_new();
        rb_hash_bulk_insert(static_cast<long>(values_.size() - begin), values_.data() + begin, hash);
        replace(begin, hash);
    }

    VALUE result() const { return values_.empty() ? Qnil : values_.front(); }
    void mark() const { rb_gc_mark_locations(values_.data(), values_.data() + values_.size()); }

private:
    void add(VALUE value) { values_.push_back(value); }

    // Where the place of the next name is, as it was in the hash before; NULL for what is not kept.
    unsigned short *place_of_key() const {
        const std::size_t depth = open_.size() - 1, member = (values_.size() - open_.back()) / 2;
        return depth < Keys::depths && member < Keys::most ? &Keys::rows[depth][member] : nullptr;
    }

    std::size_t end() {
        const std::size_t begin = open_.back();
        open_.pop_back();
        return begin;
    }
    void replace(std::size_t begin, VALUE whole) {
        values_.resize(begin);
        values_.push_back(whole);
    }

    const int utf8_ = rb_utf8_encindex();
    std::vector<VALUE> values_;
    std::vector<std::size_t> open_; // Where each array or hash that is open begins among them.
};

// A text on its way. It is Ruby's object, because any function of Ruby's may leave by longjmp.
struct Reading {
    hostbill_swig::Text text;
    Builder builder;

    static const rb_data_type_t *type() {
        static const rb_data_type_t type = {"hostbill reading",
                                            {[](void *data) { static_cast<Reading *>(data)->builder.mark(); },
                                             [](void *data) { delete static_cast<Reading *>(data); },
                                             nullptr,
                                             nullptr,
                                             {}},
                                            nullptr,
                                            nullptr,
                                            RUBY_TYPED_FREE_IMMEDIATELY};
        return &type;
    }
};

// The values of a text; nil for none, or for what is not JSON. data: the text is an envelope of success, of which the data
// alone are wanted. Takes the text.
inline VALUE read(hostbill_swig::Text &text, bool data = false) {
    if (text.data() == nullptr)
        return Qnil;
    const VALUE owner = TypedData_Wrap_Struct(0, Reading::type(), nullptr);
    VALUE result = Qnil;
    bool no_memory = false;
    try {
        auto *const reading = new Reading{std::move(text), {}};
        DATA_PTR(owner) = reading;
        hostbill_swig::JsonReader<Builder> reader(reading->text.data(), reading->text.size(), reading->builder);
        if (data ? reader.read_data() : reader.read())
            result = reading->builder.result();
        DATA_PTR(owner) = nullptr;
        delete reading;
    } catch (const std::bad_alloc &) {
        no_memory = true;
    }
    if (no_memory)
        rb_memerror();
    RB_GC_GUARD(result);
    return result;
}

} // namespace hostbill_ruby
