#include "sandbox/world/auth.hpp"
#include "sandbox/areas/account.hpp"
#include "sandbox/areas/areas.hpp"

#include "sandbox/config.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr Seconds a_while = 1800; // without a request, after which somebody signs in anew

[[noreturn]] void refuse_login(std::string_view error) { throw Refusal{{std::string(error)}, 401}; }

bool takes(const Portal &portal, AuthMode mode) {
    return std::find(portal.auth.begin(), portal.auth.end(), mode) != portal.auth.end();
}

// "Basic abc" is "abc" for the scheme "basic"; schemes know no case.
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

std::int64_t claim(const json::Value &claims, std::string_view name) {
    const json::Value *value = claims.find(name);
    return value != nullptr && value->integer() != nullptr ? *value->integer() : 0;
}

std::string text_claim(const json::Value &claims, std::string_view name) {
    const json::Value *value = claims.find(name);
    return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

json::Value login(Call &call) {
    auto caller = call.auth.check(call.text("username"), call.text("password"));
    if (!caller)
        refuse("wronglogin");
    call.caller = *caller;
    note_login(call, "Signed in for a token");
    return call.auth.open_session(call, caller->login);
}

json::Value refresh(Call &call) { return call.auth.refresh(call, call.text("refresh_token")); }

json::Value revoke(Call &call) {
    if (call.has("refresh_token"))
        call.auth.revoke(call.text("refresh_token"), call.now);
    else
        call.auth.end_session(call.caller.session);
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
};

constexpr Sample samples[] = {
    {"auth.login", ""},
};

} // namespace

constinit const Area auth_area{.name = "auth", .handlers = handlers, .samples = samples};

Auth::Auth(Database &database) : db_(database), cache_key_(random_bytes(32)) {}

void Auth::set_password(std::int64_t contact, std::string_view username, std::string_view password) {
    std::string salt = base64url(random_bytes(12));
    std::string hash = base64url(hash_password(password, salt));
    db_.run("INSERT INTO logins (contact_id, username, salt, hash) VALUES (?, ?, ?, ?) ON CONFLICT (contact_id) DO "
            "UPDATE SET username = excluded.username, salt = excluded.salt, hash = excluded.hash",
            contact, username, salt, hash);
    forget(contact);
}

void Auth::rename(std::int64_t contact, std::string_view username) {
    db_.run("UPDATE logins SET username = ? WHERE contact_id = ?", username, contact);
    forget(contact);
}

void Auth::forget(std::int64_t contact) {
    std::erase_if(good_, [&](const auto &known) { return known.second.caller.contact == contact; });
}

std::optional<Caller> Auth::check(std::string_view username, std::string_view password) {
    auto row = db_.query("SELECT id, contact_id, salt, hash FROM logins WHERE username = ?", username);
    bool known = row.next();
    // The same work is done for a name that nobody has.
    std::string hash = base64url(hash_password(password, known ? row.text(2) : "nobody"));
    if (!known || !same(hash, row.text(3)))
        return std::nullopt;
    return Caller{row.integer(0), row.integer(1), 0};
}

Caller Auth::identify(std::string_view authorization, const Call &call) {
    if (auto credentials = after_scheme(authorization, "basic"); credentials && takes(call.portal, AuthMode::basic))
        return basic(*credentials, call);
    if (auto token = after_scheme(authorization, "bearer"); token && takes(call.portal, AuthMode::jwt))
        return bearer(*token, call.now);
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
    good_.emplace(std::move(cache_key), Known{*caller, call.now, call.address});
    return *caller;
}

Caller Auth::bearer(std::string_view token, Seconds now) {
    json::Value claims = read_token(token);
    if (text_claim(claims, "use") != "access")
        refuse_login("unauthorized");
    if (claim(claims, "exp") <= now)
        refuse_login("token_expired");
    std::int64_t session = claim(claims, "sid");
    std::int64_t login = db_.number("SELECT login FROM sessions WHERE id = ? AND ended = 0", session);
    if (login == 0)
        refuse_login("unauthorized");
    return caller_of(login, session);
}

Caller Auth::caller_of(std::int64_t login, std::int64_t session) {
    return Caller{login, db_.number("SELECT contact_id FROM logins WHERE id = ?", login), session};
}

json::Value Auth::open_session(const Call &call, std::int64_t login) {
    std::int64_t id =
        db_.insert("INSERT INTO sessions (login, refresh_id, expires, ended) VALUES (?, '', 0, 0)", login);
    return give_tokens(call, {id, login});
}

json::Value Auth::refresh(const Call &call, std::string_view refresh_token) {
    return give_tokens(call, find_session(refresh_token, call.now));
}

void Auth::revoke(std::string_view refresh_token, Seconds now) { end_session(find_session(refresh_token, now).id); }

void Auth::end_session(std::int64_t session) { db_.run("UPDATE sessions SET ended = 1 WHERE id = ?", session); }

void Auth::end_sessions(std::int64_t contact) {
    db_.run("UPDATE sessions SET ended = 1 WHERE login = (SELECT id FROM logins WHERE contact_id = ?)", contact);
}

Auth::Session Auth::find_session(std::string_view refresh_token, Seconds now) {
    json::Value claims = read_token(refresh_token);
    if (text_claim(claims, "use") != "refresh")
        refuse_login("unauthorized");
    if (claim(claims, "exp") <= now)
        refuse_login("token_expired");
    // Only the newest refresh token of a session is good.
    auto row = db_.query("SELECT id, login FROM sessions WHERE id = ? AND refresh_id = ? AND ended = 0",
                         claim(claims, "sid"), text_claim(claims, "jti"));
    if (!row.next())
        refuse_login("unauthorized");
    return {row.integer(0), row.integer(1)};
}

json::Value Auth::give_tokens(const Call &call, Session session) {
    std::string refresh_id = base64url(random_bytes(12));
    Seconds refresh_end = call.now + call.config.refresh_lifetime;
    db_.run("UPDATE sessions SET refresh_id = ?, expires = ? WHERE id = ?", refresh_id, refresh_end, session.id);
    json::Object access{{"iss", call.issuer},
                        {"sub", std::to_string(session.login)},
                        {"iat", call.now},
                        {"nbf", call.now},
                        {"exp", call.now + call.config.token_lifetime},
                        {"jti", base64url(random_bytes(12))},
                        {"sid", session.id},
                        {"use", "access"}};
    json::Object renewal{{"iss", call.issuer}, {"sub", std::to_string(session.login)},
                         {"iat", call.now},    {"exp", refresh_end},
                         {"jti", refresh_id},  {"sid", session.id},
                         {"use", "refresh"}};
    return json::Object{{"token", make_token(std::move(access))}, {"refresh", make_token(std::move(renewal))}};
}

std::string Auth::make_token(json::Object claims) {
    std::string text =
        base64url(R"({"typ":"JWT","alg":"RS256"})") + '.' + base64url(json::write_utf8(std::move(claims)));
    return text + '.' + base64url(signing_key().sign(text));
}

// The claims of a token that we signed; when they hold is the caller's to check.
json::Value Auth::read_token(std::string_view token) {
    std::size_t dot = token.rfind('.');
    if (dot == token.npos)
        refuse_login("unauthorized");
    std::string_view signed_part = token.substr(0, dot);
    auto signature = base64_decode(token.substr(dot + 1));
    const SigningKey *key = known_key();
    if (!signature || key == nullptr || !key->verify(signed_part, *signature))
        refuse_login("unauthorized");
    auto claims = base64_decode(signed_part.substr(signed_part.find('.') + 1));
    auto parsed = json::parse(claims ? *claims : std::string());
    if (!parsed)
        refuse_login("unauthorized");
    return std::move(*parsed);
}

const SigningKey *Auth::known_key() {
    if (!key_)
        key_ = SigningKey::from_pem(db_.text("SELECT value FROM settings WHERE name = 'signing_key'"));
    return key_ ? &*key_ : nullptr;
}

const SigningKey &Auth::signing_key() {
    if (known_key() == nullptr)
        key_ = SigningKey::generate();
    // A request that made the key may have been undone since.
    if (!db_.exists("SELECT 1 FROM settings WHERE name = 'signing_key'"))
        db_.run("INSERT INTO settings (name, value) VALUES ('signing_key', ?)", key_->pem());
    return *key_;
}

} // namespace hostbill::sandbox
