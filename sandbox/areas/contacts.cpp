// Contacts: people with a profile of their own, and a login where they have a password.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/profile.hpp"
#include "sandbox/world/auth.hpp"

namespace hostbill::sandbox {
namespace {

std::string word(const json::Object &profile, std::string_view field) {
    const json::Value *value = profile.find(field);
    auto text = value != nullptr ? scalar_text(*value) : std::nullopt;
    return text ? *text : std::string();
}

json::Value list(Call &call) {
    json::Array contacts;
    for (auto row = call.db.query("SELECT id FROM contacts ORDER BY id"); row.next();) {
        json::Object profile = read_profile(call.db, row.integer(0));
        contacts.push_back(json::Object{{"email", word(profile, "email")},
                                        {"id", row.text(0)},
                                        {"firstname", word(profile, "firstname")},
                                        {"lastname", word(profile, "lastname")},
                                        {"companyname", word(profile, "companyname")},
                                        {"company", word(profile, "type") == "Company" ? "1" : "0"},
                                        {"lastlogin", "0000-00-00 00:00:00"}});
    }
    return json::Object{{"contacts", std::move(contacts)}};
}

json::Value get(Call &call) {
    json::Object contact{{"id", call.text("contact_id")}};
    for (json::Member &member : read_profile(call.db, call.integer("contact_id")))
        contact.set(member.key, std::move(member.value));
    contact.set("privileges",
                stored(call.db.text("SELECT privileges FROM contacts WHERE id = ?", call.integer("contact_id"))));
    return json::Object{{"contact", std::move(contact)}};
}

std::string privileges_text(const json::Value &privileges) {
    // PHP writes an empty map as a list.
    return privileges.object() != nullptr ? json::write_utf8(privileges) : "{}";
}

void check_email(Call &call, std::int64_t contact) {
    if (!call.has("email"))
        return;
    std::string email = call.text("email");
    if (email.find('@') == std::string::npos)
        refuse("Parameter email is not an e-mail address");
    if (call.db.exists("SELECT 1 FROM logins WHERE username = ? AND contact_id <> ?", email, contact))
        refuse("Parameter email belongs to another login");
}

json::Value create(Call &call) {
    if (!call.has("email"))
        refuse("Parameter email is required");
    check_email(call, -1);
    const json::Value *privileges = call.value("privileges");
    std::int64_t id = call.db.insert("INSERT INTO contacts (privileges, created) VALUES (?, ?)",
                                     privileges != nullptr ? privileges_text(*privileges) : "{}", call.now);
    write_profile(call, id);
    if (std::string password = call.text("password"); !password.empty())
        call.auth.set_password(id, call.text("email"), password);
    call.count("contacts_created");
    call.log("Contact added");
    return json::Object{{"contact_id", std::to_string(id)}, {"info", json::Array{"profile_added"}}};
}

json::Value update(Call &call) {
    const std::int64_t id = call.integer("contact_id");
    check_email(call, id);
    write_profile(call, id);
    if (call.has("email"))
        call.auth.rename(id, call.text("email"));
    if (const json::Value *privileges = call.value("privileges"))
        call.db.run("UPDATE contacts SET privileges = ? WHERE id = ?", privileges_text(*privileges), id);
    call.count("contacts_updated");
    return info("profile_updated");
}

json::Array words(std::initializer_list<std::string_view> list) {
    json::Array array;
    for (std::string_view text : list)
        array.push_back(text);
    return array;
}

json::Value privileges(Call &call) {
    json::Object services{{"full", 1}};
    for (auto row = call.db.query("SELECT id FROM services WHERE status = 'Active' ORDER BY id"); row.next();)
        services.append(row.text(0), words({"basic", "billing", "cancelation", "upgrade", "notify", "logindetails"}));
    json::Object domains{{"full", 1}};
    for (auto row = call.db.query("SELECT id FROM domains WHERE status = 'Active' ORDER BY id"); row.next();)
        domains.append(row.text(0), words({"basic", "renew", "notify", "contactinfo", "nameservers"}));
    return json::Object{
        {"privileges",
         json::Object{{"billing", words({"emails", "payinvoice", "orders", "balance", "addfunds", "creditcard"})},
                      {"support", words({"newticket", "tickets", "closeticket", "emails"})},
                      {"misc", words({"editmain", "emails", "editipaccess", "manageprofiles", "affiliates"})},
                      {"services", std::move(services)},
                      {"domains", std::move(domains)}}}};
}

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
