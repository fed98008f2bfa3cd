#include "core/json/decimal.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>

namespace hostbill {
namespace {

constexpr std::size_t most_digits = 60;

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

// Of digits without zeros in front.
std::strong_ordering compare_digits(const std::string &left, const std::string &right) {
    return left.size() != right.size() ? left.size() <=> right.size() : left.compare(right) <=> 0;
}

std::string add_digits(const std::string &left, const std::string &right) {
    std::string sum;
    int carry = 0;
    for (std::size_t i = 0; i < std::max(left.size(), right.size()) || carry != 0; ++i) {
        carry += i < left.size() ? left[left.size() - 1 - i] - '0' : 0;
        carry += i < right.size() ? right[right.size() - 1 - i] - '0' : 0;
        sum += static_cast<char>('0' + carry % 10);
        carry /= 10;
    }
    std::reverse(sum.begin(), sum.end());
    return sum;
}

// The left one is not the smaller.
std::string subtract_digits(const std::string &left, const std::string &right) {
    std::string difference;
    int borrow = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        int digit = left[left.size() - 1 - i] - '0' - borrow;
        digit -= i < right.size() ? right[right.size() - 1 - i] - '0' : 0;
        borrow = digit < 0 ? 1 : 0;
        difference += static_cast<char>('0' + digit + 10 * borrow);
    }
    std::reverse(difference.begin(), difference.end());
    return difference;
}

} // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view whole = text.substr(0, point), decimals = text.substr(std::min(point + 1, text.size()));
    if ((whole.empty() && decimals.empty()) || !all_digits(whole) || !all_digits(decimals) ||
        (point < text.size() && decimals.empty()) || whole.size() + decimals.size() > most_digits)
        return std::nullopt;
    return made(negative, std::string(whole) + std::string(decimals), decimals.size());
}

std::optional<Decimal> Decimal::of(const json::Value *value) {
    if (value == nullptr)
        return std::nullopt;
    if (value->integer() != nullptr)
        return parse(std::to_string(*value->integer()));
    const json::Text *text = value->number_text() != nullptr ? value->number_text() : value->string();
    return text != nullptr ? parse(*text) : std::nullopt;
}

Decimal Decimal::made(bool negative, std::string digits, std::size_t scale) {
    Decimal number;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    number.negative_ = negative && !digits.empty();
    number.digits_ = std::move(digits);
    number.scale_ = scale;
    return number;
}

std::string Decimal::text() const {
    std::string out = digits_;
    if (out.size() <= scale_)
        out.insert(0, scale_ + 1 - out.size(), '0');
    if (scale_ > 0)
        out.insert(out.size() - scale_, 1, '.');
    return negative_ ? "-" + out : out;
}

// Its digits, as if it had so many decimals.
std::string Decimal::scaled(const Decimal &number, std::size_t scale) {
    return number.digits_.empty() ? std::string() : number.digits_ + std::string(scale - number.scale_, '0');
}

Decimal operator-(const Decimal &number) {
    Decimal result = number;
    result.negative_ = !number.negative_ && !number.is_zero();
    return result;
}

Decimal operator+(const Decimal &left, const Decimal &right) {
    const std::size_t scale = std::max(left.scale_, right.scale_);
    const std::string a = Decimal::scaled(left, scale), b = Decimal::scaled(right, scale);
    if (left.negative_ == right.negative_)
        return Decimal::made(left.negative_, add_digits(a, b), scale);
    if (compare_digits(a, b) >= 0)
        return Decimal::made(left.negative_, subtract_digits(a, b), scale);
    return Decimal::made(right.negative_, subtract_digits(b, a), scale);
}

std::strong_ordering operator<=>(const Decimal &left, const Decimal &right) {
    if (left.negative_ != right.negative_)
        return left.negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
    const std::size_t scale = std::max(left.scale_, right.scale_);
    const auto order = compare_digits(Decimal::scaled(left, scale), Decimal::scaled(right, scale));
    return left.negative_ ? 0 <=> order : order;
}

} // namespace hostbill
