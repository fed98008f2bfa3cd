// Text messages, paid from an account of their own. How the portal words its answers is assumed.
#include "core/base/ascii.hpp"
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/profile.hpp"
#include "sandbox/areas/sms_parts.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr Cents price_of_part = 7;
constexpr std::size_t most_parts = 10;
constexpr std::string_view sent = "Sent", delivered = "Delivered", failed = "Failed";

bool all_of(std::string_view text, bool (*fits)(char)) { return std::all_of(text.begin(), text.end(), fits); }
bool is_of_a_name(char letter) { return is_letter_or_digit(letter) || letter == ' '; }

// "+372 555 0142" and "00372.555-0142" as "+3725550142"; empty where it is no number with a country's code.
std::string telephone_number(std::string_view text) {
    std::string number;
    for (char letter : text)
        if (std::string_view(" .-()/").find(letter) == std::string_view::npos)
            number += letter;
    if (number.starts_with("00"))
        number.replace(0, 2, "+");
    const std::string_view digits = std::string_view(number).substr(std::min<std::size_t>(number.size(), 1));
    const bool fits = number.starts_with('+') && digits.size() >= 7 && digits.size() <= 15 &&
                      !digits.starts_with('0') && all_of(digits, is_digit);
    return fits ? number : std::string();
}

std::string checked_sender(Call &call) {
    std::string wanted = call.text("from");
    if (wanted.empty()) {
        const json::Object profile = read_profile(call.db, 0);
        const json::Value *phone = profile.find("phonenumber");
        return phone != nullptr && phone->string() != nullptr ? telephone_number(*phone->string()) : std::string();
    }
    if (std::string number = telephone_number(wanted); !number.empty())
        return number;
    if (wanted.size() > 11 || all_of(wanted, is_digit) || !all_of(wanted, is_of_a_name))
        refuse("Parameter from must be a telephone number, or up to 11 letters and digits");
    return wanted;
}

Cents balance(Database &db) {
    return db.number(
        "SELECT (SELECT IFNULL(SUM(amount), 0) FROM sms_payments) - (SELECT IFNULL(SUM(price), 0) FROM sms)");
}

json::Value send(Call &call) {
    const std::string to = telephone_number(call.text("to")), text = call.text("text");
    if (to.empty())
        refuse("Parameter to must be a telephone number with its country's code");
    const std::string from = checked_sender(call);
    const std::size_t parts = sms_parts(text);
    if (parts > most_parts)
        refuse("Parameter text is too long: " + std::to_string(parts) + " messages, no more than " +
               std::to_string(most_parts) + " are sent");
    const Cents price = static_cast<Cents>(parts) * price_of_part;
    if (price > balance(call.db))
        refuse("The balance of the SMS account is too low");
    const Pace pace = pace_from(call.config, call.now);
    const std::int64_t id =
        call.db.insert("INSERT INTO sms (date, sender, recipient, text, status, parts, price, polls, ready) VALUES "
                       "(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       call.now, from, to, text, pace.done(call.now) ? delivered : sent,
                       static_cast<std::int64_t>(parts), price, pace.polls, pace.ready);
    call.count("sms_sent");
    return json::Object{{"status", true}, {"id", std::to_string(id)}};
}

// Whoever looks sees what is under way come closer.
json::Value history(Call &call) {
    call.db.run("UPDATE sms SET polls = polls - 1 WHERE status = ? AND ready = 0", sent);
    call.db.run("UPDATE sms SET status = ? WHERE status = ? AND ready = 0 AND polls <= 0", delivered, sent);
    json::Array messages;
    for (auto row = call.db.query("SELECT id, date, sender, recipient, text, status, parts, price FROM sms "
                                  "ORDER BY date DESC, id DESC");
         row.next();)
        messages.push_back(json::Object{{"id", row.text(0)},
                                        {"date", date_time(row.integer(1))},
                                        {"from", row.text(2)},
                                        {"to", row.text(3)},
                                        {"text", row.text(4)},
                                        {"status", row.text(5)},
                                        {"parts", row.text(6)},
                                        {"price", money_text(row.integer(7))}});
    return json::Object{{"messages", std::move(messages)}};
}

json::Value billing(Call &call) {
    return json::Object{{"billing", json::Object{{"currency", "EUR"},
                                                 {"balance", money_text(balance(call.db))},
                                                 {"sent", call.db.text("SELECT COUNT(*) FROM sms")},
                                                 {"price", money_text(price_of_part)}}}};
}

constexpr HandlerRow handlers[] = {
    {"sms.billing", billing},
    {"sms.history", history},
    {"sms.send", send},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE sms (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
    text TEXT NOT NULL, status TEXT NOT NULL, parts INTEGER NOT NULL, price INTEGER NOT NULL, polls INTEGER NOT NULL,
    ready INTEGER NOT NULL);
CREATE INDEX sms_under_way ON sms (ready) WHERE status = 'Sent';
CREATE TABLE sms_payments (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, amount INTEGER NOT NULL);
)sql";

constexpr Sample samples[] = {{"sms.send", R"({"to":"+3725550187","text":"sample"})"}};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("sms_payments"))
        moment.db.run("INSERT INTO sms_payments (date, amount) VALUES (?, ?)", row.time(moment), row.money("amount"));
    for (const SeedRow &row : document.rows("sms")) {
        const std::string text = row.text("text");
        const auto parts = static_cast<std::int64_t>(sms_parts(text));
        moment.db.run("INSERT INTO sms (id, date, sender, recipient, text, status, parts, price, polls, ready) VALUES "
                      "(?, ?, ?, ?, ?, ?, ?, ?, 0, 0)",
                      row.integer("id"), row.time(moment), row.text("from"), row.text("to"), text,
                      row.text("status", delivered), parts, parts * price_of_part);
    }
}

constexpr std::string_view sms_states[] = {sent, delivered, failed};

void set_sms(const Moment &moment, std::int64_t id, std::string_view state) {
    if (state == gone)
        moment.db.run("DELETE FROM sms WHERE id = ?", id);
    else
        moment.db.run("UPDATE sms SET status = ?, polls = ?, ready = 0 WHERE id = ?", state, for_ever, id);
}

constexpr StateRow states[] = {{"sms", sms_states, "SELECT 1 FROM sms WHERE id = ?", set_sms}};

Seconds next_due(Database &db) { return db.number("SELECT MIN(ready) FROM sms WHERE status = 'Sent' AND ready > 0"); }

void tick(const Moment &moment) {
    moment.db.run("UPDATE sms SET status = ? WHERE status = 'Sent' AND ready > 0 AND ready <= ?", delivered,
                  moment.now);
}

} // namespace

constinit const Area sms_area{.name = "sms",
                              .tables = tables,
                              .seed = seed,
                              .handlers = handlers,
                              .samples = samples,
                              .states = states,
                              .next_due = next_due,
                              .tick = tick};

} // namespace hostbill::sandbox
