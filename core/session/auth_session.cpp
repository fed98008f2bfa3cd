#include "core/session/auth_session.hpp"

#include "core/base/totp.hpp"
#include "core/session/jwt.hpp"
#include "core/session/token_cache.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

namespace hostbill {
namespace {

using ServerTime = ServerClock::Time;

constexpr std::string_view totp_method = "google_authenticator";

// A token that could not stand in a header as it is would be a way to smuggle other headers in.
bool is_token(const std::string &text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

// Some time before the token's end, so that it does not expire on its way.
std::optional<ServerTime> renewal_time(std::string_view token, ServerTime now) {
    const auto expiry = token_expiry(token);
    // Where our clock and the token's disagree, only the portal's refusal can tell.
    if (!expiry || *expiry <= now)
        return std::nullopt;
    constexpr ServerTime::duration margin = std::chrono::seconds(30);
    return *expiry - std::min(margin, (*expiry - now) / 4);
}

Error session_error(ErrorClass error_class, std::string message, int http_status = 0) {
    return Error{.error_class = error_class, .message = std::move(message), .http_status = http_status};
}

const json::Text *text_of(const json::Value &body, std::string_view one, std::string_view other) {
    for (const std::string_view key : {one, other}) {
        const json::Value *value = body.find(key);
        if (value != nullptr && value->string() != nullptr)
            return value->string();
    }
    return nullptr;
}

// Reads {"token","refresh"}; also `access_token` and `refresh_token`.
Result<Tokens> read_tokens(const json::Value &body, ServerTime now) {
    const json::Text *access = text_of(body, "token", "access_token");
    if (access == nullptr)
        return session_error(ErrorClass::unsupported, "the portal answered the login without a token", 200);
    if (!is_token(*access))
        return session_error(ErrorClass::protocol, "the portal gave a token that no header can carry", 200);
    Tokens tokens;
    tokens.access = Secret(*access);
    tokens.renew_at = renewal_time(*access, now);
    if (const json::Text *refresh = text_of(body, "refresh", "refresh_token"))
        tokens.refresh = Secret(*refresh);
    return tokens;
}

// Whether the login is only half done, and asks a second question.
bool asks_second_factor(const json::Value &body) {
    const json::Value *mfa = body.find("mfa");
    return mfa != nullptr && mfa->object() != nullptr && text_of(body, "token", "access_token") == nullptr;
}

// A portal that says nothing of methods has the usual one.
bool offers_totp(const json::Value &mfa) {
    const json::Value *methods = mfa.find("methods");
    if (methods == nullptr || methods->array() == nullptr || methods->array()->empty())
        return true;
    return std::any_of(methods->array()->begin(), methods->array()->end(), [](const json::Value &method) {
        return method.string() != nullptr && *method.string() == totp_method;
    });
}

class SessionAuthenticator final : public Authenticator {
public:
    SessionAuthenticator(const Config &config, const ServerClock &clock, Exchange exchange)
        : config_(config), clock_(clock), exchange_(std::move(exchange)) {
        if (!config.token_cache.empty())
            cache_.emplace(config.token_cache, config.base_url.origin + config.base_url.path, config.username);
    }

    Result<Credential> credential(CallControl &control, Clock::time_point deadline) override {
        std::unique_lock lock(mutex_);
        for (;;) {
            if (is_current(tokens_))
                return Credential{bearer_header(tokens_.access.view()), session_};
            if (!renewing_)
                break;
            if (std::optional<Error> error = wait_for_other(lock, control, deadline))
                return std::move(*error);
        }
        return renew(lock, control, deadline);
    }

    std::optional<Credential> current() override {
        const std::lock_guard lock(mutex_);
        if (!is_current(tokens_))
            return std::nullopt;
        return Credential{bearer_header(tokens_.access.view()), session_};
    }

    bool reject(const Credential &credential) override {
        const std::lock_guard lock(mutex_);
        if (credential.session == session_ && !tokens_.access.empty())
            rejected_ = std::move(tokens_.access);
        return true;
    }

    void forget(const Credential &credential, CallControl &control, Clock::time_point deadline) override {
        {
            const std::lock_guard lock(mutex_);
            if (credential.session != session_)
                return;
            tokens_ = Tokens();
        }
        forget_in_cache(credential, control, deadline);
    }

private:
    bool is_current(const Tokens &tokens) const {
        return !tokens.access.empty() && (!tokens.renew_at || clock_.now() < *tokens.renew_at);
    }

    // Another thread is renewing: its failure is ours too, unless it was its own caller who stopped it.
    std::optional<Error> wait_for_other(std::unique_lock<std::mutex> &lock, CallControl &control,
                                        Clock::time_point deadline) {
        constexpr std::chrono::milliseconds interval{20};
        const std::uint64_t round = round_;
        while (renewing_ && round == round_) {
            renewed_.wait_for(lock, interval);
            lock.unlock();
            const bool stop = control.should_stop();
            lock.lock();
            if (stop)
                return session_error(ErrorClass::cancelled, "the call was cancelled");
            if (Clock::now() >= deadline)
                return session_error(ErrorClass::timeout, "the deadline passed during the login");
        }
        if (failure_ && failed_round_ == round)
            return failure_;
        return std::nullopt;
    }

    Result<Credential> renew(std::unique_lock<std::mutex> &lock, CallControl &control, Clock::time_point deadline) {
        renewing_ = true;
        ++round_;
        const Secret refresh = tokens_.refresh;
        const Secret rejected = rejected_;
        lock.unlock();
        Result<Tokens> tokens = Error{};
        try {
            tokens = cache_ ? share_tokens(refresh, rejected, control, deadline)
                            : exchange_tokens(refresh, control, deadline);
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

    // The tokens in the cache where another process has renewed them, else new ones, put there for the others.
    Result<Tokens> share_tokens(const Secret &refresh, const Secret &rejected, CallControl &control,
                                Clock::time_point deadline) {
        Result<TokenCache::Lock> cache_lock = cache_->lock(control, deadline);
        if (!cache_lock)
            return std::move(cache_lock.error());
        Result<std::optional<Tokens>> kept = cache_->load();
        if (!kept)
            return std::move(kept.error());
        if (*kept && is_current(**kept) && (*kept)->access.view() != rejected.view())
            return std::move(**kept);
        // The file's refresh token is the newer one: each process puts its own there.
        const bool newer = *kept && !(*kept)->refresh.empty();
        Result<Tokens> tokens = exchange_tokens(newer ? (*kept)->refresh : refresh, control, deadline);
        if (tokens && cache_lock->held())
            cache_->save(*tokens);
        return tokens;
    }

    // The session has ended by its owner's wish; a failure to say so in the file costs the next process one refusal.
    void forget_in_cache(const Credential &credential, CallControl &control, Clock::time_point deadline) {
        if (!cache_)
            return;
        const Result<TokenCache::Lock> cache_lock = cache_->lock(control, deadline);
        if (!cache_lock || !cache_lock->held())
            return;
        const Result<std::optional<Tokens>> kept = cache_->load();
        if (kept && *kept && bearer_header((*kept)->access.view()).view() == credential.header.view())
            cache_->save(Tokens());
    }

    // Refreshes where that is possible, and logs in where it is not or the portal refuses.
    Result<Tokens> exchange_tokens(const Secret &refresh, CallControl &control, Clock::time_point deadline) {
        if (!refresh.empty()) {
            Result<Tokens> refreshed = refresh_tokens(refresh, control, deadline);
            if (refreshed || !may_log_in_after(refreshed.error()))
                return refreshed;
        }
        return log_in(control, deadline);
    }

    // A portal that was not reached, or wants fewer requests, gets no further one.
    static bool may_log_in_after(const Error &error) {
        return error.http_status != 0 && error.error_class != ErrorClass::rate_limited;
    }

    Result<Tokens> refresh_tokens(const Secret &refresh, CallControl &control, Clock::time_point deadline) {
        json::Object params;
        params.append("refresh_token", refresh.view());
        Result<json::Value> body = exchange("auth.refresh", std::move(params), Secret(), control, deadline);
        if (!body)
            return std::move(body.error());
        Result<Tokens> tokens = read_tokens(*body, clock_.now());
        json::wipe(*body);
        // Portals that do not rotate it leave the refresh token out.
        if (tokens && tokens->refresh.empty())
            tokens->refresh = refresh;
        return tokens;
    }

    Result<Tokens> log_in(CallControl &control, Clock::time_point deadline) {
        json::Object params;
        params.append("username", config_.username);
        params.append("password", config_.password.view());
        Result<json::Value> body = exchange("auth.login", std::move(params), Secret(), control, deadline);
        if (!body)
            return std::move(body.error());
        Result<Tokens> tokens = asks_second_factor(*body) ? verify(*body->find("mfa"), control, deadline)
                                                          : read_tokens(*body, clock_.now());
        json::wipe(*body);
        return tokens;
    }

    // The second half of a login: the digits of the moment, by the portal's clock.
    Result<Tokens> verify(const json::Value &mfa, CallControl &control, Clock::time_point deadline) {
        if (config_.totp_secret.empty()) {
            return session_error(ErrorClass::authentication,
                                 "the login wants a second factor: set totp_secret in the configuration", 200);
        }
        if (!offers_totp(mfa)) {
            return session_error(ErrorClass::authentication,
                                 "the login wants a second factor other than totp_secret's one-time passwords", 200);
        }
        const json::Text *token = text_of(mfa, "token", "access_token");
        if (token == nullptr || !is_token(*token))
            return session_error(ErrorClass::protocol, "the portal wants a second factor but gives no token for it",
                                 200);
        json::Object payload;
        payload.append("code", totp_code(config_.totp_secret, clock_.now()));
        json::Object params;
        params.append("method", totp_method);
        params.append("payload", std::move(payload));
        Result<json::Value> body =
            exchange("auth.verify_mfa", std::move(params), bearer_header(*token), control, deadline);
        if (!body)
            return std::move(body.error());
        Result<Tokens> tokens = read_tokens(*body, clock_.now());
        json::wipe(*body);
        return tokens;
    }

    Result<json::Value> exchange(std::string_view operation, json::Object params, const Secret &authorization,
                                 CallControl &control, Clock::time_point deadline) {
        Result<json::Value> body = exchange_(operation, params, authorization, control, deadline);
        json::Value given(std::move(params));
        json::wipe(given);
        return body;
    }

    const Config &config_;
    const ServerClock &clock_;
    const Exchange exchange_;
    std::optional<TokenCache> cache_;

    std::mutex mutex_; // guards what follows; never held while something is sent
    std::condition_variable renewed_;
    Tokens tokens_;
    Secret rejected_;           // the last access token that the portal did not accept
    std::uint64_t session_ = 0; // counts the tokens
    bool renewing_ = false;
    std::uint64_t round_ = 0; // counts the attempts to renew
    std::uint64_t failed_round_ = 0;
    std::optional<Error> failure_;
};

} // namespace

std::unique_ptr<Authenticator> make_session_authenticator(const Config &config, const ServerClock &clock,
                                                          Exchange exchange) {
    return std::make_unique<SessionAuthenticator>(config, clock, std::move(exchange));
}

} // namespace hostbill
