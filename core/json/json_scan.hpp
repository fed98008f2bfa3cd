// Going over JSON in one pass without keeping any of it. What is wrong with a text is found here at the same place, and
// called the same, as where all of it is read.
#pragma once

#include "core/json/json.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hostbill::json {

// Every member function that returns a bool says whether to go on; where not, `problem` and `place` say why.
class Scanner {
protected:
    using Problem = ParseError::Kind;

    Scanner(std::string_view text, std::size_t max_depth)
        : at_(text.data()), end_(at_ + text.size()), short_end_(text.size() < short_room ? at_ : end_ - short_room + 1),
          max_depth_(max_depth) {}

    // One value of any kind, after blanks. Text that is no text is let pass: this is for the lenient dialect.
    bool pass_value();
    bool pass_number();
    bool pass_word(std::string_view word);

    bool fail(Problem problem, const char *place) {
        problem_ = problem;
        place_ = place;
        return false;
    }
    // Something else should have stood here.
    bool unexpected(const char *place) { return fail(place == end_ ? Problem::truncated : Problem::syntax, place); }

    void skip_blanks() { at_ = past_blanks(at_); }

    bool next_is(char c) {
        if (at_ == end_ || *at_ != c)
            return false;
        ++at_;
        return true;
    }

    // Past the bracket that opens a list or an object.
    bool go_deeper() { return depth_++ < max_depth_ ? (++at_, true) : fail(Problem::too_deep, at_); }

    static constexpr std::size_t short_room = 34; // two blocks, with what follows

    const char *at_;
    const char *const end_;
    const char *const short_end_; // no short text begins from here on
    const std::size_t max_depth_;
    std::size_t depth_ = 0;
    Problem problem_ = Problem::syntax;
    const char *place_ = nullptr;
    bool portable_ = true; // there was nothing so far that make_portable() might change

private:
    // From quote to quote, of names and texts in turn: the next element of a list has the same as a rule. A processor that is
    // told where a text ends goes on there before it has looked; to find out takes longer than all the rest.
    struct Sizes {
        static constexpr std::size_t members = 32;
        std::array<std::uint8_t, 2 * members> of;
        Sizes() { of.fill(1); }
    };

    // The byte there; NUL, which JSON has nowhere, for the end.
    char seen(const char *at) const { return at != end_ ? *at : '\0'; }
    const char *past_blanks(const char *at) {
        // Anything else is larger than the four of them: mostly there are none.
        return at != end_ && static_cast<unsigned char>(*at) <= ' ' ? blanks_end(at) : at;
    }
    const char *blanks_end(const char *at);

    bool pass_array();
    bool pass_object();
    bool pass_digits();

    // Where it ends; nullptr: there is something wrong with it.
    const char *after_name(const char *at, std::uint8_t &size);
    const char *after_value(const char *at);
    [[gnu::always_inline]] const char *after_object(const char *at, Sizes &sizes);
    const char *text_end(const char *at);
    const char *escape_end(const char *at);

    // Where the short text that may begin at `at` ends or has more in it than itself, with another byte behind that;
    // nullptr: it takes a closer look. `size` is what is expected, and becomes what was found.
    const char *short_text_stop(const char *at, std::uint8_t &size) const;
};

} // namespace hostbill::json
