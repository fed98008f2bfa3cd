// Sessions kept in a file, for processes that follow one another or run side by side. docs/security.md says what is
// guarded against.
#pragma once

#include "core/base/call_control.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/catalog/error.hpp"
#include "core/http/http.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill {

// The tokens that a portal gave at one login or refresh.
struct Tokens {
    Secret access;
    Secret refresh;                                                  // empty: none
    std::optional<std::chrono::system_clock::time_point> renew_at{}; // by the portal's clock; nothing: unknown
};

// Tokens alone go into the file, never a password; several users and portals may share one. From any thread.
class TokenCache {
public:
    // Nothing is opened before the first use.
    TokenCache(std::string path, std::string_view origin, std::string_view username);

    // The right to renew the sessions in the file, for one thread of one process at a time. Ends with the object.
    class Lock {
    public:
        Lock() = default; // without it: what could not be had in time
        explicit Lock(int descriptor) : descriptor_(descriptor) {}
        Lock(Lock &&other) noexcept;
        Lock &operator=(Lock &&) = delete;
        ~Lock();

        bool held() const noexcept { return descriptor_ >= 0; }

    private:
        int descriptor_ = -1;
    };

    // Waits for others, but not for ever: whoever holds the lock may have been stopped. The error is a file that must
    // not be used, the caller's cancelling or the deadline.
    Result<Lock> lock(CallControl &control, Clock::time_point deadline) const;

    // This user's session at this portal, if any. A damaged file holds none. The error is a file that must not be used.
    Result<std::optional<Tokens>> load() const;

    // Replaces this user's session in the file at one go; empty tokens remove it. Only under the lock. A file that cannot
    // be written leaves things as they are: the tokens are good without it.
    void save(const Tokens &tokens) const;

private:
    const std::string path_;
    const std::string key_;
};

} // namespace hostbill
