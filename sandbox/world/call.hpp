// What a handler gets and gives.
#pragma once

#include "core/catalog/catalog.hpp"
#include "core/json/json.hpp"
#include "sandbox/quirks/quirks.hpp"
#include "sandbox/world/database.hpp"
#include "sandbox/world/dates.hpp"
#include "sandbox/world/money.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {

struct Config;
class Auth;

// A refusal in the portal's words. Whatever the request had done by then is undone.
struct Refusal {
    std::vector<std::string> errors;
    int status = 200; // panels answer most errors with 200
};

[[noreturn]] void refuse(std::string error);
[[noreturn]] void not_found(std::string_view what, std::string_view id);

// Who is calling: the account's owner, or a contact of the account that has a password.
struct Caller {
    std::int64_t login = 0;
    std::int64_t contact = 0; // 0: the owner
    std::int64_t session = 0; // 0: not by token
    bool arrives = false;     // by password, for the first time in a while
};

// Where and when something happens, be it asked for by a request or brought by time.
struct Moment {
    Database &db;
    const Config &config;
    const Portal &portal;
    Seconds now;

    Seconds days_ago(int days) const { return now - days * one_day; }
};

// One request that has been recognised. Lives as long as its transaction.
class Call {
public:
    Call(Database &database, const Config &settings, Auth &gate, const Quirks &oddities, const Portal &its_portal,
         const Operation &its_operation)
        : db(database), config(settings), auth(gate), all_quirks(oddities), portal(its_portal),
          operation(its_operation) {}

    Database &db;
    const Config &config;
    Auth &auth;
    const Quirks &all_quirks;
    const Portal &portal;
    const Operation &operation;
    json::Object params; // by canonical name, checked against the catalogue
    json::Object given;  // all that came in the query and the body, documented or not, as it came
    Caller caller;
    Seconds now = 0;
    std::string address;            // of the client
    std::string_view authorization; // as the client sent it
    std::string_view host;          // likewise
    ActiveQuirks quirks;            // of this request
    std::string site;               // where the world is, without the API's own path
    std::string issuer;             // the portal's own URL

    Moment moment() const { return {db, config, portal, now}; }

    bool has(std::string_view name) const;
    const json::Value *value(std::string_view name) const; // nullptr: not given, or null
    std::string text(std::string_view name) const;         // "" where not given; refuses lists and objects
    std::int64_t integer(std::string_view name) const;     // 0 where not given
    bool flag(std::string_view name) const;                // false where not given

    void count(std::string_view effect);
    // Writes a line into the account's log: what the caller did.
    void log(std::string_view description);
    bool logged() const { return logged_; }
    // The next number of a sequence, such as tickets or orders.
    std::int64_t next(std::string_view sequence);

private:
    bool logged_ = false;
};

// Notes an effect in the ledger, which proves that something happened once.
void count_effect(Database &db, std::string_view effect);

// {"info":[text]}, the panel's usual word after a change.
json::Value info(std::string_view text);
json::Value status_true();

// Stored JSON; what cannot be read is null.
json::Value stored(const std::string &json_text);

// Text of a scalar: "5", "1.50", "true"; nullopt for lists, objects and null.
std::optional<std::string> scalar_text(const json::Value &value);

} // namespace hostbill::sandbox
