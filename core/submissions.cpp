#include "core/submissions.hpp"

#include "core/catalog.hpp"
#include "core/json.hpp"

#include <algorithm>
#include <csignal>
#include <pthread.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace hostbill {

namespace {

// A thread of a library must not take signals meant for the program, so it starts with all of them blocked.
class BlockedSignals {
public:
    BlockedSignals() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    BlockedSignals(const BlockedSignals &) = delete;
    BlockedSignals &operator=(const BlockedSignals &) = delete;

private:
    sigset_t before_{};
};

// The tag in the options, as JSON; empty where there is none or the options are wrong, which the call will say.
std::string tag_of(const std::string &options_json) {
    if (options_json.empty()) {
        return {};
    }
    const auto options = json::parse(options_json);
    const json::Value *tag = options ? options->find("tag") : nullptr;
    return tag != nullptr && tag->string() != nullptr ? json::write_ascii(*tag) : std::string();
}

Error cancelled_before_start(std::string_view operation) {
    Error error{.error_class = ErrorClass::cancelled, .message = "cancelled before anything was sent"};
    if (const Operation *known = find_operation(operation)) {
        error.operation = known->id;
    }
    return error;
}

// What an outcome is until there is one: without memory for it, it stays that.
Error lost_for_memory() { return Error{.message = "out of memory; the operation may have taken effect"}; }

Taken &taken_of(Taken &note) { return note; }

template <class Job>
Taken &taken_of(Job &job) {
    return job.taken;
}

} // namespace

std::string envelope(const Taken &taken) {
    const std::string id = "\"id\":" + std::to_string(taken.id) + ",";
    std::string text =
        taken.progress ? "{" + id + "\"progress\":" + *taken.progress + "}" : envelope(taken.outcome, id);
    if (!taken.tag.empty())
        text.replace(text.size() - 1, 1, ",\"tag\":" + taken.tag + "}");
    return text;
}

Submissions::Submissions(Run run) : run_(std::move(run)) {}

Submissions::~Submissions() {
    for (std::thread &worker : workers_) {
        worker.join();
    }
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Result<std::int64_t> Submissions::submit(Request request) {
    std::string tag = tag_of(request.options_json);
    const std::lock_guard lock(mutex_);
    if (closed_) {
        return usage_error("the client is closed");
    }
    // Those that wait may have been woken for earlier jobs that are still in the queue.
    if (queued_.size() >= idle_ && workers_.size() < most_threads) {
        start_worker();
    }
    Job &job = queued_.emplace_back(*this);
    job.request = std::move(request);
    job.taken = {.id = ++last_id_, .tag = std::move(tag), .outcome = lost_for_memory()};
    work_wanted_.notify_one();
    return job.taken.id;
}

std::optional<Error> Submissions::next(int timeout_ms, const std::function<void(Taken &)> &take) {
    std::unique_lock lock(mutex_);
    if (timeout_ms < 0) {
        answer_ready_.wait(lock, [this] { return settled(); });
    } else if (!answer_ready_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [this] { return settled(); })) {
        return Error{.error_class = ErrorClass::timeout, .message = "no answer is ready", .retryable = true};
    }
    if (!notes_.empty()) {
        hand_out(lock, notes_, take);
    } else if (!done_.empty()) {
        hand_out(lock, done_, take);
    } else {
        return usage_error("the client is closed and all answers have been taken");
    }
    return std::nullopt;
}

// Outside of the lock: making a text of an answer may take a while.
template <class Item>
void Submissions::hand_out(std::unique_lock<std::mutex> &lock, std::list<Item> &from,
                           const std::function<void(Taken &)> &take) {
    std::list<Item> item;
    item.splice(item.begin(), from, from.begin());
    update_descriptor();
    lock.unlock();
    try {
        take(taken_of(item.front()));
    } catch (...) {
        lock.lock();
        from.splice(from.begin(), item);
        update_descriptor();
        answer_ready_.notify_all();
        throw;
    }
}

int Submissions::descriptor() {
    const std::lock_guard lock(mutex_);
    if (descriptor_ < 0) {
        descriptor_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (descriptor_ < 0) {
            throw std::system_error(errno, std::generic_category());
        }
        update_descriptor();
    }
    return descriptor_;
}

bool Submissions::cancel(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    if (id < 1 || id > last_id_) {
        return false;
    }
    for (Job &job : running_) {
        if (job.taken.id == id) {
            job.control.cancel();
        }
    }
    for (auto job = queued_.begin(); job != queued_.end(); ++job) {
        if (job->taken.id == id) {
            cancel_queued(job);
            break;
        }
    }
    return true;
}

void Submissions::cancel_all() {
    const std::lock_guard lock(mutex_);
    cancel_each();
}

void Submissions::close() noexcept {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    cancel_each();
    update_descriptor();
    work_wanted_.notify_all();
    answer_ready_.notify_all();
}

void Submissions::start_worker() {
    try {
        const BlockedSignals blocked;
        workers_.emplace_back(&Submissions::work, this);
    } catch (...) {
        // Without a new thread the job waits for one of the others, if there are any.
        if (workers_.empty()) {
            throw;
        }
    }
}

void Submissions::work() noexcept {
    std::unique_lock lock(mutex_);
    while (true) {
        ++idle_;
        work_wanted_.wait(lock, [this] { return closed_ || !queued_.empty(); });
        --idle_;
        if (queued_.empty()) {
            return;
        }
        const auto job = queued_.begin();
        running_.splice(running_.end(), queued_, job);
        lock.unlock();
        try {
            job->taken.outcome = run_(job->request, job->control);
        } catch (...) {
        }
        lock.lock();
        finish(running_, job);
    }
}

// On the thread of the job. Without memory nothing is told.
void Submissions::note(const Job &job, const std::string &progress) noexcept try {
    Taken note{.id = job.taken.id, .tag = job.taken.tag, .progress = progress};
    const std::lock_guard lock(mutex_);
    const auto untaken =
        std::find_if(notes_.begin(), notes_.end(), [&](const Taken &each) { return each.id == job.taken.id; });
    if (untaken != notes_.end()) {
        *untaken = std::move(note);
        return;
    }
    notes_.push_back(std::move(note));
    update_descriptor();
    answer_ready_.notify_all();
} catch (...) {
}

void Submissions::finish(Jobs &from, Jobs::iterator job) noexcept {
    done_.splice(done_.end(), from, job);
    update_descriptor();
    // All: after close, every thread that waits has to look whether this was the last answer.
    answer_ready_.notify_all();
}

void Submissions::cancel_each() noexcept {
    for (Job &job : running_) {
        job.control.cancel();
    }
    while (!queued_.empty()) {
        cancel_queued(queued_.begin());
    }
}

void Submissions::cancel_queued(Jobs::iterator job) noexcept {
    try {
        job->taken.outcome = cancelled_before_start(job->request.operation);
    } catch (...) {
    }
    finish(queued_, job);
}

bool Submissions::settled() const noexcept {
    return !notes_.empty() || !done_.empty() || (closed_ && queued_.empty() && running_.empty());
}

void Submissions::update_descriptor() noexcept {
    if (descriptor_ < 0 || settled() == descriptor_is_readable_) {
        return;
    }
    std::uint64_t count = 1;
    // Neither can fail: the counter is 0 or 1, and the descriptor is ours.
    [[maybe_unused]] const ssize_t size = descriptor_is_readable_ ? ::read(descriptor_, &count, sizeof count)
                                                                  : ::write(descriptor_, &count, sizeof count);
    descriptor_is_readable_ = !descriptor_is_readable_;
}

} // namespace hostbill
