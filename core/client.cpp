#include "core/client.hpp"

#include "core/auth.hpp"
#include "core/classify.hpp"
#include "core/composition.hpp"
#include "core/config.hpp"
#include "core/dry_run.hpp"
#include "core/http_curl.hpp"
#include "core/json.hpp"
#include "core/mask.hpp"
#include "core/prepare.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace hostbill {
namespace {

// What a call has come to so far; goes into the answer's `meta`.
struct Progress {
    Clock::time_point started = Clock::now();
    std::chrono::system_clock::time_point started_at = std::chrono::system_clock::now();
    Clock::time_point deadline;
    int attempts = 0;
    int http_status = 0;
};

std::unique_ptr<HttpTransport> make_transport(const Config &config) {
    return make_curl_transport({.connect_timeout = config.connect_timeout,
                                .ca_file = config.ca_file,
                                .user_agent = config.user_agent,
                                .max_response_bytes = config.max_response_bytes,
                                .pool_size = config.pool_size,
                                .loopback = config.base_url.loopback});
}

// The request as the transport takes it. `prepared` keeps its body, for a second attempt.
HttpRequest http_request(const Config &config, const Prepared &prepared, Secret authorization,
                         Clock::time_point deadline) {
    const Effect effect = prepared.operation->effect;
    return {.method = prepared.request.method,
            .url = config.base_url.origin + config.base_url.path + prepared.request.target,
            .authorization = std::move(authorization),
            .body = prepared.request.body ? std::optional<std::string_view>(*prepared.request.body) : std::nullopt,
            .content_type = prepared.request.content_type,
            .fresh_connection = effect == Effect::unsafe || effect == Effect::auth,
            .deadline = deadline};
}

void append_meta(std::string &out, const Prepared &prepared, const Progress &progress) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - progress.started);
    json::Object meta{
        {"operation", prepared.operation->id},
        {"http_status", progress.http_status},
        {"attempts", progress.attempts},
        {"elapsed_ms", static_cast<std::int64_t>(elapsed.count())},
    };
    if (!prepared.options.tag.empty())
        meta.append("tag", prepared.options.tag);
    json::append_ascii(out, json::Value(std::move(meta)));
}

// The answer document. `append_data` writes the data.
template <class AppendData>
std::string answer_document(const Prepared &prepared, const Progress &progress, const std::vector<std::string> &info,
                            const AppendData &append_data) {
    std::string out = "{\"data\":";
    append_data(out);
    out += ",\"info\":[";
    for (std::size_t i = 0; i < info.size(); ++i) {
        if (i > 0)
            out += ',';
        json::append_ascii_text(out, info[i]);
    }
    out += "],\"meta\":";
    append_meta(out, prepared, progress);
    out += '}';
    return out;
}

std::string answer_of_dry_run(const Config &config, const Prepared &prepared, const Progress &progress) {
    const json::Value request = describe_request(config, prepared);
    return answer_document(prepared, progress, {}, [&](std::string &out) { json::append_ascii(out, request); });
}

std::string shape_answer(const Prepared &prepared, const Progress &progress, const json::Value &body,
                         std::string_view body_text) {
    return answer_document(prepared, progress, info_texts(body), [&](std::string &out) {
        if (prepared.options.raw && !body.is_null()) {
            json::append_raw_ascii(out, body_text);
        } else {
            json::append_ascii(out, body);
        }
    });
}

// Portals may repeat in their errors what they were sent.
void remove_secrets(Error &error, const Config &config, const Prepared &prepared, const Credential &credential) {
    std::vector<std::string> secrets;
    const std::string_view header = credential.header.view();
    secrets.emplace_back(header.substr(header.find(' ') + 1));
    secrets.emplace_back(config.password.view());
    secrets.emplace_back(config.token.view());
    for (const BoundParam &bound : prepared.params)
        collect_secrets(*bound.param, bound.value, secrets);
    for (const json::Member &member : prepared.options.extra) {
        collect_unknown_secrets(member.key, member.value, secrets);
    }
    error.message = scrub(std::move(error.message), secrets);
    for (std::string &word : error.portal_errors)
        word = scrub(std::move(word), secrets);
    for (std::string &secret : secrets)
        wipe(secret);
}

bool ends_session(const Operation &operation) { return operation.id == "auth.logout" || operation.id == "auth.revoke"; }

// What the caller gets of a failure: what was called, how often it was tried, and the caller's own tag.
Error failure_of(const Prepared &prepared, const Progress &progress, Error error) {
    error.operation = prepared.operation->id;
    error.attempts = progress.attempts;
    error.tag = prepared.options.tag;
    return error;
}

Error cancelled_error() {
    return Error{.error_class = ErrorClass::cancelled, .message = "the call was cancelled before anything was sent"};
}

} // namespace

struct Client::State {
    explicit State(Config given)
        : config(std::move(given)), transport(make_transport(config)),
          authenticator(
              make_authenticator(config, [this](auto operation, const auto &params, auto &control, auto deadline) {
                  return exchange(operation, params, control, deadline);
              })) {}

    Result<std::string> run(const Prepared &prepared, CallControl &control);
    Result<std::string> compose(const Prepared &prepared, CallControl &control);
    RunRead reader(CallControl &control, Progress &progress);
    Result<json::Value> send(const Prepared &prepared, CallControl &control, Progress &progress, Credential &credential,
                             HttpResponse &response);
    Result<json::Value> attempt(const Prepared &prepared, const Credential &credential, CallControl &control,
                                Progress &progress, HttpResponse &response);
    Result<json::Value> exchange(std::string_view operation, const json::Object &params, CallControl &control,
                                 Clock::time_point deadline);

    const Config config;
    const std::unique_ptr<HttpTransport> transport;
    const std::unique_ptr<Authenticator> authenticator;

    mutable std::mutex mutex;           // guards what follows
    std::vector<CallControl *> running; // the calls in progress
    bool is_closed = false;
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
            state_.running.push_back(&control_);
    }
    ~Running() {
        const std::lock_guard lock(state_.mutex);
        const auto found = std::find(state_.running.begin(), state_.running.end(), &control_);
        if (found != state_.running.end())
            state_.running.erase(found);
    }
    Running(const Running &) = delete;
    Running &operator=(const Running &) = delete;

    bool refused() const noexcept { return refused_; }

private:
    State &state_;
    CallControl &control_;
    bool refused_;
};

} // namespace

// One attempt: on the wire and back, and what the answer means.
Result<json::Value> Client::State::attempt(const Prepared &prepared, const Credential &credential, CallControl &control,
                                           Progress &progress, HttpResponse &response) {
    ++progress.attempts;
    Result<HttpResponse, HttpFailure> outcome =
        transport->perform(http_request(config, prepared, credential.header, progress.deadline), control);
    if (!outcome)
        return classify_failure(*prepared.operation, outcome.error());
    response = std::move(*outcome);
    progress.http_status = response.status;
    return classify(*prepared.operation, response);
}

// Authenticates and sends, as often as it takes and is safe. This is where retries belong: after a failed attempt, by
// the error's class and the operation's effect, within the deadline and `max_attempts`.
Result<json::Value> Client::State::send(const Prepared &prepared, CallControl &control, Progress &progress,
                                        Credential &credential, HttpResponse &response) {
    bool renewed = false;
    for (;;) {
        if (control.should_stop())
            return cancelled_error();
        if (!prepared.operation->anonymous) {
            Result<Credential> current = authenticator->credential(control, progress.deadline);
            if (!current)
                return std::move(current.error());
            credential = std::move(*current);
        }
        Result<json::Value> body = attempt(prepared, credential, control, progress, response);
        if (body || renewed || prepared.operation->anonymous || !wants_new_session(body.error()))
            return body;
        // A request whose token was not accepted was not carried out: even an unsafe one may go again, once.
        if (!authenticator->reject(credential))
            return body;
        renewed = true;
    }
}

Result<std::string> Client::State::run(const Prepared &prepared, CallControl &control) {
    Progress progress;
    progress.deadline = progress.started + prepared.options.timeout.value_or(config.timeout);
    if (prepared.options.dry_run)
        return answer_of_dry_run(config, prepared, progress);

    json::Object before;
    if (prepared.options.baseline && prepared.operation->effect == Effect::unsafe) {
        Progress reading{.deadline = progress.deadline};
        Result<json::Object> noted = note_before(*prepared.operation, plain_params(prepared), reader(control, reading));
        if (!noted)
            return failure_of(prepared, progress, std::move(noted.error()));
        before = std::move(*noted);
    }
    Credential credential;
    HttpResponse response;
    Result<json::Value> body = send(prepared, control, progress, credential, response);
    if (!body) {
        Error error = failure_of(prepared, progress, std::move(body.error()));
        remove_secrets(error, config, prepared, credential);
        if (error.error_class == ErrorClass::outcome_unknown) {
            const auto since = std::chrono::floor<std::chrono::seconds>(progress.started_at).time_since_epoch();
            error.reconcile = reconcile_params(prepared, since.count(), std::move(before));
        }
        return error;
    }
    if (ends_session(*prepared.operation))
        authenticator->forget(credential);
    return shape_answer(prepared, progress, *body, response.body);
}

// Runs reads as parts of a composition: with the client's credentials, within the composition's deadline.
RunRead Client::State::reader(CallControl &control, Progress &progress) {
    return [this, &control, &progress](std::string_view operation, const json::Object &params) -> Result<json::Value> {
        Result<Prepared> prepared = prepare(config, operation, json::write_utf8(json::Value(params)), {});
        if (!prepared)
            return std::move(prepared.error());
        Credential credential;
        HttpResponse response;
        Result<json::Value> body = send(*prepared, control, progress, credential, response);
        if (!body)
            remove_secrets(body.error(), config, *prepared, credential);
        return body;
    };
}

Result<std::string> Client::State::compose(const Prepared &prepared, CallControl &control) {
    Progress progress;
    progress.deadline = progress.started + prepared.options.timeout.value_or(config.timeout);
    Result<json::Value> data = prepared.options.dry_run ? Result<json::Value>(describe_composition(config, prepared))
                                                        : run_composition(config, prepared, reader(control, progress));
    if (!data)
        return failure_of(prepared, progress, std::move(data.error()));
    return answer_document(prepared, progress, {}, [&](std::string &out) { json::append_ascii(out, *data); });
}

Result<json::Value> Client::State::exchange(std::string_view operation, const json::Object &params,
                                            CallControl &control, Clock::time_point deadline) {
    Result<Prepared> prepared = prepare_own(config, operation, params);
    if (!prepared)
        return std::move(prepared.error());
    Progress progress;
    progress.deadline = deadline;
    HttpResponse response;
    Result<json::Value> body = attempt(*prepared, Credential(), control, progress, response);
    if (!body)
        remove_secrets(body.error(), config, *prepared, Credential());
    wipe(response.body);
    return body;
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}

Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::create(std::string_view config_json) {
    Result<Config> config = parse_config(config_json);
    if (!config)
        return std::move(config.error());
    return std::unique_ptr<Client>(new Client(std::make_unique<State>(std::move(*config))));
}

Result<std::string> Client::call(std::string_view operation, std::string_view params_json,
                                 std::string_view options_json, CallControl &control) {
    const Running running(*state_, control);
    if (running.refused())
        return usage_error("the client is closed");
    const Operation *composition = find_composition(operation);
    Result<Prepared> prepared = composition != nullptr
                                    ? prepare_composition(state_->config, *composition, params_json, options_json)
                                    : prepare(state_->config, operation, params_json, options_json);
    if (!prepared)
        return std::move(prepared.error());
    return composition != nullptr ? state_->compose(*prepared, control) : state_->run(*prepared, control);
}

Result<std::string> Client::call(std::string_view operation, std::string_view params_json,
                                 std::string_view options_json) {
    CallControl control;
    return call(operation, params_json, options_json, control);
}

void Client::cancel_all() noexcept {
    const std::lock_guard lock(state_->mutex);
    for (CallControl *control : state_->running)
        control->cancel();
}

void Client::close() noexcept {
    {
        const std::lock_guard lock(state_->mutex);
        state_->is_closed = true;
        for (CallControl *control : state_->running)
            control->cancel();
    }
    state_->transport->drop_idle();
}

bool Client::closed() const noexcept {
    const std::lock_guard lock(state_->mutex);
    return state_->is_closed;
}

} // namespace hostbill
