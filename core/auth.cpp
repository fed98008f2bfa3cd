#include "core/auth.hpp"

#include "core/base64.hpp"
#include "core/jwt.hpp"

#include <algorithm>

namespace hostbill {
namespace {

using SystemClock = std::chrono::system_clock;

// A header that never changes: none, Basic, or the caller's own token.
class FixedAuthenticator final : public Authenticator {
public:
    explicit FixedAuthenticator(Secret header) : header_(std::move(header)) {}

    Result<Credential> credential(CallControl &, Clock::time_point) override { return Credential{header_}; }
    bool reject(const Credential &) override { return false; }
    void forget(const Credential &) override {}

private:
    const Secret header_;
};

Secret bearer_header(std::string_view token) {
    std::string header = "Bearer " + std::string(token);
    Secret secret(header);
    wipe(header);
    return secret;
}

// A token that could not stand in a header as it is would be a way to smuggle other headers in.
bool is_token(const std::string &text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

struct Tokens {
    Secret access;
    Secret refresh;
    std::optional<SystemClock::time_point> renew_at;
};

// Some time before the token's end, so that it does not expire on its way.
std::optional<SystemClock::time_point> renewal_time(std::string_view token) {
    const auto expiry = token_expiry(token);
    if (!expiry)
        return std::nullopt;
    const auto now = SystemClock::now();
    // Our clock and the portal's disagree; then only the portal's refusal can tell.
    if (*expiry <= now)
        return std::nullopt;
    constexpr SystemClock::duration margin = std::chrono::seconds(30);
    return *expiry - std::min(margin, (*expiry - now) / 4);
}

Error login_error(ErrorClass error_class, std::string message) {
    return Error{.error_class = error_class, .message = std::move(message)};
}

// Reads {"token","refresh"}; also `access_token` and `refresh_token`.
Result<Tokens> read_tokens(const json::Value &body) {
    const auto text = [&](std::string_view one, std::string_view other) -> const std::string * {
        for (const std::string_view key : {one, other}) {
            const json::Value *value = body.find(key);
            if (value != nullptr && value->string() != nullptr)
                return value->string();
        }
        return nullptr;
    };
    const std::string *access = text("token", "access_token");
    if (access == nullptr && body.find("mfa") != nullptr) {
        return login_error(ErrorClass::authentication, "the login wants a second factor, which is not supported yet");
    }
    if (access == nullptr || !is_token(*access)) {
        return login_error(ErrorClass::protocol, "the portal answered the login without a usable token");
    }
    Tokens tokens;
    tokens.access = Secret(*access);
    tokens.renew_at = renewal_time(*access);
    if (const std::string *refresh = text("refresh", "refresh_token"))
        tokens.refresh = Secret(*refresh);
    return tokens;
}

// A session that logs in when it is first needed and renews its token, once for all threads that wait for it.
class SessionAuthenticator final : public Authenticator {
public:
    SessionAuthenticator(std::string username, Secret password, Exchange exchange)
        : username_(std::move(username)), password_(std::move(password)), exchange_(std::move(exchange)) {}

    Result<Credential> credential(CallControl &control, Clock::time_point deadline) override {
        std::unique_lock lock(mutex_);
        for (;;) {
            if (is_current())
                return Credential{bearer_header(tokens_.access.view()), session_};
            if (!renewing_)
                break;
            if (std::optional<Error> error = wait_for_other(lock, control, deadline))
                return std::move(*error);
        }
        return renew(lock, control, deadline);
    }

    bool reject(const Credential &credential) override {
        const std::lock_guard lock(mutex_);
        if (credential.session == session_)
            tokens_.access = Secret();
        return true;
    }

    void forget(const Credential &credential) override {
        const std::lock_guard lock(mutex_);
        if (credential.session == session_)
            tokens_ = Tokens();
    }

private:
    bool is_current() const {
        return !tokens_.access.empty() && (!tokens_.renew_at || SystemClock::now() < *tokens_.renew_at);
    }

    // Another thread is renewing: its failure is ours too, unless it was its own caller who stopped it.
    std::optional<Error> wait_for_other(std::unique_lock<std::mutex> &lock, CallControl &control,
                                        Clock::time_point deadline) {
        const std::uint64_t round = round_;
        while (renewing_ && round == round_) {
            renewed_.wait_for(lock, std::chrono::milliseconds(50));
            lock.unlock();
            const bool stop = control.should_stop();
            lock.lock();
            if (stop)
                return login_error(ErrorClass::cancelled, "the call was cancelled");
            if (Clock::now() >= deadline)
                return login_error(ErrorClass::timeout, "the deadline passed during the login");
        }
        if (failure_ && failed_round_ == round)
            return failure_;
        return std::nullopt;
    }

    Result<Credential> renew(std::unique_lock<std::mutex> &lock, CallControl &control, Clock::time_point deadline) {
        renewing_ = true;
        ++round_;
        const Secret refresh = tokens_.refresh;
        lock.unlock();
        Result<Tokens> tokens = Error{};
        try {
            tokens = exchange_tokens(refresh, control, deadline);
        } catch (...) {
            lock.lock();
            renewing_ = false;
            renewed_.notify_all();
            throw;
        }
        lock.lock();
        renewing_ = false;
        renewed_.notify_all();
        if (!tokens) {
            if (!is_callers_own(tokens.error())) {
                failure_ = tokens.error();
                failed_round_ = round_;
            }
            return std::move(tokens.error());
        }
        tokens_ = std::move(*tokens);
        ++session_;
        return Credential{bearer_header(tokens_.access.view()), session_};
    }

    static bool is_callers_own(const Error &error) {
        return error.error_class == ErrorClass::cancelled || error.error_class == ErrorClass::timeout;
    }

    // Refreshes where that is possible, and logs in where it is not or the portal refuses.
    Result<Tokens> exchange_tokens(const Secret &refresh, CallControl &control, Clock::time_point deadline) {
        if (!refresh.empty()) {
            Result<Tokens> refreshed =
                obtain("auth.refresh", {{"refresh_token", std::string(refresh.view())}}, control, deadline);
            if (refreshed) {
                // Portals that do not rotate it leave the refresh token out.
                if (refreshed->refresh.empty())
                    refreshed->refresh = refresh;
                return refreshed;
            }
            if (refreshed.error().http_status == 0)
                return refreshed;
        }
        return obtain("auth.login", {{"username", username_}, {"password", std::string(password_.view())}}, control,
                      deadline);
    }

    Result<Tokens> obtain(std::string_view operation, json::Object params, CallControl &control,
                          Clock::time_point deadline) {
        Result<json::Value> body = exchange_(operation, params, control, deadline);
        json::Value given(std::move(params));
        json::wipe(given);
        if (!body)
            return std::move(body.error());
        Result<Tokens> tokens = read_tokens(*body);
        json::wipe(*body);
        if (!tokens)
            tokens.error().http_status = 200;
        return tokens;
    }

    const std::string username_;
    const Secret password_;
    const Exchange exchange_;

    std::mutex mutex_; // guards what follows; never held while something is sent
    std::condition_variable renewed_;
    Tokens tokens_;
    std::uint64_t session_ = 0; // counts the tokens
    bool renewing_ = false;
    std::uint64_t round_ = 0; // counts the attempts to renew
    std::uint64_t failed_round_ = 0;
    std::optional<Error> failure_;
};

} // namespace

Secret basic_header(std::string_view username, std::string_view password) {
    std::string pair = std::string(username) + ":" + std::string(password);
    std::string header = "Basic " + base64_encode(pair);
    Secret secret(header);
    wipe(pair);
    wipe(header);
    return secret;
}

std::unique_ptr<Authenticator> make_authenticator(const Config &config, Exchange exchange) {
    switch (config.auth) {
    case Auth::none:
        break;
    case Auth::basic:
        return std::make_unique<FixedAuthenticator>(basic_header(config.username, config.password.view()));
    case Auth::bearer:
        return std::make_unique<FixedAuthenticator>(bearer_header(config.token.view()));
    case Auth::jwt:
        return std::make_unique<SessionAuthenticator>(config.username, config.password, std::move(exchange));
    }
    return std::make_unique<FixedAuthenticator>(Secret());
}

} // namespace hostbill
