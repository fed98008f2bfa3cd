// Who is calling: Basic, and RS256 tokens with rotation.
#pragma once

#include "sandbox/world/call.hpp"
#include "sandbox/world/tokens.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {

// "Basic abc" is "abc" for the scheme "basic"; schemes know no case.
std::optional<std::string_view> after_scheme(std::string_view header, std::string_view scheme);

// Whether the parameters alone tell who asks, as those of a login do. A refresh token that is to be revoked needs no login,
// but may have one.
bool tells_who_asks(const Operation &operation, std::string_view authorization);

// What is kept of a password. Making it is slow, to slow a guesser down.
struct PasswordHash {
    std::string salt;
    std::string hash;
};
PasswordHash hash_of(std::string_view password);

class Auth {
public:
    // Of the world of that name, which its tokens tell: those of other worlds are not good here.
    Auth(Database &database, Tokens &tokens, std::string world);

    // Creates or changes the login of the owner (contact 0) or of a contact.
    void set_password(std::int64_t contact, std::string_view username, const PasswordHash &password);

    // A contact's login, where it has one, goes by another name from now on.
    void rename(std::int64_t contact, std::string_view username);

    // The logins are not those of before any more.
    void forget_known() { good_.clear(); }

    // Every name that somebody can log in with.
    std::vector<std::string> usernames();

    // The login that this name and password open; nullopt: none.
    std::optional<Caller> check(std::string_view username, std::string_view password);

    Caller caller_of(std::int64_t login, std::int64_t session);

    // From the Authorization header. Refuses with 401 where it is missing, wrong or expired.
    // Whoever comes with a password after a while, or from elsewhere, arrives.
    Caller identify(const Call &call);

    // {"token","refresh"} of a new session.
    json::Value open_session(const Call &call, std::int64_t login);
    // The same for the session of a refresh token, which is worth nothing afterwards.
    json::Value refresh(const Call &call, std::string_view refresh_token);
    void end_session(std::int64_t session);
    void end_sessions(std::int64_t contact); // all that it has

    // {"token":null,"mfa":{..}}: half a login, whose token is good for `second_half` alone.
    json::Value first_half(const Call &call, std::int64_t login);
    // The login that it was for.
    std::int64_t second_half(std::string_view authorization, Seconds now);
    // Ends the session of a refresh token; one that is not good is refused.
    void revoke(std::string_view refresh_token, Seconds now);

private:
    struct Session {
        std::int64_t id;
        std::string name; // as tokens know it: numbers come again after a reset
        std::int64_t login;
    };
    Caller basic(std::string_view credentials, const Call &call);
    Caller bearer(std::string_view token, const Call &call);
    void forget(std::int64_t contact); // what it signed in with
    Session find_session(std::string_view refresh_token, Seconds now);
    json::Value give_tokens(const Call &call, Session session, bool rotate = true);
    json::Value read_token(std::string_view token);
    void drop_old_sessions(std::int64_t newest, Seconds now);

    Database &db_;
    Tokens &tokens_;
    std::string world_;
    // Basic credentials that were right, hashed with a key of this process: the slow check is done once.
    std::string cache_key_;
    struct Known {
        Caller caller;
        Seconds seen = 0;
        std::string address;
    };
    std::map<std::string, Known> good_;
    std::set<std::string> fitting_; // passwords with their hashes, hashed likewise; they outlast a reset
};

} // namespace hostbill::sandbox
