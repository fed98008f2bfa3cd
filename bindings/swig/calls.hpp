// Calls that can be stopped one by one, for languages whose threads take exceptions or signals while they wait. Each
// call is a submission; whoever waits for one takes the answers of all out of the library and passes on what belongs
// to others.
#pragma once

#ifndef SWIG
#include "text.hpp"

#include <hostbill.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#endif

// How long a wait lasts at most before the language gets to look around. A language that is told of signals between its
// own steps alone sets this, because a signal may come just before the wait.
#ifndef HOSTBILL_PATIENCE_MS
#define HOSTBILL_PATIENCE_MS -1
#endif

namespace hostbill_swig {

#ifndef SWIG
// One wait of one thread.
class Waiter {
public:
    Waiter() : bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    ~Waiter() {
        if (bell_ >= 0)
            close(bell_);
    }
    Waiter(const Waiter &) = delete;
    Waiter &operator=(const Waiter &) = delete;

    // Ends the wait, also one that has not begun. From any thread, and from a signal handler.
    void wake() noexcept {
        wanted_.store(true);
        ring();
    }
    bool wanted() const noexcept { return wanted_.load(); }

    // Makes it look around; from any thread too.
    void ring() noexcept {
        const std::uint64_t one = 1;
        // Fails only where the bell rings anyway.
        [[maybe_unused]] const ssize_t written = write(bell_, &one, sizeof one);
    }

    // Until the bell rings, or the other descriptor is readable, if it is none less than 0. A signal counts as wake().
    void sleep(int other) {
        pollfd either[] = {{bell_, POLLIN, 0}, {other, POLLIN, 0}};
        // Where there are no descriptors left, it looks now and then.
        const int ready = poll(either, 2, bell_ < 0 ? 10 : HOSTBILL_PATIENCE_MS);
        if (ready < 0 ? errno == EINTR : ready == 0 && HOSTBILL_PATIENCE_MS >= 0)
            wanted_.store(true);
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t size = read(bell_, &count, sizeof count);
    }

private:
    const int bell_;
    std::atomic<bool> wanted_{false};
};

// The submissions of one client in one process.
class Calls {
public:
    Calls() : process_(getpid()) {}
    Calls(const Calls &) = delete;
    Calls &operator=(const Calls &) = delete;

    // False in the child of a fork, where nobody is left to release what was locked.
    bool usable() const { return process_ == getpid(); }

    // The envelope of that submission. Nothing if the waiter was woken first: wait again, or cancel it before.
    Text wait(hostbill_client *client, std::int64_t id, Waiter &waiter) {
        std::unique_lock lock(mutex_);
        Text text;
        waiters_[id] = &waiter;
        while (true) {
            if (const auto found = answers_.find(id); found != answers_.end()) {
                text = std::move(found->second);
                answers_.erase(found);
                break;
            }
            if (waiter.wanted())
                break;
            if (taker_ == nullptr)
                taker_ = &waiter;
            const bool takes = taker_ == &waiter;
            lock.unlock();
            waiter.sleep(takes ? hostbill_client_fd(client) : -1);
            char *out = nullptr;
            const int status = takes ? hostbill_client_next(client, 0, &out) : HOSTBILL_ERROR_TIMEOUT;
            Text taken(out);
            lock.lock();
            if (status == 0) {
                hand_over(std::move(taken));
            } else if (status != HOSTBILL_ERROR_TIMEOUT && answers_.count(id) == 0) {
                text = closed();
                break;
            }
        }
        waiters_.erase(id);
        if (taker_ == &waiter)
            taker_ = nullptr;
        // Somebody has to take over, also where the one who was asked to has left with an answer of its own.
        if (taker_ == nullptr && !waiters_.empty())
            waiters_.begin()->second->ring();
        return text;
    }

    static Text closed() { return Text(R"({"ok":false,"error":)" + std::string(closed_document) + "}"); }
    static Text closed_error() { return Text(std::string(closed_document)); }

private:
    static constexpr const char *closed_document =
        R"({"class":"usage","status":-1,"message":"the client is closed","retryable":false})";

    void hand_over(Text answer) {
        // {"id":1,"ok":..
        const std::int64_t id = std::strtoll(answer.data() + sizeof R"({"id":)" - 1, nullptr, 10);
        answers_.insert_or_assign(id, std::move(answer));
        if (const auto waiting = waiters_.find(id); waiting != waiters_.end())
            waiting->second->ring();
    }

    const pid_t process_;
    std::mutex mutex_;                         // Guards all below.
    std::map<std::int64_t, Waiter *> waiters_; // Each belongs to a wait() that is under way.
    std::map<std::int64_t, Text> answers_;     // Those that are not waited for at the moment, or not picked up yet.
    Waiter *taker_ = nullptr;                  // The one who takes answers out of the library for all.
};
#else
class Waiter;
#endif

} // namespace hostbill_swig
