// What the account earns by sending others to the portal. Every figure is the sum of its parts: a campaign's sign-ups,
// a commission's share of what was ordered, what was approved and not yet paid out.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/billing.hpp"

namespace hostbill::sandbox {
namespace {

constexpr int days_to_approve = 30; // in which the new customer may ask for the money back

json::Value summary(Call &call) {
    Database &db = call.db;
    const std::int64_t visits = db.number("SELECT COALESCE(SUM(visits), 0) FROM affiliate_campaigns");
    const std::int64_t signups = db.number("SELECT COALESCE(SUM(signups), 0) FROM affiliate_campaigns");
    auto earned = [&](std::string_view status) {
        return db.number("SELECT COALESCE(SUM(amount), 0) FROM commissions WHERE status = ?", status);
    };
    const Cents paid = db.number("SELECT COALESCE(SUM(amount), 0) FROM payouts");
    return json::Object{
        {"summary", json::Object{{"currency", currency},
                                 {"visits", std::to_string(visits)},
                                 {"signups", std::to_string(signups)},
                                 {"conversion", money_text(visits == 0 ? 0 : (signups * 10000 + visits / 2) / visits)},
                                 {"balance", money_text(earned("Approved") - paid)},
                                 {"pending", money_text(earned("Pending"))},
                                 {"paid", money_text(paid)}}}};
}

json::Value campaigns(Call &call) {
    json::Array list;
    for (auto row = call.db.query("SELECT id, name, visits, signups, created FROM affiliate_campaigns ORDER BY id");
         row.next();)
        list.push_back(json::Object{{"id", row.text(0)},
                                    {"name", row.text(1)},
                                    {"url", "https://portal.example.net/?affid=21&c=" + row.text(0)},
                                    {"visits", row.text(2)},
                                    {"signups", row.text(3)},
                                    {"created", date_time(row.integer(4))}});
    return json::Object{{"campaigns", std::move(list)}};
}

json::Value commissions(Call &call) {
    json::Array list;
    for (auto row =
             call.db.query("SELECT id, date, order_id, description, amount, status FROM commissions ORDER BY id DESC");
         row.next();)
        list.push_back(json::Object{{"id", row.text(0)},
                                    {"date", date_time(row.integer(1))},
                                    {"order_id", row.text(2)},
                                    {"description", row.text(3)},
                                    {"amount", money_text(row.integer(4))},
                                    {"currency", currency},
                                    {"status", row.text(5)}});
    return json::Object{{"commissions", std::move(list)}};
}

json::Value payouts(Call &call) {
    json::Array list;
    for (auto row = call.db.query("SELECT id, date, amount, method FROM payouts ORDER BY id DESC"); row.next();)
        list.push_back(json::Object{{"id", row.text(0)},
                                    {"date", date(row.integer(1))},
                                    {"amount", money_text(row.integer(2))},
                                    {"currency", currency},
                                    {"status", "Paid"},
                                    {"method", row.text(3)}});
    return json::Object{{"payouts", std::move(list)}};
}

json::Value vouchers(Call &call) {
    json::Array list;
    for (auto row =
             call.db.query("SELECT id, code, percent, expires, used, allowed FROM affiliate_vouchers ORDER BY id");
         row.next();)
        list.push_back(json::Object{{"id", row.text(0)},
                                    {"code", row.text(1)},
                                    {"type", "Percent"},
                                    {"value", money_text(row.integer(2))},
                                    {"expires", date(row.integer(3))},
                                    {"used", row.text(4)},
                                    {"limit", row.text(5)}});
    return json::Object{{"vouchers", std::move(list)}};
}

json::Value plans(Call &call) {
    json::Array list;
    for (auto row = call.db.query("SELECT id, name, percent, recurring, products FROM commission_plans ORDER BY id");
         row.next();)
        list.push_back(json::Object{{"id", row.text(0)},
                                    {"name", row.text(1)},
                                    {"type", "Percent"},
                                    {"rate", money_text(row.integer(2))},
                                    {"recurring", row.text(3)},
                                    {"products", stored(row.text(4))}});
    return json::Object{{"commissionplans", std::move(list)}};
}

constexpr HandlerRow handlers[] = {
    {"affiliates.campaigns", campaigns},     {"affiliates.commission_plans", plans},
    {"affiliates.commissions", commissions}, {"affiliates.payouts", payouts},
    {"affiliates.summary", summary},         {"affiliates.vouchers", vouchers},
};

// Percentages are in hundredths.
constexpr std::string_view tables = R"sql(
CREATE TABLE affiliate_campaigns (id INTEGER PRIMARY KEY, name TEXT NOT NULL, visits INTEGER NOT NULL,
    signups INTEGER NOT NULL, created INTEGER NOT NULL);
CREATE TABLE commission_plans (id INTEGER PRIMARY KEY, name TEXT NOT NULL, percent INTEGER NOT NULL,
    recurring INTEGER NOT NULL, products TEXT NOT NULL);
CREATE TABLE commissions (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, order_id INTEGER NOT NULL,
    description TEXT NOT NULL, amount INTEGER NOT NULL, status TEXT NOT NULL, approved_at INTEGER NOT NULL);
CREATE INDEX commissions_to_approve ON commissions (approved_at) WHERE status = 'Pending';
CREATE TABLE payouts (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, amount INTEGER NOT NULL, method TEXT NOT NULL);
CREATE TABLE affiliate_vouchers (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, percent INTEGER NOT NULL,
    expires INTEGER NOT NULL, used INTEGER NOT NULL, allowed INTEGER NOT NULL);
)sql";

void seed_commission(const Moment &moment, const SeedRow &row) {
    const Cents percent = moment.db.number("SELECT percent FROM commission_plans WHERE id = ?", row.integer("plan"));
    if (percent == 0)
        row.wrong("plan", "one of the commission plans");
    const Seconds time = row.time(moment), approved = time + days_to_approve * one_day;
    moment.db.run(
        "INSERT INTO commissions (id, date, order_id, description, amount, status, approved_at) VALUES (?, ?, "
        "?, ?, ?, ?, ?)",
        row.integer("id"), time, row.integer("order"), row.text("product"), percentage(row.money("price"), percent),
        row.text("status", approved <= moment.now ? "Approved" : "Pending"), approved);
}

void seed(const Moment &moment, const SeedRow &document) {
    const SeedRow rows = document.row("affiliates");
    for (const SeedRow &row : rows.rows("campaigns"))
        moment.db.run("INSERT INTO affiliate_campaigns (id, name, visits, signups, created) VALUES (?, ?, ?, ?, ?)",
                      row.integer("id"), row.text("name"), row.integer("visits"), row.integer("signups"),
                      row.time(moment));
    for (const SeedRow &row : rows.rows("plans"))
        moment.db.run("INSERT INTO commission_plans (id, name, percent, recurring, products) VALUES (?, ?, ?, ?, ?)",
                      row.integer("id"), row.text("name"), row.money("percent"), row.flag("recurring"),
                      row.json_text("products", "[]"));
    for (const SeedRow &row : rows.rows("commissions"))
        seed_commission(moment, row);
    for (const SeedRow &row : rows.rows("payouts"))
        moment.db.run("INSERT INTO payouts (id, date, amount, method) VALUES (?, ?, ?, ?)", row.integer("id"),
                      row.time(moment), row.money("amount"), row.text("method"));
    for (const SeedRow &row : rows.rows("vouchers"))
        moment.db.run("INSERT INTO affiliate_vouchers (id, code, percent, expires, used, allowed) VALUES (?, ?, ?, ?, "
                      "?, ?)",
                      row.integer("id"), row.text("code"), row.money("percent"),
                      row.time(moment) + row.integer("valid_days") * one_day, row.integer("used"),
                      row.integer("limit"));
}

Seconds next_due(Database &db) {
    return db.number("SELECT MIN(approved_at) FROM commissions WHERE status = 'Pending'");
}

void tick(const Moment &moment) {
    moment.db.run("UPDATE commissions SET status = 'Approved' WHERE status = 'Pending' AND approved_at <= ?",
                  moment.now);
}

constexpr std::string_view commission_states[] = {"Pending", "Approved", "Rejected"};

// What is put back to pending waits anew.
void set_commission(const Moment &moment, std::int64_t id, std::string_view state) {
    moment.db.run("UPDATE commissions SET status = ?, approved_at = ? WHERE id = ?", state,
                  moment.now + days_to_approve * one_day, id);
    if (state == gone)
        moment.db.run("DELETE FROM commissions WHERE id = ?", id);
}

constexpr StateRow states[] = {
    {"commission", commission_states, "SELECT 1 FROM commissions WHERE id = ?", set_commission}};

} // namespace

constinit const Area affiliates_area{.name = "affiliates",
                                     .tables = tables,
                                     .seed = seed,
                                     .handlers = handlers,
                                     .states = states,
                                     .next_due = next_due,
                                     .tick = tick};

} // namespace hostbill::sandbox
