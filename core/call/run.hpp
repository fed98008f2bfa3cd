// What a composition works with: the portal's operations, one deadline over all of them, and a clock that tests can
// replace.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/catalog/error.hpp"
#include "core/json/json.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hostbill {

// What is asked of one step besides its parameters.
struct StepOptions {
    std::optional<std::chrono::milliseconds> timeout = {}; // never longer than what the composition has left
    std::optional<int> max_attempts = {};                  // requests, instead of what the caller or the client says
    bool baseline = false;                                 // as the option of that name
    // The caller answers for it: with these parameters an operation that can act changes nothing, so that it may be
    // repeated, and is allowed where only reads are.
    bool changes_nothing = false;
    bool shaped = false; // the data in the form that callers of the library get, not the portal's
};

class Run {
public:
    Run() = default;
    virtual ~Run() = default;
    Run(const Run &) = delete;
    Run &operator=(const Run &) = delete;

    // Runs one operation and gives its answer's data: the single place where compositions read answers. The error says
    // in `step` which operation failed. In a dry run an operation that acts fails as `internal`: it must not come to
    // that.
    Result<json::Value> call(std::string_view operation, const json::Object &params, const StepOptions &options = {}) {
        return perform(operation, params, options);
    }

    virtual Clock::time_point now() const = 0;
    virtual Clock::time_point deadline() const = 0;

    // Seconds since 1970, by the machine's clock.
    virtual std::int64_t unix_time() const {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        return std::chrono::floor<std::chrono::seconds>(now).count();
    }

    // By how many seconds the portal's clock and the machine's differ, as far as the answers have shown.
    virtual std::int64_t clock_difference() const { return 0; }

    // Waits until that time. False: the call was cancelled before.
    virtual bool wait_until(Clock::time_point time) = 0;

    // How far it has come, for a caller that wants to know.
    virtual void report(const json::Object &progress) = 0;

    // From 0 to 1, other than 1.
    virtual double random_fraction() = 0;

private:
    virtual Result<json::Value> perform(std::string_view operation, const json::Object &params,
                                        const StepOptions &options) = 0;
};

} // namespace hostbill
