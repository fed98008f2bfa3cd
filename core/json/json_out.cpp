#include "core/json/json_out.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

namespace hostbill::json {

void Out::grow(std::size_t bytes) {
    constexpr std::size_t least = 512;
    const std::size_t used = view().size();
    // Twice what there was: who asks for all that may come, again and again, copies what there is a few times only.
    const std::size_t size = std::max({used + bytes, 2 * static_cast<std::size_t>(limit_ - begin_), least});
    char *larger = static_cast<char *>(std::malloc(size));
    if (larger == nullptr)
        throw std::bad_alloc();
    if (used > 0)
        std::memcpy(larger, begin_, used);
    drop();
    begin_ = larger;
    end_ = larger + used;
    limit_ = larger + size;
}

void Out::clear() noexcept {
    if (begin_ != nullptr)
        explicit_bzero(begin_, view().size());
    end_ = begin_;
}

void Out::drop() noexcept {
    clear();
    std::free(begin_);
}

char *Out::release() {
    *this += '\0';
    end_ = limit_ = nullptr;
    return std::exchange(begin_, nullptr);
}

} // namespace hostbill::json
