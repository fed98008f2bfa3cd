#include "core/dns/zone_file_generate.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace hostbill {
namespace {

constexpr std::int64_t most_lines = 65536;
constexpr std::int64_t largest_number = 2147483647;
constexpr std::size_t widest = 63; // the octets of a label

std::optional<std::int64_t> number_of(std::string_view text, std::int64_t least) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || code != std::errc() || end != text.data() + text.size() || value < least ||
        value > largest_number)
        return std::nullopt;
    return value;
}

// Takes what stands before the next comma.
std::string_view take_part(std::string_view &text) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    return part;
}

// What "${..}" says, without the braces.
Result<std::string, Phrase> modified(std::string_view modifier, std::int64_t number) {
    const std::string shown(modifier);
    const std::string_view offset_text = take_part(modifier);
    const std::string_view width_text = take_part(modifier);
    const std::string_view base_text = take_part(modifier);
    const auto offset = offset_text.empty() ? 0 : number_of(offset_text, -largest_number);
    const auto width = width_text.empty() ? 0 : number_of(width_text, 0);
    const std::string_view base = base_text.empty() ? "d" : base_text;
    const int radix = base == "d" ? 10 : base == "o" ? 8 : base == "x" || base == "X" ? 16 : 0;
    if (!offset || !width || static_cast<std::size_t>(*width) > widest || radix == 0 || !modifier.empty())
        return Phrase{"has ${" + shown + "}, which is not an offset, a width and one of d, o, x and X"};
    const std::int64_t value = number + *offset;
    if (value < 0)
        return Phrase{"has ${" + shown + "}, which gives a number below 0"};
    char digits[24];
    const auto written = std::to_chars(std::begin(digits), std::end(digits), value, radix);
    std::string out(std::begin(digits), written.ptr);
    if (base == "X")
        std::transform(out.begin(), out.end(), out.begin(),
                       [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
    if (out.size() < static_cast<std::size_t>(*width))
        out.insert(0, static_cast<std::size_t>(*width) - out.size(), '0');
    return out;
}

} // namespace

Result<GenerateRange, Phrase> parse_generate_range(std::string_view text) {
    const std::string shown(text);
    GenerateRange range;
    const std::size_t slash = text.find('/');
    const std::optional<std::int64_t> step = slash == std::string_view::npos ? 1 : number_of(text.substr(slash + 1), 1);
    text = text.substr(0, slash);
    const std::size_t dash = text.find('-');
    const auto first = number_of(text.substr(0, dash), 0);
    const auto last = dash == std::string_view::npos ? std::nullopt : number_of(text.substr(dash + 1), 0);
    if (!first || !last || !step || *last < *first)
        return Phrase{"has the range '" + shown + "', which is not like 1-254 or 0-100/2"};
    if ((*last - *first) / *step >= most_lines)
        return Phrase{"generates more than " + std::to_string(most_lines) + " records"};
    return GenerateRange{.first = *first, .last = *last, .step = *step};
}

Result<std::string, Phrase> fill_template(std::string_view text, std::int64_t number) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\\' && at + 1 < text.size()) {
            if (text[at + 1] != '$')
                out += text[at];
            out += text[at + 1];
            at += 2;
        } else if (text[at] != '$') {
            out += text[at++];
        } else if (text.substr(at).starts_with("$$")) {
            out += '$';
            at += 2;
        } else if (text.substr(at).starts_with("${")) {
            const std::size_t close = text.find('}', at);
            if (close == std::string_view::npos)
                return Phrase{"has ${ without }"};
            Result<std::string, Phrase> value = modified(text.substr(at + 2, close - at - 2), number);
            if (!value)
                return value;
            out += *value;
            at = close + 1;
        } else {
            out += std::to_string(number);
            ++at;
        }
    }
    return out;
}

} // namespace hostbill
