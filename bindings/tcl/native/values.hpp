// Tcl's values, made from JSON.
#pragma once

#include "json_reader.hpp"

#include <tcl.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
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
    struct Name {
        Tcl_Obj *kept = nullptr;
        // The text that this builder put last under this name; good while the builder is.
        Tcl_Obj *latest = nullptr;
        std::uint64_t builder = 0;
    };

    Names() = default;
    Names(const Names &) = delete;
    Names &operator=(const Names &) = delete;
    ~Names() {
        for (const Name &name : names_) {
            if (name.kept != nullptr)
                Tcl_DecrRefCount(name.kept);
        }
    }

    Name &find(const char *utf8, std::size_t size) {
        Name &name = names_[hostbill_swig::place_of_name<count>(utf8, size)];
        if (name.kept == nullptr || !is_text(name.kept, utf8, size)) {
            if (name.kept != nullptr)
                Tcl_DecrRefCount(name.kept);
            name = {new_text(utf8, size), nullptr, 0};
            Tcl_IncrRefCount(name.kept);
        }
        return name;
    }

    // A number of its own for each builder, not 0.
    std::uint64_t next_builder() { return ++builders_; }

    // Whether a value is that text, as far as its bytes tell.
    static bool is_text(const Tcl_Obj *value, const char *utf8, std::size_t size) {
        return value->bytes != nullptr && static_cast<std::size_t>(value->length) == size &&
               std::memcmp(value->bytes, utf8, size) == 0;
    }

private:
    static constexpr std::size_t count = 256;

    Name names_[count];
    std::uint64_t builders_ = 0;
};

// Makes dicts, lists and texts; true is 1, false 0, nothing the empty text.
class Builder {
public:
    explicit Builder(Names &names) : names_(names), number_(names.next_builder()) { open_.reserve(8); }
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
    // Of a list's rows, many have the same text under a name as the one before, which then is one value for both.
    void text(const char *utf8, std::size_t size) {
        if (open_.empty() || !open_.back().is_dict) {
            place(new_text(utf8, size));
            return;
        }
        Names::Name &name = *open_.back().name;
        const bool same = name.builder == number_ && Names::is_text(name.latest, utf8, size);
        Tcl_Obj *const value = same ? name.latest : new_text(utf8, size);
        place(value);
        name.latest = value;
        name.builder = number_;
    }
    void begin_list() { open_.push_back({held(Tcl_NewListObj(0, nullptr)), nullptr, nullptr, false}); }
    void begin_object() { open_.push_back({held(Tcl_NewDictObj()), nullptr, nullptr, true}); }
    void key(const char *utf8, std::size_t size) {
        Open &last = open_.back();
        last.name = &names_.find(utf8, size);
        drop(last.key);
        last.key = held(last.name->kept);
    }
    void end_list() { end(); }
    void end_object() { end(); }

    // The value, which the builder goes on holding; NULL before all of it has been read.
    Tcl_Obj *result() const { return result_; }

private:
    struct Open {
        Tcl_Obj *container;
        Tcl_Obj *key;
        Names::Name *name; // Where the key is kept, until another takes its place.
        bool is_dict;
    };

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
            last.name->builder = 0; // A name may come twice, and its first value then is gone.
            Tcl_DictObjPut(nullptr, last.container, last.key, value);
        } else {
            Tcl_ListObjAppendElement(nullptr, last.container, value);
        }
        drop(value);
    }

    Names &names_;
    const std::uint64_t number_;
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
