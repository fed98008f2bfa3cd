// JSON texts made from Tcl's values, by the kinds that values.tcl describes.
#pragma once

#include <tcl.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

namespace hostbill_tcl {

// A text as JSON, ASCII. A half of a surrogate pair alone stays one, for the library to refuse.
inline void quote(std::string &out, Tcl_Obj *value) {
    int size = 0;
    const char *const text = Tcl_GetStringFromObj(value, &size);
    bool plain = true;
    for (int i = 0; i < size; ++i)
        plain &= text[i] >= 0x20 && text[i] < 0x7f && text[i] != '"' && text[i] != '\\';
    out += '"';
    if (plain) {
        out.append(text, static_cast<std::size_t>(size)) += '"';
        return;
    }
    const auto escape = [&out](unsigned unit) {
        char written[8];
        std::snprintf(written, sizeof written, "\\u%04x", unit);
        out += written;
    };
    const Tcl_UniChar *const units = Tcl_GetUnicodeFromObj(value, &size);
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
}

// The text as a view; it is good as long as the value.
inline std::string_view text_of(Tcl_Obj *value) {
    int size = 0;
    const char *const text = Tcl_GetStringFromObj(value, &size);
    return {text, static_cast<std::size_t>(size)};
}

// Whether a text is a number as JSON writes them; whole: without fraction and exponent.
inline bool is_number(std::string_view text, bool whole) {
    const auto digits = [&text] {
        std::size_t n = 0;
        while (n < text.size() && text[n] >= '0' && text[n] <= '9')
            ++n;
        text.remove_prefix(n);
        return n;
    };
    const auto skip = [&text](const char *any) {
        const bool found = !text.empty() && text[0] != '\0' && std::strchr(any, text[0]) != nullptr;
        if (found)
            text.remove_prefix(1);
        return found;
    };
    skip("-");
    const bool zero = !text.empty() && text[0] == '0';
    const std::size_t size = digits();
    if (size == 0 || (zero && size > 1))
        return false;
    if (!whole) {
        if (skip(".") && digits() == 0)
            return false;
        if (skip("eE")) {
            skip("+-");
            if (digits() == 0)
                return false;
        }
    }
    return text.empty();
}

// What `string is boolean` takes, as JSON; nothing for all else.
inline std::string_view boolean_of(std::string_view text) {
    if (text == "1" || text == "0")
        return text == "1" ? "true" : "false";
    std::string lower;
    for (const char c : text.substr(0, 6))
        lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    if (lower.empty() || lower == "o")
        return {};
    for (const std::string_view word : {"true", "yes", "on"}) {
        if (word.substr(0, lower.size()) == lower)
            return "true";
    }
    for (const std::string_view word : {"false", "no", "off"}) {
        if (word.substr(0, lower.size()) == lower)
            return "false";
    }
    return {};
}

// Writes values as JSON, each by its kind. All functions are false if that cannot be; `field` and `problem` then say why.
class Encoder {
public:
    // mark: what a value begins with that says its own kind.
    explicit Encoder(std::string_view mark) : mark_(mark) {}

    bool value(Tcl_Obj *kind, Tcl_Obj *given, int depth = 0) {
        Tcl_Obj *inner = nullptr;
        std::string_view text = text_of(given);
        if (text.substr(0, mark_.size()) == mark_) {
            int count = 0;
            Tcl_Obj **parts = nullptr;
            if (Tcl_ListObjGetElements(nullptr, given, &count, &parts) == TCL_OK && count == 3) {
                kind = parts[1];
                given = parts[2];
                text = text_of(given);
            }
        }
        const std::string_view name = head(kind, inner);
        std::string_view written;
        if (name == "integer") {
            written = is_number(text, true) ? text : std::string_view();
        } else if (name == "number") {
            written = is_number(text, false) ? text : std::string_view();
        } else if (name == "boolean") {
            written = boolean_of(text);
        } else if (name == "guess") {
            written = is_number(text, true) || text == "true" || text == "false" ? text : std::string_view();
        } else if (name == "null" || (name == "maybe" && text.empty())) {
            written = "null";
        } else if (name == "maybe" && inner != nullptr) {
            return value(inner, given, depth);
        } else if (name == "list") {
            return list(inner, given, depth);
        } else if (name == "object") {
            return object(inner, given, depth);
        }
        if (!written.empty())
            out += written;
        else
            quote(out, given); // The library says what is wrong with it, if anything is.
        return true;
    }

    // kinds: a dict of those of the members, or NULL. * is that of all others.
    bool object(Tcl_Obj *kinds, Tcl_Obj *given, int depth = 0) {
        Tcl_DictSearch search;
        Tcl_Obj *name = nullptr;
        Tcl_Obj *member = nullptr;
        int done = 0;
        if (depth > max_depth)
            return refuse("is nested too deeply");
        if (Tcl_DictObjFirst(nullptr, given, &search, &name, &member, &done) != TCL_OK)
            return refuse("is not a dict");
        const std::size_t place = field.size();
        char before = '{';
        bool good = true;
        for (; done == 0 && good; Tcl_DictObjNext(&search, &name, &member, &done)) {
            out += before;
            before = ',';
            quote(out, name);
            out += ':';
            if (place != 0)
                field += '.';
            field += text_of(name);
            good = value(kind_of(kinds, name), member, depth + 1);
            if (good)
                field.resize(place);
        }
        Tcl_DictObjDone(&search);
        if (before == '{')
            out += '{';
        out += '}';
        return good;
    }

    std::string out;
    std::string field; // Set beforehand, what an error calls the value.
    std::string problem;

private:
    static constexpr int max_depth = 512; // Deeper than anything a portal takes.

    bool refuse(const char *why) {
        problem = why;
        return false;
    }

    bool list(Tcl_Obj *kind, Tcl_Obj *given, int depth) {
        int count = 0;
        Tcl_Obj **items = nullptr;
        if (depth > max_depth)
            return refuse("is nested too deeply");
        if (Tcl_ListObjGetElements(nullptr, given, &count, &items) != TCL_OK)
            return refuse("is not a list");
        // Held, whatever Tcl makes of the list while its items are read.
        Tcl_Obj *const held = Tcl_NewListObj(count, items);
        Tcl_IncrRefCount(held);
        Tcl_ListObjGetElements(nullptr, held, &count, &items);
        const std::size_t place = field.size();
        bool good = true;
        out += '[';
        for (int i = 0; i < count && good; ++i) {
            if (i != 0)
                out += ',';
            field += "[" + std::to_string(i) + "]";
            good = value(kind, items[i], depth + 1);
            if (good)
                field.resize(place);
        }
        out += ']';
        Tcl_DecrRefCount(held);
        return good;
    }

    // The first word of a kind, and the second, which is NULL if there is none.
    static std::string_view head(Tcl_Obj *kind, Tcl_Obj *&inner) {
        int count = 0;
        Tcl_Obj **words = nullptr;
        if (kind == nullptr || Tcl_ListObjGetElements(nullptr, kind, &count, &words) != TCL_OK || count == 0)
            return "any";
        inner = count > 1 ? words[1] : nullptr;
        return text_of(words[0]);
    }

    static Tcl_Obj *kind_of(Tcl_Obj *kinds, Tcl_Obj *name) {
        Tcl_Obj *kind = nullptr;
        if (kinds != nullptr && Tcl_DictObjGet(nullptr, kinds, name, &kind) == TCL_OK && kind == nullptr) {
            Tcl_Obj *const others = Tcl_NewStringObj("*", 1);
            Tcl_IncrRefCount(others);
            Tcl_DictObjGet(nullptr, kinds, others, &kind);
            Tcl_DecrRefCount(others);
        }
        return kind;
    }

    const std::string_view mark_;
};

} // namespace hostbill_tcl
