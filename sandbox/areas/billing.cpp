#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/areas.hpp"

#include "sandbox/areas/services.hpp"
#include "sandbox/config.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr int days_until_suspended = 5; // after an invoice was due
constexpr int days_until_ended = 30;

json::Object client(Database &db) {
    json::Object object{{"id", "4107"}};
    for (auto row = db.query("SELECT field, value FROM profile WHERE contact_id = 0 ORDER BY rowid"); row.next();)
        object.set(row.text(0), stored(row.text(1)));
    return object;
}

std::string paid_text(Seconds paid) { return paid == 0 ? "0000-00-00 00:00:00" : date_time(paid); }

json::Value list(Call &call) {
    json::Array invoices;
    for (auto row = call.db.query("SELECT id, date, due, paid, status, total, number FROM invoices ORDER BY id DESC");
         row.next();)
        invoices.push_back(json::Object{{"id", row.text(0)},
                                        {"date", date(row.integer(1))},
                                        {"dateorig", date(row.integer(1))},
                                        {"duedate", date(row.integer(2))},
                                        {"paybefore", date(row.integer(2))},
                                        {"total", money_text(row.integer(5))},
                                        {"datepaid", paid_text(row.integer(3))},
                                        {"status", row.text(4)},
                                        {"merge_id", nullptr},
                                        {"number", row.text(6)},
                                        {"currency", currency}});
    return json::Object{{"invoices", std::move(invoices)}};
}

json::Array items(Call &call, std::int64_t invoice) {
    json::Array list;
    for (auto row =
             call.db.query("SELECT id, type, item_id, description, amount FROM invoice_items WHERE invoice_id = ? "
                           "ORDER BY id",
                           invoice);
         row.next();)
        list.push_back(json::Object{{"id", row.text(0)},
                                    {"invoice_id", std::to_string(invoice)},
                                    {"type", row.text(1)},
                                    {"item_id", row.text(2)},
                                    {"description", row.text(3)},
                                    {"amount", money_text(row.integer(4))},
                                    {"taxed", call.config.tax_rate != 0 ? "1" : "0"},
                                    {"qty", "1.00"},
                                    {"linetotal", money_text(row.integer(4))}});
    return list;
}

json::Value get(Call &call) {
    const std::int64_t id = call.integer("invoice_id");
    auto row = call.db.query("SELECT status, date, due, paid, subtotal, credit, tax, tax_rate, total, number FROM "
                             "invoices WHERE id = ?",
                             id);
    row.next();
    return json::Object{{"invoice", json::Object{{"id", std::to_string(id)},
                                                 {"status", row.text(0)},
                                                 {"date", date(row.integer(1))},
                                                 {"duedate", date(row.integer(2))},
                                                 {"paybefore", date(row.integer(2))},
                                                 {"datepaid", paid_text(row.integer(3))},
                                                 {"subtotal", money_number(row.integer(4))},
                                                 {"credit", money_number(row.integer(5))},
                                                 {"tax", money_number(row.integer(6))},
                                                 {"taxrate", money_number(row.integer(7))},
                                                 {"tax2", 0},
                                                 {"taxrate2", 0},
                                                 {"taxexempt", "0"},
                                                 {"total", money_number(row.integer(8))},
                                                 {"rate", 1},
                                                 {"rate2", 0},
                                                 {"rate3", 1},
                                                 {"notes", ""},
                                                 {"items", items(call, id)},
                                                 {"client", client(call.db)},
                                                 {"number", row.text(9)},
                                                 {"currency", currency}}}};
}

json::Value pay_from_credit(Call &call) {
    const std::int64_t id = call.integer("invoice_id");
    if (call.db.text("SELECT status FROM invoices WHERE id = ?", id) != "Unpaid")
        refuse("Invoice " + std::to_string(id) + " is not unpaid");
    const Cents due = call.db.number("SELECT total - credit FROM invoices WHERE id = ?", id);
    const Cents available = credit(call.db);
    Cents amount = std::min(due, available);
    if (call.has("amount")) {
        auto wanted = parse_money(call.text("amount"));
        if (!wanted || *wanted <= 0)
            refuse("Parameter amount must be a positive amount of money");
        if (*wanted > due)
            refuse("Parameter amount is more than the invoice's " + money_text(due));
        if (*wanted > available)
            refuse("Parameter amount is more than the credit of " + money_text(available));
        amount = *wanted;
    }
    if (amount <= 0)
        refuse("There is no credit to apply");
    apply_credit(call.moment(), id, amount);
    call.log("Credit of " + money_text(amount) + " applied to invoice " + std::to_string(id));
    return json::Object{{"success", true},
                        {"invoice_status", call.db.text("SELECT status FROM invoices WHERE id = ?", id)},
                        {"applied", money_number(amount)}};
}

json::Value list_methods(Call &) {
    json::Object payments;
    for (const PaymentMethod &method : payment_methods())
        payments.set(std::to_string(method.id), method.name);
    return json::Object{{"payments", std::move(payments)}};
}

json::Value list_fees(Call &) {
    json::Array payments;
    for (const PaymentMethod &method : payment_methods())
        payments.push_back(json::Object{{"id", method.id},
                                        {"name", method.name},
                                        {"fixed_fee", money_text(method.fixed_fee)},
                                        {"percent_fee", money_text(method.percent_fee)}});
    return json::Object{{"payments", std::move(payments)}};
}

json::Value balance(Call &call) {
    return json::Object{{"success", true},
                        {"details", json::Object{{"currency", currency},
                                                 {"acc_balance", money_text(debt(call.db))},
                                                 {"acc_credit", money_text(credit(call.db))}}}};
}

constexpr HandlerRow handlers[] = {
    {"account.balance", balance}, {"invoices.apply_credit", pay_from_credit}, {"invoices.get", get},
    {"invoices.list", list},      {"payment_methods.fees", list_fees},        {"payment_methods.list", list_methods},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE credit (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, amount INTEGER NOT NULL,
    balance INTEGER NOT NULL, description TEXT NOT NULL);
CREATE TABLE invoices (id INTEGER PRIMARY KEY, number TEXT NOT NULL, date INTEGER NOT NULL, due INTEGER NOT NULL,
    paid INTEGER NOT NULL, status TEXT NOT NULL, subtotal INTEGER NOT NULL, tax INTEGER NOT NULL,
    tax_rate INTEGER NOT NULL, credit INTEGER NOT NULL, total INTEGER NOT NULL, pay_method INTEGER NOT NULL,
    fulfilled INTEGER NOT NULL DEFAULT 0,  -- what was paid for has come
    overdue INTEGER NOT NULL DEFAULT 0);   -- what it is for was suspended, if it could be
CREATE INDEX unpaid_invoices ON invoices (due) WHERE status = 'Unpaid';
CREATE INDEX late_invoices ON invoices (due) WHERE status = 'Unpaid' AND overdue = 0;
-- Money from elsewhere; the rest of a paid invoice is credit.
CREATE TABLE payments (id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    date INTEGER NOT NULL, amount INTEGER NOT NULL);
CREATE INDEX payments_of_invoice ON payments (invoice_id);
-- `details` says what paying the line does, by its type.
CREATE TABLE invoice_items (id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    type TEXT NOT NULL, item_id INTEGER NOT NULL, description TEXT NOT NULL, amount INTEGER NOT NULL,
    details TEXT NOT NULL);
CREATE INDEX items_of_invoice ON invoice_items (invoice_id);
CREATE INDEX invoices_of_item ON invoice_items (item_id, type);
)sql";

constexpr PathId ids[] = {
    {"invoice_id", "Invoice", "SELECT 1 FROM invoices WHERE id = ?"},
};

constexpr SeededId seeded_ids[] = {
    {"", "invoice_id", "9001"},
};

constexpr Sample samples[] = {
    {"invoices.apply_credit", R"({"invoice_id":9003})"},
};

// Paid, an invoice was paid from credit the day after its date.
void seed_invoice(const Moment &moment, const SeedRow &row) {
    const std::int64_t id = row.integer("id");
    const Seconds date = row.time(moment);
    const bool paid = row.flag("paid");
    Cents total = 0;
    for (const SeedRow &line : row.rows("lines"))
        total += line.money("amount");
    moment.db.run("INSERT INTO invoices (id, number, date, due, paid, status, subtotal, tax, tax_rate, credit, total, "
                  "pay_method, fulfilled) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, 21, ?)",
                  id, invoice_number(id, date), date, date + days_to_pay * one_day, paid ? date + one_day : 0,
                  paid ? "Paid" : "Unpaid", total, paid ? total : 0, total, paid);
    for (const SeedRow &line : row.rows("lines"))
        moment.db.run("INSERT INTO invoice_items (invoice_id, type, item_id, description, amount, details) VALUES (?, "
                      "?, ?, ?, ?, ?)",
                      id, line.text("type"), line.integer("item"), line.text("description"), line.money("amount"),
                      line.json_text("details", "{}"));
    if (paid)
        book({moment.db, moment.config, moment.portal, date + one_day}, -total, "Invoice " + std::to_string(id));
}

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("credit"))
        book({moment.db, moment.config, moment.portal, row.time(moment)}, row.money("amount"), row.text("description"));
    for (const SeedRow &row : document.rows("invoices"))
        seed_invoice(moment, row);
    if (credit(moment.db) < 0)
        refuse_seed("credit", "is less than what the paid invoices took from it");
    // Whoever starts from here counts on from here.
    moment.db.run("UPDATE invoice_items SET id = id + 41229");
}

constexpr std::string_view invoice_states[] = {"Unpaid", "Paid", "Cancelled", "Refunded"};

// Paid without what paying brings.
void set_status(const Moment &moment, std::int64_t id, std::string_view state) {
    if (state == "Paid") {
        take_payment(moment, id);
        moment.db.run("UPDATE invoices SET paid = ? WHERE id = ? AND status <> 'Paid'", moment.now, id);
    } else {
        give_back(moment, id);
    }
    if (state == "Unpaid")
        moment.db.run("UPDATE invoices SET paid = 0 WHERE id = ?", id);
    moment.db.run("UPDATE invoices SET status = ? WHERE id = ?", state, id);
    if (state == gone) {
        moment.db.run("DELETE FROM invoice_items WHERE invoice_id = ?", id);
        moment.db.run("DELETE FROM invoices WHERE id = ?", id);
    }
}

constexpr StateRow states[] = {{"invoice", invoice_states, "SELECT 1 FROM invoices WHERE id = ?", set_status}};

// The services on an invoice that are in this state. Of a running one, only the invoice for its next term counts.
std::vector<std::int64_t> services_on(Database &db, std::int64_t invoice, std::string_view status) {
    std::vector<std::int64_t> list;
    for (auto row = db.query("SELECT services.id FROM invoice_items JOIN services ON services.id = item_id WHERE "
                             "invoice_id = ? AND type = 'Hosting' AND status = ? AND (invoiced = 1 OR status = "
                             "'Pending')",
                             invoice, status);
         row.next();)
        list.push_back(row.integer(0));
    return list;
}

void suspend_unpaid(const Moment &moment, std::int64_t invoice) {
    moment.db.run("UPDATE invoices SET overdue = 1 WHERE id = ?", invoice);
    for (std::int64_t service : services_on(moment.db, invoice, "Active")) {
        set_service_status(moment, service, "Suspended");
        count_effect(moment.db, "services_suspended");
    }
}

void end_unpaid(const Moment &moment, std::int64_t invoice) {
    for (std::string_view status : {"Active", "Suspended", "Pending"})
        for (std::int64_t service : services_on(moment.db, invoice, status))
            set_service_status(moment, service, status == "Pending" ? "Cancelled" : "Terminated");
    moment.db.run("UPDATE domains SET status = 'Cancelled' WHERE status LIKE 'Pending%' AND id IN (SELECT item_id FROM "
                  "invoice_items WHERE invoice_id = ? AND type IN ('Domain Register', 'Domain Transfer'))",
                  invoice);
    moment.db.run("UPDATE addons SET status = 'Cancelled' WHERE status = 'Pending' AND id IN (SELECT item_id FROM "
                  "invoice_items WHERE invoice_id = ? AND type = 'Addon')",
                  invoice);
    if (moment.db.exists("SELECT 1 FROM invoices WHERE id = ? AND status = 'Unpaid'", invoice))
        cancel_invoice(moment, invoice);
}

void tick(const Moment &moment) {
    for (std::int64_t id : moment.db.numbers(
             "SELECT id FROM invoices WHERE status = 'Unpaid' AND overdue = 0 AND due <= ? ORDER BY due, id",
             moment.now - days_until_suspended * one_day))
        suspend_unpaid(moment, id);
    for (std::int64_t id :
         moment.db.numbers("SELECT id FROM invoices WHERE status = 'Unpaid' AND due <= ? ORDER BY due, id",
                           moment.now - days_until_ended * one_day))
        end_unpaid(moment, id);
}

Seconds next_due(Database &db) {
    const Seconds late = db.number("SELECT MIN(due) FROM invoices WHERE status = 'Unpaid' AND overdue = 0");
    const Seconds unpaid = db.number("SELECT MIN(due) FROM invoices WHERE status = 'Unpaid'");
    const Seconds suspends = late + days_until_suspended * one_day, ends = unpaid + days_until_ended * one_day;
    return unpaid == 0 ? 0 : late == 0 ? ends : std::min(suspends, ends);
}

// What has ended need not be paid for.
void follow_service(const Moment &moment, const ServiceChange &change) {
    if (!has_ended(change.status))
        return;
    for (std::int64_t invoice : moment.db.numbers(
             "SELECT invoice_id FROM invoice_items WHERE (type IN ('Hosting', 'Upgrade') AND item_id = ?1) OR (type = "
             "'Addon' AND item_id IN (SELECT id FROM addons WHERE service_id = ?1))",
             change.id))
        cancel_idle_invoice(moment, invoice);
}

} // namespace

constinit const Area billing_area{.name = "billing",
                                  .tables = tables,
                                  .seed = seed,
                                  .handlers = handlers,
                                  .ids = ids,
                                  .seeded_ids = seeded_ids,
                                  .samples = samples,
                                  .states = states,
                                  .service_changed = follow_service,
                                  .next_due = next_due,
                                  .tick = tick};

} // namespace hostbill::sandbox
