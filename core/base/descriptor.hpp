// A file descriptor that is ours.
#pragma once

#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace hostbill {

class Descriptor {
public:
    // Takes what a system call returned; throws std::system_error where that is a failure.
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {
        if (descriptor < 0)
            throw std::system_error(errno, std::generic_category());
    }
    ~Descriptor() { close(descriptor_); }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;

    int get() const noexcept { return descriptor_; }

private:
    const int descriptor_;
};

} // namespace hostbill
