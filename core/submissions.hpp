// The operations that were submitted: a queue, the threads that work it off, and the answers waiting to be taken.
#pragma once

#include "core/answer.hpp"
#include "core/call_control.hpp"
#include "core/error.hpp"
#include "core/result.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hostbill {

// What was taken out: how far a submission is, or its outcome.
struct Taken {
    std::int64_t id = 0;
    std::string tag = {};                     // as JSON, or empty
    std::optional<std::string> progress = {}; // as JSON; then there is no outcome yet
    Result<Answer> outcome = Error{};
};

// {"id":1,"ok":true,..,"tag":".."}, or {"id":1,"progress":{..},"tag":".."}.
std::string envelope(const Taken &taken);

class Submissions {
public:
    struct Request {
        std::string operation;
        std::string params_json;
        std::string options_json;
    };
    using Run = std::function<Result<Answer>(const Request &, CallControl &)>;

    // As many submissions run side by side; more wait for their turn.
    static constexpr std::size_t most_threads = 64;

    // `run` does the work, on threads that submissions start when all others are busy.
    explicit Submissions(Run run);
    ~Submissions(); // after close; waits for the threads
    Submissions(const Submissions &) = delete;
    Submissions &operator=(const Submissions &) = delete;

    // The number under which exactly one answer will come.
    Result<std::int64_t> submit(Request request);

    // Gives `take` the next outcome or progress; where that throws, nothing has been taken. The error: `timeout`, or
    // `usage` once closed and empty. -1: waits without end.
    std::optional<Error> next(int timeout_ms, const std::function<void(Taken &)> &take);

    // Readable while next would return at once. Throws std::system_error where there is none left.
    int descriptor();

    // False: that number was never given out. Does not wait.
    bool cancel(std::int64_t id);
    void cancel_all();

    // Cancels all, and refuses new ones. Does not wait.
    void close() noexcept;

private:
    struct Job {
        explicit Job(Submissions &owner)
            : control({}, [&owner, this](const std::string &progress) { owner.note(*this, progress); }) {}

        Request request = {};
        CallControl control;
        Taken taken = {};
    };
    // Jobs only ever move from list to list, which needs no memory, so that no answer can be lost on the way.
    using Jobs = std::list<Job>;

    void start_worker();
    void work() noexcept;
    template <class Item>
    void hand_out(std::unique_lock<std::mutex> &lock, std::list<Item> &from, const std::function<void(Taken &)> &take);
    void note(const Job &job, const std::string &progress) noexcept;

    // For those that hold the mutex.
    void finish(Jobs &from, Jobs::iterator job) noexcept;
    void cancel_each() noexcept;
    void cancel_queued(Jobs::iterator job) noexcept;
    bool settled() const noexcept;
    void update_descriptor() noexcept;

    const Run run_;
    std::mutex mutex_; // guards all below
    std::condition_variable work_wanted_;
    std::condition_variable answer_ready_;
    Jobs queued_;
    Jobs running_;
    Jobs done_;
    std::list<Taken> notes_; // How far submissions are: of each the latest. Taken before what is done.
    std::int64_t last_id_ = 0;
    bool closed_ = false;
    int descriptor_ = -1;
    bool descriptor_is_readable_ = false;
    std::vector<std::thread> workers_;
    std::size_t idle_ = 0; // workers that wait for a job
};

} // namespace hostbill
