#include "sandbox/areas/granting.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

struct Group {
    std::string_view name;
    std::string_view privileges; // separated by blanks
    bool for_things = false;     // each thing has its own, and "full" is all of them for all
};

// The last of "services" and those after "nameservers" are of features that the documents leave open.
constexpr Group groups[] = {
    {"billing", "emails payinvoice orders balance addfunds creditcard"},
    {"support", "newticket tickets closeticket emails"},
    {"misc", "editmain emails editipaccess manageprofiles affiliates"},
    {"services", "basic billing cancelation upgrade notify logindetails manage", true},
    {"domains",
     "basic renew notify contactinfo nameservers reglock eppcode idprotection dnsmanagement dnssec emforwarding "
     "forwarding",
     true},
};

const Group *find_group(std::string_view name) {
    auto found = std::find_if(std::begin(groups), std::end(groups), [&](const Group &row) { return row.name == name; });
    return found == std::end(groups) ? nullptr : found;
}

bool is_set(const json::Value &flag) {
    auto word = scalar_text(flag);
    return word && !word->empty() && *word != "0" && *word != "false";
}

bool has(const json::Value *names, std::string_view name) {
    if (names == nullptr || names->array() == nullptr)
        return false;
    return std::find(names->array()->begin(), names->array()->end(), json::Value(name)) != names->array()->end();
}

// Names as a list, or as PHP's forms write one: {"0":"orders"} or {"orders":1}.
std::vector<std::string> names_of(const json::Value &given, const std::string &place) {
    std::vector<std::string> names;
    auto take = [&](const json::Value &value) {
        if (value.string() == nullptr)
            refuse("Parameter " + place + " must be a list of privileges");
        names.push_back(*value.string());
    };
    if (const json::Array *list = given.array()) {
        std::for_each(list->begin(), list->end(), take);
    } else if (const json::Object *object = given.object()) {
        for (const json::Member &each : *object)
            if (each.key.view().find_first_not_of("0123456789") == std::string::npos)
                take(each.value);
            else if (is_set(each.value))
                names.push_back(each.key);
    } else {
        take(given);
    }
    return names;
}

json::Array read_names(Call &call, const Group &group, const json::Value &given, std::string_view id) {
    const std::string place =
        "privileges[" + std::string(group.name) + (id.empty() ? "]" : "][" + std::string(id) + "]");
    const std::vector<std::string_view> known = split(group.privileges);
    json::Array names;
    for (const std::string &name : names_of(given, place)) {
        if (std::find(known.begin(), known.end(), name) == known.end())
            refuse("Parameter " + place + " has no privilege " + name);
        const std::string privilege = std::string(group.name) + "." + name;
        if (!may(call.db, call.caller.contact, privilege, id))
            deny(privilege);
        names.push_back(name);
    }
    return names;
}

void check_thing(Call &call, const Group &group, std::string_view id) {
    const bool known = group.name == "services" ? call.db.exists("SELECT 1 FROM services WHERE id = ?", id)
                                                : call.db.exists("SELECT 1 FROM domains WHERE id = ?", id);
    if (!known)
        not_found(group.name == "services" ? "Service" : "Domain", id);
}

json::Object read_things(Call &call, const Group &group, const json::Object &given) {
    json::Object things;
    for (const json::Member &each : given) {
        if (each.key != "full") {
            check_thing(call, group, each.key);
            things.set(each.key, read_names(call, group, each.value, each.key));
        } else if (is_set(each.value)) {
            const std::string privilege = std::string(group.name) + ".full";
            if (!may(call.db, call.caller.contact, privilege))
                deny(privilege);
            things.set("full", 1);
        }
    }
    return things;
}

json::Array words(std::string_view text) {
    json::Array list;
    for (std::string_view word : split(text))
        list.push_back(word);
    return list;
}

} // namespace

std::vector<std::string_view> split(std::string_view words) {
    std::vector<std::string_view> list;
    while (!words.empty()) {
        list.push_back(words.substr(0, words.find(' ')));
        words.remove_prefix(std::min(words.size(), list.back().size() + 1));
    }
    return list;
}

// A contact's privileges, in the form in which they are kept.
bool holds(const json::Value &privileges, std::string_view privilege, std::string_view id) {
    const std::size_t dot = privilege.find('.');
    const std::string_view name = privilege.substr(dot + 1);
    const Group *group = find_group(privilege.substr(0, dot));
    const json::Value *granted = privileges.find(group->name);
    if (granted == nullptr)
        return false;
    if (!group->for_things)
        return has(granted, name);
    return granted->find("full") != nullptr || has(granted->find(id), name);
}

json::Value privileges_of(Database &db, std::int64_t contact) {
    return stored(db.text("SELECT privileges FROM contacts WHERE id = ?", contact));
}

bool may(Database &db, std::int64_t contact, std::string_view privilege, std::string_view id) {
    return contact == 0 || holds(privileges_of(db, contact), privilege, id);
}

void deny(std::string_view privilege) {
    refuse("You do not have permission to do this" + (privilege.empty() ? "" : ": " + std::string(privilege)));
}

json::Object all_privileges(Database &db) {
    json::Object all;
    for (const Group &group : groups) {
        if (!group.for_things) {
            all.set(group.name, words(group.privileges));
            continue;
        }
        json::Object things{{"full", 1}};
        auto row = group.name == "services" ? db.query("SELECT id FROM services WHERE status = 'Active' ORDER BY id")
                                            : db.query("SELECT id FROM domains WHERE status = 'Active' ORDER BY id");
        while (row.next())
            things.append(row.text(0), words(group.privileges));
        all.set(group.name, std::move(things));
    }
    return all;
}

json::Object read_privileges(Call &call, const json::Value &given) {
    json::Object privileges;
    if (given.object() == nullptr)
        return privileges; // PHP writes an empty map as a list.
    for (const json::Member &each : *given.object()) {
        const Group *group = find_group(each.key);
        if (group == nullptr)
            refuse("Parameter privileges has no group " + each.key);
        if (!group->for_things)
            privileges.set(group->name, read_names(call, *group, each.value, ""));
        else if (each.value.object() != nullptr)
            privileges.set(group->name, read_things(call, *group, *each.value.object()));
        else if (each.value.array() == nullptr || !each.value.array()->empty())
            refuse("Parameter privileges[" + each.key + "] must be a map");
    }
    return privileges;
}

} // namespace hostbill::sandbox
