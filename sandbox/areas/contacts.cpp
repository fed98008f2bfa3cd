// Contacts: people with a profile of their own, and a login where they have a password.
#include "sandbox/areas/account.hpp"
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/granting.hpp"
#include "sandbox/areas/profile.hpp"
#include "sandbox/world/auth.hpp"

namespace hostbill::sandbox {
namespace {

std::string last_login(Database &db, std::int64_t contact) {
    const Seconds time = last_visit(db, contact).time;
    return time == 0 ? "0000-00-00 00:00:00" : date_time(time);
}

json::Value list(Call &call) {
    json::Array contacts;
    for (auto row = call.db.query("SELECT id FROM contacts ORDER BY id"); row.next();) {
        auto word = [&](std::string_view field) { return profile_text(call.db, row.integer(0), field); };
        contacts.push_back(json::Object{{"email", word("email")},
                                        {"id", row.text(0)},
                                        {"firstname", word("firstname")},
                                        {"lastname", word("lastname")},
                                        {"companyname", word("companyname")},
                                        {"company", word("type") == "Company" ? "1" : "0"},
                                        {"lastlogin", last_login(call.db, row.integer(0))}});
    }
    return json::Object{{"contacts", std::move(contacts)}};
}

json::Value get(Call &call) {
    const std::int64_t id = call.integer("contact_id");
    json::Object contact{{"id", std::to_string(id)}};
    for (json::Member &member : read_profile(call.db, id))
        contact.set(member.key, std::move(member.value));
    contact.set("privileges", privileges_of(call.db, id));
    return json::Object{{"contact", std::move(contact)}};
}

// Who it was signs in again with the new one. The documents show a password only where a contact is made; portals take
// it here as well.
void set_password(Call &call, std::int64_t contact, const std::string &password) {
    const std::string email = profile_text(call.db, contact, "email");
    if (call.db.exists("SELECT 1 FROM logins WHERE username = ? AND contact_id <> ?", email, contact))
        refuse("Parameter email belongs to another login");
    call.auth.set_password(contact, email, hash_of(password));
    call.auth.end_sessions(contact);
}

json::Value create(Call &call) {
    if (!call.has("email"))
        refuse("Parameter email is required");
    check_email(call, -1);
    const json::Value *privileges = call.value("privileges");
    json::Value granted = read_privileges(call, privileges != nullptr ? *privileges : json::Value());
    std::int64_t id =
        call.db.insert("INSERT INTO contacts (privileges, created) VALUES (?, ?)", json::write_utf8(granted), call.now);
    write_profile(call, id);
    if (const std::string password = call.text("password"); !password.empty())
        set_password(call, id, password);
    call.count("contacts_created");
    call.log("Contact " + std::to_string(id) + " added");
    return json::Object{{"contact_id", std::to_string(id)}, {"info", json::Array{"profile_added"}}};
}

json::Value update(Call &call) {
    const std::int64_t id = call.integer("contact_id");
    check_email(call, id);
    write_profile(call, id);
    if (call.has("email"))
        call.auth.rename(id, call.text("email"));
    if (const json::Value *privileges = call.value("privileges")) {
        call.db.run("UPDATE contacts SET privileges = ? WHERE id = ?",
                    json::write_utf8(read_privileges(call, *privileges)), id);
        call.log("Privileges of contact " + std::to_string(id) + " changed");
    }
    const json::Value *password = call.given.find("password");
    if (password != nullptr && password->string() != nullptr && !password->string()->empty()) {
        set_password(call, id, *password->string());
        call.log("Password of contact " + std::to_string(id) + " changed");
    }
    call.count("contacts_updated");
    return info("profile_updated");
}

json::Value privileges(Call &call) { return json::Object{{"privileges", all_privileges(call.db)}}; }

constexpr HandlerRow handlers[] = {
    {"contacts.create", create},         {"contacts.get", get},       {"contacts.list", list},
    {"contacts.privileges", privileges}, {"contacts.update", update},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE contacts (id INTEGER PRIMARY KEY, privileges TEXT NOT NULL, created INTEGER NOT NULL);
)sql";

constexpr PathId ids[] = {
    {"contact_id", "Contact", "SELECT 1 FROM contacts WHERE id = ?"},
};

constexpr SeededId seeded_ids[] = {
    {"", "contact_id", "4220"},
};

constexpr Sample samples[] = {
    {"contacts.create", R"({"email":"sample@example.net","firstname":"Sam","lastname":"Sample"})"},
    {"contacts.update", R"({"contact_id":4221,"city":"Exampleton"})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("contacts")) {
        moment.db.run("INSERT INTO contacts (id, privileges, created) VALUES (?, ?, ?)", row.integer("id"),
                      row.json_text("privileges", "{}"), row.time(moment));
        seed_profile(moment.db, row.integer("id"), row.object("profile"));
        if (row.has("last_login_days_ago"))
            set_last_visit(moment.db, row.integer("id"), {row.time(moment, "last_login_days_ago"), "198.51.100.9"});
    }
}

} // namespace

constinit const Area contacts_area{.name = "contacts",
                                   .tables = tables,
                                   .seed = seed,
                                   .handlers = handlers,
                                   .ids = ids,
                                   .seeded_ids = seeded_ids,
                                   .samples = samples};

} // namespace hostbill::sandbox
