// Who is using a client at the moment, in one process.
#pragma once

#include <condition_variable>
#include <mutex>

namespace hostbill::capi {

class Session {
public:
    Session() = default;
    // Waits until everything under way has returned.
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    // Held by every function that works with the client.
    class Use {
    public:
        explicit Use(Session &session);
        ~Use();
        Use(const Use &) = delete;
        Use &operator=(const Use &) = delete;

    private:
        Session &session_;
    };

private:
    std::mutex mutex_;
    std::condition_variable unused_;
    int uses_ = 0; // guarded by mutex_
};

} // namespace hostbill::capi
