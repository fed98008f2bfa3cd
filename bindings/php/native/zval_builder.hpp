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

    void begin_list() { begin(); }
    void begin_object() { begin(); }
    void end_list() { --depth_; }
    void end_object() { --depth_; }
    void key(const char *name, std::size_t size) { key_ = zend_string_init(name, size, false); }

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
                place = zend_symtable_update(into, key_, &null);
                zend_string_release(key_);
                key_ = nullptr;
            } else {
                place = zend_hash_next_index_insert_new(into, &null);
            }
        }
        make(place);
        return place;
    }

    void begin() {
        zval *const array = put([](zval *to) { array_init(to); });
        open_[depth_++] = array;
    }

    zval *const result_;
    zend_string *key_ = nullptr;
    int depth_ = 0;
    // An array's place stays where it is while one inside is open: nothing is added to the outer one meanwhile.
    zval *open_[513 + 1]; // One more than the reader's max_depth.
};

// Gives the text's value and the text back, also when PHP runs out of memory meanwhile.
inline void give_value(zval *result, hostbill_swig::Text &text) {
    ZVAL_NULL(result);
    if (text.data() == nullptr)
        return;
    ZvalBuilder builder(result);
    hostbill_swig::JsonReader<ZvalBuilder> reader(text.data(), text.size(), builder);
    volatile bool out_of_memory = false;
    zend_try { reader.read(); }
    zend_catch { out_of_memory = true; }
    zend_end_try();
    text = hostbill_swig::Text();
    if (out_of_memory)
        zend_bailout();
}
