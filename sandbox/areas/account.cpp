// The account's owner: details, and the log of what was done.
#include "sandbox/areas/account.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/granting.hpp"
#include "sandbox/areas/profile.hpp"
#include "sandbox/config.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view client_id = "4107";

// Parameters of the operations that write profiles, but no part of one.
constexpr std::string_view not_profile[] = {"password", "privileges", "contact_id"};

std::string host_of(const std::string &address) {
    return address == "127.0.0.1" || address == "::1" ? "localhost" : address;
}

// A contact sees the account's details where it may change them, and its own elsewhere.
json::Object details(Call &call) {
    const std::int64_t contact = call.caller.contact;
    const LastVisit visit = last_visit(call.db, contact);
    const bool main = may(call.db, contact, "misc.editmain");
    json::Object client{{"id", main ? std::string(client_id) : std::to_string(contact)},
                        {"email", ""},
                        {"lastlogin", visit.time == 0 ? "0000-00-00 00:00:00" : date_time(visit.time)},
                        {"ip", visit.address},
                        {"host", host_of(visit.address)}};
    for (json::Member &member : read_profile(call.db, main ? 0 : contact))
        client.set(member.key, std::move(member.value));
    return client;
}

json::Value get(Call &call) { return json::Object{{"client", details(call)}}; }

json::Value update(Call &call) {
    check_email(call, 0);
    write_profile(call, 0);
    call.log("Account details changed");
    call.count("account_updates");
    return json::Object{{"client", details(call)}, {"info", json::Array{"client_info_updated"}}};
}

// A contact sees what it did itself; who manages the contacts, what everybody did.
json::Value logs(Call &call) {
    const bool all = may(call.db, call.caller.contact, "misc.manageprofiles");
    json::Array list;
    for (auto row =
             call.db.query("SELECT logs.id, date, description, address, COALESCE(NULLIF(who, ''), username) FROM "
                           "logs LEFT JOIN logins ON logins.contact_id = logs.contact_id WHERE ? OR "
                           "logs.contact_id = ? ORDER BY logs.id DESC LIMIT 200",
                           all, call.caller.contact);
         row.next();)
        list.push_back(json::Object{{"id", row.text(0)},
                                    {"date", date_time(row.integer(1))},
                                    {"description", row.text(2)},
                                    {"ip", row.text(3)},
                                    {"who", row.text(4)}});
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
CREATE TABLE visits (contact_id INTEGER PRIMARY KEY, date INTEGER NOT NULL, address TEXT NOT NULL);
-- `who` is the name they signed in with then; empty: the name of today.
CREATE TABLE logs (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, description TEXT NOT NULL, address TEXT NOT NULL,
    contact_id INTEGER NOT NULL, who TEXT NOT NULL);
)sql";

constexpr Sample samples[] = {
    {"account.update", R"({"city":"Exampleton"})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    json::Object profile{{"email", moment.config.username}};
    for (const json::Member &field : document.object("profile"))
        profile.set(field.key, field.value);
    seed_profile(moment.db, 0, profile);
    for (const SeedRow &row : document.rows("logs"))
        moment.db.run("INSERT INTO logs (date, description, address, contact_id, who) VALUES (?, ?, ?, 0, ?)",
                      row.time(moment), row.text("description"), row.text("address"), row.text("who"));
}

} // namespace

constinit const Area account_area{
    .name = "account", .tables = tables, .seed = seed, .handlers = handlers, .samples = samples};

LastVisit last_visit(Database &db, std::int64_t contact) {
    auto row = db.query("SELECT date, address FROM visits WHERE contact_id = ?", contact);
    return row.next() ? LastVisit{row.integer(0), row.text(1)} : LastVisit{};
}

void set_last_visit(Database &db, std::int64_t contact, const LastVisit &visit) {
    db.run(
        "INSERT INTO visits (contact_id, date, address) VALUES (?, ?, ?) ON CONFLICT (contact_id) DO UPDATE SET date "
        "= excluded.date, address = excluded.address",
        contact, visit.time, visit.address);
}

void note_login(Call &call, std::string_view how) {
    set_last_visit(call.db, call.caller.contact, {call.now, call.address});
    call.log(how);
}

// "Restart a virtual machine (service_id 5120, vm_id 1601)"
void log_change(Call &call) {
    std::string text(call.operation.summary.substr(0, call.operation.summary.find_first_of(".;")));
    std::string ids;
    for (const Param &param : call.operation.params)
        if (param.place == Place::path && call.has(param.name))
            ids += (ids.empty() ? "" : ", ") + std::string(param.name) + " " + call.text(param.name);
    call.log(ids.empty() ? text : text + " (" + ids + ")");
}

json::Object read_profile(Database &db, std::int64_t contact) {
    json::Object profile;
    for (auto row = db.query("SELECT field, value FROM profile WHERE contact_id = ? ORDER BY rowid", contact);
         row.next();)
        profile.append(row.text(0), stored(row.text(1)));
    return profile;
}

std::string profile_text(Database &db, std::int64_t contact, std::string_view field) {
    const json::Value value =
        stored(db.text("SELECT value FROM profile WHERE contact_id = ? AND field = ?", contact, field));
    return scalar_text(value).value_or("");
}

std::string full_name(Database &db, std::int64_t contact) {
    return profile_text(db, contact, "firstname") + " " + profile_text(db, contact, "lastname");
}

void check_email(Call &call, std::int64_t contact) {
    if (!call.has("email"))
        return;
    const std::string email = call.text("email");
    const std::size_t at = email.find('@');
    if (at == email.npos || at == 0 || at + 1 == email.size() || email.find_first_of(" \r\n") != std::string::npos)
        refuse("Parameter email is not an e-mail address");
    if (call.db.exists("SELECT 1 FROM logins WHERE username = ? AND contact_id <> ?", email, contact))
        refuse("Parameter email belongs to another login");
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
    // The registry has copies.
    db.run("UPDATE domains SET contacts = replace(contacts, ?, ?)", json::write_utf8(seed_owner),
           json::write_utf8(username));
}

void seed_profile(Database &db, std::int64_t contact, const json::Object &profile) {
    for (const json::Member &field : profile)
        db.run("INSERT INTO profile (contact_id, field, value) VALUES (?, ?, ?)", contact, field.key,
               json::write_utf8(field.value));
}

} // namespace hostbill::sandbox
