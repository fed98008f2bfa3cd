#include "core/answer/shape_value.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace hostbill::shape_value {
namespace {

// A larger exponent is no amount; writing it out would only make long text of short.
constexpr int largest_exponent = 30;

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

// The digits of a number that is an integer or a decimal in JSON or in text; empty for every other value.
std::string_view number_view(const json::Value &value) {
    if (const json::Text *text = value.string())
        return *text;
    if (const json::Text *text = value.number_text())
        return *text;
    return {};
}

struct Decimal {
    bool negative = false;
    std::string_view whole;
    std::string_view fraction;
    int exponent = 0;
};

std::optional<Decimal> read_decimal(std::string_view text) {
    Decimal decimal;
    if (text.starts_with('-')) {
        decimal.negative = true;
        text.remove_prefix(1);
    }
    if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
        std::string_view exponent = text.substr(e + 1);
        if (exponent.starts_with('+'))
            exponent.remove_prefix(1);
        const auto [end, code] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), decimal.exponent);
        if (code != std::errc() || end != exponent.data() + exponent.size() || decimal.exponent > largest_exponent ||
            decimal.exponent < -largest_exponent)
            return std::nullopt;
        text = text.substr(0, e);
    }
    const std::size_t point = text.find('.');
    decimal.whole = text.substr(0, point);
    if (point != std::string_view::npos) {
        decimal.fraction = text.substr(point + 1);
        if (!all_digits(decimal.fraction))
            return std::nullopt;
    }
    if (!all_digits(decimal.whole))
        return std::nullopt;
    return decimal;
}

std::string write_decimal(const Decimal &decimal) {
    std::string digits = std::string(decimal.whole) + std::string(decimal.fraction);
    std::size_t point = decimal.whole.size();
    if (decimal.exponent < 0) {
        const auto left = static_cast<std::size_t>(-decimal.exponent);
        if (left >= point) {
            digits.insert(0, left - point + 1, '0');
            point = 1;
        } else {
            point -= left;
        }
    } else {
        point += static_cast<std::size_t>(decimal.exponent);
        if (point > digits.size())
            digits.append(point - digits.size(), '0');
    }
    const std::size_t leading = std::min(digits.find_first_not_of('0'), point - 1);
    std::string out = digits.substr(leading, point - leading);
    if (point < digits.size())
        out.append(1, '.').append(digits, point);
    const bool zero = digits.find_first_not_of('0') == std::string::npos;
    return decimal.negative && !zero ? "-" + out : out;
}

// Whether it is written as we write it: the usual case. Zeros in front and a sign are left to a closer look.
bool is_plain_decimal(std::string_view text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto whole = static_cast<std::size_t>(end - text.begin());
    if (whole == 0 || (whole > 1 && text[0] == '0'))
        return false;
    return whole == text.size() || (*end == '.' && all_digits(text.substr(whole + 1)));
}

// The usual form of ids and counts: nothing but digits, and no more of them than certainly fit.
std::optional<std::int64_t> read_digits(std::string_view text) {
    constexpr std::size_t most_digits = 18;
    if (text.empty() || text.size() > most_digits)
        return std::nullopt;
    std::int64_t number = 0;
    for (const char c : text) {
        if (!is_digit(c))
            return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

json::Value whole_number(std::string_view text) {
    std::int64_t integer = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (code == std::errc() && end == text.data() + text.size())
        return json::Value(integer);
    return json::Value::number(text); // Beyond 64 bits: all its digits.
}

// --- Dates ----------------------------------------------------------------------------------------------------------

int two(std::string_view text, std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); }

// Whether `text` is what the pattern says: 0 stands for a digit, anything else for itself.
bool looks_like(std::string_view text, std::string_view pattern) {
    return text.size() == pattern.size() && std::equal(text.begin(), text.end(), pattern.begin(),
                                                       [](char c, char p) { return p == '0' ? is_digit(c) : c == p; });
}

// The same of "0000-00-00", eight bytes at once.
bool looks_like_day(std::string_view text) {
    if constexpr (std::endian::native != std::endian::little)
        return looks_like(text, "0000-00-00");
    if (text.size() != 10)
        return false;
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    // Of digits what is left is at most 9, and of the two dashes nothing: then adding does not reach a top bit.
    constexpr std::uint64_t digits_and_dashes = 0x2D30302D30303030, to_top = 0x7F76767F76767676,
                            tops = 0x8080808080808080;
    word ^= digits_and_dashes;
    return ((word | (word + to_top)) & tops) == 0 && is_digit(text[8]) && is_digit(text[9]);
}

bool is_day(std::string_view text) {
    if (!looks_like_day(text))
        return false;
    const int month = two(text, 5);
    const int day = two(text, 8);
    if (month < 1 || month > 12 || day < 1)
        return false;
    if (day <= 28)
        return true;
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int year = two(text, 0) * 100 + two(text, 2);
    const bool leap = month == 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    return day <= days[month - 1] + (leap ? 1 : 0);
}

bool is_time(std::string_view text) {
    return looks_like(text, "00:00:00") && two(text, 0) < 24 && two(text, 3) < 60 && two(text, 6) <= 60;
}

// "Z", "+02:00" or "+0200" in one form; nullopt: none of them.
std::optional<std::string> read_offset(std::string_view text) {
    if (text.empty() || text == "Z")
        return std::string(text);
    if (text[0] != '+' && text[0] != '-')
        return std::nullopt;
    const std::string_view digits = text.substr(1);
    const bool colon = looks_like(digits, "00:00");
    if ((!colon && !looks_like(digits, "0000")) || two(digits, 0) > 18 || two(digits, digits.size() - 2) > 59)
        return std::nullopt;
    return text[0] + std::string(digits.substr(0, 2)) + ":" + std::string(digits.substr(digits.size() - 2));
}

bool is_no_date(std::string_view text) {
    return text.empty() || text == "0000-00-00" || text == "0000-00-00 00:00:00" || text == "0000-00-00T00:00:00";
}

} // namespace

bool to_text(json::Value &value) {
    if (const std::int64_t *integer = value.integer())
        value = std::to_string(*integer);
    else if (const json::Text *number = value.number_text())
        value = std::string(*number);
    return value.string() != nullptr;
}

bool to_integer(json::Value &value) {
    if (value.integer() != nullptr)
        return true;
    if (const std::optional<std::int64_t> number = read_digits(number_view(value))) {
        value.make_integer(*number);
        return true;
    }
    const std::optional<Decimal> decimal = read_decimal(number_view(value));
    if (!decimal || decimal->exponent < 0)
        return false;
    std::string text = write_decimal(*decimal);
    const std::size_t point = text.find('.');
    if (point != std::string::npos) {
        if (text.find_first_not_of('0', point + 1) != std::string::npos)
            return false;
        text.resize(point);
    }
    value = whole_number(text == "-0" ? "0" : text);
    return true;
}

bool to_ref(json::Value &value) {
    const json::Text *text = value.string();
    if (text == nullptr)
        return value.integer() != nullptr || (value.number_text() != nullptr && all_digits(*value.number_text()));
    const std::string_view digits = *text;
    if (all_digits(digits) && (digits.size() == 1 || digits[0] != '0'))
        value = whole_number(digits);
    return true;
}

bool to_decimal(json::Value &value) {
    if (const std::int64_t *integer = value.integer()) {
        value = std::to_string(*integer);
        return true;
    }
    if (value.string() != nullptr && is_plain_decimal(*value.string()))
        return true;
    const std::optional<Decimal> decimal = read_decimal(number_view(value));
    if (!decimal)
        return false;
    value = write_decimal(*decimal);
    return true;
}

bool to_flag(json::Value &value) {
    if (value.boolean() != nullptr)
        return true;
    if (const std::int64_t *integer = value.integer()) {
        if (*integer != 0 && *integer != 1)
            return false;
        value = *integer == 1;
        return true;
    }
    const json::Text *text = value.string();
    if (text == nullptr || text->size() > 5)
        return false;
    const std::string word = lower(*text);
    if (word == "1" || word == "true" || word == "on" || word == "yes" || word == "ok")
        value = true;
    else if (word.empty() || word == "0" || word == "false" || word == "off" || word == "no")
        value = false;
    else
        return false;
    return true;
}

bool to_date(json::Value &value) {
    const json::Text *text = value.string();
    if (text == nullptr)
        return false;
    if (is_day(*text))
        return true;
    if (is_no_date(*text)) {
        value = nullptr;
        return true;
    }
    // A day with a time is a day where the time is none.
    const std::string_view day = std::string_view(*text).substr(0, 10);
    const std::string_view rest = std::string_view(*text).substr(day.size());
    if (!is_day(day) || (!rest.empty() && rest != " 00:00:00" && rest != "T00:00:00"))
        return false;
    value = std::string(day);
    return true;
}

bool to_datetime(json::Value &value) {
    json::Text *text = value.string();
    if (text == nullptr)
        return false;
    const std::string_view view = *text;
    if (!is_day(view.substr(0, 10))) {
        if (!is_no_date(view))
            return false;
        value = nullptr;
        return true;
    }
    if (view.size() == 10) {
        value = std::string(view) + "T00:00:00";
        return true;
    }
    if ((view[10] != ' ' && view[10] != 'T') || !is_time(view.substr(11, std::min<std::size_t>(8, view.size() - 11))))
        return false;
    if (view.size() == 19) {
        text->data()[10] = 'T';
        return true;
    }
    std::size_t at = 19;
    if (at < view.size() && view[at] == '.') {
        const std::size_t end = std::min(view.find_first_not_of("0123456789", at + 1), view.size());
        if (end == at + 1)
            return false;
        at = end;
    }
    const std::optional<std::string> offset = read_offset(view.substr(at));
    if (!offset)
        return false;
    value = std::string(view.substr(0, 10)) + "T" + std::string(view.substr(11, at - 11)) + *offset;
    return true;
}

} // namespace hostbill::shape_value
