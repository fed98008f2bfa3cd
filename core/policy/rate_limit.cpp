#include "core/policy/rate_limit.hpp"

#include "core/base/wait.hpp"
#include "core/catalog/caller_json.hpp"
#include "core/generated/settings.hpp"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <iterator>
#include <limits>
#include <string_view>
#include <utility>

namespace hostbill {
namespace {

constexpr double slowdown = 0.5;
constexpr double slowest = 1.0 / 16; // of the full rate
constexpr double recovery = 0.05;    // of the full rate
// Sums of fractions may miss a whole number by a little.
constexpr double one_slot = 1 - 1e-9;

double seconds_between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

} // namespace

RateLimitSettings read_rate_limit_settings(const json::Object &object, std::vector<FieldProblem> &problems) {
    ObjectReader reader(object, "rate_limit.", settings::client_rate_limit_names, problems);
    RateLimitSettings settings;
    const auto per_second = reader.number("per_second", 0.001, 1000);
    const auto burst = reader.whole("burst", 1, 1000);
    settings.adaptive = reader.flag("adaptive").value_or(false);
    if (object.find("per_second") == nullptr && !settings.adaptive)
        reader.report("per_second", "is required where the limit is not adaptive", "a number from 0.001 to 1000");
    settings.per_second = per_second.value_or(settings.per_second);
    settings.burst = burst ? static_cast<double>(*burst) : std::max(1.0, std::floor(settings.per_second));
    return settings;
}

Pace::Pace(const RateLimitSettings &settings, Clock::time_point now)
    : settings_(settings), rate_(settings.per_second), slots_(settings.burst), filled_(now) {}

void Pace::fill(Clock::time_point now) {
    slots_ = std::min(settings_.burst, slots_ + rate_ * std::max(0.0, seconds_between(filled_, now)));
    filled_ = std::max(filled_, now);
}

bool Pace::take(Clock::time_point now) {
    fill(now);
    if (slots_ < one_slot)
        return false;
    slots_ -= 1;
    return true;
}

Clock::duration Pace::until_slot(Clock::time_point now, std::size_t others) {
    fill(now);
    const double missing = static_cast<double>(others) + 1 - slots_;
    return std::chrono::ceil<Clock::duration>(std::chrono::duration<double>(std::max(0.0, missing) / rate_));
}

void Pace::slow_down(Clock::time_point now, Clock::time_point sent) {
    if (!settings_.adaptive || sent <= slowed_)
        return;
    fill(now);
    rate_ = std::max(rate_ * slowdown, settings_.per_second * slowest);
    // No burst of what was saved up.
    slots_ = 0;
    slowed_ = now;
}

void Pace::speed_up(Clock::time_point now) {
    if (!settings_.adaptive)
        return;
    fill(now);
    rate_ = std::min(rate_ + settings_.per_second * recovery, settings_.per_second);
}

RateLimiter::RateLimiter(const RateLimitSettings &settings, std::function<Clock::time_point()> now)
    : from_outside_(settings.from_outside), now_(std::move(now)), pace_(settings, now_()) {}

RateLimiter::Ticket::Ticket(RateLimiter &limiter, std::function<void()> look_again)
    : limiter_(limiter), look_again_(std::move(look_again)) {
    const std::lock_guard lock(limiter_.mutex_);
    place_ = limiter_.queue_.insert(limiter_.queue_.end(), this);
    if (limiter_.from_outside_)
        limiter_.wanted_.notify_one();
}

RateLimiter::Ticket::~Ticket() {
    const std::lock_guard lock(limiter_.mutex_);
    limiter_.queue_.erase(place_);
    if (!limiter_.queue_.empty())
        limiter_.queue_.front()->look_again_();
}

std::optional<RateLimiter::Slot> RateLimiter::Ticket::look(Clock::time_point deadline, Clock::time_point *next) {
    const std::lock_guard lock(limiter_.mutex_);
    return look_locked(deadline, next);
}

std::optional<RateLimiter::Slot> RateLimiter::Ticket::look_locked(Clock::time_point deadline, Clock::time_point *next) {
    const Clock::time_point now = limiter_.now_();
    if (limiter_.from_outside_) {
        *next = deadline;
        return given_ || now < deadline ? given_ : std::optional(Slot::too_late);
    }
    const auto others =
        static_cast<std::size_t>(std::distance(limiter_.queue_.begin(), std::list<Ticket *>::iterator(place_)));
    if (others == 0 && limiter_.pace_.take(now))
        return Slot::granted;
    *next = now + limiter_.pace_.until_slot(now, others);
    return *next >= deadline ? std::optional(Slot::too_late) : std::nullopt;
}

RateLimiter::Slot RateLimiter::wait(CallControl &control, Clock::time_point deadline) {
    std::condition_variable changed;
    // Outside of the lock, which waking takes: cancelling holds the control's lock meanwhile.
    const CallControl::Waker waker(control, [&] {
        const std::lock_guard lock(mutex_);
        changed.notify_one();
    });
    Ticket ticket(*this, [&] { changed.notify_one(); });
    std::unique_lock lock(mutex_, std::defer_lock);
    for (;;) {
        // `interrupt` may take its time, or ask this client for something.
        const bool stopped = control.should_stop();
        lock.lock();
        if (stopped || control.cancelled())
            return Slot::stopped;
        Clock::time_point next;
        if (const std::optional<Slot> slot = ticket.look_locked(deadline, &next))
            return *slot;
        Clock::duration left = next - now_();
        if (control.has_interrupt())
            left = std::min<Clock::duration>(left, interrupt_period);
        changed.wait_for(lock, left);
        lock.unlock();
    }
}

void RateLimiter::discarded(Clock::time_point sent) {
    const std::lock_guard lock(mutex_);
    pace_.slow_down(now_(), sent);
    ++learnt_.discarded;
    discarded_sent_ = std::max(discarded_sent_, sent);
    wanted_.notify_one();
}

void RateLimiter::taken() {
    const std::lock_guard lock(mutex_);
    pace_.speed_up(now_());
    ++learnt_.taken;
    if (!queue_.empty() && !from_outside_)
        queue_.front()->look_again_();
}

RateLimiter::Demand RateLimiter::demand(std::chrono::milliseconds timeout) {
    const auto waiting = [this] {
        return static_cast<std::size_t>(
            std::count_if(queue_.begin(), queue_.end(), [](const Ticket *ticket) { return !ticket->given_; }));
    };
    std::unique_lock lock(mutex_);
    wanted_.wait_for(lock, timeout, [&] { return looked_for_ || waiting() > 0 || learnt_.discarded > 0; });
    looked_for_ = false;
    Demand demand = std::exchange(learnt_, {});
    demand.waiting = waiting();
    if (demand.discarded > 0)
        demand.ago = now_() - discarded_sent_;
    return demand;
}

void RateLimiter::grant(std::size_t slots) { give(slots, Slot::granted); }

void RateLimiter::refuse() { give(std::numeric_limits<std::size_t>::max(), Slot::refused); }

void RateLimiter::give(std::size_t count, Slot slot) {
    const std::lock_guard lock(mutex_);
    if (count == 0) {
        looked_for_ = true;
        wanted_.notify_one();
    }
    for (Ticket *ticket : queue_) {
        if (count == 0)
            return;
        if (ticket->given_)
            continue;
        ticket->given_ = slot;
        ticket->look_again_();
        --count;
    }
}

} // namespace hostbill
