// JSON into PHP's values.
#pragma once

#include "json_reader.hpp"
#include "text.hpp"

#include <cstdint>

// The names of members come again and again, so the latest are kept, with their hashes, until the request ends; of each
// thread.
struct Names {
    struct Name {
        zend_string *text;
        bool is_number;
        // The text that this builder put last under this name; good while the builder is.
        zend_string *latest;
        std::uint64_t builder;
    };

    Name &find(const char *utf8, std::size_t size) {
        Name &name = all_[hostbill_swig::place_of_name<count>(utf8, size)];
        if (name.text == nullptr || !zend_string_equals_cstr(name.text, utf8, size)) {
            release(name);
            name.text = zend_string_init(utf8, size, false);
            zend_string_hash_val(name.text);
            zend_ulong number = 0;
            name.is_number = ZEND_HANDLE_NUMERIC(name.text, number);
        }
        return name;
    }

    // A number of its own for each builder, not 0.
    std::uint64_t next_builder() { return ++builders_; }

    void end_request() {
        for (Name &name : all_)
            release(name);
    }

private:
    static void release(Name &name) {
        if (name.text != nullptr)
            zend_string_release(name.text);
        name = {};
    }

    static constexpr std::size_t count = 256;
    Name all_[count];
    std::uint64_t builders_;
};
inline thread_local Names names;

// Lists and objects become arrays, with integers as keys where the names are such, as PHP does it everywhere; decimals
// and large integers become strings. PHP may leave any of its functions with longjmp when its memory limit is reached:
// nothing in here needs a destructor, and PHP frees what was made at the end of the request.
class ZvalBuilder {
public:
    explicit ZvalBuilder(zval *result) : result_(result), number_(names.next_builder()) {}

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
    // Of a list's rows, many have the same text under a name as the one before, which then is one value for both.
    void text(const char *text, std::size_t size) {
        Names::Name *const name = key_;
        if (name == nullptr) {
            put([=](zval *to) { ZVAL_STRINGL_FAST(to, text, size); });
            return;
        }
        const zval *placed = nullptr;
        if (name->builder == number_ && zend_string_equals_cstr(name->latest, text, size)) {
            zend_string *const same = zend_string_copy(name->latest);
            placed = put([same](zval *to) {
                if (ZSTR_IS_INTERNED(same))
                    ZVAL_INTERNED_STR(to, same);
                else
                    ZVAL_NEW_STR(to, same);
            });
        } else {
            placed = put([=](zval *to) { ZVAL_STRINGL_FAST(to, text, size); });
        }
        name->latest = Z_STR_P(placed);
        name->builder = number_;
    }

    void begin_list() { begin(0); }
    void begin_object() { begin(members_); } // One like the last before it, mostly.
    void end_list() { --depth_; }
    void end_object() { members_ = zend_hash_num_elements(Z_ARRVAL_P(open_[--depth_])); }
    void key(const char *utf8, std::size_t size) { key_ = &names.find(utf8, size); }

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
                const std::uint32_t before = zend_hash_num_elements(into);
                place = key_->is_number ? zend_symtable_update(into, key_->text, &null)
                                        : zend_hash_update(into, key_->text, &null);
                key_ = nullptr;
                // The name has come twice. With its first value, what was put last under any name may be gone.
                if (zend_hash_num_elements(into) == before)
                    number_ = names.next_builder();
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

    zval *const result_;
    std::uint64_t number_;
    Names::Name *key_ = nullptr; // Of the member whose value comes next.
    std::uint32_t members_ = 0;
    int depth_ = 0;
    // An array's place stays where it is while one inside is open: nothing is added to the outer one meanwhile.
    zval *open_[513 + 1]; // One more than the reader's max_depth.
};

// Gives the text's value and the text back, also when PHP runs out of memory meanwhile. Of an envelope of success perhaps the
// data alone; any other then is an object.
inline void give_value(zval *result, hostbill_swig::Text &text, bool data = false) {
    ZVAL_NULL(result);
    if (text.data() == nullptr)
        return;
    ZvalBuilder builder(result);
    hostbill_swig::JsonReader<ZvalBuilder> reader(text.data(), text.size(), builder);
    volatile bool out_of_memory = false;
    zend_try {
        if (!data) {
            reader.read();
        } else if (!reader.read_data()) {
            reader.read();
            convert_to_object(result);
        }
    }
    zend_catch { out_of_memory = true; }
    zend_end_try();
    text = hostbill_swig::Text();
    if (out_of_memory)
        zend_bailout();
}
