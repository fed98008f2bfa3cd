// Reading JSON: by recursive descent, straight into the value, in one pass over the text.
#include "core/base/utf8.hpp"
#include "core/json/json_scan.hpp"
#include "core/json/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace hostbill::json {
namespace {

using Problem = ParseError::Kind;

// Below this many members a plain double loop beats anything cleverer.
constexpr std::size_t few_members = 16;

const char *message_of(Problem kind) {
    switch (kind) {
    case Problem::empty:
        return "is empty";
    case Problem::syntax:
        return "is not valid JSON";
    case Problem::truncated:
        return "ends too early";
    case Problem::too_deep:
        return "is nested too deeply";
    case Problem::too_large:
        return "is too large";
    case Problem::duplicate_key:
        return "has a name twice in one object";
    case Problem::bad_text:
        return "holds text that is not valid Unicode";
    }
    return "";
}

// The places, in order, of members whose name comes again later.
std::vector<std::size_t> overridden_members(const Object &object) {
    std::vector<std::size_t> overridden;
    const auto key_at = [members = object.begin()](std::size_t i) -> const auto & {
        return members[static_cast<std::ptrdiff_t>(i)].key;
    };
    if (object.size() <= few_members) {
        for (std::size_t i = 0; i < object.size(); ++i) {
            for (std::size_t j = i + 1; j < object.size(); ++j) {
                if (key_at(i) == key_at(j)) {
                    overridden.push_back(i);
                    break;
                }
            }
        }
        return overridden;
    }
    std::vector<std::size_t> order(object.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return key_at(a) < key_at(b); });
    for (std::size_t i = 0; i + 1 < order.size(); ++i) {
        if (key_at(order[i]) == key_at(order[i + 1]))
            overridden.push_back(order[i]);
    }
    std::sort(overridden.begin(), overridden.end());
    return overridden;
}

void drop_members(Object &object, const std::vector<std::size_t> &places) {
    Object kept;
    std::size_t index = 0;
    auto skip = places.begin();
    for (Member &member : object) {
        if (skip != places.end() && *skip == index)
            ++skip;
        else
            kept.append(member.key, std::move(member.value));
        ++index;
    }
    object = std::move(kept);
}

// As in a Scanner, what returns a bool says whether to go on.
class Reader : Scanner {
public:
    Reader(std::string_view text, const ParseLimits &limits)
        : Scanner(text, limits.max_depth), start_(text.data()), limits_(limits),
          lenient_(limits.dialect == Dialect::lenient) {}

    Result<Value, ParseError> read(bool *is_portable) {
        Value value;
        const bool whole = document(value);
        if (is_portable != nullptr)
            *is_portable = portable_;
        if (whole)
            return value;
        return ParseError{problem_, static_cast<std::size_t>(place_ - start_), message_of(problem_)};
    }

private:
    bool document(Value &value) {
        skip_blanks();
        if (at_ == end_)
            return fail(Problem::empty, at_);
        if (!any(value, nullptr))
            return false;
        skip_blanks();
        return at_ == end_ || fail(Problem::syntax, at_);
    }

    // One value of any kind, after blanks. `like` is what its neighbour before it is: the elements of a list resemble
    // each other.
    bool any(Value &out, const Value *like) {
        if (at_ == end_)
            return unexpected(at_);
        switch (*at_) {
        case '"':
            ++at_;
            return text(out.make_string());
        case '{':
            return object(out.make_object(), like);
        case '[':
            return array(out.make_array(), like);
        case 't':
            out = true;
            return pass_word("true");
        case 'f':
            out = false;
            return pass_word("false");
        case 'n':
            out = nullptr;
            return pass_word("null");
        default:
            return number(out);
        }
    }

    bool array(Array &elements, const Value *like) {
        if (!go_deeper())
            return false;
        const Array *model = like != nullptr ? like->array() : nullptr;
        const Value *before = model != nullptr && !model->empty() ? &model->front() : nullptr;
        const bool keeps = keeps_all();
        skip_blanks();
        if (!next_is(']')) {
            do {
                skip_blanks();
                if (!(keeps ? element(elements, before) : pass_value()))
                    return false;
                skip_blanks();
            } while (next_is(','));
            if (!next_is(']'))
                return unexpected(at_);
        }
        --depth_;
        return true;
    }

    bool element(Array &elements, const Value *before) {
        Value &added = elements.emplace_back();
        return any(added, elements.size() > 1 ? &added - 1 : before);
    }

    bool object(Object &members, const Value *like) {
        if (!go_deeper())
            return false;
        const Object *model = like != nullptr ? like->object() : nullptr;
        if (model != nullptr)
            members.reserve(model->size());
        const bool keeps = keeps_all();
        bool known = model != nullptr; // every name is the model's at the same place, and none of those is repeated
        skip_blanks();
        if (!next_is('}')) {
            do {
                skip_blanks();
                if (known && take_likely(members, *model)) {
                    skip_blanks();
                    continue;
                }
                if (!next_is('"'))
                    return unexpected(at_);
                if (!keeps) {
                    if (!wanted_member(members))
                        return false;
                    skip_blanks();
                    continue;
                }
                Member &member = members.add();
                const Member *twin = known ? twin_of(members, *model) : nullptr;
                if (twin == nullptr || !take_name(member, twin->key)) {
                    if (!name(member))
                        return false;
                    known = twin != nullptr && twin->key == member.key;
                }
                skip_blanks();
                if (!next_is(':'))
                    return unexpected(at_);
                skip_blanks();
                // Without a detour what most values are.
                if (!(next_is('"') ? text(member.value.make_string())
                                   : any(member.value, known ? &twin->value : nullptr)))
                    return false;
                skip_blanks();
            } while (next_is(','));
            if (!next_is('}'))
                return unexpected(at_);
        }
        --depth_;
        return known || resolve_repeats(members);
    }

    // As many members as there are of which all is as most likely: the name that the model has there, a short text with
    // nothing to look at in it or null, and no blanks. Whether there was any. A shorter way than the others, no other
    // outcome.
    bool take_likely(Object &members, const Object &model) {
        constexpr std::string_view colon = "\":", null = "null";
        constexpr std::size_t most = 1 + Text::room + 2 + 1 + likely_room; // that is looked at
        if (escaped_names_ || static_cast<std::size_t>(end_ - at_) <= most)
            return false;
        const char *const last = end_ - most;
        const char *at = at_;
        bool taken = false;
        for (auto like = model.begin() + static_cast<std::ptrdiff_t>(members.size()); like != model.end(); ++like) {
            const std::size_t name = like->key.near_size();
            if (at >= last || *at != '"' || !like->key.is_near() || !equal_near(at + 1, like->key.near_data(), name) ||
                std::memcmp(at + 1 + name, colon.data(), colon.size()) != 0)
                break;
            at += 1 + name + colon.size();
            if (*at == '"') {
                const Text *const before = like->value.string();
                std::size_t size = before != nullptr ? before->size() : 0;
                if (!is_likely(++at, size)) {
                    size = likely_size(at);
                    if (at[size] != '"')
                        break;
                }
                Member &member = members.add();
                member.key.assign_near(like->key);
                if (size <= Text::most_near)
                    member.value.make_string().assign_near(at, size);
                else
                    member.value.make_string().assign({at, size});
                at += size + 1;
            } else {
                if (std::memcmp(at, null.data(), null.size()) != 0)
                    break;
                members.add().key.assign_near(like->key);
                at += null.size();
            }
            taken = true;
            at_ = at;
            if (*at++ != ',')
                break;
        }
        return taken;
    }

    // A member that is only kept where it is wanted, the opening quote of its name behind us.
    bool wanted_member(Object &members) {
        Member member;
        if (!name(member))
            return false;
        skip_blanks();
        if (!next_is(':'))
            return unexpected(at_);
        skip_blanks();
        const bool wanted =
            std::find(limits_.members.begin(), limits_.members.end(), member.key.view()) != limits_.members.end();
        if (!wanted)
            return pass_value();
        if (!any(member.value, nullptr))
            return false;
        members.add() = std::move(member);
        return true;
    }

    bool keeps_all() const { return limits_.members.empty() || depth_ > 1; }

    // What the model has in the last member's place, if it has so many.
    static const Member *twin_of(const Object &members, const Object &model) {
        return members.size() <= model.size() ? &model.begin()[static_cast<std::ptrdiff_t>(members.size() - 1)]
                                              : nullptr;
    }

    // A name, its opening quote behind us.
    bool name(Member &member) {
        const char *const first = at_;
        if (!text(member.key))
            return false;
        escaped_names_ |= static_cast<std::size_t>(at_ - first) != member.key.size() + 1;
        return true;
    }

    // The same where it is the one that is expected, which is quicker seen than read. An escape in the text may look
    // like the end of a name that has a quote or a backslash in it: then no name is taken this way.
    bool take_name(Member &member, const Text &expected) {
        const std::size_t size = expected.size();
        if (escaped_names_ || static_cast<std::size_t>(end_ - at_) <= size || at_[size] != '"')
            return false;
        if (!(is_near(size) ? equal_near(at_, expected.data(), size) : equal_bytes(at_, expected.data(), size)))
            return false;
        member.key = expected;
        at_ += size + 1;
        return true;
    }

    // Whether text of that size, from here on, can be taken as a near one.
    bool is_near(std::size_t size) const {
        return size <= Text::most_near && static_cast<std::size_t>(end_ - at_) >= Text::room;
    }

    bool resolve_repeats(Object &object) {
        const std::vector<std::size_t> repeated = overridden_members(object);
        if (repeated.empty())
            return true;
        if (!lenient_ || limits_.unique_names)
            return fail(Problem::duplicate_key, at_ - 1);
        drop_members(object, repeated);
        return true;
    }

    // Text, its opening quote behind us.
    bool text(Text &out) {
        const char *plain = plain_end(at_, end_);
        if (plain != end_ && *plain == '"') {
            const auto size = static_cast<std::size_t>(plain - at_);
            if (is_near(size))
                out.assign_near(at_, size);
            else
                out.assign({at_, size});
            at_ = plain + 1;
            return true;
        }
        return odd_text(out, plain);
    }

    // The same, where not all of it can be taken over: up to `at` it can.
    [[gnu::noinline]] bool odd_text(Text &text, const char *at) {
        Out &out = scratch_;
        const char *taken = at_;
        out.clear();
        const auto take_over = [&](const char *end) {
            out += std::string_view(taken, static_cast<std::size_t>(end - taken));
        };
        for (;;) {
            at = plain_end(at, end_);
            if (at == end_)
                return unexpected(at);
            const auto byte = static_cast<unsigned char>(*at);
            if (byte == '"') {
                take_over(at);
                text.assign(out.view());
                at_ = at + 1;
                return true;
            }
            if (byte == 0x7F) {
                ++at;
            } else if (byte < 0x20) {
                return fail(Problem::syntax, at);
            } else if (byte == '\\') {
                take_over(at);
                if (!escape(out, at))
                    return false;
                taken = at;
            } else {
                const auto [bytes, well_formed] = sequence_at({at, static_cast<std::size_t>(end_ - at)});
                if (!well_formed && !lenient_)
                    return fail(Problem::bad_text, at);
                if (!well_formed) {
                    take_over(at);
                    append_utf8(out, replacement);
                    taken = at + bytes;
                }
                at += bytes;
            }
        }
    }

    // The escape at `at`, and moves past it.
    bool escape(Out &out, const char *&at) {
        if (end_ - at < 2)
            return unexpected(end_);
        char32_t code = 0;
        switch (at[1]) {
        case '"':
        case '\\':
        case '/':
            code = static_cast<unsigned char>(at[1]);
            break;
        case 'b':
            code = '\b';
            break;
        case 'f':
            code = '\f';
            break;
        case 'n':
            code = '\n';
            break;
        case 'r':
            code = '\r';
            break;
        case 't':
            code = '\t';
            break;
        case 'u':
            return unicode_escape(out, at);
        default:
            return fail(Problem::syntax, at);
        }
        append_utf8(out, code);
        at += 2;
        return true;
    }

    bool unicode_escape(Out &out, const char *&at) {
        long code = unit_at(at, end_);
        if (code < 0)
            return fail(Problem::syntax, at);
        const char *const first = at;
        at += unit_size;
        if (code >= 0xD800 && code < 0xE000) {
            const long low = code < 0xDC00 ? unit_at(at, end_) : -1;
            if (low >= 0xDC00 && low < 0xE000) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                at += unit_size;
            } else if (lenient_) {
                code = replacement;
                portable_ = false;
            } else {
                return fail(Problem::bad_text, first);
            }
        }
        append_utf8(out, static_cast<char32_t>(code));
        return true;
    }

    bool number(Value &out) {
        const char *const first = at_;
        if (!pass_number())
            return false;
        // Text that prints back as the same 64-bit integer is an integer; the rest ("1.0", "-0", 20 digits) stays text.
        std::int64_t integer = 0;
        const auto [stop, code] = std::from_chars(first, at_, integer);
        if (stop == at_ && code == std::errc() && (integer != 0 || *first == '0'))
            out = integer;
        else
            out = Value::number({first, static_cast<std::size_t>(at_ - first)});
        return true;
    }

    const char *const start_;
    const ParseLimits &limits_;
    const bool lenient_;
    bool escaped_names_ = false; // there was a name with an escape in it
    Out scratch_;                // text with escapes in it
};

} // namespace

Result<Value, ParseError> parse(std::string_view text, const ParseLimits &limits, bool *is_portable) {
    if (text.size() > limits.max_bytes)
        return ParseError{Problem::too_large, limits.max_bytes, message_of(Problem::too_large)};
    if (limits.dialect == Dialect::lenient && text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    return Reader(text, limits).read(is_portable);
}

} // namespace hostbill::json
