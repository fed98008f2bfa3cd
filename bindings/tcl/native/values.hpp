// Tcl's values, made from JSON.
#pragma once

#include "json_reader.hpp"

#include <tcl.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill_tcl {

// A text. Tcl 8.6 holds NUL and what is beyond U+FFFF in forms of its own, which it makes from its own characters.
inline Tcl_Obj *new_text(const char *utf8, std::size_t size) {
    bool plain = std::memchr(utf8, '\0', size) == nullptr;
    for (std::size_t i = 0; i < size; ++i)
        plain &= static_cast<unsigned char>(utf8[i]) < 0xf0;
    if (plain)
        return Tcl_NewStringObj(utf8, static_cast<int>(size));
    std::vector<Tcl_UniChar> units;
    units.reserve(size);
    for (std::size_t i = 0; i < size;) {
        const auto first = static_cast<unsigned char>(utf8[i]);
        const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        unsigned code = length == 1 ? first : first & (0x7fU >> length);
        for (std::size_t j = 1; j < length && i + j < size; ++j)
            code = code << 6 | (static_cast<unsigned char>(utf8[i + j]) & 0x3f);
        i += length;
        if (code > 0xffff && sizeof(Tcl_UniChar) == 2) {
            units.push_back(static_cast<Tcl_UniChar>(0xd800 + ((code - 0x10000) >> 10)));
            units.push_back(static_cast<Tcl_UniChar>(0xdc00 + ((code - 0x10000) & 0x3ff)));
        } else {
            units.push_back(static_cast<Tcl_UniChar>(code));
        }
    }
    return Tcl_NewUnicodeObj(units.data(), static_cast<int>(units.size()));
}

inline Tcl_Obj *new_ascii(const std::string &text) {
    return Tcl_NewStringObj(text.data(), static_cast<int>(text.size()));
}

// The names of members come again and again, so the latest are kept, shared by all dicts, for as long as the interpreter
// lives.
class Names {
public:
    Names() = default;
    Names(const Names &) = delete;
    Names &operator=(const Names &) = delete;
    ~Names() {
        for (Tcl_Obj *name : names_) {
            if (name != nullptr)
                Tcl_DecrRefCount(name);
        }
    }

    // The place of a name, which stays there until another takes it.
    std::size_t find(const char *utf8, std::size_t size) {
        const auto [place, is_there] =
            hostbill_swig::find_name<count>(utf8, size, [this](std::size_t at) { return text_of(names_[at]); });
        if (!is_there)
            make(place, utf8, size);
        return place;
    }

    // With no data for none.
    static std::string_view text_of(const Tcl_Obj *name) {
        return name == nullptr ? std::string_view()
                               : std::string_view(name->bytes, static_cast<std::size_t>(name->length));
    }

    Tcl_Obj *at(std::size_t place) const { return names_[place]; }

    // The places of the names that objects had last, by how many lists and objects are around them.
    static constexpr std::size_t depths = 4, most = 64;
    unsigned char rows[depths][most] = {};

private:
    static constexpr std::size_t count = 256;

    void make(std::size_t place, const char *utf8, std::size_t size) {
        if (names_[place] != nullptr)
            Tcl_DecrRefCount(names_[place]);
        names_[place] = new_text(utf8, size);
        Tcl_IncrRefCount(names_[place]);
    }

    Tcl_Obj *names_[count] = {};
};

// Makes dicts, lists and texts; true is 1, false 0, nothing the empty text.
class Builder {
public:
    explicit Builder(Names &names) : names_(names) { open_.reserve(8); }
    Builder(const Builder &) = delete;
    Builder &operator=(const Builder &) = delete;
    ~Builder() {
        drop(result_);
        for (const Open &one : open_) {
            drop(one.container);
            drop(one.key);
        }
    }

    void null() { place(Tcl_NewObj()); }
    void boolean(bool value) { place(Tcl_NewBooleanObj(value ? 1 : 0)); }
    void integer(std::int64_t value) { place(Tcl_NewWideIntObj(value)); }
    void decimal(const char *written, std::size_t size) { text(written, size); }
    void text(const char *utf8, std::size_t size) { place(new_text(utf8, size)); }
    void begin_list() { open_.push_back({held(Tcl_NewListObj(0, nullptr)), nullptr, 0, false}); }
    void begin_object() { open_.push_back({held(Tcl_NewDictObj()), nullptr, 0, true}); }
    void key(const char *utf8, std::size_t size) {
        const std::size_t place = names_.find(utf8, size);
        if (unsigned char *const last = place_of_key())
            *last = static_cast<unsigned char>(place);
        take_key(names_.at(place));
    }
    // As most rows of a list have the names of the row before, in the same order.
    std::size_t expected_key(const char *at, const char *end) {
        const unsigned char *const place = place_of_key();
        Tcl_Obj *const name = place == nullptr ? nullptr : names_.at(*place);
        const std::size_t passed = name == nullptr ? 0 : hostbill_swig::passed_name(Names::text_of(name), at, end);
        if (passed != 0)
            take_key(name);
        return passed;
    }
    void end_list() { end(); }
    void end_object() { end(); }

    // The value, which the builder goes on holding; NULL before all of it has been read.
    Tcl_Obj *result() const { return result_; }

private:
    struct Open {
        Tcl_Obj *container;
        Tcl_Obj *key;
        std::size_t members;
        bool is_dict;
    };

    // Where the place of the next name is, as it was in the object before; NULL for what is not kept.
    unsigned char *place_of_key() {
        const std::size_t depth = open_.size() - 1, member = open_.back().members;
        return depth < Names::depths && member < Names::most ? &names_.rows[depth][member] : nullptr;
    }

    void take_key(Tcl_Obj *name) {
        Open &last = open_.back();
        drop(last.key);
        last.key = held(name);
        ++last.members;
    }

    static Tcl_Obj *held(Tcl_Obj *value) {
        Tcl_IncrRefCount(value);
        return value;
    }
    static void drop(Tcl_Obj *value) {
        if (value != nullptr)
            Tcl_DecrRefCount(value);
    }

    void end() {
        const Open ended = open_.back();
        open_.pop_back();
        drop(ended.key);
        place(ended.container);
        drop(ended.container);
    }

    void place(Tcl_Obj *value) {
        held(value);
        if (open_.empty()) {
            result_ = value;
            return;
        }
        Open &last = open_.back();
        if (last.is_dict) {
            Tcl_DictObjPut(nullptr, last.container, last.key, value);
        } else {
            Tcl_ListObjAppendElement(nullptr, last.container, value);
        }
        drop(value);
    }

    Names &names_;
    std::vector<Open> open_;
    Tcl_Obj *result_ = nullptr;
};

// Sets the interpreter's result to the values of a JSON text; to the empty text for none.
inline int set_document(Tcl_Interp *interp, Names &names, const char *text, std::size_t size) {
    Tcl_ResetResult(interp);
    if (text == nullptr)
        return TCL_OK;
    Builder builder(names);
    if (!hostbill_swig::JsonReader<Builder>(text, size, builder).read() || builder.result() == nullptr) {
        Tcl_SetObjResult(interp, Tcl_NewStringObj("this text is not JSON", -1));
        return TCL_ERROR;
    }
    Tcl_SetObjResult(interp, builder.result());
    return TCL_OK;
}

} // namespace hostbill_tcl
