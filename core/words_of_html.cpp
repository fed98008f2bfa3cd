#include "core/words_of_html.hpp"

#include <array>
#include <utility>

namespace hostbill {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> entities = {{
    {"&amp;", "&"},
    {"&lt;", "<"},
    {"&gt;", ">"},
    {"&quot;", "\""},
    {"&#39;", "'"},
    {"&apos;", "'"},
    {"&nbsp;", " "},
}};

// The length of the tag that the text begins with; 0: it is none, such as in "a < b".
std::size_t tag_length(std::string_view text) {
    if (text.size() < 2)
        return 0;
    const char next = text[1];
    const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
    if (!letter && next != '/' && next != '!')
        return 0;
    const std::size_t end = text.find('>');
    return end == std::string_view::npos ? 0 : end + 1;
}

} // namespace

std::string words_of_html(std::string_view text) {
    std::string out;
    bool blank = false;
    const auto add = [&](std::string_view piece) {
        if (blank && !out.empty())
            out += ' ';
        blank = false;
        out += piece;
    };
    while (!text.empty()) {
        const char c = text.front();
        std::size_t length = 1;
        if (static_cast<unsigned char>(c) <= ' ') {
            blank = true;
        } else if (const std::size_t tag = c == '<' ? tag_length(text) : 0; tag > 0) {
            length = tag;
            blank = true;
        } else {
            std::string_view piece = text.substr(0, 1);
            for (const auto &[written, meant] : entities) {
                if (text.starts_with(written)) {
                    piece = meant;
                    length = written.size();
                }
            }
            if (piece == " ")
                blank = true;
            else
                add(piece);
        }
        text.remove_prefix(length);
    }
    return out;
}

} // namespace hostbill
