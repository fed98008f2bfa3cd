// A client of one portal: the whole way from an operation's name to its answer.
#pragma once

#include "core/answer/answer.hpp"
#include "core/base/call_control.hpp"
#include "core/base/result.hpp"
#include "core/catalog/caller_json.hpp"
#include "core/catalog/error.hpp"
#include "core/flight/submissions.hpp"
#include "core/policy/rate_limit.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hostbill {

// Any member function may be called from any thread, also at the same time; only the destructor has to come last,
// after every call has returned. Nothing but std::bad_alloc is thrown. A child process may go on with a client it
// inherited: there it is as newly created, or still closed. What it had belongs to the parent, connections and sessions
// included, and is left alone.
class Client {
public:
    // Checks the configuration and reports all its mistakes at once. No file is read and nothing is sent. With
    // `slots_from_outside`, nothing is sent either until the limiter is granted a slot for it, logins included.
    static Result<std::unique_ptr<Client>> create(const CallerObject &config, bool slots_from_outside = false);

    ~Client();
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    // Runs one operation on the calling thread. `params` and `options` are objects; empty text means none.
    Result<Answer> perform(std::string_view operation, const CallerObject &params, const CallerObject &options,
                           CallControl &control);

    // The same, with the answer as its document.
    Result<std::string> call(std::string_view operation, std::string_view params_json, std::string_view options_json,
                             CallControl &control);
    Result<std::string> call(std::string_view operation, std::string_view params_json = {},
                             std::string_view options_json = {});

    // Hands an operation over and returns at once with its number, under which exactly one outcome will come out of
    // `next`, whatever happens. As Submissions has them.
    Result<std::int64_t> submit(Submissions::Request request);
    std::optional<Error> next(int timeout_ms, const std::function<void(Taken &)> &take);
    int descriptor();
    int loop_descriptor();
    bool cancel(std::int64_t id);

    // The limit that its requests keep to, null where there is none. It lives as long as the client, or until a fork.
    RateLimiter *limiter();

    // Stops every call and submission in progress; each returns `cancelled`. Later ones are not affected.
    void cancel_all() noexcept;

    // Stops the calls that have this key as their option `cancel_key`. Where there is none, the next one that has it: what
    // stops a call may be earlier than what begins it. Of such keys the latest 1024 are remembered.
    void cancel_key(std::int64_t key);

    // Stops everything in progress and refuses anything new; what was submitted can still be taken. May be repeated.
    // Does not wait.
    void close() noexcept;
    bool closed() const noexcept;

private:
    struct State; // what one process has of it
    struct Shared;
    class Steps; // of a composition
    explicit Client(std::unique_ptr<Shared> shared);
    std::unique_ptr<Shared> shared_;
};

} // namespace hostbill
