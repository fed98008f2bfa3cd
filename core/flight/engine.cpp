#include "core/flight/engine.hpp"

#include "core/base/blocked_signals.hpp"
#include "core/tasks/composition.hpp"

#include <algorithm>
#include <utility>

namespace hostbill {
namespace {

using Step = Sending::Step;

// What needs a thread: it waits for more than the answer to its request.
bool needs_thread(const Prepared &prepared) {
    const Operation &operation = *prepared.operation;
    return prepared.options.dry_run || prepared.options.cancel_key != 0 || ends_session(operation) ||
           (prepared.options.baseline && operation.effect == Effect::unsafe);
}

} // namespace

Engine::Engine(Traffic &traffic, Authenticator &authenticator, std::unique_ptr<HttpLoop> loop,
               std::size_t most_in_flight, JobSource &source)
    : traffic_(traffic), authenticator_(authenticator), loop_(std::move(loop)), most_in_flight_(most_in_flight),
      source_(source) {}

Engine::~Engine() {
    if (login_.joinable())
        login_.join();
}

// One of two sees the other: this, that the round waits; or the round, that it was rung for. Few rings need the kernel.
void Engine::look() noexcept {
    if (!rung_.exchange(true) && asleep_.load())
        loop_->wake();
}

void Engine::look_for_cancelled() noexcept {
    some_cancelled_.store(true);
    look();
}

void Engine::stop() noexcept {
    stopping_.store(true);
    look_for_cancelled();
}

void Engine::begin_round() noexcept { rung_.store(false); }

void Engine::round(Clock::time_point until) noexcept {
    while (flights_.size() < most_in_flight_) {
        Submission *job = source_.next_job();
        if (job == nullptr)
            break;
        start(*job);
    }
    end_login();
    wake_due();
    if (some_cancelled_.exchange(false))
        cancel_stopped();
    if (slots_changed_.exchange(false))
        look_for_slots();
    const bool has_to_wait = !news_ && !is_over();
    wait(has_to_wait ? until : Clock::time_point::min());
    if (std::exchange(news_, false))
        source_.announce();
    if (watched_.load()) {
        asleep_.store(true);
        if (rung_.load())
            loop_->wake();
    }
}

int Engine::watch() noexcept {
    watched_.store(true);
    rung_.store(true);
    loop_->wake(); // There may have been something before.
    return loop_->descriptor();
}

Clock::time_point Engine::wakes_at() const noexcept {
    const Clock::time_point loops = loop_->wakes_at();
    return alarms_.empty() ? loops : std::min(loops, alarms_.begin()->first);
}

void Engine::wait(Clock::time_point until) {
    if (!alarms_.empty())
        until = std::min(until, alarms_.begin()->first);
    asleep_.store(true);
    loop_->run_until(rung_.load() ? Clock::time_point::min() : until);
    asleep_.store(false);
}

void Engine::start(Submission &job) noexcept try {
    Submission::Request &request = job.request;
    if (find_composition(request.operation) != nullptr)
        return source_.hand_over(job);
    const Config &config = traffic_.config;
    Result<Prepared> prepared = prepare(config, request.operation, request.given_params(), request.given_options());
    if (!prepared) {
        job.taken.outcome = std::move(prepared.error());
        return end(job);
    }
    if (needs_thread(*prepared))
        return source_.hand_over(job);
    request.wipe();
    const auto place = flights_.insert(flights_.end(), std::make_unique<Flight>(job, std::move(*prepared)));
    Flight &flight = **place;
    flight.place = place;
    flight.progress.deadline = flight.progress.started + flight.prepared.options.timeout.value_or(config.timeout);
    guard(flight, [&] {
        flight.sending.emplace(traffic_, flight.prepared, &authenticator_, flight.progress);
        advance(flight);
    });
} catch (...) { // No memory: the outcome says so from the beginning.
    end(job);
}

// What has failed in the middle of something ends with the outcome it had from the beginning.
template <class Action>
void Engine::guard(Flight &flight, const Action &action) noexcept {
    try {
        action();
    } catch (...) {
        drop(flight);
    }
}

// As far as it goes without waiting.
void Engine::advance(Flight &flight) {
    Sending &sending = *flight.sending;
    for (;;) {
        const Step step = sending.step();
        if (flight.job.control.cancelled() && (step == Step::identify || step == Step::queue)) {
            sending.cancel();
            continue;
        }
        switch (step) {
        case Step::identify:
            if (!identify(flight))
                return;
            break;
        case Step::queue:
            if (!queue(flight))
                return;
            break;
        case Step::send:
            return send(flight);
        case Step::wait:
            return set_alarm(flight, sending.wakes_at());
        case Step::done:
            return finish(flight);
        }
    }
}

bool Engine::identify(Flight &flight) {
    std::optional<Credential> credential = authenticator_.current();
    if (!credential) {
        parked_.push_back(&flight);
        set_alarm(flight, flight.sending->deadline());
        if (logging_in_ == nullptr)
            start_login();
        return false;
    }
    flight.sending->identified(std::move(*credential));
    return true;
}

bool Engine::queue(Flight &flight) {
    RateLimiter *limiter = traffic_.limiter.get();
    if (limiter != nullptr) {
        if (!flight.ticket)
            flight.ticket = std::make_unique<RateLimiter::Ticket>(*limiter, [this] {
                slots_changed_.store(true);
                look();
            });
        Clock::time_point next;
        const std::optional<RateLimiter::Slot> slot = flight.ticket->look(flight.sending->deadline(), &next);
        if (!slot) {
            set_alarm(flight, next);
            return false;
        }
        flight.ticket.reset();
        flight.sending->queued(*slot);
        return true;
    }
    flight.sending->queued(RateLimiter::Slot::granted);
    return true;
}

void Engine::send(Flight &flight) {
    flight.transfer =
        loop_->start(flight.sending->request(), [this, &flight](Result<HttpResponse, HttpFailure> answer) {
            guard(flight, [&] {
                flight.transfer = nullptr;
                flight.sending->answered(std::move(answer));
                advance(flight);
            });
        });
}

void Engine::set_alarm(Flight &flight, Clock::time_point time) { flight.alarm = alarms_.emplace(time, &flight); }

void Engine::clear_alarm(Flight &flight) noexcept {
    if (flight.alarm)
        alarms_.erase(*flight.alarm);
    flight.alarm.reset();
}

void Engine::finish(Flight &flight) {
    Result<json::Value> body = flight.sending->take();
    if (body) {
        flight.job.taken.outcome =
            answer_of(flight.prepared, flight.progress, std::move(*body), std::move(flight.sending->response().body));
    } else {
        Error error = settled(traffic_.config, flight.prepared, flight.progress, flight.sending->credential(),
                              std::move(body.error()));
        flight.job.taken.outcome = failure_of(flight.prepared, flight.progress, std::move(error));
    }
    drop(flight);
}

void Engine::drop(Flight &flight) noexcept {
    end(flight.job);
    clear_alarm(flight);
    std::erase(parked_, &flight);
    flights_.erase(flight.place);
}

// --- Logins ---------------------------------------------------------------------------------------------------------

// For the first of those that wait for one.
void Engine::start_login() {
    Flight *flight = parked_.front();
    const BlockedSignals blocked;
    login_ = std::thread([this, flight] {
        Result<Credential> outcome = Error{.message = "out of memory"};
        try {
            outcome = authenticator_.credential(flight->job.control, flight->sending->deadline());
        } catch (...) {
        }
        {
            const std::lock_guard lock(login_mutex_);
            login_outcome_ = std::move(outcome);
        }
        look();
    });
    logging_in_ = flight;
}

// A failure is that of everybody who waited, unless it was its own caller who stopped it.
void Engine::end_login() noexcept {
    std::optional<Result<Credential>> outcome;
    {
        const std::lock_guard lock(login_mutex_);
        outcome.swap(login_outcome_);
    }
    if (!outcome)
        return;
    login_.join();
    Flight *first = std::exchange(logging_in_, nullptr);
    const std::optional<Error> error = *outcome ? std::nullopt : std::optional(outcome->error());
    std::vector<Flight *> parked;
    parked.swap(parked_);
    for (Flight *flight : parked) {
        guard(*flight, [&] {
            clear_alarm(*flight);
            if (flight == first)
                flight->sending->identified(std::move(*outcome));
            else if (error && !is_callers_own(*error))
                flight->sending->identified(*error);
            advance(*flight);
        });
    }
}

// --- Time and cancelling --------------------------------------------------------------------------------------------

void Engine::wake_due() noexcept {
    const Clock::time_point now = Clock::now();
    std::vector<Flight *> due;
    while (!alarms_.empty() && alarms_.begin()->first <= now) {
        due.push_back(alarms_.begin()->second);
        clear_alarm(*due.back());
    }
    for (Flight *flight : due)
        guard(*flight, [&] { woken(*flight); });
}

void Engine::woken(Flight &flight) {
    switch (flight.sending->step()) {
    case Step::identify:
        if (&flight == logging_in_)
            return; // Its login has the same deadline.
        std::erase(parked_, &flight);
        flight.sending->identified(
            Error{.error_class = ErrorClass::timeout, .message = "the deadline passed during the login"});
        break;
    case Step::wait:
        flight.sending->woken();
        break;
    default:
        break;
    }
    advance(flight);
}

void Engine::look_for_slots() noexcept {
    std::vector<Flight *> queued;
    for (const std::unique_ptr<Flight> &flight : flights_) {
        if (flight->ticket)
            queued.push_back(flight.get());
    }
    for (Flight *flight : queued) {
        guard(*flight, [&] {
            clear_alarm(*flight);
            advance(*flight);
        });
    }
}

void Engine::cancel_stopped() noexcept {
    std::vector<Flight *> stopped;
    for (const std::unique_ptr<Flight> &flight : flights_) {
        if (flight->job.control.cancelled() && flight.get() != logging_in_)
            stopped.push_back(flight.get());
    }
    for (Flight *flight : stopped) {
        guard(*flight, [&] {
            if (flight->transfer != nullptr)
                return loop_->cancel(flight->transfer);
            clear_alarm(*flight);
            flight->sending->cancel();
            advance(*flight);
        });
    }
}

void Engine::end(Submission &job) noexcept {
    source_.finished(job);
    news_ = true;
}

} // namespace hostbill
