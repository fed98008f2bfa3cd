#include "submissions.hpp"

#include "strings.hpp"

#include "core/catalog.hpp"
#include "core/json.hpp"

#include <algorithm>
#include <csignal>
#include <pthread.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace hostbill::capi {

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

// {"id":1,"ok":true,..,"tag":".."} around what `answer` holds.
std::string numbered(std::int64_t id, const std::string &tag, const Result<std::string> &answer) {
    std::string text = envelope(answer);
    text.replace(0, 1, "{\"id\":" + std::to_string(id) + ",");
    if (!tag.empty()) {
        text.replace(text.size() - 1, 1, ",\"tag\":" + tag + "}");
    }
    return text;
}

// {"id":1,"progress":{..},"tag":".."}
std::string numbered_progress(std::int64_t id, const std::string &tag, const std::string &progress) {
    return "{\"id\":" + std::to_string(id) + ",\"progress\":" + progress + (tag.empty() ? "" : ",\"tag\":" + tag) + "}";
}

Error cancelled_before_start(std::string_view operation) {
    Error error{.error_class = ErrorClass::cancelled, .message = "cancelled before anything was sent"};
    if (const Operation *known = find_operation(operation)) {
        error.operation = known->id;
    }
    return error;
}

} // namespace

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
    job.id = ++last_id_;
    job.request = std::move(request);
    job.tag = std::move(tag);
    work_wanted_.notify_one();
    return job.id;
}

Result<char *> Submissions::next(int timeout_ms) {
    std::unique_lock lock(mutex_);
    if (timeout_ms < 0) {
        answer_ready_.wait(lock, [this] { return settled(); });
    } else if (!answer_ready_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [this] { return settled(); })) {
        return Error{.error_class = ErrorClass::timeout, .message = "no answer is ready", .retryable = true};
    }
    if (!notes_.empty()) {
        char *progress = give(std::move(notes_.front().envelope)); // Throws before anything has been taken.
        notes_.pop_front();
        update_descriptor();
        return progress;
    }
    if (done_.empty()) {
        return usage_error("the client is closed and all answers have been taken");
    }
    Job &job = done_.front();
    if (job.envelope.empty()) {
        job.envelope =
            numbered(job.id, job.tag, Error{.message = "out of memory; the operation may have taken effect"});
    }
    char *answer = give(std::move(job.envelope)); // Throws before anything has been taken.
    done_.pop_front();
    update_descriptor();
    return answer;
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
        if (job.id == id) {
            job.control.cancel();
        }
    }
    for (auto job = queued_.begin(); job != queued_.end(); ++job) {
        if (job->id == id) {
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
            job->envelope = numbered(job->id, job->tag, run_(job->request, job->control));
        } catch (...) {
            job->envelope.clear();
        }
        lock.lock();
        finish(running_, job);
    }
}

// On the thread of the job. Without memory nothing is told.
void Submissions::note(const Job &job, const std::string &progress) noexcept try {
    std::string envelope = numbered_progress(job.id, job.tag, progress);
    const std::lock_guard lock(mutex_);
    const auto untaken =
        std::find_if(notes_.begin(), notes_.end(), [&](const Note &each) { return each.id == job.id; });
    if (untaken != notes_.end()) {
        untaken->envelope = std::move(envelope);
        return;
    }
    notes_.push_back({job.id, std::move(envelope)});
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
        job->envelope = numbered(job->id, job->tag, cancelled_before_start(job->request.operation));
    } catch (...) {
        job->envelope.clear();
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

} // namespace hostbill::capi
