#include "sandbox/world/money.hpp"

namespace hostbill::sandbox {

std::string money_text(Cents cents) {
    std::string text = cents < 0 ? "-" : "";
    Cents size = cents < 0 ? -cents : cents;
    text += std::to_string(size / 100) + '.';
    text += static_cast<char>('0' + size % 100 / 10);
    text += static_cast<char>('0' + size % 10);
    return text;
}

json::Value money_number(Cents cents) {
    if (cents % 100 == 0)
        return cents / 100;
    std::string text = money_text(cents);
    if (text.back() == '0')
        text.pop_back();
    return json::Value::number(std::move(text));
}

std::optional<Cents> parse_money(std::string_view text) {
    bool negative = text.starts_with('-');
    if (negative)
        text.remove_prefix(1);
    std::size_t point = text.find('.');
    std::string_view whole = text.substr(0, point);
    std::string_view part = point == text.npos ? std::string_view() : text.substr(point + 1);
    while (part.size() > 2 && part.back() == '0')
        part.remove_suffix(1);
    if (whole.empty() || whole.size() > 12 || part.size() > 2 || (point != text.npos && part.empty()))
        return std::nullopt;
    Cents cents = 0;
    for (char digit : whole) {
        if (digit < '0' || digit > '9')
            return std::nullopt;
        cents = cents * 10 + (digit - '0');
    }
    for (std::size_t i = 0; i < 2; ++i) {
        char digit = i < part.size() ? part[i] : '0';
        if (digit < '0' || digit > '9')
            return std::nullopt;
        cents = cents * 10 + (digit - '0');
    }
    return negative ? -cents : cents;
}

Cents share(Cents amount, std::int64_t part, std::int64_t whole) {
    const Cents product = amount * part;
    return (product + (product < 0 ? -whole : whole) / 2) / whole;
}

Cents percentage(Cents amount, std::int64_t hundredths) { return share(amount, hundredths, 10000); }

} // namespace hostbill::sandbox
