// Who is calling: Basic, and RS256 tokens with rotation.
#pragma once

#include "sandbox/world/call.hpp"
#include "sandbox/world/crypto.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

class Auth {
public:
    explicit Auth(Database &database);

    // Creates or changes the login of the owner (contact 0) or of a contact.
    void set_password(std::int64_t contact, std::string_view username, std::string_view password);

    // A contact's login, where it has one, goes by another name from now on.
    void rename(std::int64_t contact, std::string_view username);

    // The login that this name and password open; nullopt: none.
    std::optional<Caller> check(std::string_view username, std::string_view password);

    // From the Authorization header. Refuses with 401 where it is missing, wrong or expired.
    // Whoever comes with a password after a while, or from elsewhere, arrives.
    Caller identify(std::string_view authorization, const Call &call);

    // {"token","refresh"} of a new session.
    json::Value open_session(const Call &call, std::int64_t login);
    // The same for the session of a refresh token, which is worth nothing afterwards.
    json::Value refresh(const Call &call, std::string_view refresh_token);
    void end_session(std::int64_t session);
    void end_sessions(std::int64_t contact); // all that it has
    // Ends the session of a refresh token; one that is not good is refused.
    void revoke(std::string_view refresh_token, Seconds now);

private:
    struct Session {
        std::int64_t id;
        std::int64_t login;
    };
    Caller basic(std::string_view credentials, const Call &call);
    Caller bearer(std::string_view token, Seconds now);
    void forget(std::int64_t contact); // what it signed in with
    Session find_session(std::string_view refresh_token, Seconds now);
    json::Value give_tokens(const Call &call, Session session);
    Caller caller_of(std::int64_t login, std::int64_t session);
    std::string make_token(json::Object claims);
    json::Value read_token(std::string_view token);
    const SigningKey *known_key(); // nullptr: nothing has been signed yet
    const SigningKey &signing_key();

    Database &db_;
    std::optional<SigningKey> key_; // made at the first login: that takes time
    // Basic credentials that were right, hashed with a key of this process: the slow check is done once.
    std::string cache_key_;
    struct Known {
        Caller caller;
        Seconds seen = 0;
        std::string address;
    };
    std::map<std::string, Known> good_;
};

} // namespace hostbill::sandbox
