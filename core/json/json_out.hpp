// Text on its way out: grows, keeps nothing behind, and can be handed on as the C string it is.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace hostbill::json {

// What it holds may be secret: memory it gives up is overwritten first.
class Out {
public:
    Out() noexcept = default;
    Out(Out &&other) noexcept
        : begin_(std::exchange(other.begin_, nullptr)), end_(std::exchange(other.end_, nullptr)),
          limit_(std::exchange(other.limit_, nullptr)) {}
    Out &operator=(Out &&) = delete;
    ~Out() { drop(); }

    // Room for so many bytes more: then they can be put at `end`, and `advance` takes them in.
    char *room_for(std::size_t bytes) {
        if (static_cast<std::size_t>(limit_ - end_) < bytes)
            grow(bytes);
        return end_;
    }
    void advance(std::size_t bytes) noexcept { end_ += bytes; }

    Out &operator+=(char c) {
        *room_for(1) = c;
        ++end_;
        return *this;
    }
    Out &operator+=(std::string_view text) {
        if (!text.empty())
            std::memcpy(room_for(text.size()), text.data(), text.size());
        end_ += text.size();
        return *this;
    }

    void remove_last() noexcept { --end_; }
    void clear() noexcept; // keeps the memory

    std::string_view view() const noexcept { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }

    // The text, ended by NUL, in memory from malloc, which is now the caller's; this is empty again.
    char *release();

private:
    void grow(std::size_t bytes);
    void drop() noexcept;

    char *begin_ = nullptr;
    char *end_ = nullptr;
    char *limit_ = nullptr;
};

} // namespace hostbill::json
