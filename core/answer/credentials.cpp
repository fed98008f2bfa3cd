#include "core/answer/credentials.hpp"

#include "core/answer/shape_value.hpp"
#include "core/base/ascii.hpp"
#include "core/base/html_text.hpp"
#include "core/base/secret.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hostbill {
namespace {

// Enough for any machine; a text may be anything.
constexpr std::size_t most_credentials = 20;
constexpr std::size_t longest_text = std::size_t{64} << 10;
constexpr std::size_t longest_value = 2000;
constexpr std::size_t longest_label = 60;

enum class Part : std::uint8_t { none, username, password, url, host, port };

struct Word {
    std::string_view text;
    Part part;
};

// The last word of a label says what it names.
constexpr Word words[] = {
    {"password", Part::password}, {"passwd", Part::password}, {"passphrase", Part::password},
    {"pass", Part::password},     {"pwd", Part::password},    {"pw", Part::password},
    {"username", Part::username}, {"user", Part::username},   {"login", Part::username},
    {"url", Part::url},           {"link", Part::url},        {"console", Part::url},
    {"host", Part::host},         {"hostname", Part::host},   {"ip", Part::host},
    {"address", Part::host},      {"server", Part::host},     {"port", Part::port},
};

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find_first_of(separators);
        parts.push_back(trimmed(text.substr(0, end)));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

bool is_url(std::string_view text) {
    const std::size_t scheme = text.find("://");
    return scheme != std::string_view::npos && scheme > 0 && scheme < 12 && text.find(' ') == std::string_view::npos;
}

struct Label {
    Part part = Part::none;
    std::string_view text = {};
    std::string_view user = {}; // whose password it is, where the label says
};

// "New root password" names root's password; a label is a few words and nothing else.
Label read_label(std::string_view text) {
    text = trimmed(text);
    while (!text.empty() && (text.back() == ':' || text.back() == '='))
        text = trimmed(text.substr(0, text.size() - 1));
    Label label{.text = text};
    if (text.empty() || text.size() > longest_label)
        return label;
    std::vector<std::string_view> parts = split(text, " _-");
    if (const auto found = std::find(parts.begin(), parts.end(), "for");
        found != parts.end() && found != parts.begin()) {
        if (std::next(found) != parts.end())
            label.user = parts.back();
        parts.erase(found, parts.end());
    }
    std::string last = lower(parts.back());
    if (last == "name" && parts.size() > 1 && lower(parts[parts.size() - 2]) == "user")
        last = "username";
    for (const Word &word : words) {
        if (word.text == last)
            label.part = word.part;
    }
    if (label.part != Part::password) {
        label.user = {};
    } else if (label.user.empty()) {
        for (const std::string_view part : parts) {
            const std::string word = lower(part);
            if (word == "root" || word == "admin" || word == "administrator")
                label.user = part;
        }
    }
    return label;
}

struct Found {
    std::array<std::string, 6> parts = {}; // by Part
    std::string label = {};
    std::string user = {};

    std::string &operator[](Part part) { return parts[static_cast<std::size_t>(part)]; }
};

json::Value text_or_null(std::string text) { return text.empty() ? json::Value() : json::Value(std::move(text)); }

json::Object to_object(Found found) {
    json::Value port = text_or_null(found[Part::port]);
    if (!port.is_null() && !shape_value::to_integer(port))
        port = nullptr;
    return json::Object{{"label", text_or_null(found.label)},
                        {"username", text_or_null(found[Part::username].empty() ? found.user : found[Part::username])},
                        {"password", text_or_null(found[Part::password])},
                        {"url", text_or_null(found[Part::url])},
                        {"host", text_or_null(found[Part::host])},
                        {"port", std::move(port)}};
}

class Finder {
public:
    // Looks through lines whose cells, if any, are apart by tabs.
    void look(std::string_view text) {
        while (!text.empty() && list_.size() < most_credentials) {
            const std::size_t end = text.find('\n');
            line(trimmed(text.substr(0, end)));
            text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        }
    }

    void put(const Label &label, std::string_view value) {
        value = trimmed(value);
        if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
            value = value.substr(1, value.size() - 2);
        if (value.empty() || value.size() > longest_value)
            return;
        const Part part = is_url(value) ? Part::url : label.part;
        if (part == Part::none || (part == Part::url && !is_url(value)))
            return;
        if (!current_[part].empty())
            finish();
        current_[part] = value;
        if (part == Part::password || (part == Part::url && current_.label.empty())) {
            current_.label = label.text;
            if (!label.user.empty())
                current_.user = label.user;
        }
    }

    json::Array take() {
        finish();
        return std::move(list_);
    }

    bool empty() const {
        return list_.empty() && std::all_of(current_.parts.begin(), current_.parts.end(),
                                            [](const std::string &part) { return part.empty(); });
    }

private:
    // A name alone opens nothing.
    void finish() {
        const bool opens = !current_[Part::password].empty() || !current_[Part::url].empty();
        if (opens && list_.size() < most_credentials)
            list_.emplace_back(to_object(std::move(current_)));
        current_ = {};
    }

    void line(std::string_view text) {
        if (text.empty())
            return;
        if (waiting_ && text.find_first_of(" \t") == std::string_view::npos && read_label(text).part == Part::none) {
            const Label label = *waiting_;
            waiting_.reset();
            put(label, text);
            return;
        }
        waiting_.reset();
        if (text.find('\t') != std::string_view::npos)
            row(split(text, "\t"));
        else
            sentence(text);
    }

    void row(const std::vector<std::string_view> &cells) {
        const auto names = [](std::string_view cell) { return read_label(cell).part != Part::none; };
        if (heads_.size() == cells.size()) {
            for (std::size_t i = 0; i < cells.size(); ++i)
                put(heads_[i], cells[i]);
            finish();
            return;
        }
        heads_.clear();
        if (cells.size() > 1 && std::all_of(cells.begin(), cells.end(), names)) {
            for (const std::string_view cell : cells)
                heads_.push_back(read_label(cell));
            return;
        }
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i + 1 < cells.size() && names(cells[i]))
                put(read_label(cells[i]), cells[i + 1]), ++i;
            else
                sentence(cells[i]);
        }
    }

    // "label: value", several of them too, or "the password is value".
    void sentence(std::string_view text) {
        heads_.clear();
        bool any = false;
        std::size_t start = 0; // of the label
        for (std::size_t at = separator(text, 0); at != std::string_view::npos; at = separator(text, at + 1)) {
            const std::size_t near = at - std::min(at - start, longest_label + 20);
            const Label label = read_label(after_break(text.substr(near, at - near)));
            if (label.part == Part::none)
                continue;
            any = true;
            std::string_view rest = text.substr(at + 1);
            const std::size_t begin = std::min(rest.find_first_not_of(' '), rest.size());
            rest.remove_prefix(begin);
            const std::size_t length = std::min(rest.find(' '), rest.size());
            std::string_view value = rest.substr(0, length);
            if (value.empty())
                waiting_ = label;
            // A comma between two pairs; at the end of the line it belongs to the value.
            if (length < rest.size() && (value.ends_with(',') || value.ends_with(';')))
                value.remove_suffix(1);
            put(label, value);
            at += begin + length;
            start = std::min(at + 1, text.size());
        }
        if (!any)
            statement(text);
    }

    // The next colon or equals sign that ends a label rather than standing inside an address.
    static std::size_t separator(std::string_view text, std::size_t from) {
        for (std::size_t at = text.find_first_of(":=", from); at != std::string_view::npos;
             at = text.find_first_of(":=", at + 1)) {
            if (text.substr(at, 3) != "://")
                return at;
        }
        return std::string_view::npos;
    }

    // A label begins behind what ends a sentence or a pair.
    static std::string_view after_break(std::string_view text) {
        const std::size_t end = text.find_last_of(",;|.!(");
        return end == std::string_view::npos ? text : text.substr(end + 1);
    }

    void statement(std::string_view text) {
        const std::size_t is = text.find(" is ");
        if (is == std::string_view::npos) {
            unlabelled(text);
            return;
        }
        const Label label = read_label(after_break(text.substr(0, is)));
        std::string_view value = trimmed(text.substr(is + 4));
        if (value.starts_with("now "))
            value = trimmed(value.substr(4));
        if (label.part == Part::none || value.find(' ') != std::string_view::npos) {
            unlabelled(text);
            return;
        }
        if (value.ends_with('.'))
            value.remove_suffix(1);
        put(label, value);
    }

    // An address needs no label where the text is about a console.
    void unlabelled(std::string_view text) {
        const std::string small = lower(text);
        if (small.find("console") == std::string::npos && small.find("vnc") == std::string::npos)
            return;
        for (const std::string_view word : split(text, " ")) {
            if (is_url(word))
                put({}, word);
        }
    }

    json::Array list_;
    Found current_;
    std::vector<Label> heads_;     // of a table's columns
    std::optional<Label> waiting_; // for a value on the next line
};

void look_in(Finder &finder, std::string_view text) {
    text = text.substr(0, longest_text);
    if (looks_like_html(text)) {
        std::string plain = html_to_text(text);
        finder.look(plain);
        wipe(plain);
    } else {
        finder.look(text);
    }
}

std::string_view text_of(const json::Object &object, std::string_view field) {
    const json::Value *value = field.empty() ? nullptr : object.find(field);
    return value != nullptr && value->string() != nullptr ? std::string_view(*value->string()) : std::string_view();
}

bool is_one_word(std::string_view text) {
    return text.size() >= 4 && text.size() <= 128 && text.find_first_of(" \t\r\n<>") == std::string_view::npos;
}

void find_in_fields(const CredentialSource &source, const json::Object &object, json::Array &list) {
    const std::string_view password = text_of(object, source.password);
    const std::string_view shared_key = text_of(object, source.shared_key);
    if (password.empty() && shared_key.empty())
        return;
    Found found;
    found[Part::username] = text_of(object, source.username);
    found[Part::password] = password;
    json::Object credential = to_object(std::move(found));
    if (!source.shared_key.empty())
        credential.append("shared_key", text_or_null(std::string(shared_key)));
    list.emplace_back(std::move(credential));
}

void find_in_text(const CredentialSource &source, const json::Object &object, json::Array &list) {
    const json::Value *value = object.find(source.text);
    if (value == nullptr)
        return;
    Finder finder;
    if (const json::Object *named = value->object()) {
        for (const json::Member &member : *named) {
            if (member.value.string() != nullptr)
                finder.put(read_label(member.key), *member.value.string());
        }
    } else if (const json::Array *lines = value->array()) {
        for (const json::Value &line : *lines) {
            if (line.string() != nullptr)
                look_in(finder, *line.string());
        }
    } else if (value->string() != nullptr) {
        const std::string_view text = trimmed(*value->string());
        look_in(finder, text);
        const std::string bare = lower(text_of(object, source.bare));
        if (finder.empty() && is_one_word(text)) {
            if (is_url(text))
                finder.put({}, text);
            else if (!bare.empty() && bare.find(source.bare_contains) != std::string::npos)
                finder.put({.part = Part::password}, text);
        }
    }
    for (json::Value &credential : finder.take())
        list.push_back(std::move(credential));
}

} // namespace

json::Array credentials_in(std::string_view text) {
    Finder finder;
    look_in(finder, text);
    return finder.take();
}

void add_credentials(std::span<const CredentialSource> sources, json::Object &object) {
    if (object.find("credentials") != nullptr)
        return;
    json::Array list;
    for (const CredentialSource &source : sources) {
        if (source.text.empty())
            find_in_fields(source, object, list);
        else
            find_in_text(source, object, list);
    }
    object.append("credentials", std::move(list));
}

} // namespace hostbill
