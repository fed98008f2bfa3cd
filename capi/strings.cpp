#include "strings.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

namespace hostbill::capi {

namespace {

#define HOSTBILL_FAILURE(message) R"({"class":"internal","status":-18,"message":")" message R"(","retryable":false})"
#define HOSTBILL_NO_MEMORY HOSTBILL_FAILURE("out of memory; an operation under way may have taken effect")
#define HOSTBILL_DEFECT HOSTBILL_FAILURE("a defect in the library; an operation under way may have taken effect")

// Indexed by Failure. Writable, as the caller's type says, though nobody should.
char errors[][160] = {HOSTBILL_NO_MEMORY, HOSTBILL_DEFECT};
char envelopes[][190] = {R"({"ok":false,"error":)" HOSTBILL_NO_MEMORY "}",
                         R"({"ok":false,"error":)" HOSTBILL_DEFECT "}"};

#undef HOSTBILL_DEFECT
#undef HOSTBILL_NO_MEMORY
#undef HOSTBILL_FAILURE

bool is_immortal(const char *string) noexcept {
    for (std::size_t n = 0; n < std::size(errors); ++n) {
        if (string == errors[n] || string == envelopes[n]) {
            return true;
        }
    }
    return false;
}

} // namespace

constinit std::atomic<std::int64_t> live_objects{0};

char *give(std::string &&text) {
    auto *copy = static_cast<char *>(std::malloc(text.size() + 1));
    if (copy == nullptr) {
        throw std::bad_alloc();
    }
    std::memcpy(copy, text.c_str(), text.size() + 1);
    explicit_bzero(text.data(), text.size());
    live_objects.fetch_add(1, std::memory_order_relaxed);
    return copy;
}

char *give(json::Out &&text) {
    char *given = text.release();
    live_objects.fetch_add(1, std::memory_order_relaxed);
    return given;
}

void take_back(char *string) noexcept {
    if (string == nullptr || is_immortal(string)) {
        return;
    }
    explicit_bzero(string, std::strlen(string));
    std::free(string);
    live_objects.fetch_sub(1, std::memory_order_relaxed);
}

char *failure_error(Failure failure) noexcept { return errors[static_cast<std::size_t>(failure)]; }

char *failure_envelope(Failure failure) noexcept { return envelopes[static_cast<std::size_t>(failure)]; }

} // namespace hostbill::capi
