// Owned text of any bytes in half the room of a std::string: most names and values of an answer are short, and those
// need no memory of their own.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hostbill::json {

// Two words, which machines copy as one.
struct Words {
    std::uint64_t low = 0, high = 0;
};

// A few bytes by overlapping pieces of fixed length: cheaper than a call.
inline void copy_bytes(char *to, const char *from, std::size_t size) noexcept {
    const auto ends = [&](auto piece) {
        std::memcpy(to, from, sizeof piece);
        std::memcpy(to + size - sizeof piece, from + size - sizeof piece, sizeof piece);
    };
    if (size > 32)
        std::memcpy(to, from, size);
    else if (size >= 16)
        ends(Words{});
    else if (size >= 8)
        ends(std::uint64_t{});
    else if (size >= 4)
        ends(std::uint32_t{});
    else if (size >= 2)
        ends(std::uint16_t{});
    else if (size == 1)
        *to = *from;
}

inline bool equal_bytes(const char *left, const char *right, std::size_t size) noexcept {
    const auto ends = [&](auto piece) {
        auto other = piece, last = piece, other_last = piece;
        std::memcpy(&piece, left, sizeof piece);
        std::memcpy(&other, right, sizeof piece);
        std::memcpy(&last, left + size - sizeof piece, sizeof piece);
        std::memcpy(&other_last, right + size - sizeof piece, sizeof piece);
        return ((piece ^ other) | (last ^ other_last)) == 0;
    };
    if (size > 16)
        return std::memcmp(left, right, size) == 0;
    if (size >= 8)
        return ends(std::uint64_t{});
    if (size >= 4)
        return ends(std::uint32_t{});
    if (size >= 2)
        return ends(std::uint16_t{});
    return size == 0 || *left == *right;
}

// Reads like a std::string_view and turns into one by itself. At most 4 GiB.
class Text {
public:
    Text() noexcept = default;
    Text(std::string_view text) { assign(text); }
    Text(const std::string &text) { assign(text); }
    Text(const char *text) { assign(text); }
    Text(const Text &other) { *this = other; }
    Text(Text &&other) noexcept : parts_(std::exchange(other.parts_, {})) {}
    Text &operator=(const Text &other) {
        if (other.is_far() || is_far())
            *this = Text(other.view());
        else
            parts_ = other.parts_;
        return *this;
    }
    Text &operator=(Text &&other) noexcept {
        std::swap(parts_, other.parts_);
        return *this;
    }
    ~Text() {
        if (is_far())
            release();
    }

    // `text` must not be a part of this text.
    void assign(std::string_view text) {
        if (is_far())
            release();
        if (text.size() <= most_near)
            put_near(text.data(), text.size());
        else
            put_far(text);
    }

    // The same of at most `most_near` bytes, where `room` bytes can be read.
    void assign_near(const char *text, std::size_t size) noexcept {
        if (is_far())
            release();
        if constexpr (std::endian::native == std::endian::little) {
            // Whole words, without the bytes behind the text, and the size on top.
            Words words;
            std::memcpy(&words, text, sizeof words);
            const auto first = [](std::uint64_t word, std::size_t bytes) {
                return word & ((std::uint64_t{1} << 8 * bytes) - 1);
            };
            words = size < 8 ? Words{first(words.low, size), 0} : Words{words.low, first(words.high, size - 8)};
            words.high |= std::uint64_t{size} << 56;
            std::memcpy(&parts_, &words, sizeof words);
        } else {
            put_near(text, size);
        }
    }

    // Of a near text, without a look at which kind it is.
    const char *near_data() const noexcept { return parts_.bytes; }
    std::size_t near_size() const noexcept { return parts_.size; }
    void assign_near(const Text &other) noexcept { parts_ = other.parts_; } // both are

    // How long a text may be to be kept in place; and how much can be read at `data`, however short it is.
    static constexpr std::size_t most_near = 15, room = 16;

    const char *data() const noexcept { return is_far() ? far_data() : parts_.bytes; }
    char *data() noexcept { return is_far() ? far_data() : parts_.bytes; } // to change what is there
    std::size_t size() const noexcept { return is_far() ? far_size() : parts_.size; }
    bool empty() const noexcept { return parts_.size == 0; }
    bool is_near() const noexcept { return !is_far(); } // kept in place
    const char *begin() const noexcept { return data(); }
    const char *end() const noexcept { return data() + size(); }
    std::string_view view() const noexcept { return {data(), size()}; }
    operator std::string_view() const noexcept { return view(); }
    operator std::string() const { return std::string(view()); }
    bool starts_with(std::string_view start) const noexcept { return view().starts_with(start); }

    friend bool operator==(const Text &left, const Text &right) noexcept {
        // Near ones are filled up with zeros.
        return left.is_far() ? left.view() == right.view() : std::memcmp(&left, &right, sizeof left) == 0;
    }
    template <class Other> // whatever else is text
    requires(!std::is_same_v<Other, Text> && std::is_convertible_v<const Other &, std::string_view>) friend bool
    operator==(const Text &left, const Other &right) noexcept {
        const std::string_view text(right);
        return left.size() == text.size() && equal_bytes(left.data(), text.data(), text.size());
    }
    friend bool operator<(const Text &left, const Text &right) noexcept { return left.view() < right.view(); }

private:
    static constexpr std::uint8_t far = 0xFF;

    bool is_far() const noexcept { return parts_.size == far; }
    char *far_data() const noexcept {
        char *data = nullptr;
        std::memcpy(&data, parts_.bytes, sizeof data);
        return data;
    }
    std::size_t far_size() const noexcept {
        std::uint32_t size = 0;
        std::memcpy(&size, parts_.bytes + sizeof(char *), sizeof size);
        return size;
    }
    void put_near(const char *text, std::size_t size) noexcept {
        parts_ = {};
        parts_.size = static_cast<std::uint8_t>(size);
        copy_bytes(parts_.bytes, text, size);
    }
    void put_far(std::string_view text); // of more than most_near bytes
    void release() noexcept;             // what is far; leaves it empty

    struct Parts {
        char bytes[most_near]; // the text, or where it is and its length
        std::uint8_t size;     // or `far`
    };
    alignas(char *) Parts parts_ = {};
};

inline std::string operator+(std::string left, const Text &right) { return std::move(left.append(right.view())); }
inline std::string operator+(const char *left, const Text &right) { return std::string(left) + right; }
inline std::string operator+(const Text &left, std::string_view right) { return std::string(left).append(right); }

} // namespace hostbill::json
