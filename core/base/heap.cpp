#include "core/base/heap.hpp"

#include <cstddef>
#include <cstdlib>

namespace hostbill {

void keep_freed_memory() noexcept {
    // glibc learns from what it sees: once a block that was mapped by itself is freed, blocks of that size come from
    // the heap, and twice as much may stay free at its end (mallopt(3), M_MMAP_THRESHOLD). No page of it is touched.
    constexpr std::size_t block = std::size_t{1} << 19;
    void *volatile mapped = std::malloc(block); // volatile: or the compiler leaves both calls out
    std::free(mapped);
}

} // namespace hostbill
