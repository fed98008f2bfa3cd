#include "core/session/auth.hpp"

#include "core/base/base64.hpp"
#include "core/session/auth_session.hpp"

#include <algorithm>
#include <atomic>

namespace hostbill {
namespace {

// A header that never changes: none, Basic, or the caller's own token.
class FixedAuthenticator final : public Authenticator {
public:
    explicit FixedAuthenticator(Secret header) : header_(std::move(header)) {}

    Result<Credential> credential(CallControl &, Clock::time_point) override { return Credential{header_}; }
    std::optional<Credential> current() override { return Credential{header_}; }
    bool reject(const Credential &) override { return false; }
    void forget(const Credential &, CallControl &, Clock::time_point) override {}

private:
    const Secret header_;
};

// Whether a login failed because the portal has no tokens that work, and not because of what was sent.
bool tokens_are_broken(const Error &error) {
    const bool has_no_login = error.http_status == 404 || error.http_status == 405;
    const bool says_so = std::find(error.portal_errors.begin(), error.portal_errors.end(), "internal_error_0") !=
                         error.portal_errors.end();
    const bool without_token = error.error_class == ErrorClass::unsupported;
    return has_no_login || says_so || without_token;
}

// It may be that, or all of the portal may be down.
bool tokens_may_be_broken(const Error &error) { return tokens_are_broken(error) || error.http_status >= 500; }

// A session, or Basic where the portal takes both and its tokens do not work. Credentials that the login has called wrong
// are never tried the other way: that would be guessing, and portals lock accounts for it.
class FallbackAuthenticator final : public Authenticator {
public:
    FallbackAuthenticator(std::unique_ptr<Authenticator> session, Secret basic)
        : session_(std::move(session)), basic_(std::move(basic)) {}

    Result<Credential> credential(CallControl &control, Clock::time_point deadline) override {
        if (use_basic_.load())
            return basic();
        Result<Credential> credential = session_->credential(control, deadline);
        if (credential)
            return credential;
        if (credential.error().error_class == ErrorClass::authentication)
            refused_.store(true);
        if (refused_.load() || !tokens_may_be_broken(credential.error()))
            return credential;
        if (tokens_are_broken(credential.error()))
            broken_.store(true);
        use_basic_.store(true);
        return basic();
    }

    std::optional<Credential> current() override { return use_basic_.load() ? basic() : session_->current(); }

    // Where tokens do not work, Basic stays the way even so: what was refused may be this one operation. Else it may be all
    // that the portal does not take.
    bool reject(const Credential &credential) override {
        if (credential.session != no_session)
            return session_->reject(credential);
        if (!broken_.load())
            use_basic_.store(false);
        return false;
    }

    void forget(const Credential &credential, CallControl &control, Clock::time_point deadline) override {
        if (credential.session != no_session)
            session_->forget(credential, control, deadline);
    }

private:
    static constexpr std::uint64_t no_session = 0; // sessions are counted from 1

    Credential basic() const { return {basic_, no_session}; }

    const std::unique_ptr<Authenticator> session_;
    const Secret basic_;
    std::atomic<bool> use_basic_{false};
    std::atomic<bool> broken_{false}; // the tokens
    std::atomic<bool> refused_{false};
};

} // namespace

bool is_callers_own(const Error &login_failure) noexcept {
    return login_failure.error_class == ErrorClass::cancelled || login_failure.error_class == ErrorClass::timeout;
}

Secret basic_header(std::string_view username, std::string_view password) {
    std::string pair = std::string(username) + ":" + std::string(password);
    std::string header = "Basic " + base64_encode(pair);
    Secret secret(header);
    wipe(pair);
    wipe(header);
    return secret;
}

Secret bearer_header(std::string_view token) {
    std::string header = "Bearer " + std::string(token);
    Secret secret(header);
    wipe(header);
    return secret;
}

std::unique_ptr<Authenticator> make_authenticator(const Config &config, const ServerClock &clock, Exchange exchange) {
    switch (config.auth) {
    case Auth::none:
        break;
    case Auth::basic:
        return std::make_unique<FixedAuthenticator>(basic_header(config.username, config.password.view()));
    case Auth::bearer:
        return std::make_unique<FixedAuthenticator>(bearer_header(config.token.view()));
    case Auth::jwt: {
        auto session = make_session_authenticator(config, clock, std::move(exchange));
        if (!config.basic_fallback)
            return session;
        return std::make_unique<FallbackAuthenticator>(std::move(session),
                                                       basic_header(config.username, config.password.view()));
    }
    }
    return std::make_unique<FixedAuthenticator>(Secret());
}

} // namespace hostbill
