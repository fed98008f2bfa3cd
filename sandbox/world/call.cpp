#include "sandbox/world/call.hpp"

#include <charconv>

namespace hostbill::sandbox {

void refuse(std::string error) { throw Refusal{{std::move(error)}}; }

void not_found(std::string_view what, std::string_view id) {
    refuse(std::string(what) + " " + std::string(id) + " not found");
}

bool Call::has(std::string_view name) const { return value(name) != nullptr; }

const json::Value *Call::value(std::string_view name) const {
    const json::Value *found = params.find(name);
    return found == nullptr || found->is_null() ? nullptr : found;
}

std::string Call::text(std::string_view name) const {
    const json::Value *found = value(name);
    if (found == nullptr)
        return {};
    auto text = scalar_text(*found);
    if (!text)
        refuse("Parameter " + std::string(name) + " must be text");
    return *text;
}

std::int64_t Call::integer(std::string_view name) const {
    std::string digits = text(name);
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (!digits.empty() && (error != std::errc() || end != digits.data() + digits.size()))
        refuse("Parameter " + std::string(name) + " must be a whole number");
    return number;
}

bool Call::flag(std::string_view name) const {
    std::string word = text(name);
    return word == "true" || word == "1" || word == "on" || word == "yes";
}

void Call::count(std::string_view effect) { count_effect(db, effect); }

void count_effect(Database &db, std::string_view effect) {
    db.run("INSERT INTO ledger (effect, count) VALUES (?, 1) ON CONFLICT (effect) DO UPDATE SET count = count + 1",
           effect);
}

void Call::log(std::string_view description) {
    constexpr std::int64_t kept = 5000; // lines; a sandbox that runs for long must not grow by its log
    const std::int64_t line = db.insert(
        "INSERT INTO logs (date, description, address, contact_id, who) VALUES (?, ?, ?, ?, ?)", now, description,
        address, caller.contact, db.text("SELECT username FROM logins WHERE id = ?", caller.login));
    db.run("DELETE FROM logs WHERE id <= ?", line - kept);
    logged_ = true;
}

std::int64_t Call::next(std::string_view sequence) {
    db.run("UPDATE sequences SET value = value + step WHERE name = ?", sequence);
    return db.number("SELECT value FROM sequences WHERE name = ?", sequence);
}

json::Value stored(const std::string &json_text) {
    auto parsed = json::parse(json_text);
    return parsed ? std::move(*parsed) : json::Value();
}

json::Value info(std::string_view text) { return json::Object{{"info", json::Array{text}}}; }
json::Value status_true() { return json::Object{{"status", true}}; }

std::optional<std::string> scalar_text(const json::Value &value) {
    if (const json::Text *text = value.string())
        return *text;
    if (const std::int64_t *number = value.integer())
        return std::to_string(*number);
    if (const json::Text *number = value.number_text())
        return *number;
    if (const bool *flag = value.boolean())
        return *flag ? "true" : "false";
    return std::nullopt;
}

} // namespace hostbill::sandbox
