#include "python/src/reader.hpp"

#include "core/base/utf8.hpp"
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

constexpr int deepest = 64;               // as the core's parser
constexpr std::size_t most_digits = 18;   // of numbers that fit in 64 bits, whatever they are
constexpr std::size_t longest_token = 64; // that is worth comparing

// A list's dictionaries resemble each other. Of each member of the one before: how it was written, and what it became.
struct Column {
    std::string_view lead; // all that stands between the value before it and its own
    py::object key;
    std::string_view token; // of the value; empty where it is not to be compared
    py::object value;
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
        const char *const first = at_;
        const char *const plain = json::plain_end(first, end_);
        if (plain != end_ && *plain == '"') {
            at_ = plain + 1;
            return ascii_text({first, static_cast<std::size_t>(plain - first)});
        }
        return odd_text(plain) ? checked_text(scratch_) : py::object();
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

    // Writes the text into scratch_: up to `at` it is as it stands.
    bool odd_text(const char *at) {
        scratch_.assign(at_, at);
        while (at != end_ && *at != '"') {
            const auto byte = static_cast<unsigned char>(*at);
            if (byte < 0x20 || (byte == '\\' && !escape(at)))
                return false;
            if (byte == '\\')
                continue;
            const char *const next = json::plain_end(at + 1, end_);
            scratch_.append(at, next);
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
        py::object made = checked(PyDict_New());
        // A copy of the one before, as long as the names are the same: its table has the right size, and values that are
        // the same need not be put there.
        bool copied = static_cast<bool>(before.made);
        if (copied)
            check(PyDict_Merge(made.ptr(), before.made.ptr(), 1));
        std::size_t at = 0;
        while (*at_ != '}') {
            const bool known = at < columns.size() && takes(columns[at].lead);
            if (!known) {
                if (copied)
                    made = with(columns, at);
                copied = false;
                if (!lead(columns, at))
                    return {};
            }
            Column &column = columns[at++];
            skip_blanks();
            const bool same = known && takes(column.token);
            if (!same && !value(column))
                return {};
            if (!same || !copied)
                check(PyDict_SetItem(made.ptr(), column.key.ptr(), column.value.ptr()));
            skip_blanks();
        }
        if (copied && at < columns.size())
            made = with(columns, at);
        columns.resize(at);
        // Where a name stands twice, what was put there last is not what stands last.
        before.made = static_cast<std::size_t>(PyDict_GET_SIZE(made.ptr())) == at ? made : py::object();
        return leave(std::move(made), '}');
    }

    // Past that text, where there is one and it stands here.
    bool takes(std::string_view text) {
        if (text.empty() || static_cast<std::size_t>(end_ - at_) < text.size() ||
            !json::equal_bytes(at_, text.data(), text.size()))
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
        columns[at].token = {};
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

    bool value(Column &column) {
        const char *const first = at_;
        column.token = {};
        column.value = any(); // which may read other lists, but not into these columns
        // What ends by itself: another number may begin with the same digits.
        const std::size_t size = static_cast<std::size_t>(at_ - first);
        if ((*first == '"' || *first == 'n' || *first == 't' || *first == 'f') && size <= longest_token)
            column.token = {first, size};
        return static_cast<bool>(column.value);
    }

    const char *at_;
    const char *const end_;
    int depth_ = 0;
    std::string scratch_; // a text with something odd in it
};

} // namespace

py::object read_json(const std::string &text) { return Reader(text).document(); }

} // namespace hostbill::python
