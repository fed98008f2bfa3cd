// The operations that were submitted: a queue, those that work it off, and the answers waiting to be taken.
#pragma once

#include "core/base/call_control.hpp"
#include "core/base/clock.hpp"
#include "core/base/descriptor.hpp"
#include "core/base/result.hpp"
#include "core/catalog/error.hpp"
#include "core/flight/loop_descriptor.hpp"
#include "core/flight/submission.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hostbill {

class Driver;
class Engine;

class Submissions final : private JobSource {
public:
    using Request = Submission::Request;
    // Carries out what wants a thread of its own.
    using Run = std::function<Result<Answer>(const Request &, CallControl &)>;
    // Carries out everything else. Made when it is first needed.
    using MakeEngine = std::function<std::unique_ptr<Engine>(JobSource &)>;

    // As many of those that want a thread run side by side; more wait for their turn.
    static constexpr std::size_t most_threads = 64;

    // Numbers go on from `last_number`, which has to outlive it: after a fork the child's are not those that its parent had
    // given before.
    Submissions(Run run, MakeEngine make_engine, std::atomic<std::int64_t> &last_number);
    ~Submissions() override; // after close; waits for the threads
    Submissions(const Submissions &) = delete;
    Submissions &operator=(const Submissions &) = delete;

    // The number under which exactly one answer will come.
    Result<std::int64_t> submit(Request request);

    // Gives `take` the next outcome or progress; where that throws, nothing has been taken. The error: `timeout`, or
    // `usage` once closed and empty. -1: waits without end.
    std::optional<Error> next(int timeout_ms, const std::function<void(Taken &)> &take);

    // Readable while next would return at once. Throws std::system_error where there is none left.
    int descriptor();

    // The same for a caller that carries out the work as well: readable while next(0) has something to do, be it that it
    // will return `timeout`. From now on nobody does it but those that call next. What the thread that has called next
    // last submits does not make it readable: that thread calls next again.
    int loop_descriptor();

    // False: that number was never given out. Does not wait.
    bool cancel(std::int64_t id);
    void cancel_all() noexcept;

    // Cancels all, and refuses new ones. Does not wait.
    void close() noexcept;

private:
    using Jobs = std::list<Submission>;

    Submission *next_job() noexcept override;
    void finished(Submission &job) noexcept override;
    void announce() noexcept override;
    void note(const Submission &job, const std::string &progress) noexcept override;
    void hand_over(Submission &job) noexcept override;

    void start_engine();
    bool start_worker() noexcept;
    void work() noexcept;
    void wait(std::unique_lock<std::mutex> &lock, Clock::time_point deadline);
    template <class Item>
    void hand_out(std::unique_lock<std::mutex> &lock, std::list<Item> &from, const std::function<void(Taken &)> &take);

    // For those that hold the mutex.
    void move(Submission &job, Jobs &from, Jobs &to) noexcept;
    void cancel_each() noexcept;
    void cancel_waiting(Jobs &from, Submission &job) noexcept;
    bool cancel_waiting(Jobs &from, std::int64_t id) noexcept;
    void tell() noexcept;
    bool settled() const noexcept;
    int outcomes_descriptor();
    void update_descriptor() noexcept;

    const Run run_;
    const MakeEngine make_engine_;
    std::atomic<std::int64_t> &last_number_;
    const std::int64_t before_; // the last of another's
    std::mutex mutex_;          // guards all below
    std::condition_variable work_wanted_;
    std::condition_variable answer_ready_;
    Jobs queued_;      // for the engine
    Jobs for_threads_; // the engine has handed them over
    Jobs running_;
    Jobs done_;
    std::list<Taken> notes_; // How far submissions are: of each the latest. Taken before what is done.
    bool closed_ = false;
    std::optional<Descriptor> descriptor_; // once it was asked for
    bool descriptor_is_readable_ = false;
    std::optional<LoopDescriptor> loop_descriptor_; // once it was asked for
    std::thread::id loop_thread_;                   // the last to have called next since then
    std::vector<std::thread> workers_;
    std::size_t idle_ = 0; // workers that wait for a job
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Driver> driver_; // of the engine
};

} // namespace hostbill
