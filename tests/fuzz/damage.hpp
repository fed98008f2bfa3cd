// Makes bad input of good: the same for the same seed.
#pragma once

#include <cstddef>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

class Damage {
public:
    explicit Damage(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

    // A few changes anywhere in the text.
    std::string of(std::string text) {
        for (std::size_t n = below(4) + 1; n > 0; --n) {
            change(text);
        }
        return text;
    }

private:
    void change(std::string &text) {
        static constexpr std::string_view pieces[] = {"{",
                                                      "}",
                                                      "[",
                                                      "]",
                                                      "\"",
                                                      ":",
                                                      ",",
                                                      "\\",
                                                      "\\u0000",
                                                      "\\ud83d",
                                                      "null",
                                                      "true",
                                                      "-0",
                                                      "1e9",
                                                      "1e99",
                                                      "0.1",
                                                      "\"\":",
                                                      "../",
                                                      "%2e",
                                                      "\xff",
                                                      "\xed\xa0\x80",
                                                      "\xc3",
                                                      "\xf0\x9f\x98\x80",
                                                      "\r\n",
                                                      "{\"a\":{}}",
                                                      "99999999999999999999"};
        const std::size_t at = below(text.size() + 1);
        switch (below(5)) {
        case 0:
            text.insert(at, pieces[below(std::size(pieces))]);
            break;
        case 1:
            text.erase(at, below(8) + 1);
            break;
        case 2:
            text.insert(at, text.substr(below(text.size() + 1), below(32)));
            break;
        case 3:
            if (at < text.size()) {
                text[at] = static_cast<char>(below(256));
            }
            break;
        default:
            text.insert(at, std::string(below(2000), "[{\"1 "[below(5)]));
            break;
        }
    }

    std::mt19937 random_;
};
