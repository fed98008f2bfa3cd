// Every allocation of a call fails in turn. Each gives an answer or an error, the error is true, and nothing leaks.
//
// The program is linked with the library's objects, so that the allocations below are the library's, libcurl's and
// all others'. They are watched on the thread that makes the call; the portal's thread has memory enough.
#include "libraries.hpp"

#include <cerrno>
#include <cstdlib>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <new>

extern "C" {
void *__libc_malloc(std::size_t size);
void *__libc_calloc(std::size_t count, std::size_t size);
void *__libc_realloc(void *memory, std::size_t size);
void *__libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void *memory);
}

namespace {

struct Watch {
    bool armed = false;
    bool for_good = false;    // not only one allocation fails, but all after it too
    bool ours = false;        // of C++ code alone: libcurl 7.88 does not survive each of its own
    std::int64_t until = 0;   // how many allocations succeed before
    std::int64_t seen = 0;    // while armed
    std::int64_t balance = 0; // blocks allocated and not freed, by this thread
    bool failed = false;
};

thread_local Watch watch;

bool must_fail(bool ours = false) {
    if (!watch.armed || watch.ours != ours)
        return false;
    const std::int64_t number = watch.seen++;
    if (number < watch.until || (number > watch.until && !watch.for_good))
        return false;
    watch.failed = true;
    errno = ENOMEM;
    return true;
}

void *counted(void *memory) {
    watch.balance += memory != nullptr ? 1 : 0;
    return memory;
}

} // namespace

extern "C" {
void *malloc(std::size_t size) { return must_fail() ? nullptr : counted(__libc_malloc(size)); }
void *calloc(std::size_t count, std::size_t size) {
    return must_fail() ? nullptr : counted(__libc_calloc(count, size));
}
void *realloc(void *memory, std::size_t size) {
    if (must_fail())
        return nullptr;
    void *moved = __libc_realloc(memory, size);
    watch.balance += memory == nullptr && moved != nullptr ? 1 : 0;
    watch.balance -= memory != nullptr && size == 0 ? 1 : 0;
    return moved;
}
void *memalign(std::size_t alignment, std::size_t size) {
    return must_fail() ? nullptr : counted(__libc_memalign(alignment, size));
}
void *aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void **memory, std::size_t alignment, std::size_t size) {
    void *block = memalign(alignment, size);
    if (block == nullptr)
        return ENOMEM;
    *memory = block;
    return 0;
}
void free(void *memory) {
    watch.balance -= memory != nullptr ? 1 : 0;
    const int kept = errno;
    __libc_free(memory);
    errno = kept;
}
}

void *operator new(std::size_t size) {
    void *memory = must_fail(true) ? nullptr : malloc(size);
    return memory != nullptr ? memory : throw std::bad_alloc();
}
void operator delete(void *memory) noexcept { free(memory); }
void operator delete(void *memory, std::size_t) noexcept { free(memory); }

namespace hostbill::faults {
namespace {

struct Tried {
    std::string text;
    bool failed = false;
    std::int64_t kept = 0; // blocks that were not freed
};

// A client, one call, and all of it freed again; allocation number `until` fails.
Tried attempt(const std::string &config, const char *operation, const std::string &params, std::int64_t until,
              bool for_good) {
    Tried tried;
    tried.text.reserve(100'000);
    hostbill_client *client = nullptr;
    char *text = nullptr;
    watch = {.armed = true, .for_good = for_good, .until = until};
    if (hostbill_client_new(config.c_str(), &client, &text) == 0)
        text = hostbill_client_call_json(client, operation, params.c_str(), nullptr);
    watch.armed = false;
    tried.failed = watch.failed;
    EXPECT_NE(text, nullptr);
    tried.text = text != nullptr ? text : "";
    hostbill_string_free(text);
    hostbill_client_free(client);
    tried.kept = watch.balance;
    return tried;
}

struct Case {
    const char *portal;
    const char *operation;
    const char *more; // of the configuration
    bool for_good;
};

// Whether it is a success. Without memory for more, a call that has left may end as `internal`, and then says so.
bool expect_truth(const std::string &text, std::int64_t effects) {
    const Document document = parse(text);
    const Value *ok = find(document, "ok");
    if (ok != nullptr && ok->IsTrue()) {
        EXPECT_EQ(effects, 1) << text;
        return true;
    }
    const std::string word = ok != nullptr ? faults::text(document, "error", "class") : faults::text(document, "class");
    EXPECT_NE(word, "") << text;
    const bool may_have_happened =
        word == "outcome_unknown" || (word == "internal" && text.find("may have taken effect") != std::string::npos);
    EXPECT_LE(effects, may_have_happened ? 1 : 0) << text;
    return false;
}

class OutOfMemory : public testing::TestWithParam<Case> {};

TEST_P(OutOfMemory, IsAnErrorAndNoCrashNorLeakNorLie) {
    const auto [portal, operation, more, for_good] = GetParam();
    const Box box(portal);
    const std::string config = config_for(box, more);
    const std::string params = write(*find(box.info(), "operations", operation));
    constexpr std::int64_t never = 1'000'000'000;
    // What is set up once in a process, by libcurl and others.
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(attempt(config, operation, params, never, false).text.starts_with(R"({"ok":true)"));

    int errors = 0;
    for (std::int64_t until = 0;; ++until) {
        SCOPED_TRACE(until);
        box.control(R"({"command":"reset"})");
        Tried tried = attempt(config, operation, params, until, for_good);
        EXPECT_LE(box.effects(operation), 1) << tried.text;
        if (tried.kept != 0) { // What is set up once may be set up only when something else has failed.
            box.control(R"({"command":"reset"})");
            tried = attempt(config, operation, params, until, for_good);
        }
        EXPECT_EQ(tried.kept, 0) << "blocks are not freed: " << tried.text;
        EXPECT_EQ(hostbill_live_objects(), 0);
        if (!tried.failed)
            break;
        errors += expect_truth(tried.text, box.effects(operation)) ? 0 : 1;
    }
    EXPECT_GT(errors, 50);
}

// --- Submitted ------------------------------------------------------------------------------------------------------

// One that this thread carries out itself.
Tried attempt_in_flight(const std::string &config, const char *operation, const std::string &params,
                        std::int64_t until) {
    Tried tried;
    tried.text.reserve(100'000);
    hostbill_client *client = nullptr;
    EXPECT_EQ(hostbill_client_new(config.c_str(), &client, nullptr), 0);
    EXPECT_GT(hostbill_client_loop_fd(client), 0);
    char *text = nullptr;
    std::int64_t id = 0;
    watch = {.armed = true, .ours = true, .until = until};
    if (hostbill_client_submit(client, operation, params.c_str(), nullptr, &id, &text) == 0)
        hostbill_client_next(client, 10'000, &text);
    watch.armed = false;
    tried.failed = watch.failed;
    tried.text = text != nullptr ? text : "";
    hostbill_string_free(text);
    hostbill_client_free(client);
    return tried;
}

TEST(OutOfMemoryInFlight, IsAnOutcomeAndNoLie) {
    constexpr const char *operation = "services.reboot";
    for (const char *more : {"", R"("timeout":0.02)"}) {
        const Box box("coloup");
        const std::string config = config_for(box, more);
        const std::string params = write(*find(box.info(), "operations", operation));
        bool failed = true;
        for (std::int64_t until = 0; failed; ++until) {
            SCOPED_TRACE(until);
            box.control(R"({"command":"reset"})");
            if (*more != '\0')
                box.add_fault(operation, R"({"kind":"delay","ms":60000})");
            const Tried tried = attempt_in_flight(config, operation, params, until);
            EXPECT_EQ(hostbill_live_objects(), 0);
            expect_truth(tried.text, box.effects(operation));
            failed = tried.failed;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Calls, OutOfMemory,
                         testing::Values(Case{"coloup", "services.reboot", "", false},
                                         Case{"coloup", "services.reboot", "", true},
                                         Case{"internetport", "orders.create", "", false},
                                         Case{"generic", "tickets.create", R"("auth":"jwt")", false}));

} // namespace
} // namespace hostbill::faults
