// Memory for the parts of values. An answer takes hundreds of blocks of a few sizes and gives all of them back together,
// which is what malloc is slowest at. So every thread keeps some for the next answer.
#pragma once

#include <cstddef>

namespace hostbill::json {

void *take_block(std::size_t bytes);                      // throws std::bad_alloc
void give_block(void *block, std::size_t bytes) noexcept; // as many as it was taken for; by whatever thread

// The same for containers.
template <class T>
struct Blocks {
    using value_type = T;

    Blocks() noexcept = default;
    template <class Other>
    Blocks(const Blocks<Other> &) noexcept {}
    T *allocate(std::size_t count) { return static_cast<T *>(take_block(count * sizeof(T))); }
    void deallocate(T *block, std::size_t count) noexcept { give_block(block, count * sizeof(T)); }
    friend bool operator==(Blocks, Blocks) noexcept { return true; }
};

} // namespace hostbill::json
