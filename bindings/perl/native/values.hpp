// Perl values to JSON and back, directly. After Perl's headers.
#pragma once

// Perl's own functions look for the interpreter at every call, unless they are told.
#ifdef MULTIPLICITY
#pragma push_macro("aTHX")
#undef aTHX
#define aTHX my_perl
#endif

namespace hostbill_perl {

template <class Number>
Number number_at(const char *bytes) {
    Number number = 0;
    std::memcpy(&number, bytes, sizeof number);
    return number;
}

inline bool is_ascii(const char *text, std::size_t size) {
    std::uint64_t all = 0;
    if (size >= 8) {
        for (std::size_t i = 0; i + 8 < size; i += 8)
            all |= number_at<std::uint64_t>(text + i);
        all |= number_at<std::uint64_t>(text + size - 8); // With some that have been looked at.
    } else if (size >= 4) {
        all = number_at<std::uint32_t>(text) | number_at<std::uint32_t>(text + size - 4);
    } else {
        for (std::size_t i = 0; i < size; ++i)
            all |= static_cast<unsigned char>(text[i]);
    }
    return (all & 0x8080808080808080) == 0;
}

// The hashes of a list's rows mostly have the same names, in the same order, and those of an answer the next one's. The third
// of that kind, and each one after it, is a copy of an empty one, so that no place is looked for.
struct Row {
    static constexpr std::size_t most = 64;
    struct Name {
        SV *name; // Counted.
        std::string_view text;
    };
    // Where the value under a name is in `empty`: in which chain, and whether it is the first there, or next to the one before.
    struct Place {
        unsigned short chain;
        unsigned char member;
        bool first;
    };
    Name names[most];
    std::size_t count;
    HV *empty;          // With all names, and undef under them; NULL until two of the kind have come.
    Place places[most]; // In the order of the chains.
};

struct Member {
    SV *name;
    SV *value;
};

// The names of members come again and again, so the latest are kept, with what Perl needs to know of them: for as long as
// the interpreter lives.
struct Names {
    static constexpr std::size_t count = 256, depths = 4;
    SV *all[count] = {};
    Row rows[depths] = {}; // By how many lists and hashes are around them.
    // Where a builder, of which there is one at a time, gathers the members of hashes that are not there yet.
    Member *gathered = nullptr;
    std::size_t room = 0;
    SV *memory = nullptr; // For them, which ends with the interpreter.
};

// Makes Perl values of what a JsonReader tells: text as characters, decimals as text, true and false as Perl's own.
class Builder {
public:
#ifdef MULTIPLICITY
    Builder(PerlInterpreter *interpreter, Names &names) : my_perl(interpreter), names_(names) {}
#else
    explicit Builder(Names &names) : names_(names) {}
#endif
    Builder(const Builder &) = delete;
    Builder &operator=(const Builder &) = delete;

    void null() { add(newSV(0)); }
    void boolean(bool value) { add(newSVsv(value ? &PL_sv_yes : &PL_sv_no)); }
    void integer(std::int64_t value) { add(newSViv(static_cast<IV>(value))); }
    void decimal(const char *text, std::size_t size) { add(newSVpvn(text, size)); }
    void text(const char *utf8, std::size_t size) {
        SV *const value = newSV_type(SVt_PV);
        const STRLEN room = std::max<STRLEN>(size + 2, 16); // For a NUL, and to count who shares the bytes.
        char *const bytes = static_cast<char *>(safemalloc(room));
        std::memcpy(bytes, utf8, size);
        bytes[size] = '\0';
        SvPV_set(value, bytes);
        SvCUR_set(value, size);
        SvLEN_set(value, room);
        SvPOK_on(value);
        if (!is_ascii(utf8, size))
            SvUTF8_on(value);
        add(value);
    }
    void begin_list() {
        AV *const list = newAV();
        add(newRV_noinc(reinterpret_cast<SV *>(list)));
        open_[depth_++] = {list, nullptr, nullptr, 0, 0};
    }
    void end_list() { --depth_; }
    void begin_object() {
        Row *const one = row();
        open_[depth_++] = {nullptr, std::exchange(key_, nullptr), one, gathered_, 0};
    }
    void key(const char *utf8, std::size_t size) {
        key_ = name(utf8, size);
        open_[depth_ - 1].row = nullptr;
    }
    // How much of the text is the name that the row has here, with quotes and colon: that then is the key. 0 for another name.
    std::size_t expected_key(const char *at, const char *end) {
        Open &open = open_[depth_ - 1];
        if (open.row == nullptr || open.alike == open.row->count)
            return 0;
        const Row::Name &next = open.row->names[open.alike];
        const std::size_t passed = hostbill_swig::passed_name(next.text, at, end);
        if (passed != 0) {
            key_ = next.name;
            ++open.alike;
        }
        return passed;
    }
    void end_object() {
        const Open &open = open_[--depth_];
        const Member *const members = names_.gathered + open.first;
        const std::size_t count = gathered_ - open.first;
        const bool alike = open.row != nullptr && count == open.row->count;
        HV *hash = nullptr;
        if (alike && open.row->empty != nullptr) {
            hash = copied(*open.row, members);
        } else {
            hash = stored(members, count);
            if (Row *const one = row(); one != nullptr && count != 0 && count <= Row::most)
                alike ? keep_empty(*one) : learn(*one, members, count);
        }
        gathered_ = open.first;
        key_ = open.key;
        add(newRV_noinc(reinterpret_cast<SV *>(hash)));
    }

    // What was told, or of a text that is damaged, nothing.
    SV *outcome(bool whole) {
        if (whole)
            return root;
        while (gathered_ != 0)
            SvREFCNT_dec_NN(names_.gathered[--gathered_].value);
        SvREFCNT_dec(root);
        return nullptr;
    }

private:
    // A list, or a hash whose members are gathered first.
    struct Open {
        AV *list;
        SV *key;           // Of the hash itself.
        Row *row;          // As long as the names are the same.
        std::size_t first; // Of its members.
        std::size_t alike; // So many names have been the same.
    };

    Row *row() { return depth_ < Names::depths ? &names_.rows[depth_] : nullptr; }

    void add(SV *value) {
        if (key_ == nullptr) {
            if (depth_ == 0)
                root = value;
            else
                av_push(open_[depth_ - 1].list, value);
            return;
        }
        if (gathered_ == names_.room)
            make_room();
        names_.gathered[gathered_++] = {std::exchange(key_, nullptr), value};
    }

    void make_room() {
        if (names_.memory == nullptr)
            names_.memory = newSV(1);
        names_.room += 64;
        names_.gathered = reinterpret_cast<Member *>(SvGROW(names_.memory, names_.room * sizeof(Member)));
    }

    SV *name(const char *utf8, std::size_t size) {
        const auto [place, is_there] = hostbill_swig::find_name<Names::count>(
            utf8, size, [this](std::size_t at) { return text_of(names_.all[at]); });
        SV *&kept = names_.all[place];
        if (is_there)
            return kept;
        if (kept != nullptr)
            sv_2mortal(kept); // Members may be waiting that have it.
        return kept = new_name(utf8, size);
    }

    // With no data for none.
    static std::string_view text_of(SV *name) {
        return name == nullptr ? std::string_view() : std::string_view(SvPVX(name), SvCUR(name));
    }

    SV *new_name(const char *utf8, std::size_t size) {
        // A length less than 0 says that the name is UTF-8.
        const I32 length = static_cast<I32>(size);
        return newSVpvn_share(utf8, is_ascii(utf8, size) ? length : -length, 0);
    }

    HV *stored(const Member *members, std::size_t count) {
        HV *const hash = newHV();
        if (count > 4)
            hv_ksplit(hash, static_cast<IV>(count));
        for (const Member *member = members; member != members + count; ++member) {
            if (hv_store_ent(hash, member->name, member->value, SvSHARED_HASH(member->name)) == nullptr)
                SvREFCNT_dec(member->value);
        }
        return hash;
    }

    HV *copied(const Row &row, const Member *members) {
        HV *const hash = newHVhv(row.empty);
        HE *entry = nullptr;
        for (const Row::Place *place = row.places; place != row.places + row.count; ++place) {
            entry = place->first ? HvARRAY(hash)[place->chain] : HeNEXT(entry);
            if (!SvIMMORTAL(HeVAL(entry))) // It is: undef itself, not a copy.
                SvREFCNT_dec(HeVAL(entry));
            HeVAL(entry) = members[place->member].value;
        }
        return hash;
    }

    void learn(Row &row, const Member *members, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) // First, because some may be the row's alone.
            SvREFCNT_inc_simple_void_NN(members[i].name);
        forget(row);
        row.count = count;
        for (std::size_t i = 0; i < count; ++i)
            row.names[i] = {members[i].name, text_of(members[i].name)};
    }

    void forget(Row &row) {
        for (; row.count != 0; --row.count)
            SvREFCNT_dec_NN(row.names[row.count - 1].name);
        SvREFCNT_dec(std::exchange(row.empty, nullptr));
    }

    void keep_empty(Row &row) {
        HV *const empty = newHV();
        hv_ksplit(empty, static_cast<IV>(row.count));
        for (std::size_t i = 0; i < row.count; ++i) {
            SV *const name = row.names[i].name;
            (void)hv_store_ent(empty, name, newSViv(static_cast<IV>(i)), SvSHARED_HASH(name));
        }
        if (HvUSEDKEYS(empty) != row.count) { // A name came twice.
            SvREFCNT_dec(empty);
            return;
        }
        Row::Place *next = row.places;
        for (STRLEN i = 0; i <= HvMAX(empty); ++i) {
            for (HE *entry = HvARRAY(empty)[i]; entry != nullptr; entry = HeNEXT(entry)) {
                *next++ = {static_cast<unsigned short>(i), static_cast<unsigned char>(SvIVX(HeVAL(entry))),
                           entry == HvARRAY(empty)[i]};
                SvREFCNT_dec(HeVAL(entry));
                HeVAL(entry) = &PL_sv_undef; // Which copies share.
            }
        }
        row.empty = empty;
    }

#ifdef MULTIPLICITY
    PerlInterpreter *const my_perl;
#endif
    Names &names_;
    SV *key_ = nullptr; // Of the member whose value comes next.
    SV *root = nullptr;
    std::size_t gathered_ = 0;
    std::size_t depth_ = 0;
    Open open_[513]; // One more than the reader's max_depth.
};

// A new value; undef for no text, or for one that is not JSON.
inline SV *read(pTHX_ Names &names, const char *text, std::size_t size) {
    if (text == nullptr)
        return newSV(0);
#ifdef MULTIPLICITY
    Builder builder(aTHX, names);
#else
    Builder builder(names);
#endif
    SV *const made = builder.outcome(hostbill_swig::JsonReader<Builder>(text, size, builder).read());
    return made != nullptr ? made : newSV(0);
}

// The data alone of an envelope of success; NULL for any other text.
inline SV *read_data(pTHX_ Names &names, const char *text, std::size_t size) {
#ifdef MULTIPLICITY
    Builder builder(aTHX, names);
#else
    Builder builder(names);
#endif
    return builder.outcome(text != nullptr && hostbill_swig::JsonReader<Builder>(text, size, builder).read_data());
}

// Writes one Perl value as JSON.
class Writer {
public:
    // False if it cannot be sent; field and problem then say why.
    bool write(pTHX_ SV *value, int depth) {
        SvGETMAGIC(value);
        if (SvROK(value))
            return reference(aTHX_ value, depth);
        if (!SvOK(value)) {
            out += "null";
#ifdef SvIsBOOL
        } else if (SvIsBOOL(value)) {
            out += SvTRUE_nomg(value) ? "true" : "false";
#endif
        } else if (SvPOKp(value) && (SvPOK(value) || !SvNIOK(value))) {
            return text(aTHX_ value);
        } else if (SvIOK(value)) {
            out += SvIsUV(value) ? std::to_string(SvUVX(value)) : std::to_string(SvIVX(value));
        } else if (SvNOK(value)) {
            return number(SvNVX(value));
        } else {
            return refuse("is neither text nor a number");
        }
        return true;
    }

    // A hash of parameters or settings, each by the kind that it has: a number may be a text, a flag 1 or 0, a text a number.
    // kinds: of the names that have one, a word, or a hash for that value's members. What is undef is left away.
    bool write_kinds(pTHX_ HV *values, HV *kinds) { return hash(aTHX_ values, 0, kinds); }

    std::string out;
    std::string field; // UTF-8, as "custom.16[2]"
    std::string problem;

private:
    static constexpr int max_depth = 100; // Deeper than anything a portal takes.

    bool refuse(const char *why) {
        problem = why;
        return false;
    }

    bool reference(pTHX_ SV *value, int depth) {
        if (depth >= max_depth)
            return refuse("is nested too deeply, or contains itself");
        if (sv_isobject(value))
            return object(aTHX_ value);
        SV *const target = SvRV(value);
        switch (SvTYPE(target)) {
        case SVt_PVHV:
            return hash(aTHX_ reinterpret_cast<HV *>(target), depth, nullptr);
        case SVt_PVAV:
            return list(aTHX_ reinterpret_cast<AV *>(target), depth);
        case SVt_PVCV:
            return refuse("is code, which cannot be sent");
        default:
            break;
        }
        // \1 and \0.
        if (SvTYPE(target) < SVt_PVAV && SvOK(target) && !SvROK(target)) {
            STRLEN size = 0;
            const char *const digit = SvPV(target, size);
            if (size == 0 || (size == 1 && (*digit == '0' || *digit == '1'))) {
                out += size == 1 && *digit == '1' ? "true" : "false";
                return true;
            }
        }
        return refuse("is a reference that cannot be sent");
    }

    bool object(pTHX_ SV *value) {
        if (sv_derived_from(value, "JSON::PP::Boolean") || sv_derived_from(value, "Types::Serialiser::Boolean")) {
            out += SvTRUE(SvRV(value)) ? "true" : "false";
            return true;
        }
        if (sv_derived_from(value, "Math::BigFloat") || sv_derived_from(value, "Math::BigInt")) {
            STRLEN size = 0;
            const char *const digits = SvPV(value, size); // As its overloading says.
            for (STRLEN i = 0; i < size; ++i) {
                if (std::strchr("0123456789.-+eE", digits[i]) == nullptr || digits[i] == '\0')
                    return refuse("is not a finite number");
            }
            quoted(digits, size);
            return true;
        }
        problem = std::string("is of class ") + sv_reftype(SvRV(value), 1) + ", which cannot be sent";
        return false;
    }

    // Those of the names whose kinds are given as write_kinds() has them; with NULL, all as they are.
    bool hash(pTHX_ HV *hash, int depth, HV *kinds) {
        const std::size_t before = field.size();
        // In the order of the names, so that the same hash is always the same request.
        std::vector<Member> members;
        hv_iterinit(hash);
        while (HE *entry = hv_iternext(hash)) {
            STRLEN size = 0;
            SV *const name = hv_iterkeysv(entry);
            const char *bytes = SvPV(name, size);
            if (!is_ascii(bytes, size))
                bytes = SvPVutf8(name, size);
            SV *const value = hv_iterval(hash, entry);
            if (kinds == nullptr) {
                members.push_back({std::string(bytes, size), value, nullptr});
            } else if (SvGETMAGIC(value), SvOK(value)) {
                HE *const kind = hv_fetch_ent(kinds, name, 0, SvIsCOW_shared_hash(name) ? SvSHARED_HASH(name) : 0);
                members.push_back({std::string(bytes, size), value, kind == nullptr ? nullptr : HeVAL(kind)});
            }
        }
        if (members.size() > 1)
            std::sort(members.begin(), members.end(), [](const Member &a, const Member &b) { return a.name < b.name; });
        char separator = '{';
        for (const Member &member : members) {
            out += separator;
            separator = ',';
            if (before != 0)
                field += '.';
            field += member.name;
            if (!is_c9strict_utf8_string(reinterpret_cast<const U8 *>(member.name.data()), member.name.size()))
                return refuse("is not valid text");
            quoted(member.name.data(), member.name.size());
            out += ':';
            if (!(member.kind == nullptr ? write(aTHX_ member.value, depth + 1) : kind(aTHX_ member, depth + 1)))
                return false;
            field.resize(before);
        }
        out += separator == '{' ? "{}" : "}";
        return true;
    }

    struct Member {
        std::string name;
        SV *value;
        SV *kind;
    };

    bool kind(pTHX_ const Member &member, int depth) {
        SV *const value = member.value;
        if (SvROK(member.kind) && SvTYPE(SvRV(member.kind)) == SVt_PVHV) {
            if (SvROK(value) && !sv_isobject(value) && SvTYPE(SvRV(value)) == SVt_PVHV && depth < max_depth)
                return hash(aTHX_ reinterpret_cast<HV *>(SvRV(value)), depth,
                            reinterpret_cast<HV *>(SvRV(member.kind)));
            return write(aTHX_ value, depth);
        }
        if (SvROK(value))
            return write(aTHX_ value, depth);
        const std::string_view word = SvPV_nolen(member.kind);
        STRLEN size = 0;
        if (word == "number" && looks_like_number(value)) {
            SV *const copy = sv_2mortal(newSVsv(value));
            if (!SvIV_please_nomg(copy))
                return number(SvNV_nomg(copy));
            out += SvIsUV(copy) ? std::to_string(SvUVX(copy)) : std::to_string(SvIVX(copy));
            return true;
        }
        if (word == "flag") {
            const char *const given = SvPV_nomg(value, size);
            if (size == 0 || (size == 1 && (*given == '0' || *given == '1'))) {
                out += size == 1 && *given == '1' ? "true" : "false";
                return true;
            }
        }
        if (word == "text") {
            // inf and nan are no texts that anybody means.
            if (!SvPOK(value) && SvNOK(value) && !std::isfinite(SvNVX(value)))
                return write(aTHX_ value, depth);
            SV *const copy = sv_2mortal(newSVsv(value));
            SvPV_force_nolen(copy);
            return text(aTHX_ copy);
        }
        return write(aTHX_ value, depth);
    }

    bool list(pTHX_ AV *list, int depth) {
        out += '[';
        const std::size_t before = field.size();
        for (SSize_t i = 0; i <= av_len(list); ++i) {
            if (i != 0)
                out += ',';
            field += "[" + std::to_string(i) + "]";
            SV **const item = av_fetch(list, i, 0);
            if (!write(aTHX_ item == nullptr ? &PL_sv_undef : *item, depth + 1))
                return false;
            field.resize(before);
        }
        out += ']';
        return true;
    }

    // Perl's characters, whatever way they are kept.
    bool text(pTHX_ SV *value) {
        STRLEN size = 0;
        const char *const bytes = SvPV_nomg(value, size);
        if (SvUTF8(value)) {
            if (!is_c9strict_utf8_string(reinterpret_cast<const U8 *>(bytes), size))
                return refuse("is not valid text: a character that Unicode does not have");
            quoted(bytes, size);
        } else {
            std::string utf8;
            utf8.reserve(size);
            for (STRLEN i = 0; i < size; ++i) {
                const unsigned char byte = static_cast<unsigned char>(bytes[i]);
                if (byte >= 0x80)
                    utf8 += static_cast<char>(0xc0 | byte >> 6);
                utf8 += static_cast<char>(byte >= 0x80 ? 0x80 | (byte & 0x3f) : byte);
            }
            quoted(utf8.data(), utf8.size());
        }
        return true;
    }

    bool number(NV value) {
        if (!std::isfinite(value))
            return refuse("is not a finite number");
        char digits[64];
        const double plain = static_cast<double>(value);
        const auto end = std::fabs(plain) < 9007199254740992.0 && plain == std::trunc(plain)
                             ? std::to_chars(digits, digits + sizeof digits, static_cast<long long>(plain))
                             : std::to_chars(digits, digits + sizeof digits, plain);
        out.append(digits, end.ptr);
        return true;
    }

    void quoted(const char *utf8, std::size_t size) {
        static constexpr char hex[] = "0123456789abcdef";
        out += '"';
        for (std::size_t i = 0; i < size; ++i) {
            const unsigned char byte = static_cast<unsigned char>(utf8[i]);
            if (byte == '"' || byte == '\\') {
                out += '\\';
                out += static_cast<char>(byte);
            } else if (byte < 0x20) {
                out += "\\u00";
                out += hex[byte >> 4];
                out += hex[byte & 15];
            } else {
                out += static_cast<char>(byte);
            }
        }
        out += '"';
    }
};

// The document of a value, or with kinds, of a hash of parameters or settings; or a reference to [field, problem].
inline SV *write(pTHX_ SV *value, HV *kinds = nullptr) {
    Writer writer;
    if (kinds != nullptr ? writer.write_kinds(aTHX_ reinterpret_cast<HV *>(SvRV(value)), kinds)
                         : writer.write(aTHX_ value, 0))
        return newSVpvn(writer.out.data(), writer.out.size());
    AV *const pair = newAV();
    av_push(pair, newSVpvn_utf8(writer.field.data(), writer.field.size(), 1));
    av_push(pair, newSVpvn_utf8(writer.problem.data(), writer.problem.size(), 1));
    return newRV_noinc(reinterpret_cast<SV *>(pair));
}

// What a reference refers to if that is a hash, as all documents begin; else NULL.
inline HV *hash_of(SV *value) {
    return SvROK(value) && !SvOBJECT(SvRV(value)) && SvTYPE(SvRV(value)) == SVt_PVHV
               ? reinterpret_cast<HV *>(SvRV(value))
               : nullptr;
}

} // namespace hostbill_perl

#ifdef MULTIPLICITY
#pragma pop_macro("aTHX")
#endif
