#include "core/base/process_id.hpp"

#include <atomic>
#include <cstddef>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace hostbill {
namespace {

using Remembered = std::atomic<pid_t>;

// nullptr: the kernel cannot do that. Stays until the process ends.
Remembered *make_page() noexcept {
    const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void *page = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return nullptr;
    if (madvise(page, size, MADV_WIPEONFORK) != 0) {
        munmap(page, size);
        return nullptr;
    }
    return new (page) Remembered(0);
}

} // namespace

pid_t process_id() noexcept {
    static Remembered *const remembered = make_page();
    if (remembered == nullptr)
        return getpid();
    pid_t id = remembered->load(std::memory_order_relaxed);
    if (id == 0) {
        id = getpid();
        remembered->store(id, std::memory_order_relaxed);
    }
    return id;
}

} // namespace hostbill
