#include "core/json/json_memory.hpp"

#include <array>
#include <new>

namespace hostbill::json {
namespace {

constexpr std::size_t step = 32, largest = 4096; // bytes of a block
constexpr std::size_t most_kept = std::size_t{256} << 10;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool keeps_blocks = false; // It is to see every use of what was given back.
#else
constexpr bool keeps_blocks = true;
#endif

std::size_t sizes_up_to(std::size_t bytes) { return (bytes + step - 1) / step; }
std::size_t bytes_of(std::size_t size) { return size * step; }

// The free blocks of one thread, those of a size in a list.
class Shelf {
public:
    Shelf() = default;
    Shelf(const Shelf &) = delete;
    Shelf &operator=(const Shelf &) = delete;
    ~Shelf() { empty(); }

    void *take(std::size_t size) noexcept {
        Block *const block = free_[size];
        if (block != nullptr) {
            free_[size] = block->next;
            kept_ -= bytes_of(size);
        }
        return block;
    }

    void give(void *block, std::size_t size) noexcept {
        if (kept_ + bytes_of(size) > most_kept)
            empty(); // Other sizes may be wanted now.
        free_[size] = new (block) Block{free_[size]};
        kept_ += bytes_of(size);
    }

private:
    struct Block {
        Block *next;
    };

    void empty() noexcept {
        for (Block *&first : free_) {
            while (Block *const block = first) {
                first = block->next;
                ::operator delete(block);
            }
        }
        kept_ = 0;
    }

    std::array<Block *, largest / step + 1> free_{};
    std::size_t kept_ = 0; // bytes
};

// This thread's; null before the first use and after the last, when values may still come to their end.
constinit thread_local Shelf *shelf = nullptr;

[[gnu::noinline]] Shelf *open_shelf() {
    struct Owner {
        Shelf owned;
        Owner() { shelf = &owned; }
        ~Owner() { shelf = nullptr; }
    };
    thread_local Owner owner;
    return shelf;
}

Shelf *shelf_for(std::size_t size) {
    if (!keeps_blocks || size > largest / step || size == 0)
        return nullptr;
    return shelf != nullptr ? shelf : open_shelf();
}

} // namespace

void *take_block(std::size_t bytes) {
    const std::size_t size = sizes_up_to(bytes);
    Shelf *const kept = shelf_for(size);
    if (void *const block = kept != nullptr ? kept->take(size) : nullptr)
        return block;
    // All of its size, even without a shelf: another thread may put it on its own.
    return ::operator new(keeps_blocks ? bytes_of(size) : bytes);
}

void give_block(void *block, std::size_t bytes) noexcept {
    const std::size_t size = sizes_up_to(bytes);
    if (Shelf *const kept = shelf_for(size))
        kept->give(block, size);
    else
        ::operator delete(block);
}

} // namespace hostbill::json
