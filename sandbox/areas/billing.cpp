#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/areas.hpp"

#include "sandbox/areas/fulfilment.hpp"
#include "sandbox/areas/shop.hpp"
#include "sandbox/config.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr int days_to_pay = 14;

const PaymentMethod &payment_method(std::int64_t id) {
    if (id == 0)
        return payment_methods().front();
    for (const PaymentMethod &method : payment_methods())
        if (method.id == id)
            return method;
    not_found("Payment method", std::to_string(id));
}

void mark_paid(const Moment &moment, std::int64_t invoice) {
    moment.db.run("UPDATE invoices SET status = 'Paid', paid = ? WHERE id = ?", moment.now, invoice);
    count_effect(moment.db, "invoices_paid");
    fulfil(moment, invoice);
}

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

// Takes from the account's credit and pays, fully or in part. The caller has checked that both are there.
void apply(const Moment &moment, std::int64_t invoice, Cents amount) {
    Database &db = moment.db;
    if (amount > 0)
        db.run("INSERT INTO credit (date, amount, description) VALUES (?, ?, ?)", moment.now, -amount,
               "Invoice " + std::to_string(invoice));
    db.run("UPDATE invoices SET credit = credit + ? WHERE id = ?", amount, invoice);
    count_effect(db, "credits");
    if (db.exists("SELECT 1 FROM invoices WHERE id = ? AND credit >= total", invoice))
        mark_paid(moment, invoice);
}

json::Value apply_credit(Call &call) {
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
    apply(call.moment(), id, amount);
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
    {"account.balance", balance}, {"invoices.apply_credit", apply_credit}, {"invoices.get", get},
    {"invoices.list", list},      {"payment_methods.fees", list_fees},     {"payment_methods.list", list_methods},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE credit (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, amount INTEGER NOT NULL, description TEXT NOT NULL);
CREATE TABLE invoices (id INTEGER PRIMARY KEY, number TEXT NOT NULL, date INTEGER NOT NULL, due INTEGER NOT NULL,
    paid INTEGER NOT NULL, status TEXT NOT NULL, subtotal INTEGER NOT NULL, tax INTEGER NOT NULL,
    tax_rate INTEGER NOT NULL, credit INTEGER NOT NULL, total INTEGER NOT NULL, pay_method INTEGER NOT NULL);
-- `details` says what paying the line does, by its type.
CREATE TABLE invoice_items (id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    type TEXT NOT NULL, item_id INTEGER NOT NULL, description TEXT NOT NULL, amount INTEGER NOT NULL,
    details TEXT NOT NULL);
CREATE INDEX items_of_invoice ON invoice_items (invoice_id);
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
    std::string number = sandbox::date(date).substr(0, 7);
    number[4] = '/';
    number += '/' + std::to_string(id - 8980);
    moment.db.run("INSERT INTO invoices (id, number, date, due, paid, status, subtotal, tax, tax_rate, credit, total, "
                  "pay_method) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, 21)",
                  id, number, date, date + days_to_pay * one_day, paid ? date + one_day : 0, paid ? "Paid" : "Unpaid",
                  total, paid ? total : 0, total);
    for (const SeedRow &line : row.rows("lines"))
        moment.db.run("INSERT INTO invoice_items (invoice_id, type, item_id, description, amount, details) VALUES (?, "
                      "?, ?, ?, ?, ?)",
                      id, line.text("type"), line.integer("item"), line.text("description"), line.money("amount"),
                      line.json_text("details", "{}"));
    if (paid)
        moment.db.run("INSERT INTO credit (date, amount, description) VALUES (?, ?, ?)", date + one_day, -total,
                      "Invoice " + std::to_string(id));
}

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("credit"))
        moment.db.run("INSERT INTO credit (date, amount, description) VALUES (?, ?, ?)", row.time(moment),
                      row.money("amount"), row.text("description"));
    for (const SeedRow &row : document.rows("invoices"))
        seed_invoice(moment, row);
    // Whoever starts from here counts on from here.
    moment.db.run("UPDATE invoice_items SET id = id + 41229");
}

constexpr std::string_view invoice_states[] = {"Unpaid", "Paid", "Cancelled", "Refunded"};

void set_status(const Moment &moment, std::int64_t id, std::string_view state) {
    moment.db.run("UPDATE invoices SET status = ? WHERE id = ?", state, id);
    if (state == gone) {
        moment.db.run("DELETE FROM invoice_items WHERE invoice_id = ?", id);
        moment.db.run("DELETE FROM invoices WHERE id = ?", id);
    }
}

constexpr StateRow states[] = {{"invoice", invoice_states, "SELECT 1 FROM invoices WHERE id = ?", set_status}};

} // namespace

constinit const Area billing_area{.name = "billing",
                                  .tables = tables,
                                  .seed = seed,
                                  .handlers = handlers,
                                  .ids = ids,
                                  .seeded_ids = seeded_ids,
                                  .samples = samples,
                                  .states = states};

Cents credit(Database &db) { return db.number("SELECT COALESCE(SUM(amount), 0) FROM credit"); }

Cents debt(Database &db) {
    return db.number("SELECT COALESCE(SUM(total - credit), 0) FROM invoices WHERE status = 'Unpaid'");
}

Cents payment_fee(std::int64_t pay_method, Cents amount) {
    const PaymentMethod &method = payment_method(pay_method);
    return amount == 0 ? 0 : method.fixed_fee + percentage(amount, method.percent_fee);
}

Totals add_up(const Config &config, Cents subtotal) {
    Cents tax = percentage(subtotal, config.tax_rate);
    return {subtotal, tax, subtotal + tax};
}

Invoice make_invoice(const Moment &moment, std::int64_t pay_method, std::vector<InvoiceLine> lines) {
    Cents subtotal = 0;
    for (const InvoiceLine &line : lines)
        subtotal += line.amount;
    const PaymentMethod &method = payment_method(pay_method);
    if (Cents fee = payment_fee(pay_method, subtotal); fee != 0) {
        lines.push_back({"Other", 0, std::string(method.name) + " fee", fee, {}});
        subtotal += fee;
    }
    const Totals totals = add_up(moment.config, subtotal);
    std::int64_t id = moment.db.insert(
        "INSERT INTO invoices (number, date, due, paid, status, subtotal, tax, tax_rate, credit, total, pay_method) "
        "VALUES ('', ?, ?, 0, 'Unpaid', ?, ?, ?, 0, ?, ?)",
        moment.now, moment.now + days_to_pay * one_day, totals.subtotal, totals.tax, moment.config.tax_rate,
        totals.total, method.id);
    std::string number = date(moment.now).substr(0, 7) + '/' + std::to_string(id - 8980);
    number[4] = '/';
    moment.db.run("UPDATE invoices SET number = ? WHERE id = ?", number, id);
    for (const InvoiceLine &line : lines)
        moment.db.run(
            "INSERT INTO invoice_items (invoice_id, type, item_id, description, amount, details) VALUES (?, ?, "
            "?, ?, ?, ?)",
            id, line.type, line.item_id, line.description, line.amount, json::write_utf8(line.details));
    count_effect(moment.db, "invoices");
    Cents available = moment.config.auto_credit ? credit(moment.db) : 0;
    if (totals.total == 0)
        mark_paid(moment, id);
    else if (available > 0)
        apply(moment, id, std::min(totals.total, available));
    bool paid = moment.db.exists("SELECT 1 FROM invoices WHERE id = ? AND status = 'Paid'", id);
    return {id, totals.total, paid};
}

bool pay_from_credit(const Moment &moment, std::int64_t invoice) {
    const Cents rest =
        moment.db.number("SELECT total - credit FROM invoices WHERE id = ? AND status = 'Unpaid'", invoice);
    if (rest <= 0 || credit(moment.db) < rest)
        return false;
    apply(moment, invoice, rest);
    return true;
}

void settle_from_outside(const Moment &moment, std::int64_t invoice) {
    std::string status = moment.db.text("SELECT status FROM invoices WHERE id = ?", invoice);
    if (status.empty())
        not_found("Invoice", std::to_string(invoice));
    if (status != "Unpaid")
        refuse("Invoice " + std::to_string(invoice) + " is not unpaid");
    mark_paid(moment, invoice);
}

} // namespace hostbill::sandbox
