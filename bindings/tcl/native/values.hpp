// Tcl's values, made from JSON, and JSON texts made from Tcl's.
#pragma once

#include "json_reader.hpp"

#include <tcl.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
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

// Makes dicts, lists and texts; true is 1, false 0, nothing the empty text.
class Builder {
public:
    Builder() = default;
    Builder(const Builder &) = delete;
    Builder &operator=(const Builder &) = delete;
    ~Builder() {
        drop(result_);
        for (const Open &one : open_) {
            drop(one.container);
            drop(one.key);
        }
        for (Tcl_Obj *name : names_)
            drop(name);
    }

    void null() { place(Tcl_NewObj()); }
    void boolean(bool value) { place(Tcl_NewBooleanObj(value ? 1 : 0)); }
    void integer(std::int64_t value) { place(Tcl_NewWideIntObj(value)); }
    void decimal(const char *written, std::size_t size) { place(Tcl_NewStringObj(written, static_cast<int>(size))); }
    void text(const char *utf8, std::size_t size) { place(new_text(utf8, size)); }
    void begin_list() { open_.push_back({held(Tcl_NewListObj(0, nullptr)), nullptr, false}); }
    void begin_object() { open_.push_back({held(Tcl_NewDictObj()), nullptr, true}); }
    void key(const char *utf8, std::size_t size) {
        drop(open_.back().key);
        open_.back().key = held(name(utf8, size));
    }
    void end_list() { end(); }
    void end_object() { end(); }

    // The value, which the builder goes on holding; NULL before all of it has been read.
    Tcl_Obj *result() const { return result_; }

private:
    struct Open {
        Tcl_Obj *container;
        Tcl_Obj *key;
        bool is_dict;
    };

    // The names of members come again and again, so the latest are kept, and shared by all dicts.
    Tcl_Obj *name(const char *utf8, std::size_t size) {
        Tcl_Obj *&kept = names_[hostbill_swig::place_of_name<count>(utf8, size)];
        if (kept != nullptr && static_cast<std::size_t>(kept->length) == size && kept->bytes != nullptr &&
            std::memcmp(kept->bytes, utf8, size) == 0)
            return kept;
        drop(kept);
        return kept = held(new_text(utf8, size));
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
        if (open_.back().is_dict)
            Tcl_DictObjPut(nullptr, open_.back().container, open_.back().key, value);
        else
            Tcl_ListObjAppendElement(nullptr, open_.back().container, value);
        drop(value);
    }

    static constexpr std::size_t count = 64;

    Tcl_Obj *names_[count] = {};
    std::vector<Open> open_;
    Tcl_Obj *result_ = nullptr;
};

// Sets the interpreter's result to the values of a JSON text; to the empty text for none. Briefly: an envelope without
// remarks and facts.
inline int set_document(Tcl_Interp *interp, const char *text, std::size_t size, bool briefly = false) {
    Tcl_ResetResult(interp);
    if (text == nullptr)
        return TCL_OK;
    Builder builder;
    hostbill_swig::JsonReader<Builder> reader(text, size, builder);
    if (!(briefly ? reader.read_brief() : reader.read()) || builder.result() == nullptr) {
        Tcl_SetObjResult(interp, Tcl_NewStringObj("this text is not JSON", -1));
        return TCL_ERROR;
    }
    Tcl_SetObjResult(interp, builder.result());
    return TCL_OK;
}

// A Tcl value as a JSON text, ASCII. A half of a surrogate pair alone stays one, for the library to refuse.
inline std::string quoted(Tcl_Obj *value) {
    int size = 0;
    const Tcl_UniChar *const units = Tcl_GetUnicodeFromObj(value, &size);
    std::string out = "\"";
    const auto escape = [&out](unsigned unit) {
        char text[8];
        std::snprintf(text, sizeof text, "\\u%04x", unit);
        out += text;
    };
    for (int i = 0; i < size; ++i) {
        const auto code = static_cast<unsigned>(units[i]);
        if (code == '"' || code == '\\') {
            out += '\\';
            out += static_cast<char>(code);
        } else if (code >= 0x20 && code < 0x7f) {
            out += static_cast<char>(code);
        } else if (code > 0xffff) {
            escape(0xd800 + ((code - 0x10000) >> 10));
            escape(0xdc00 + ((code - 0x10000) & 0x3ff));
        } else {
            escape(code);
        }
    }
    out += '"';
    return out;
}

} // namespace hostbill_tcl
