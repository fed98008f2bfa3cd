// What one process has of a client: the core's client, the submissions, and who is using them at the moment.
#pragma once

#include "submissions.hpp"

#include "core/client.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace hostbill::capi {

class Session {
public:
    static Result<std::unique_ptr<Session>> create(const std::string &config_json);

    // After close. Waits until everything under way has returned.
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    // False after a fork: what the session holds belongs to the parent and must not be touched.
    bool is_ours() const noexcept;

    Result<std::string> call(std::string_view operation, std::string_view params_json, std::string_view options_json,
                             CallControl &control);
    Submissions &submissions() noexcept { return submissions_; }

    void cancel_all() noexcept;
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
    explicit Session(std::unique_ptr<Client> client);

    const pid_t process_;
    const std::unique_ptr<Client> client_;
    std::mutex mutex_;
    std::condition_variable unused_;
    int uses_ = 0;            // guarded by mutex_
    Submissions submissions_; // last: its thread uses the rest
};

} // namespace hostbill::capi
