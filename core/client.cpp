#include "core/client.hpp"

#include "core/answer/shape.hpp"
#include "core/base/heap.hpp"
#include "core/base/http_date.hpp"
#include "core/base/per_process.hpp"
#include "core/base/wait.hpp"
#include "core/call/dry_run.hpp"
#include "core/call/pages.hpp"
#include "core/call/prepare.hpp"
#include "core/call/run.hpp"
#include "core/call/sender.hpp"
#include "core/call/sending.hpp"
#include "core/flight/engine.hpp"
#include "core/flight/outcome.hpp"
#include "core/http/http_curl.hpp"
#include "core/http/http_loop.hpp"
#include "core/session/auth.hpp"
#include "core/session/config.hpp"
#include "core/tasks/composition.hpp"
#include "core/tasks/reconcile.hpp"
#include "core/tasks/reconcile_call.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <utility>
#include <vector>

namespace hostbill {
namespace {

CurlSettings curl_settings(const Config &config) {
    return {.connect_timeout = config.connect_timeout,
            .stall_timeout = config.stall_timeout,
            .tls = config.tls,
            .proxy = config.proxy,
            .user_agent = config.user_agent,
            .max_response_bytes = config.max_response_bytes,
            .pool_size = config.pool_size};
}

} // namespace

struct Client::State {
    State(const Config &given, const std::atomic<bool> &client_closed, std::atomic<std::int64_t> &last_number)
        : config(given), closed(client_closed), transport(make_curl_transport(curl_settings(config))), traffic(config),
          authenticator(make_authenticator(
              config, traffic.clock,
              [this](auto operation, const auto &params, const auto &authorization, auto &control, auto deadline) {
                  return exchange(operation, params, authorization, control, deadline);
              })),
          submissions(
              [this](const Submissions::Request &request, CallControl &control) {
                  return answer(request.operation, request.given_params(), request.given_options(), control);
              },
              [this](JobSource &source) {
                  return std::make_unique<Engine>(traffic, *authenticator, make_curl_loop(curl_settings(config)),
                                                  config.in_flight, source);
              },
              last_number) {
        if (closed.load())
            close();
    }

    // Any operation, of the catalogue or a composition.
    Result<Answer> answer(std::string_view operation, const CallerObject &params, const CallerObject &options,
                          CallControl &control);
    void cancel_all() noexcept;
    void cancel_key(std::int64_t key);
    void close() noexcept;

    Result<Answer> run(const Prepared &prepared, CallControl &control);
    Result<Answer> compose(const Prepared &prepared, CallControl &control);
    Result<json::Value> perform(const Prepared &prepared, CallControl &control, Progress &progress,
                                HttpResponse &response);
    Result<json::Object> look_before(const Prepared &prepared, CallControl &control, Clock::time_point deadline);
    Result<json::Value> exchange(std::string_view operation, const json::Object &params, const Secret &authorization,
                                 CallControl &control, Clock::time_point deadline);

    const Config &config;
    const std::atomic<bool> &closed;
    const std::unique_ptr<HttpTransport> transport;
    Traffic traffic;
    const std::unique_ptr<Authenticator> authenticator;

    struct RunningCall {
        CallControl *control;
        std::int64_t cancel_key; // 0: none
    };
    static constexpr std::size_t most_early_cancels = 1024;

    mutable std::mutex mutex;               // guards what follows
    std::vector<RunningCall> running;       // the calls in progress
    std::deque<std::int64_t> early_cancels; // keys of calls that had not begun when they were cancelled
    bool is_closed = false;

    Submissions submissions; // last: its threads use the rest
};

// What stays as it is when a process forks.
struct Client::Shared {
    explicit Shared(Config given) : config(std::move(given)), state([this] { return make_state(); }) {}

    std::unique_ptr<State> make_state() { return std::make_unique<State>(config, closed, last_number); }

    const Config config;
    std::atomic<bool> closed{false};
    std::atomic<std::int64_t> last_number{0}; // of what was submitted
    PerProcess<State> state;
};

namespace {

// Registers a call for as long as it runs.
template <class State>
class Running {
public:
    Running(State &state, CallControl &control) : state_(state), control_(control) {
        const std::lock_guard lock(state_.mutex);
        refused_ = state_.is_closed;
        if (!refused_)
            state_.running.push_back({&control_, 0});
    }
    ~Running() {
        const std::lock_guard lock(state_.mutex);
        if (const auto found = place(); found != state_.running.end())
            state_.running.erase(found);
    }
    Running(const Running &) = delete;
    Running &operator=(const Running &) = delete;

    bool refused() const noexcept { return refused_; }

    // From now on the key stops the call, if it has not done so before.
    void answer_to(std::int64_t key) {
        const std::lock_guard lock(state_.mutex);
        place()->cancel_key = key;
        if (const auto early = std::find(state_.early_cancels.begin(), state_.early_cancels.end(), key);
            early != state_.early_cancels.end()) {
            state_.early_cancels.erase(early);
            control_.cancel();
        }
    }

private:
    auto place() {
        return std::find_if(state_.running.begin(), state_.running.end(),
                            [this](const auto &call) { return call.control == &control_; });
    }

    State &state_;
    CallControl &control_;
    bool refused_;
};

} // namespace

// The steps of one composition.
class Client::Steps final : public Run {
public:
    Steps(State &state, const Prepared &composition, CallControl &control, Progress &progress)
        : state_(state), composition_(composition), control_(control), progress_(progress) {}

    Clock::time_point now() const override { return Clock::now(); }
    Clock::time_point deadline() const override { return progress_.deadline; }
    bool wait_until(Clock::time_point time) override { return hostbill::wait_until(control_, time); }
    double random_fraction() override { return hostbill::random_fraction(); }
    std::int64_t clock_difference() const override { return std::abs(std::int64_t{ahead_.count()}); }

    void report(const json::Object &progress) override {
        if (composition_.options.progress && control_.wants_progress())
            control_.report(json::write_ascii(json::Value(progress)));
    }

private:
    Result<json::Value> perform(std::string_view name, const json::Object &params,
                                const StepOptions &options) override {
        const Operation *known = find_operation(state_.config, name);
        if (known == nullptr)
            return Error{.message = "a composition calls what is no operation"};
        Operation operation = *known;
        if (options.changes_nothing)
            operation.effect = Effect::read;
        if (composition_.options.dry_run && !may_run_dry(operation))
            return failed(*known, Error{.message = "a dry run came to a step that it must not send"});
        Options wanted;
        wanted.max_attempts = options.max_attempts ? options.max_attempts : composition_.options.max_attempts;
        wanted.baseline = options.baseline;
        const auto send = [&](Options asking) -> Result<json::Value> {
            Result<Prepared> prepared = prepare_step(state_.config, operation, params, std::move(asking));
            if (!prepared)
                return std::move(prepared.error());
            Progress step;
            step.deadline =
                std::min(progress_.deadline, step.started + options.timeout.value_or(state_.config.timeout));
            HttpResponse response;
            Result<json::Value> body = state_.perform(*prepared, control_, step, response);
            note(*known, step);
            if (const auto date = parse_http_date(response.date))
                ahead_ = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - *date;
            return body;
        };
        Result<json::Value> body = operation.effect == Effect::read ? all_pages(wanted, send) : send(wanted);
        if (!body)
            return failed(*known, std::move(body.error()));
        if (options.shaped) {
            if (const AnswerShape *shape = find_answer_shape(known->id))
                return shape_answer(*shape, std::move(*body)).data;
        }
        return body;
    }

    bool may_run_dry(const Operation &operation) const {
        return operation.effect == Effect::read && composition_row(*composition_.operation).reads_in_dry_run;
    }

    static Error failed(const Operation &operation, Error error) {
        error.step = operation.id;
        return error;
    }

    // A composition that asks for hours need not remember every request.
    void note(const Operation &operation, const Progress &step) {
        constexpr std::size_t most_requests = 100;
        std::vector<Attempt> &history = progress_.history;
        for (Attempt attempt : step.history) {
            attempt.operation = operation.id;
            history.push_back(attempt);
        }
        if (history.size() > most_requests) {
            const std::size_t surplus = history.size() - most_requests;
            history.erase(history.begin(), history.begin() + static_cast<std::ptrdiff_t>(surplus));
            progress_.forgotten += static_cast<int>(surplus);
        }
        if (step.http_status != 0)
            progress_.http_status = step.http_status;
    }

    State &state_;
    const Prepared &composition_;
    CallControl &control_;
    Progress &progress_;
    std::chrono::seconds ahead_{}; // of the portal's clock, the machine's
};

Result<Answer> Client::State::answer(std::string_view operation, const CallerObject &params,
                                     const CallerObject &options, CallControl &control) {
    Running registered(*this, control);
    if (registered.refused() || closed.load()) {
        // What was handed over before the client was closed has been cancelled by that.
        if (control.cancelled())
            return Error{.error_class = ErrorClass::cancelled, .message = "cancelled before anything was sent"};
        return usage_error("the client is closed");
    }
    const Operation *composition = find_composition(operation);
    Result<Prepared> prepared = composition != nullptr ? prepare_composition(config, *composition, params, options)
                                                       : prepare(config, operation, params, options);
    if (!prepared)
        return std::move(prepared.error());
    if (prepared->options.cancel_key != 0)
        registered.answer_to(prepared->options.cancel_key);
    return composition != nullptr ? compose(*prepared, control) : run(*prepared, control);
}

void Client::State::cancel_all() noexcept {
    submissions.cancel_all();
    const std::lock_guard lock(mutex);
    for (const RunningCall &call : running)
        call.control->cancel();
}

void Client::State::cancel_key(std::int64_t key) {
    const std::lock_guard lock(mutex);
    bool found = false;
    for (const RunningCall &call : running) {
        if (call.cancel_key == key) {
            call.control->cancel();
            found = true;
        }
    }
    if (found)
        return;
    if (early_cancels.size() == most_early_cancels)
        early_cancels.pop_front();
    early_cancels.push_back(key);
}

void Client::State::close() noexcept {
    submissions.close();
    {
        const std::lock_guard lock(mutex);
        is_closed = true;
        for (const RunningCall &call : running)
            call.control->cancel();
    }
    transport->drop_idle();
}

Result<Answer> Client::State::run(const Prepared &prepared, CallControl &control) {
    Progress progress;
    progress.deadline = progress.started + prepared.options.timeout.value_or(config.timeout);
    if (prepared.options.dry_run) {
        Answer answer = answer_to(prepared, progress);
        answer.data = describe_request(config, prepared);
        return answer;
    }
    HttpResponse response;
    Result<json::Value> body = perform(prepared, control, progress, response);
    if (!body)
        return failure_of(prepared, progress, std::move(body.error()));
    return answer_of(prepared, progress, std::move(*body), std::move(response.body));
}

// One operation, as often as it takes and is safe, and what belongs to it before and after.
Result<json::Value> Client::State::perform(const Prepared &prepared, CallControl &control, Progress &progress,
                                           HttpResponse &response) {
    json::Object before;
    if (prepared.options.baseline && prepared.operation->effect == Effect::unsafe) {
        Result<json::Object> noted = look_before(prepared, control, progress.deadline);
        if (!noted)
            return std::move(noted.error());
        before = std::move(*noted);
    }
    Sending sending(traffic, prepared, authenticator.get(), progress);
    Result<json::Value> body = send(sending, *transport, authenticator.get(), traffic.limiter.get(), control);
    response = std::move(sending.response());
    if (!body)
        return settled(config, prepared, progress, sending.credential(), std::move(body.error()), std::move(before));
    if (ends_session(*prepared.operation))
        authenticator->forget(sending.credential(), control, progress.deadline);
    return body;
}

Result<json::Object> Client::State::look_before(const Prepared &prepared, CallControl &control,
                                                Clock::time_point deadline) {
    const auto read = [&](std::string_view operation, const json::Object &params) -> Result<json::Value> {
        Result<json::Value> body = all_pages({}, [&](Options asking) -> Result<json::Value> {
            Result<Prepared> reading =
                prepare_step(config, *find_operation(config, operation), params, std::move(asking));
            if (!reading)
                return std::move(reading.error());
            Progress progress{.deadline = deadline};
            HttpResponse response;
            return perform(*reading, control, progress, response);
        });
        const AnswerShape *shape = find_answer_shape(operation);
        if (body && shape != nullptr)
            return shape_answer(*shape, std::move(*body)).data;
        return body;
    };
    return note_before(*prepared.operation, plain_params(prepared), read);
}

Result<Answer> Client::State::compose(const Prepared &prepared, CallControl &control) {
    Progress progress;
    progress.deadline =
        progress.started + prepared.options.timeout.value_or(default_timeout(config, *prepared.operation));
    Steps steps(*this, prepared, control, progress);
    Result<json::Value> data = run_composition(config, prepared, steps);
    if (!data) { // It may tell of what a step was answered.
        const Credential credential = authenticator->current().value_or(Credential());
        return failure_of(prepared, progress, without_secrets(config, prepared, credential, std::move(data.error())));
    }
    Answer answer = answer_to(prepared, progress);
    answer.data = std::move(*data);
    return answer;
}

Result<json::Value> Client::State::exchange(std::string_view operation, const json::Object &params,
                                            const Secret &authorization, CallControl &control,
                                            Clock::time_point deadline) {
    Result<Prepared> prepared = prepare_own(config, operation, params);
    if (!prepared)
        return std::move(prepared.error());
    Progress progress;
    progress.deadline = deadline;
    Sending sending(traffic, *prepared, nullptr, progress, Credential{authorization});
    Result<json::Value> body = send(sending, *transport, nullptr, traffic.limiter.get(), control);
    wipe(sending.response().body);
    if (!body)
        return settled(config, *prepared, progress, sending.credential(), std::move(body.error()));
    return body;
}

Client::Client(std::unique_ptr<Shared> shared) : shared_(std::move(shared)) {}

Client::~Client() { close(); }

Result<std::unique_ptr<Client>> Client::create(const CallerObject &config, bool slots_from_outside) {
    keep_freed_memory();
    Result<Config> parsed = parse_config(config);
    if (!parsed)
        return std::move(parsed.error());
    if (slots_from_outside)
        parsed->rate_limit = RateLimitSettings{.from_outside = true};
    return std::unique_ptr<Client>(new Client(std::make_unique<Shared>(std::move(*parsed))));
}

Result<Answer> Client::perform(std::string_view operation, const CallerObject &params, const CallerObject &options,
                               CallControl &control) {
    return shared_->state.get().answer(operation, params, options, control);
}

Result<std::string> Client::call(std::string_view operation, std::string_view params_json,
                                 std::string_view options_json, CallControl &control) {
    Result<Answer> answer = perform(operation, params_json, options_json, control);
    if (!answer)
        return std::move(answer.error());
    return answer_document(*answer);
}

Result<std::string> Client::call(std::string_view operation, std::string_view params_json,
                                 std::string_view options_json) {
    CallControl control;
    return call(operation, params_json, options_json, control);
}

Result<std::int64_t> Client::submit(Submissions::Request request) {
    return shared_->state.get().submissions.submit(std::move(request));
}

std::optional<Error> Client::next(int timeout_ms, const std::function<void(Taken &)> &take) {
    return shared_->state.get().submissions.next(timeout_ms, take);
}

int Client::descriptor() { return shared_->state.get().submissions.descriptor(); }

int Client::loop_descriptor() { return shared_->state.get().submissions.loop_descriptor(); }

bool Client::cancel(std::int64_t id) { return shared_->state.get().submissions.cancel(id); }

RateLimiter *Client::limiter() { return shared_->state.get().traffic.limiter.get(); }

void Client::cancel_all() noexcept {
    if (State *state = shared_->state.find())
        state->cancel_all();
}

void Client::cancel_key(std::int64_t key) { shared_->state.get().cancel_key(key); }

void Client::close() noexcept {
    State *state = shared_->state.find();
    // First, so that what was submitted ends as cancelled instead of meeting a closed client.
    if (state != nullptr)
        state->submissions.close();
    shared_->closed.store(true);
    if (state != nullptr)
        state->close();
}

bool Client::closed() const noexcept { return shared_->closed.load(); }

} // namespace hostbill
