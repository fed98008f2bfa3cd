#include "core/base/html_text.hpp"

#include "core/base/ascii.hpp"
#include "core/base/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace hostbill {
namespace {

// What a tag does to the text around it.
enum class Layout : std::uint8_t { inside, line, cell, term, hidden };

struct Tag {
    std::string_view name;
    Layout layout;
};

// Every other tag is no tag but text: a password may well hold "<x".
constexpr Tag tags[] = {
    {"a", Layout::inside},        {"abbr", Layout::inside},     {"b", Layout::inside},     {"big", Layout::inside},
    {"blockquote", Layout::line}, {"body", Layout::line},       {"br", Layout::line},      {"button", Layout::inside},
    {"caption", Layout::line},    {"center", Layout::line},     {"code", Layout::inside},  {"dd", Layout::cell},
    {"div", Layout::line},        {"dl", Layout::line},         {"dt", Layout::term},      {"em", Layout::inside},
    {"fieldset", Layout::line},   {"font", Layout::inside},     {"form", Layout::line},    {"h1", Layout::line},
    {"h2", Layout::line},         {"h3", Layout::line},         {"h4", Layout::line},      {"h5", Layout::line},
    {"h6", Layout::line},         {"head", Layout::line},       {"hr", Layout::line},      {"html", Layout::line},
    {"i", Layout::inside},        {"iframe", Layout::inside},   {"img", Layout::inside},   {"input", Layout::inside},
    {"kbd", Layout::inside},      {"label", Layout::inside},    {"li", Layout::line},      {"link", Layout::inside},
    {"meta", Layout::inside},     {"ol", Layout::line},         {"p", Layout::line},       {"pre", Layout::line},
    {"script", Layout::hidden},   {"section", Layout::line},    {"small", Layout::inside}, {"span", Layout::inside},
    {"strong", Layout::inside},   {"style", Layout::hidden},    {"table", Layout::line},   {"tbody", Layout::line},
    {"td", Layout::cell},         {"textarea", Layout::inside}, {"tfoot", Layout::line},   {"th", Layout::cell},
    {"thead", Layout::line},      {"title", Layout::line},      {"tr", Layout::line},      {"tt", Layout::inside},
    {"u", Layout::inside},        {"ul", Layout::line},
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

struct Found {
    const Tag *tag = nullptr;
    bool closing = false;
    std::string_view attributes = {};
    std::size_t end = 0; // behind the tag
};

// The tag that begins at `at`, a '<'; no tag where it is text.
Found tag_at(std::string_view html, std::size_t at) {
    Found found;
    std::size_t i = at + 1;
    if (i < html.size() && html[i] == '/') {
        found.closing = true;
        ++i;
    }
    const std::size_t name = i;
    while (i < html.size() && i - name <= 10 && is_letter_or_digit(html[i]))
        ++i;
    if (i == html.size() || !(is_blank(html[i]) || html[i] == '>' || html[i] == '/'))
        return found;
    const std::string_view word = html.substr(name, i - name);
    const auto *const known =
        std::find_if(std::begin(tags), std::end(tags), [&](const Tag &tag) { return same(tag.name, word); });
    if (known == std::end(tags))
        return found;
    const std::size_t attributes = i;
    for (char quote = 0; i < html.size(); ++i) {
        if (quote != 0) {
            if (html[i] == quote)
                quote = 0;
        } else if (html[i] == '"' || html[i] == '\'') {
            quote = html[i];
        } else if (html[i] == '>') {
            break;
        }
    }
    found.tag = known;
    found.attributes = html.substr(attributes, i - attributes);
    found.end = std::min(i + 1, html.size());
    return found;
}

// --- Entities -------------------------------------------------------------------------------------------------------

bool is_character(std::uint32_t code) { return code != 0 && code <= 0x10FFFF && (code < 0xD800 || code >= 0xE000); }

struct Entity {
    std::string_view name;
    char32_t code;
};

constexpr Entity entities[] = {{"amp", '&'},  {"lt", '<'},       {"gt", '>'},       {"quot", '"'},   {"apos", '\''},
                               {"nbsp", ' '}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"colon", ':'},  {"commat", '@'},
                               {"excl", '!'}, {"num", '#'},      {"dollar", '$'},   {"percnt", '%'}, {"ast", '*'}};

// Appends what the entity at `at`, an '&', stands for, and gives where it ends; `at` where there is none.
std::size_t entity_at(std::string_view html, std::size_t at, std::string &out) {
    const std::size_t end = html.substr(0, at + 12).find(';', at);
    if (end == std::string_view::npos)
        return at;
    const std::string_view name = html.substr(at + 1, end - at - 1);
    if (name.starts_with('#')) {
        const bool hex = name.size() > 1 && lower(name[1]) == 'x';
        const std::string_view digits = name.substr(hex ? 2 : 1);
        std::uint32_t code = 0;
        const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
        if (digits.empty() || error != std::errc() || stop != digits.data() + digits.size())
            return at;
        append_utf8(out, code == 0xA0 ? U' ' : is_character(code) ? char32_t{code} : replacement);
        return end + 1;
    }
    for (const Entity &entity : entities) {
        if (entity.name == name) {
            append_utf8(out, entity.code);
            return end + 1;
        }
    }
    return at;
}

// The value of an attribute, its entities decoded; empty where there is none.
std::string attribute(std::string_view attributes, std::string_view name) {
    for (std::size_t i = 0; i < attributes.size();) {
        while (i < attributes.size() && (is_blank(attributes[i]) || attributes[i] == '/'))
            ++i;
        const std::size_t start = i;
        while (i < attributes.size() && !is_blank(attributes[i]) && attributes[i] != '=')
            ++i;
        const std::string_view found = attributes.substr(start, i - start);
        while (i < attributes.size() && is_blank(attributes[i]))
            ++i;
        if (i == attributes.size() || attributes[i] != '=')
            continue;
        ++i;
        while (i < attributes.size() && is_blank(attributes[i]))
            ++i;
        const char quote =
            i < attributes.size() && (attributes[i] == '"' || attributes[i] == '\'') ? attributes[i++] : '\0';
        const std::size_t begin = i;
        while (i < attributes.size() && (quote != 0 ? attributes[i] != quote : !is_blank(attributes[i])))
            ++i;
        if (same(found, name)) {
            std::string value;
            const std::string_view raw = attributes.substr(begin, i - begin);
            for (std::size_t at = 0; at < raw.size();) {
                const std::size_t next = raw[at] == '&' ? entity_at(raw, at, value) : at;
                if (next == at)
                    value += raw[at++];
                else
                    at = next;
            }
            return value;
        }
        if (quote != 0 && i < attributes.size())
            ++i;
    }
    return {};
}

class Reader {
public:
    explicit Reader(std::string_view html) : html_(html) {
        for (std::size_t at = html.find('<'); at != std::string_view::npos && !has_lines_;
             at = html.find('<', at + 1)) {
            const Found found = tag_at(html, at);
            has_lines_ = found.tag != nullptr && found.tag->layout != Layout::inside;
            if (found.tag != nullptr)
                at = found.end - 1;
        }
    }

    std::string read() {
        for (std::size_t i = 0; i < html_.size();) {
            if (html_[i] == '<')
                i = markup(i);
            else if (html_[i] == '&')
                i = entity(i);
            else
                character(html_[i++]);
        }
        return std::move(out_);
    }

private:
    void character(char c) {
        if (c == '\n' && !has_lines_)
            line();
        else if (is_blank(c))
            blank_ = true;
        else
            put(c);
    }

    void put(char c) {
        if (blank_ && !out_.empty() && out_.back() != '\n' && out_.back() != '\t')
            out_ += ' ';
        blank_ = false;
        out_ += c;
    }

    void line() {
        blank_ = false;
        if (!out_.empty() && out_.back() != '\n')
            out_ += '\n';
    }

    void cell() {
        blank_ = false;
        if (!out_.empty() && out_.back() != '\n' && out_.back() != '\t')
            out_ += '\t';
    }

    std::size_t entity(std::size_t at) {
        std::string decoded;
        const std::size_t end = entity_at(html_, at, decoded);
        if (end == at) {
            put('&');
            return at + 1;
        }
        if (decoded == " ") {
            blank_ = true;
        } else {
            for (const char c : decoded)
                put(c);
        }
        return end;
    }

    std::size_t markup(std::size_t at) {
        if (html_.substr(at, 4) == "<!--") {
            const std::size_t end = html_.find("-->", at + 4);
            return end == std::string_view::npos ? html_.size() : end + 3;
        }
        const Found found = tag_at(html_, at);
        if (found.tag == nullptr) {
            put('<');
            return at + 1;
        }
        switch (found.tag->layout) {
        case Layout::line:
            line();
            break;
        case Layout::cell:
            cell();
            break;
        case Layout::term: // Its description is on the same line.
            found.closing ? cell() : line();
            break;
        case Layout::hidden:
            return found.closing ? found.end : end_of_hidden(found);
        default:
            inside(found);
        }
        return found.end;
    }

    std::size_t end_of_hidden(const Found &found) const {
        for (std::size_t at = html_.find("</", found.end); at != std::string_view::npos;
             at = html_.find("</", at + 2)) {
            if (same(html_.substr(at + 2, found.tag->name.size()), found.tag->name))
                return at;
        }
        return html_.size();
    }

    void inside(const Found &found) {
        if (same(found.tag->name, "a")) {
            if (found.closing)
                link();
            else
                href_ = attribute(found.attributes, "href");
            link_start_ = out_.size();
        } else if (same(found.tag->name, "input") || same(found.tag->name, "iframe")) {
            words(attribute(found.attributes, same(found.tag->name, "input") ? "value" : "src"));
        }
    }

    // The address behind the words of a link.
    void link() {
        constexpr std::size_t longest_address = 2000;
        if (!href_.empty() && href_.size() <= longest_address &&
            out_.find(href_, std::min(link_start_, out_.size())) == std::string::npos)
            words(href_);
        href_.clear();
    }

    void words(const std::string &text) {
        blank_ = true;
        for (const char c : text)
            character(c);
        blank_ = true;
    }

    std::string_view html_;
    std::string out_;
    std::string href_;
    std::size_t link_start_ = 0;
    bool blank_ = false;
    bool has_lines_ = false; // its lines are made by tags: a line's end in it is a blank
};

} // namespace

bool looks_like_html(std::string_view text) {
    for (std::size_t at = text.find_first_of("<&"); at != std::string_view::npos;
         at = text.find_first_of("<&", at + 1)) {
        std::string ignored;
        if (text[at] == '<' ? tag_at(text, at).tag != nullptr : entity_at(text, at, ignored) != at)
            return true;
    }
    return false;
}

std::string html_to_text(std::string_view html) { return Reader(html).read(); }

} // namespace hostbill
