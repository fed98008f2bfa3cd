#include "core/tasks/compare.hpp"

#include "core/base/ascii.hpp"
#include "core/base/html_text.hpp"
#include "core/dns/dns_text.hpp"
#include "core/json/scalar_text.hpp"

#include <algorithm>

namespace hostbill {
namespace {

// Text with runs of blanks and line ends as one blank: portals store line ends their own way.
std::string folded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!blank) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    while (out.ends_with(' '))
        out.pop_back();
    return out;
}

// "010.50" and "10.5" are the same amount.
std::string plain_number(std::string text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.erase(0, 1);
    text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.'))
            text.pop_back();
    }
    if (text.empty() || text.starts_with('.'))
        text.insert(0, 1, '0');
    return negative && text != "0" ? "-" + text : text;
}

// A name relative to its zone; the zone's own name is empty.
std::string relative_name(std::string name, const std::string &zone) {
    name = lower(std::move(name));
    if (name.ends_with('.'))
        name.pop_back();
    if (name == "@" || name == zone)
        return {};
    if (!zone.empty() && name.ends_with("." + zone))
        name.resize(name.size() - zone.size() - 1);
    return name;
}

// Portals hold a TXT record as quoted strings or plain, and a host name with or without its last dot.
std::string plain_content(std::string content) {
    if (std::optional<std::string> text = joined_strings(content))
        return std::move(*text);
    if (content.ends_with('.'))
        content.pop_back();
    return content;
}

std::string text_of(const json::Value &value) {
    if (const json::Array *list = value.array()) { // an SRV record's content
        std::string out;
        for (const json::Value &element : *list)
            out += (out.empty() ? "" : " ") + scalar_text(element);
        return out;
    }
    return scalar_text(value);
}

bool same(Comparison as, const json::Value &found, const json::Value &wanted, const std::string &zone) {
    const std::string left = text_of(found);
    const std::string right = text_of(wanted);
    switch (as) {
    case Comparison::text:
        return folded(left) == folded(right);
    case Comparison::number:
        return plain_number(left) == plain_number(right);
    case Comparison::contains:
        return lower(folded(left)).find(lower(folded(right))) != std::string::npos;
    case Comparison::dns_name:
        return relative_name(left, zone) == relative_name(right, zone);
    case Comparison::dns_content:
        return folded(plain_content(left)) == folded(plain_content(right));
    }
    return false;
}

// What a portal may have made of a text that it was sent.
bool nearly_same(const std::string &found, const std::string &wanted) {
    constexpr std::size_t shortest_cut = 10;
    const auto cut = [](const std::string &left, const std::string &right) {
        return std::min(left.size(), right.size()) >= shortest_cut &&
               (left.starts_with(right) || right.starts_with(left));
    };
    const std::string sent = lower(folded(wanted));
    const std::string sent_without_tags = lower(folded(html_to_text(wanted)));
    for (const std::string &shown : {lower(folded(found)), lower(folded(html_to_text(found)))})
        if (shown == sent || shown == sent_without_tags || cut(shown, sent))
            return true;
    return false;
}

bool alike(Comparison as, const json::Value &found, const json::Value &wanted) {
    switch (as) {
    case Comparison::text:
        return nearly_same(text_of(found), text_of(wanted));
    case Comparison::contains:
        return lower(folded(html_to_text(text_of(found)))).find(lower(folded(text_of(wanted)))) != std::string::npos;
    case Comparison::dns_content:
        return nearly_same(plain_content(text_of(found)), plain_content(text_of(wanted)));
    case Comparison::number:
    case Comparison::dns_name:
        break;
    }
    return false;
}

} // namespace

std::optional<json::Value> wanted_value(const ReconcileMatch &row, const json::Object &params) {
    if (row.param.empty())
        return json::Value(row.value);
    const json::Value *given = params.find(row.param);
    if (given == nullptr || given->is_null())
        return std::nullopt;
    return *given;
}

Matched match(std::span<const ReconcileMatch> rows, const json::Value &item, const json::Object &params,
              const std::string &zone) {
    Matched result;
    for (const ReconcileMatch &row : rows) {
        const std::optional<json::Value> wanted = wanted_value(row, params);
        if (!wanted)
            continue;
        ++result.rows;
        const json::Value *found = item.find(row.field);
        if (found != nullptr && same(row.as, *found, *wanted, zone))
            continue;
        result.all = false;
        result.alike = result.alike && found != nullptr && alike(row.as, *found, *wanted);
    }
    return result;
}

} // namespace hostbill
