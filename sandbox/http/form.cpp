#include "sandbox/http/form.hpp"

namespace hostbill::sandbox {
namespace {

// Nobody means more than this; PHP has the same two limits.
constexpr std::size_t max_fields = 1000;
constexpr std::size_t max_brackets = 16;

int hex(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

// Length of the UTF-8 letter that starts here; 0: there is none. Surrogates and overlong forms are none.
std::size_t letter_length(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80)
            return 0;
    const auto second = static_cast<unsigned char>(text[1]);
    const bool bad = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                     (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
    return bad ? 0 : length;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = letter_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

// "a[b][]" is {"a", "b", ""}.
std::optional<std::vector<std::string>> split_name(std::string_view name) {
    std::vector<std::string> path;
    std::size_t bracket = name.find('[');
    path.emplace_back(name.substr(0, bracket));
    while (bracket != name.npos) {
        std::size_t end = name.find(']', bracket);
        if (end == name.npos || path.size() > max_brackets)
            return std::nullopt;
        path.emplace_back(name.substr(bracket + 1, end - bracket - 1));
        bracket = end + 1;
        if (bracket == name.size())
            break;
        if (name[bracket] != '[')
            return std::nullopt;
    }
    return path;
}

void place(json::Object &root, const std::vector<std::string> &path, std::string value) {
    json::Object *object = &root;
    for (std::size_t i = 0;; ++i) {
        const std::string key = path[i].empty() && i > 0 ? std::to_string(object->size()) : path[i];
        if (i + 1 == path.size()) {
            object->set(key, std::move(value));
            return;
        }
        json::Value *inner = object->find(key);
        if (inner == nullptr || inner->object() == nullptr)
            inner = &object->set(key, json::Object());
        object = inner->object();
    }
}

bool is_list(const json::Object &object) {
    std::size_t i = 0;
    for (const json::Member &member : object)
        if (member.key != std::to_string(i++))
            return false;
    return i > 0;
}

void make_lists(json::Value &value) {
    json::Object *object = value.object();
    if (object == nullptr)
        return;
    for (json::Member &member : *object)
        make_lists(member.value);
    if (!is_list(*object))
        return;
    json::Array list;
    for (json::Member &member : *object)
        list.push_back(std::move(member.value));
    value = std::move(list);
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char letter = text[i];
        if (letter == '+' && plus) {
            letter = ' ';
        } else if (letter == '%') {
            if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0)
                return std::nullopt;
            letter = static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        }
        if (letter == '\0')
            return std::nullopt;
        out += letter;
    }
    if (!is_utf8(out))
        return std::nullopt;
    return out;
}

std::optional<json::Object> decode_form(std::string_view text) {
    json::Object root;
    std::size_t fields = 0;
    while (!text.empty()) {
        std::size_t end = text.find('&');
        std::string_view field = text.substr(0, end);
        text = end == text.npos ? std::string_view() : text.substr(end + 1);
        if (field.empty())
            continue;
        std::size_t equals = field.find('=');
        auto name = percent_decode(field.substr(0, equals), true);
        auto value = percent_decode(equals == field.npos ? std::string_view() : field.substr(equals + 1), true);
        if (!name || !value || name->empty() || ++fields > max_fields)
            return std::nullopt;
        auto path = split_name(*name);
        if (!path)
            return std::nullopt;
        place(root, *path, std::move(*value));
    }
    for (json::Member &member : root)
        make_lists(member.value);
    return root;
}

} // namespace hostbill::sandbox
