#include "sandbox/world/auth.hpp"
#include "sandbox/areas/account.hpp"
#include "sandbox/areas/areas.hpp"

#include "sandbox/config.hpp"

#include "core/base/totp.hpp"

#include <algorithm>
#include <chrono>

namespace hostbill::sandbox {
namespace {

constexpr std::int64_t max_sessions = 10'000; // older ones end when there are more
constexpr std::size_t max_known_good = 1'000;
constexpr Seconds half_login_lifetime = 300;
constexpr std::string_view totp_method = "google_authenticator";
constexpr Seconds a_while = 1800; // without a request, after which somebody signs in anew

[[noreturn]] void refuse_login(std::string_view error) { throw Refusal{{std::string(error)}, 401}; }

bool takes(const Portal &portal, AuthMode mode) {
    return std::find(portal.auth.begin(), portal.auth.end(), mode) != portal.auth.end();
}

json::Value login(Call &call) {
    if (call.quirks.has(Quirk::broken_login))
        refuse("internal_error_0");
    auto caller = call.auth.check(call.text("username"), call.text("password"));
    if (!caller)
        refuse("wronglogin");
    call.caller = *caller;
    if (call.quirks.has(Quirk::second_factor))
        return call.auth.first_half(call, caller->login);
    note_login(call, "Signed in for a token");
    return call.auth.open_session(call, caller->login);
}

// Good for the half minute before, too: clocks disagree.
bool is_one_time_password(const Call &call, const std::string &digits) {
    const auto secret = read_totp_secret(call.all_quirks.text(Quirk::second_factor));
    const auto code_at = [&](Seconds time) {
        return totp_code(*secret, std::chrono::system_clock::time_point(std::chrono::seconds(time)));
    };
    return secret && (same(digits, code_at(call.now)) || same(digits, code_at(call.now - 30)));
}

json::Value verify_second_factor(Call &call) {
    if (!call.quirks.has(Quirk::second_factor))
        throw Refusal{{"invalid method"}, 404};
    const std::int64_t login = call.auth.second_half(call.authorization, call.now);
    const json::Value *code = call.value("payload")->find("code");
    const auto digits = code != nullptr ? scalar_text(*code) : std::nullopt;
    if (call.text("method") != totp_method || !digits || !is_one_time_password(call, *digits))
        refuse("wronglogin");
    call.caller = call.auth.caller_of(login, 0);
    note_login(call, "Signed in for a token, with a second factor");
    return call.auth.open_session(call, login);
}

json::Value refresh(Call &call) { return call.auth.refresh(call, call.text("refresh_token")); }

json::Value revoke(Call &call) {
    if (call.has("refresh_token"))
        call.auth.revoke(call.text("refresh_token"), call.now);
    else
        call.auth.end_session(call.auth.identify(call).session);
    return status_true();
}

json::Value logout(Call &call) {
    call.auth.end_session(call.caller.session);
    return status_true();
}

constexpr HandlerRow handlers[] = {
    {"auth.login", login},
    {"auth.logout", logout},
    {"auth.refresh", refresh},
    {"auth.revoke", revoke},
    {"auth.verify_mfa", verify_second_factor},
};

constexpr Sample samples[] = {
    {"auth.login", ""},
};

} // namespace

constinit const Area auth_area{.name = "auth", .handlers = handlers, .samples = samples};

bool tells_who_asks(const Operation &operation, std::string_view authorization) {
    return operation.anonymous || (operation.id == "auth.revoke" && authorization.empty());
}

std::optional<std::string_view> after_scheme(std::string_view header, std::string_view scheme) {
    if (header.size() <= scheme.size() || header[scheme.size()] != ' ')
        return std::nullopt;
    for (std::size_t i = 0; i < scheme.size(); ++i)
        if ((header[i] | 0x20) != scheme[i])
            return std::nullopt;
    header.remove_prefix(scheme.size());
    header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
    return header;
}

Auth::Auth(Database &database, Tokens &tokens, std::string world)
    : db_(database), tokens_(tokens), world_(std::move(world)), cache_key_(random_bytes(32)) {}

PasswordHash hash_of(std::string_view password) {
    std::string salt = base64url(random_bytes(12));
    std::string hash = base64url(hash_password(password, salt));
    return {std::move(salt), std::move(hash)};
}

void Auth::set_password(std::int64_t contact, std::string_view username, const PasswordHash &password) {
    db_.run("INSERT INTO logins (contact_id, username, salt, hash) VALUES (?, ?, ?, ?) ON CONFLICT (contact_id) DO "
            "UPDATE SET username = excluded.username, salt = excluded.salt, hash = excluded.hash",
            contact, username, password.salt, password.hash);
    forget(contact);
}

void Auth::rename(std::int64_t contact, std::string_view username) {
    db_.run("UPDATE logins SET username = ? WHERE contact_id = ?", username, contact);
    forget(contact);
}

void Auth::forget(std::int64_t contact) {
    std::erase_if(good_, [&](const auto &known) { return known.second.caller.contact == contact; });
}

std::vector<std::string> Auth::usernames() {
    std::vector<std::string> names;
    for (auto row = db_.query("SELECT username FROM logins ORDER BY id"); row.next();)
        names.push_back(row.text(0));
    return names;
}

std::optional<Caller> Auth::check(std::string_view username, std::string_view password) {
    auto row = db_.query("SELECT id, contact_id, salt, hash FROM logins WHERE username = ?", username);
    const bool known = row.next();
    const std::string salt = known ? row.text(2) : "nobody";
    const std::string wanted = known ? row.text(3) : "";
    std::string fits = keyed_hash(cache_key_, salt + ':' + wanted + ':' + std::string(password));
    if (!fitting_.contains(fits)) {
        // The same work is done for a name that nobody has.
        const std::string hash = base64url(hash_password(password, salt));
        if (!known || !same(hash, wanted))
            return std::nullopt;
        if (fitting_.size() >= max_known_good)
            fitting_.clear();
        fitting_.insert(std::move(fits));
    }
    return Caller{row.integer(0), row.integer(1), 0};
}

Caller Auth::identify(const Call &call) {
    const bool takes_basic = takes(call.portal, AuthMode::basic) && !call.quirks.has(Quirk::no_basic);
    const bool takes_tokens = takes(call.portal, AuthMode::jwt) && !call.quirks.has(Quirk::no_tokens);
    if (auto credentials = after_scheme(call.authorization, "basic"); credentials && takes_basic)
        return basic(*credentials, call);
    if (auto token = after_scheme(call.authorization, "bearer"); token && takes_tokens)
        return bearer(*token, call);
    refuse_login("unauthorized");
}

Caller Auth::basic(std::string_view credentials, const Call &call) {
    std::string cache_key = keyed_hash(cache_key_, credentials);
    if (auto found = good_.find(cache_key); found != good_.end()) {
        Known &known = found->second;
        known.caller.arrives = call.now - known.seen > a_while || call.address != known.address;
        known.seen = call.now;
        if (known.address != call.address)
            known.address = call.address;
        return known.caller;
    }
    auto decoded = base64_decode(credentials);
    std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos)
        refuse_login("unauthorized");
    std::string_view pair = *decoded;
    auto caller = check(pair.substr(0, colon), pair.substr(colon + 1));
    if (!caller)
        refuse_login("unauthorized");
    caller->arrives = true;
    if (good_.size() >= max_known_good)
        good_.clear();
    good_.emplace(std::move(cache_key), Known{*caller, call.now, call.address});
    return *caller;
}

Caller Auth::bearer(std::string_view token, const Call &call) {
    json::Value claims = read_token(token);
    if (text_claim(claims, "use") != "access")
        refuse_login("unauthorized");
    if (call.quirks.has(Quirk::token_of_host) && text_claim(claims, "host") != call.host)
        refuse_login("unauthorized");
    if (claim(claims, "exp") <= call.now)
        refuse_login("token_expired");
    auto row = db_.query("SELECT id, login FROM sessions WHERE name = ?", text_claim(claims, "sid"));
    if (!row.next())
        refuse_login("unauthorized");
    return caller_of(row.integer(1), row.integer(0));
}

Caller Auth::caller_of(std::int64_t login, std::int64_t session) {
    return Caller{login, db_.number("SELECT contact_id FROM logins WHERE id = ?", login), session};
}

json::Value Auth::open_session(const Call &call, std::int64_t login) {
    std::string name = base64url(random_bytes(12));
    std::int64_t id =
        db_.insert("INSERT INTO sessions (name, login, refresh_id, expires) VALUES (?, ?, '', 0)", name, login);
    json::Value tokens = give_tokens(call, {id, std::move(name), login});
    drop_old_sessions(id, call.now);
    return tokens;
}

void Auth::drop_old_sessions(std::int64_t newest, Seconds now) {
    db_.run("DELETE FROM sessions WHERE expires <= ? AND id < ?", now, newest);
    db_.run("DELETE FROM sessions WHERE id <= ?", newest - max_sessions);
}

json::Value Auth::refresh(const Call &call, std::string_view refresh_token) {
    return give_tokens(call, find_session(refresh_token, call.now), !call.quirks.has(Quirk::kept_refresh_token));
}

json::Value Auth::first_half(const Call &call, std::int64_t login) {
    const Seconds end = call.now + half_login_lifetime;
    json::Object claims{{"iss", call.issuer}, {"sub", std::to_string(login)},
                        {"iat", call.now},    {"exp", end},
                        {"world", world_},    {"login", login},
                        {"use", "mfa"}};
    return json::Object{{"token", nullptr},
                        {"mfa", json::Object{{"token", tokens_.sign(std::move(claims))},
                                             {"methods", json::Array{totp_method}},
                                             {"expires_at", iso_time(end)}}}};
}

std::int64_t Auth::second_half(std::string_view authorization, Seconds now) {
    const auto token = after_scheme(authorization, "bearer");
    json::Value claims = token ? read_token(*token) : json::Value();
    if (text_claim(claims, "use") != "mfa")
        refuse_login("unauthorized");
    if (claim(claims, "exp") <= now)
        refuse_login("token_expired");
    return claim(claims, "login");
}

void Auth::revoke(std::string_view refresh_token, Seconds now) { end_session(find_session(refresh_token, now).id); }

void Auth::end_session(std::int64_t session) { db_.run("DELETE FROM sessions WHERE id = ?", session); }

void Auth::end_sessions(std::int64_t contact) {
    db_.run("DELETE FROM sessions WHERE login = (SELECT id FROM logins WHERE contact_id = ?)", contact);
}

Auth::Session Auth::find_session(std::string_view refresh_token, Seconds now) {
    json::Value claims = read_token(refresh_token);
    if (text_claim(claims, "use") != "refresh")
        refuse_login("unauthorized");
    if (claim(claims, "exp") <= now)
        refuse_login("token_expired");
    // Only the newest refresh token of a session is good.
    auto row = db_.query("SELECT id, name, login FROM sessions WHERE name = ? AND refresh_id = ?",
                         text_claim(claims, "sid"), text_claim(claims, "jti"));
    if (!row.next())
        refuse_login("unauthorized");
    return {row.integer(0), row.text(1), row.integer(2)};
}

json::Value Auth::give_tokens(const Call &call, Session session, bool rotate) {
    std::string refresh_id =
        rotate ? base64url(random_bytes(12)) : db_.text("SELECT refresh_id FROM sessions WHERE id = ?", session.id);
    Seconds refresh_end = call.now + call.config.refresh_lifetime;
    // Either of its tokens may be the last that is good.
    const Seconds access_end = call.now + call.config.token_lifetime;
    db_.run("UPDATE sessions SET refresh_id = ?, expires = ? WHERE id = ?", refresh_id,
            std::max(access_end, refresh_end), session.id);
    json::Object access{{"iss", call.issuer},  {"sub", std::to_string(session.login)},
                        {"iat", call.now},     {"nbf", call.now},
                        {"exp", access_end},   {"jti", base64url(random_bytes(12))},
                        {"sid", session.name}, {"world", world_},
                        {"host", call.host},   {"use", "access"}};
    json::Object renewal{{"iss", call.issuer}, {"sub", std::to_string(session.login)},
                         {"iat", call.now},    {"exp", refresh_end},
                         {"jti", refresh_id},  {"sid", session.name},
                         {"world", world_},    {"use", "refresh"}};
    json::Object given{{"token", tokens_.sign(std::move(access))}};
    if (rotate)
        given.append("refresh", tokens_.sign(std::move(renewal)));
    return given;
}

json::Value Auth::read_token(std::string_view token) {
    json::Value claims = tokens_.read(token);
    if (text_claim(claims, "world") != world_)
        refuse_login("unauthorized");
    return claims;
}

} // namespace hostbill::sandbox
