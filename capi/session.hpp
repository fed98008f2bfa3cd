// What one process has of a client besides the core's: the submissions, and who is using it at the moment.
#pragma once

#include "submissions.hpp"

#include "core/client.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

namespace hostbill::capi {

class Session {
public:
    // `client` has to outlive it.
    explicit Session(Client &client);

    // After close. Waits until everything under way has returned.
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    Result<std::string> call(std::string_view operation, std::string_view params_json, std::string_view options_json,
                             CallControl &control);
    Submissions &submissions() noexcept { return submissions_; }

    void cancel_all() noexcept;
    void cancel_key(std::int64_t key) { client_.cancel_key(key); }
    void close() noexcept;

    // Held by every function that works with the session.
    class Use {
    public:
        explicit Use(Session &session);
        ~Use();
        Use(const Use &) = delete;
        Use &operator=(const Use &) = delete;

        Session *operator->() const noexcept { return &session_; }

    private:
        Session &session_;
    };

private:
    Client &client_;
    std::mutex mutex_;
    std::condition_variable unused_;
    int uses_ = 0;            // guarded by mutex_
    Submissions submissions_; // last: its thread uses the rest
};

} // namespace hostbill::capi
