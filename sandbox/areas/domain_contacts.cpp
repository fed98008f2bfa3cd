// Whose details a domain is registered with. They are a copy: the account's own may change without the registry knowing.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/domains.hpp"
#include "sandbox/areas/host_names.hpp"
#include "sandbox/areas/profile.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view roles[] = {"registrant", "admin", "tech", "billing"};
constexpr std::string_view fields[] = {"firstname", "lastname", "companyname", "email",   "address1",   "address2",
                                       "city",      "state",    "postcode",    "country", "phonenumber"};
constexpr std::size_t longest_field = 200;

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string joined(std::span<const std::string_view> words) {
    std::string text;
    for (std::string_view word : words)
        text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

json::Object details_of(Database &db, const std::string &contact) {
    if (!contact.empty() && contact != "0" && !db.exists("SELECT 1 FROM contacts WHERE id = ?", contact))
        not_found("Contact", contact);
    const json::Object profile =
        read_profile(db, contact.empty() ? 0 : db.number("SELECT CAST(? AS INTEGER)", contact));
    json::Object details;
    for (std::string_view field : fields) {
        const json::Value *value = profile.find(field);
        details.append(field, value != nullptr ? scalar_text(*value).value_or("") : "");
    }
    return details;
}

bool is_country(const std::string &text) {
    return text.size() == 2 &&
           std::all_of(text.begin(), text.end(), [](char letter) { return letter >= 'A' && letter <= 'Z'; });
}

void change(json::Object &details, std::string_view role, const json::Object &given) {
    for (const json::Member &member : given) {
        const std::string place = "Parameter " + std::string(role) + "[" + member.key + "] ";
        const auto text = scalar_text(member.value);
        if (!is_one_of(member.key, fields))
            refuse(place + "is none of: " + joined(fields));
        if (!text || text->size() > longest_field)
            refuse(place + "must be a text of at most " + std::to_string(longest_field) + " letters");
        if (member.key == "email" && !is_email(*text))
            refuse(place + "is not an e-mail address");
        if (member.key == "country" && !is_country(*text))
            refuse(place + "must be a country of two letters, such as EE");
        details.set(member.key, *text);
    }
}

json::Object read(Call &call) {
    json::Value contacts = stored(call.db.text("SELECT contacts FROM domains WHERE id = ?", call.integer("domain_id")));
    return contacts.object() != nullptr ? *contacts.object() : json::Object();
}

json::Value get(Call &call) { return json::Object{{"contact_info", read(call)}}; }

// {"registrant":{"city":".."},"admin":4220} by itself or within "contact_info": fields of a role that change, or the
// contact of the account whose fields it takes over.
json::Value update(Call &call) {
    require_active_domain(call);
    const json::Value *inner = call.given.find("contact_info");
    json::Object contacts = read(call);
    for (const json::Member &role : inner != nullptr && inner->object() != nullptr ? *inner->object() : call.given) {
        if (!is_one_of(role.key, roles))
            refuse("Parameter " + role.key + " is none of: " + joined(roles));
        if (const auto contact = scalar_text(role.value)) {
            contacts.set(role.key, details_of(call.db, *contact));
            continue;
        }
        const json::Object *given = role.value.object();
        if (given == nullptr)
            refuse("Parameter " + role.key + " must be a map of fields, or the id of a contact");
        json::Value *there = contacts.find(role.key);
        json::Object details =
            there != nullptr && there->object() != nullptr ? std::move(*there->object()) : json::Object();
        change(details, role.key, *given);
        contacts.set(role.key, std::move(details));
    }
    call.db.run("UPDATE domains SET contacts = ? WHERE id = ?", json::write_utf8(contacts), call.integer("domain_id"));
    return domain_saved(call);
}

constexpr HandlerRow handlers[] = {
    {"domains.contacts.get", get},
    {"domains.contacts.update", update},
};

} // namespace

constinit const Area domain_contacts_area{.name = "domain_contacts", .handlers = handlers};

json::Object contacts_of(Database &db, const json::Object &given) {
    const json::Object owner = details_of(db, "");
    json::Object contacts;
    for (std::string_view role : roles) {
        const std::string contact = field_text(given, role);
        contacts.append(role, contact.empty() || contact == "0" ? owner : details_of(db, contact));
    }
    return contacts;
}

} // namespace hostbill::sandbox
