// The account's owner: details, log, and the two requests that need no login.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/profile.hpp"
#include "sandbox/config.hpp"

#include "sandbox/world/auth.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view client_id = "4107";

// Parameters of the operations that write profiles, but no part of one.
constexpr std::string_view not_profile[] = {"password", "privileges", "contact_id"};

json::Object details(Call &call) {
    json::Object client{{"id", client_id},
                        {"email", ""},
                        {"lastlogin", date_time(call.now)},
                        {"ip", call.address},
                        {"host", "localhost"}};
    for (json::Member &member : read_profile(call.db, 0))
        client.set(member.key, std::move(member.value));
    return client;
}

json::Value get(Call &call) { return json::Object{{"client", details(call)}}; }

json::Value update(Call &call) {
    if (call.has("email") && call.text("email").find('@') == std::string::npos)
        refuse("Parameter email is not an e-mail address");
    write_profile(call, 0);
    call.log("Account details changed");
    call.count("account_updates");
    return json::Object{{"client", details(call)}, {"info", json::Array{"client_info_updated"}}};
}

json::Value logs(Call &call) {
    json::Array list;
    for (auto row = call.db.query("SELECT id, date, description, address FROM logs ORDER BY id DESC LIMIT 200");
         row.next();)
        list.push_back(json::Object{{"id", row.text(0)},
                                    {"date", date_time(row.integer(1))},
                                    {"description", row.text(2)},
                                    {"ip", row.text(3)},
                                    {"who", "client"}});
    return json::Object{{"logs", std::move(list)}};
}

constexpr HandlerRow handlers[] = {
    {"account.get", get},
    {"account.logs", logs},
    {"account.update", update},
};

constexpr std::string_view tables = R"sql(
-- Of the account itself (contact 0) and of its contacts. Which fields there are is the portal's affair.
CREATE TABLE profile (contact_id INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (contact_id, field));
CREATE TABLE logs (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, description TEXT NOT NULL, address TEXT NOT NULL);
)sql";

constexpr Sample samples[] = {
    {"account.reset_password", R"({"email":"nobody@example.net"})"},
    {"account.signup", R"({"email":"new@example.net","password":"Example-password-1"})"},
    {"account.update", R"({"city":"Exampleton"})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    json::Object profile{{"email", moment.config.username}};
    for (const json::Member &field : document.object("profile"))
        profile.set(field.key, field.value);
    seed_profile(moment.db, 0, profile);
    for (const SeedRow &row : document.rows("logs"))
        moment.db.run("INSERT INTO logs (date, description, address) VALUES (?, ?, ?)", row.time(moment),
                      row.text("description"), row.text("address"));
}

} // namespace

constinit const Area account_area{
    .name = "account", .tables = tables, .seed = seed, .handlers = handlers, .samples = samples};

json::Object read_profile(Database &db, std::int64_t contact) {
    json::Object profile;
    for (auto row = db.query("SELECT field, value FROM profile WHERE contact_id = ? ORDER BY rowid", contact);
         row.next();)
        profile.append(row.text(0), stored(row.text(1)));
    return profile;
}

void write_profile(Call &call, std::int64_t contact) {
    for (const Param &param : call.operation.params) {
        const json::Value *value = call.value(param.name);
        bool excluded = std::find(std::begin(not_profile), std::end(not_profile), param.name) != std::end(not_profile);
        if (value == nullptr || excluded || (param.portals & call.portal.bit) == 0)
            continue;
        call.db.run(
            "INSERT INTO profile (contact_id, field, value) VALUES (?, ?, ?) ON CONFLICT (contact_id, field) DO "
            "UPDATE SET value = excluded.value",
            contact, param.wire, json::write_utf8(*value));
    }
}

void give_to_owner(Database &db, std::string_view username) {
    db.run("UPDATE profile SET value = ? WHERE contact_id = 0 AND field = 'email' AND value = ?",
           json::write_utf8(username), json::write_utf8(seed_owner));
}

void seed_profile(Database &db, std::int64_t contact, const json::Object &profile) {
    for (const json::Member &field : profile)
        db.run("INSERT INTO profile (contact_id, field, value) VALUES (?, ?, ?)", contact, field.key,
               json::write_utf8(field.value));
}

} // namespace hostbill::sandbox
