#include "core/flight/submissions.hpp"

#include "core/base/blocked_signals.hpp"
#include "core/base/secret.hpp"
#include "core/catalog/catalog.hpp"
#include "core/flight/driver.hpp"
#include "core/flight/engine.hpp"
#include "core/json/json.hpp"

#include <algorithm>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace hostbill {

namespace {

// Whether the text of an object may have that member: reading most texts to the end finds out nothing more.
bool may_have(std::string_view object, std::string_view name) {
    return object.find(name) != std::string_view::npos || object.find('\\') != std::string_view::npos;
}

// The tag in the options, as JSON; empty where there is none or the options are wrong, which the call will say.
std::string tag_of(const Submissions::Request &request) {
    const json::Value *tag = nullptr;
    json::Value parsed;
    if (request.options) {
        tag = request.options->find("tag");
    } else if (may_have(request.options_json, "tag")) {
        if (auto options = json::parse(request.options_json))
            parsed = std::move(*options);
        tag = parsed.find("tag");
    }
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

void append_envelope(json::Out &out, const Taken &taken) {
    const std::string id = "\"id\":" + std::to_string(taken.id) + ",";
    if (taken.progress)
        out += "{" + id + "\"progress\":" + *taken.progress + "}";
    else
        append_envelope(out, taken.outcome, id);
    if (taken.tag.empty())
        return;
    out.remove_last();
    out += ",\"tag\":" + taken.tag + "}";
}

// They may hold secrets.
void Submission::Request::wipe() noexcept {
    hostbill::wipe(params_json);
    hostbill::wipe(options_json);
    for (std::optional<json::Object> *object : {&params, &options}) {
        if (*object) {
            for (json::Member &member : **object)
                json::wipe(member.value);
        }
        object->reset();
    }
}

Submissions::Submissions(Run run, MakeEngine make_engine, std::atomic<std::int64_t> &last_number)
    : run_(std::move(run)), make_engine_(std::move(make_engine)), last_number_(last_number), before_(last_number) {}

Submissions::~Submissions() {
    if (driver_)
        driver_->join();
    for (std::thread &worker : workers_)
        worker.join();
}

Result<std::int64_t> Submissions::submit(Request request) {
    std::string tag = tag_of(request);
    const std::lock_guard lock(mutex_);
    if (closed_)
        return usage_error("the client is closed");
    try {
        start_engine();
    } catch (const std::system_error &failure) {
        return Error{.message = std::string("no descriptors or threads are left to work with: ") + failure.what()};
    }
    Submission &job = queued_.emplace_back(static_cast<JobSource &>(*this));
    job.place = std::prev(queued_.end());
    job.request = std::move(request);
    job.taken = {.id = ++last_number_, .tag = std::move(tag), .outcome = lost_for_memory()};
    if (!loop_descriptor_ || loop_thread_ != std::this_thread::get_id())
        engine_->look();
    return job.taken.id;
}

void Submissions::start_engine() {
    if (!engine_)
        engine_ = make_engine_(*this);
    if (!driver_)
        driver_ = std::make_unique<Driver>(*engine_, mutex_, answer_ready_);
}

std::optional<Error> Submissions::next(int timeout_ms, const std::function<void(Taken &)> &take) {
    const auto deadline =
        timeout_ms < 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(timeout_ms);
    std::unique_lock lock(mutex_);
    if (loop_descriptor_)
        loop_thread_ = std::this_thread::get_id();
    // Who carries out the work does so even where there is no time to wait.
    for (bool may_be_over = !loop_descriptor_; !settled(); may_be_over = true) {
        if (may_be_over && timeout_ms >= 0 && deadline <= Clock::now())
            return Error{.error_class = ErrorClass::timeout, .message = "no answer is ready", .retryable = true};
        wait(lock, deadline);
    }
    if (!notes_.empty()) {
        hand_out(lock, notes_, take);
    } else if (!done_.empty()) {
        hand_out(lock, done_, take);
    } else {
        update_descriptor();
        return usage_error("the client is closed and all answers have been taken");
    }
    return std::nullopt;
}

void Submissions::wait(std::unique_lock<std::mutex> &lock, Clock::time_point deadline) {
    if (driver_)
        driver_->drive(lock, deadline);
    else if (deadline == Clock::time_point::max())
        answer_ready_.wait(lock);
    else
        answer_ready_.wait_until(lock, deadline);
}

// Outside of the lock: making a text of an answer may take a while.
template <class Item>
void Submissions::hand_out(std::unique_lock<std::mutex> &lock, std::list<Item> &from,
                           const std::function<void(Taken &)> &take) {
    std::list<Item> item;
    item.splice(item.begin(), from, from.begin());
    update_descriptor();
    if (loop_descriptor_ && !settled() && !queued_.empty())
        engine_->look(); // What was submitted while there were outcomes to take had no round yet.
    lock.unlock();
    try {
        take(taken_of(item.front()));
    } catch (...) {
        lock.lock();
        from.splice(from.begin(), item);
        tell();
        throw;
    }
}

int Submissions::descriptor() {
    const std::lock_guard lock(mutex_);
    return outcomes_descriptor();
}

int Submissions::loop_descriptor() {
    const std::lock_guard lock(mutex_);
    if (closed_ && !loop_descriptor_)
        return outcomes_descriptor(); // What is left to do is the thread's.
    if (!loop_descriptor_) {
        start_engine();
        loop_descriptor_.emplace(engine_->watch(), outcomes_descriptor());
        driver_->leave_to_callers(*loop_descriptor_);
    }
    return loop_descriptor_->get();
}

bool Submissions::cancel(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    if (id <= before_ || id > last_number_)
        return false;
    for (Submission &job : running_) {
        if (job.taken.id == id) {
            job.control.cancel();
            engine_->look_for_cancelled();
            return true;
        }
    }
    if (!cancel_waiting(queued_, id))
        cancel_waiting(for_threads_, id);
    return true;
}

void Submissions::cancel_all() noexcept {
    const std::lock_guard lock(mutex_);
    cancel_each();
}

void Submissions::close() noexcept {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    cancel_each();
    if (driver_) {
        engine_->stop();
        driver_->stop();
    }
    work_wanted_.notify_all();
    tell();
}

// --- For those that carry them out ----------------------------------------------------------------------------------

Submission *Submissions::next_job() noexcept {
    const std::lock_guard lock(mutex_);
    if (queued_.empty())
        return nullptr;
    Submission &job = queued_.front();
    move(job, queued_, running_);
    return &job;
}

void Submissions::finished(Submission &job) noexcept {
    const std::lock_guard lock(mutex_);
    move(job, running_, done_);
}

// All: after close, every thread that waits has to look whether this was the last answer. One that waits and has done the
// work takes an answer now; what the descriptor has to say it says then.
void Submissions::announce() noexcept {
    const std::lock_guard lock(mutex_);
    if (driver_->is_waiters_turn())
        answer_ready_.notify_all();
    else
        tell();
    if (loop_descriptor_ && !queued_.empty())
        engine_->look(); // There is room for the next ones.
}

void Submissions::hand_over(Submission &job) noexcept {
    const std::lock_guard lock(mutex_);
    if (job.control.cancelled())
        return cancel_waiting(running_, job);
    move(job, running_, for_threads_);
    // Those that wait may have been woken for earlier jobs that are still in the queue.
    if (for_threads_.size() > idle_ && workers_.size() < most_threads && !start_worker() && workers_.empty()) {
        move(job, for_threads_, done_);
        tell();
    }
    work_wanted_.notify_one();
}

// False: there is no thread to be had; the job waits for one of the others, if there are any.
bool Submissions::start_worker() noexcept try {
    const BlockedSignals blocked;
    workers_.emplace_back(&Submissions::work, this);
    return true;
} catch (...) {
    return false;
}

void Submissions::work() noexcept {
    std::unique_lock lock(mutex_);
    while (true) {
        ++idle_;
        work_wanted_.wait(lock, [this] { return closed_ || !for_threads_.empty(); });
        --idle_;
        if (for_threads_.empty())
            return;
        Submission &job = for_threads_.front();
        move(job, for_threads_, running_);
        lock.unlock();
        try {
            job.taken.outcome = run_(job.request, job.control);
        } catch (...) {
        }
        lock.lock();
        move(job, running_, done_);
        tell();
    }
}

void Submissions::note(const Submission &job, const std::string &progress) noexcept try {
    Taken note{.id = job.taken.id, .tag = job.taken.tag, .progress = progress};
    const std::lock_guard lock(mutex_);
    const auto untaken =
        std::find_if(notes_.begin(), notes_.end(), [&](const Taken &each) { return each.id == note.id; });
    if (untaken != notes_.end()) {
        *untaken = std::move(note);
        return;
    }
    notes_.push_back(std::move(note));
    tell();
} catch (...) {
}

// --- Under the lock -------------------------------------------------------------------------------------------------

void Submissions::move(Submission &job, Jobs &from, Jobs &to) noexcept { to.splice(to.end(), from, job.place); }

void Submissions::cancel_each() noexcept {
    for (Submission &job : running_)
        job.control.cancel();
    for (Jobs *waiting : {&queued_, &for_threads_}) {
        while (!waiting->empty())
            cancel_waiting(*waiting, waiting->front());
    }
    if (engine_)
        engine_->look_for_cancelled();
}

bool Submissions::cancel_waiting(Jobs &from, std::int64_t id) noexcept {
    for (Submission &job : from) {
        if (job.taken.id == id) {
            cancel_waiting(from, job);
            return true;
        }
    }
    return false;
}

void Submissions::cancel_waiting(Jobs &from, Submission &job) noexcept {
    try {
        job.taken.outcome = cancelled_before_start(job.request.operation);
    } catch (...) {
    }
    move(job, from, done_);
    tell();
}

void Submissions::tell() noexcept {
    update_descriptor();
    answer_ready_.notify_all();
    if (driver_)
        driver_->interrupt();
}

bool Submissions::settled() const noexcept {
    return !notes_.empty() || !done_.empty() ||
           (closed_ && queued_.empty() && for_threads_.empty() && running_.empty());
}

int Submissions::outcomes_descriptor() {
    if (!descriptor_) {
        descriptor_.emplace(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        update_descriptor();
    }
    return descriptor_->get();
}

void Submissions::update_descriptor() noexcept {
    if (!descriptor_ || settled() == descriptor_is_readable_) {
        return;
    }
    std::uint64_t count = 1;
    // Neither can fail: the counter is 0 or 1, and the descriptor is ours.
    [[maybe_unused]] const ssize_t size = descriptor_is_readable_ ? ::read(descriptor_->get(), &count, sizeof count)
                                                                  : ::write(descriptor_->get(), &count, sizeof count);
    descriptor_is_readable_ = !descriptor_is_readable_;
}

} // namespace hostbill
