// JSON into PHP's values.
#pragma once

#include "json_reader.hpp"
#include "text.hpp"

#include <cstdint>

// Lists and objects become arrays, with integers as keys where the names are such, as PHP does it everywhere; decimals
// and large integers become strings. PHP may leave any of its functions with longjmp when its memory limit is reached:
// nothing in here needs a destructor, and PHP frees what was made at the end of the request.
class ZvalBuilder {
public:
    explicit ZvalBuilder(zval *result) : result_(result) {}

    void null() {
        put([](zval *to) { ZVAL_NULL(to); });
    }
    void boolean(bool value) {
        put([value](zval *to) { ZVAL_BOOL(to, value); });
    }
    void integer(std::int64_t value) {
        put([value](zval *to) { ZVAL_LONG(to, static_cast<zend_long>(value)); });
    }
    void decimal(const char *text, std::size_t size) { this->text(text, size); }
    void text(const char *text, std::size_t size) {
        put([=](zval *to) { ZVAL_STRINGL_FAST(to, text, size); });
    }

    void begin_list() { begin(0); }
    void begin_object() { begin(members_); } // One like the last before it, mostly.
    void end_list() { --depth_; }
    void end_object() { members_ = zend_hash_num_elements(Z_ARRVAL_P(open_[--depth_])); }
    void key(const char *utf8, std::size_t size) {
        Name &name = names_[hostbill_swig::place_of_name<count>(utf8, size)];
        if (name.text == nullptr || !zend_string_equals_cstr(name.text, utf8, size)) {
            if (name.text != nullptr)
                zend_string_release(name.text);
            name.text = zend_string_init(utf8, size, false);
            zend_string_hash_val(name.text);
            zend_ulong number = 0;
            name.is_number = ZEND_HANDLE_NUMERIC(name.text, number);
        }
        key_ = &name;
    }

    // At the end, if PHP has not left before.
    void release_names() {
        for (const Name &name : names_) {
            if (name.text != nullptr)
                zend_string_release(name.text);
        }
    }

private:
    // Makes a value, in the place where it stays.
    template <class Make>
    zval *put(Make make) {
        zval *place = result_;
        if (depth_ > 0) {
            zval null;
            ZVAL_NULL(&null);
            HashTable *const into = Z_ARRVAL_P(open_[depth_ - 1]);
            if (key_ != nullptr) {
                place = key_->is_number ? zend_symtable_update(into, key_->text, &null)
                                        : zend_hash_update(into, key_->text, &null);
                key_ = nullptr;
            } else {
                place = zend_hash_next_index_insert_new(into, &null);
            }
        }
        make(place);
        return place;
    }

    void begin(std::uint32_t size) {
        zval *const array = put([size](zval *to) { array_init_size(to, size); });
        open_[depth_++] = array;
    }

    // The names of members come again and again, so the latest are kept, with their hashes.
    struct Name {
        zend_string *text;
        bool is_number;
    };
    static constexpr std::size_t count = 64;

    zval *const result_;
    Name names_[count] = {};
    const Name *key_ = nullptr; // Of the member whose value comes next.
    std::uint32_t members_ = 0;
    int depth_ = 0;
    // An array's place stays where it is while one inside is open: nothing is added to the outer one meanwhile.
    zval *open_[513 + 1]; // One more than the reader's max_depth.
};

// Gives the text's value and the text back, also when PHP runs out of memory meanwhile. Briefly: without remarks and facts.
inline void give_value(zval *result, hostbill_swig::Text &text, bool briefly = false) {
    ZVAL_NULL(result);
    if (text.data() == nullptr)
        return;
    ZvalBuilder builder(result);
    hostbill_swig::JsonReader<ZvalBuilder> reader(text.data(), text.size(), builder);
    volatile bool out_of_memory = false;
    zend_try {
        if (briefly)
            reader.read_brief();
        else
            reader.read();
        builder.release_names();
    }
    zend_catch { out_of_memory = true; }
    zend_end_try();
    text = hostbill_swig::Text();
    if (out_of_memory)
        zend_bailout();
}
