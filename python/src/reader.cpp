#include "python/src/reader.hpp"

#include "core/base/utf8.hpp"
#include "core/json/json_out.hpp"
#include "core/json/json_text.hpp"
#include "core/json/small_text.hpp"
#include "python/src/texts.hpp"
#include "python/src/values.hpp"

#include <charconv>
#include <cstddef>
#include <string_view>
#include <vector>

namespace hostbill::python {
namespace {

constexpr int deepest = 64;             // as the core's parser
constexpr std::size_t most_digits = 18; // of numbers that fit in 64 bits, whatever they are

// A list's dictionaries resemble each other. Of each member of the one before: how its name was written, and what it became.
struct Column {
    std::string_view lead; // all that stands between the value before it and its own
    py::object key;
    py::object value;
    std::size_t size = 0; // of its text
};
struct Before {
    std::vector<Column> columns;
    py::object made; // null where it is no example
};

// Every member function that returns an object returns null where it is not to go on.
// Outside of texts no byte needs to be compared with the end: there is a zero, which stops everything.
class Reader {
public:
    explicit Reader(const std::string &text) : at_(text.c_str()), end_(at_ + text.size()) {
        if (text.starts_with("\xEF\xBB\xBF"))
            at_ += 3;
    }

    py::object document() {
        skip_blanks();
        py::object found = any();
        skip_blanks();
        return at_ == end_ ? found : py::object();
    }

private:
    void skip_blanks() {
        if (*at_ > ' ')
            return; // Mostly there are none.
        while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')
            ++at_;
    }

    bool next_is(char c) { return *at_ == c && (++at_, true); }

    // Past blanks, and that character, and blanks.
    bool pass(char c) {
        skip_blanks();
        if (!next_is(c))
            return false;
        skip_blanks();
        return true;
    }

    py::object any() {
        switch (*at_) {
        case '"':
            ++at_;
            return text();
        case '{': {
            Before nothing;
            return dictionary(nothing);
        }
        case '[':
            return list();
        case 't':
            return word("true", Py_True);
        case 'f':
            return word("false", Py_False);
        case 'n':
            return word("null", Py_None);
        default:
            return number();
        }
    }

    // Past a bracket.
    bool enter() {
        if (depth_ == deepest)
            return false;
        ++depth_;
        ++at_;
        skip_blanks();
        return true;
    }

    // Past the bracket that ends it.
    py::object leave(py::object made, char bracket) {
        --depth_;
        return next_is(bracket) ? std::move(made) : py::object();
    }

    py::object word(std::string_view word, PyObject *meant) {
        for (const char c : word) {
            if (!next_is(c))
                return {};
        }
        return borrowed(meant);
    }

    py::object number() {
        const char *const first = at_;
        next_is('-');
        const char *const digits = at_;
        while (*at_ >= '0' && *at_ <= '9')
            ++at_;
        const bool whole = *at_ != '.' && *at_ != 'e' && *at_ != 'E';
        if (at_ == digits)
            return {};
        if (whole && static_cast<std::size_t>(at_ - digits) <= most_digits) {
            long long number = 0;
            std::from_chars(first, at_, number);
            return checked(PyLong_FromLongLong(number));
        }
        while ((*at_ >= '0' && *at_ <= '9') || *at_ == '.' || *at_ == 'e' || *at_ == 'E' || *at_ == '+' || *at_ == '-')
            ++at_;
        return number_of({first, static_cast<std::size_t>(at_ - first)});
    }

    // Its opening quote behind us.
    py::object text() {
        if (static_cast<std::size_t>(end_ - at_) > json::likely_room) {
            const std::string_view text(at_, json::likely_size(at_));
            if (at_[text.size()] == '"') {
                at_ += text.size() + 1;
                return ascii_text(text);
            }
        }
        return longer_text();
    }

    [[gnu::noinline]] py::object longer_text() {
        const char *const plain = json::plain_end(at_, end_);
        if (*plain != '"')
            return odd_text(plain) ? checked_text(scratch_.view()) : py::object();
        const std::string_view text(at_, static_cast<std::size_t>(plain - at_));
        at_ = plain + 1;
        return ascii_text(text);
    }

    static py::object checked_text(std::string_view text) {
        if (json::ascii_end(text.begin(), text.end()) == text.end())
            return ascii_text(text);
        PyObject *made = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr);
        if (made == nullptr && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError) != 0) {
            PyErr_Clear();
            return {};
        }
        return checked(made);
    }

    void take_over(const char *from, const char *to) {
        const auto size = static_cast<std::size_t>(to - from);
        json::copy_bytes(scratch_.room_for(size), from, size);
        scratch_.advance(size);
    }

    // Writes the text into scratch_: up to `at` it is as it stands.
    bool odd_text(const char *at) {
        scratch_.clear();
        take_over(at_, at);
        while (at != end_ && *at != '"') {
            const auto byte = static_cast<unsigned char>(*at);
            if (byte < 0x20 || (byte == '\\' && !escape(at)))
                return false;
            if (byte == '\\')
                continue;
            const char *const next = json::plain_end(at + 1, end_);
            take_over(at, next);
            at = next;
        }
        at_ = at + 1;
        return at != end_;
    }

    // The escape at `at`, and moves past it. Of a text that is JSON, it has as many characters as it needs.
    bool escape(const char *&at) {
        constexpr std::string_view names = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
        const std::size_t which = names.find(at[1]);
        if (which != std::string_view::npos && at[1] != '\0') {
            scratch_ += meant[which];
            at += 2;
            return true;
        }
        long code = json::unit_at(at, end_);
        if (code < 0)
            return false;
        at += json::unit_size;
        if (code >= 0xD800 && code < 0xE000) {
            const long low = code < 0xDC00 ? json::unit_at(at, end_) : -1;
            if (low < 0xDC00 || low >= 0xE000)
                return false;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at += json::unit_size;
        }
        append_utf8(scratch_, static_cast<char32_t>(code));
        return true;
    }

    py::object list() {
        if (!enter())
            return {};
        py::object made = checked(PyList_New(0));
        Before before;
        if (*at_ != ']') {
            do {
                const py::object element = *at_ == '{' ? dictionary(before) : any();
                if (!element)
                    return {};
                check(PyList_Append(made.ptr(), element.ptr()));
            } while (pass(','));
        }
        return leave(std::move(made), ']');
    }

    // A dictionary with the first of the columns.
    static py::object with(const std::vector<Column> &columns, std::size_t count) {
        py::object made = checked(PyDict_New());
        for (std::size_t i = 0; i < count; ++i)
            check(PyDict_SetItem(made.ptr(), columns[i].key.ptr(), columns[i].value.ptr()));
        return made;
    }

    py::object dictionary(Before &before) {
        if (!enter())
            return {};
        std::vector<Column> &columns = before.columns;
        // A copy of the one before, as long as the names are the same: its table has the right size, and values that are
        // the same need not be put there.
        bool copied = static_cast<bool>(before.made);
        py::object made = checked(copied ? PyDict_Copy(before.made.ptr()) : PyDict_New());
        std::size_t at = 0;
        while (true) {
            if (copied)
                at = take_likely(columns, at, made);
            if (*at_ == '}')
                break;
            if (at == columns.size() || !takes(columns[at].lead)) {
                if (copied)
                    made = with(columns, at);
                copied = false;
                if (!lead(columns, at))
                    return {};
            }
            Column &column = columns[at++];
            skip_blanks();
            // It may read other lists, but not into these columns.
            py::object value = next_is('"') ? text() : any();
            if (!value)
                return {};
            if (!copied || !value.is(column.value))
                put(made, column, std::move(value));
            skip_blanks();
        }
        if (copied && at < columns.size())
            made = with(columns, at);
        columns.resize(at);
        // Where a name stands twice, what was put there last is not what stands last.
        before.made = static_cast<std::size_t>(PyDict_GET_SIZE(made.ptr())) == at ? made : py::object();
        return leave(std::move(made), '}');
    }

    static void put(py::handle made, Column &column, py::object value) {
        check(PyDict_SetItem(made.ptr(), column.key.ptr(), value.ptr()));
        column.value = std::move(value);
    }

    // Takes as many members as are written as in the one before and have a short text; where that ends. A shorter way than
    // the others, no other outcome.
    std::size_t take_likely(std::vector<Column> &columns, std::size_t first, py::handle copy) {
        const char *at = at_;
        std::size_t next = first;
        for (; next < columns.size(); ++next) {
            Column &column = columns[next];
            const std::size_t lead = column.lead.size();
            if (static_cast<std::size_t>(end_ - at) <= lead + 1 + json::likely_room ||
                !json::equal_bytes(at, column.lead.data(), lead) || at[lead] != '"')
                break;
            at += lead + 1;
            if (!json::is_likely(at, column.size)) {
                column.size = json::likely_size(at);
                if (at[column.size] != '"')
                    break;
            }
            py::object value = ascii_text({at, column.size});
            at += column.size + 1;
            at_ = at;
            put(copy, column, std::move(value));
        }
        return next;
    }

    // Past that text, where it stands here.
    bool takes(std::string_view text) {
        if (static_cast<std::size_t>(end_ - at_) < text.size() || !json::equal_bytes(at_, text.data(), text.size()))
            return false;
        at_ += text.size();
        return true;
    }

    // Up to a value, whose column it becomes.
    bool lead(std::vector<Column> &columns, std::size_t at) {
        const char *const first = at_;
        if ((at > 0 && !pass(',')) || !next_is('"'))
            return false;
        py::object key = name();
        if (!key || !pass(':'))
            return false;
        if (at == columns.size())
            columns.emplace_back();
        columns[at].lead = {first, static_cast<std::size_t>(at_ - first)};
        columns[at].key = std::move(key);
        return true;
    }

    // Its opening quote behind us.
    py::object name() {
        const char *const first = at_;
        const char *const plain = json::plain_end(first, end_);
        if (plain == end_ || *plain != '"')
            return text();
        at_ = plain + 1;
        return key_of({first, static_cast<std::size_t>(plain - first)});
    }

    const char *at_;
    const char *const end_;
    int depth_ = 0;
    json::Out scratch_; // a text with something odd in it
};

} // namespace

py::object read_json(const std::string &text) { return Reader(text).document(); }

} // namespace hostbill::python
