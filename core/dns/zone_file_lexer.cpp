#include "core/dns/zone_file_lexer.hpp"

namespace hostbill {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

class Lexer {
public:
    Lexer(std::string_view text, std::vector<ZoneFileMistake> &mistakes) : text_(text), mistakes_(mistakes) {
        if (text_.starts_with(byte_order_mark))
            text_.remove_prefix(byte_order_mark.size());
    }

    std::vector<ZoneFileEntry> run() {
        begin();
        while (at_ < text_.size())
            step();
        if (depth_ > 0)
            report(opened_, "opens a parenthesis that is never closed");
        end();
        return std::move(entries_);
    }

private:
    void step() {
        const char c = text_[at_];
        switch (c) {
        case '\n':
            ++at_;
            ++line_;
            if (depth_ == 0) {
                end();
                begin();
            }
            break;
        case ' ':
        case '\t':
        case '\r':
            ++at_;
            break;
        case ';':
            skip_line();
            break;
        case '(':
            ++at_;
            if (depth_++ == 0)
                opened_ = line_;
            break;
        case ')':
            ++at_;
            if (depth_ == 0)
                report(line_, "closes a parenthesis that was not opened");
            else
                --depth_;
            break;
        case '"':
            quoted_word();
            break;
        default:
            plain_word();
        }
    }

    void begin() {
        entry_ = ZoneFileEntry{.line = line_};
        entry_.same_owner = at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t');
    }

    void end() {
        if (!entry_.words.empty())
            entries_.push_back(std::move(entry_));
        entry_ = {};
    }

    void skip_line() {
        while (at_ < text_.size() && text_[at_] != '\n')
            ++at_;
    }

    // A backslash takes what follows with it, but never the end of the line.
    void take(std::string &word) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n')
            word += text_[at_++];
        word += text_[at_++];
    }

    void quoted_word() {
        Word word{.text = {}, .quoted = true};
        ++at_;
        while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n')
            take(word.text);
        if (at_ < text_.size() && text_[at_] == '"')
            ++at_;
        else
            report(line_, "opens a quote that is not closed on the same line");
        add(std::move(word));
    }

    void plain_word() {
        constexpr std::string_view ends = " \t\r\n;()\"";
        Word word;
        while (at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos)
            take(word.text);
        add(std::move(word));
    }

    void add(Word word) {
        if (entry_.words.empty())
            entry_.line = line_;
        if (word.text.find('\0') != std::string::npos)
            report(line_, "holds a NUL");
        entry_.words.push_back(std::move(word));
    }

    void report(int line, std::string what) {
        entry_.broken = true;
        mistakes_.push_back({line, std::move(what)});
    }

    std::string_view text_;
    std::vector<ZoneFileMistake> &mistakes_;
    std::size_t at_ = 0;
    int line_ = 1;
    int depth_ = 0;
    int opened_ = 0;
    ZoneFileEntry entry_;
    std::vector<ZoneFileEntry> entries_;
};

} // namespace

std::vector<ZoneFileEntry> split_zone_file(std::string_view text, std::vector<ZoneFileMistake> &mistakes) {
    return Lexer(text, mistakes).run();
}

} // namespace hostbill
