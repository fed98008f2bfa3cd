// Tells HTTP answers from anything else.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

struct HttpAnswer {
    int status;
    bool is_json;
    std::string_view body;
};

// The answers of one connection, one behind the other; nullopt where something else stands between or behind them.
inline std::optional<std::vector<HttpAnswer>> split_answers(std::string_view bytes) {
    constexpr std::string_view length_name = "\r\nContent-Length: ";
    std::vector<HttpAnswer> answers;
    while (!bytes.empty()) {
        const std::size_t head_end = bytes.find("\r\n\r\n");
        const std::string_view head = bytes.substr(0, head_end);
        if (head_end == bytes.npos || !(head.starts_with("HTTP/1.1 ") || head.starts_with("HTTP/1.0 ")))
            return std::nullopt;
        const auto number_at = [&](std::size_t place) {
            std::size_t number = 0;
            std::from_chars(head.data() + place, head.data() + head.size(), number);
            return number;
        };
        const std::size_t length = head.find(length_name);
        const std::size_t size = length == head.npos ? 0 : number_at(length + length_name.size());
        if (bytes.size() < head_end + 4 + size)
            return std::nullopt;
        const bool is_json = head.find("\r\nContent-Type: application/json") != head.npos;
        answers.push_back({static_cast<int>(number_at(9)), is_json, bytes.substr(head_end + 4, size)});
        bytes.remove_prefix(head_end + 4 + size);
    }
    return answers;
}
