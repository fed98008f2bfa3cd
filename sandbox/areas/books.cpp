// The books: invoices are made, paid, cancelled and refunded here and nowhere else, so that every cent is somewhere.
#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/notifications.hpp"

#include "sandbox/areas/fulfilment.hpp"
#include "sandbox/areas/shop.hpp"
#include "sandbox/config.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

const PaymentMethod &payment_method(std::int64_t id) {
    if (id == 0)
        return payment_methods().front();
    for (const PaymentMethod &method : payment_methods())
        if (method.id == id)
            return method;
    not_found("Payment method", std::to_string(id));
}

// What is paid for comes, once for each invoice.
void mark_paid(const Moment &moment, std::int64_t invoice) {
    moment.db.run("UPDATE invoices SET status = 'Paid', paid = ? WHERE id = ?", moment.now, invoice);
    count_effect(moment.db, "invoices_paid");
    if (moment.db.change("UPDATE invoices SET fulfilled = 1 WHERE id = ? AND fulfilled = 0", invoice) != 0)
        fulfil(moment, invoice);
}

} // namespace

Cents credit(Database &db) { return db.number("SELECT balance FROM credit ORDER BY id DESC LIMIT 1"); }

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

std::string invoice_number(std::int64_t id, Seconds time) {
    const std::string day = date(time);
    return day.substr(0, 4) + "/" + day.substr(5, 2) + "/" + std::to_string(id);
}

Invoice make_invoice(const Moment &moment, std::int64_t pay_method, std::vector<InvoiceLine> lines) {
    Database &db = moment.db;
    Cents subtotal = 0;
    for (const InvoiceLine &line : lines)
        subtotal += line.amount;
    const PaymentMethod &method = payment_method(pay_method);
    if (Cents fee = payment_fee(pay_method, subtotal); fee != 0) {
        lines.push_back({"Other", 0, std::string(method.name) + " fee", fee, {}});
        subtotal += fee;
    }
    const Totals totals = add_up(moment.config, subtotal);
    std::int64_t id = db.insert(
        "INSERT INTO invoices (number, date, due, paid, status, subtotal, tax, tax_rate, credit, total, pay_method) "
        "VALUES ('', ?, ?, 0, 'Unpaid', ?, ?, ?, 0, ?, ?)",
        moment.now, moment.now + days_to_pay * one_day, totals.subtotal, totals.tax, moment.config.tax_rate,
        totals.total, method.id);
    db.run("UPDATE invoices SET number = ? WHERE id = ?", invoice_number(id, moment.now), id);
    for (const InvoiceLine &line : lines)
        db.run("INSERT INTO invoice_items (invoice_id, type, item_id, description, amount, details) VALUES (?, ?, ?, "
               "?, ?, ?)",
               id, line.type, line.item_id, line.description, line.amount, json::write_utf8(line.details));
    count_effect(db, "invoices");
    notify(moment, "Invoice", id, "Invoice " + invoice_number(id, moment.now) + " was issued",
           "Please pay " + money_text(totals.total) + " " + std::string(currency) + " by " +
               date(moment.now + days_to_pay * one_day) + ".");
    Cents available = moment.config.auto_credit ? credit(db) : 0;
    if (totals.total == 0)
        mark_paid(moment, id);
    else if (available > 0)
        apply_credit(moment, id, std::min(totals.total, available));
    bool paid = db.exists("SELECT 1 FROM invoices WHERE id = ? AND status = 'Paid'", id);
    return {id, totals.total, paid};
}

void book(const Moment &moment, Cents amount, std::string_view reason) {
    moment.db.run("INSERT INTO credit (date, amount, balance, description) VALUES (?, ?, ?, ?)", moment.now, amount,
                  credit(moment.db) + amount, reason);
}

void apply_credit(const Moment &moment, std::int64_t invoice, Cents amount) {
    book(moment, -amount, "Invoice " + std::to_string(invoice));
    moment.db.run("UPDATE invoices SET credit = credit + ? WHERE id = ?", amount, invoice);
    count_effect(moment.db, "credits");
    if (moment.db.exists("SELECT 1 FROM invoices WHERE id = ? AND credit >= total", invoice))
        mark_paid(moment, invoice);
}

bool pay_from_credit(const Moment &moment, std::int64_t invoice) {
    const Cents rest =
        moment.db.number("SELECT total - credit FROM invoices WHERE id = ? AND status = 'Unpaid'", invoice);
    if (rest <= 0 || credit(moment.db) < rest)
        return false;
    apply_credit(moment, invoice, rest);
    return true;
}

void take_payment(const Moment &moment, std::int64_t invoice) {
    moment.db.run("INSERT INTO payments (invoice_id, date, amount) SELECT id, ?, total - credit FROM invoices WHERE id "
                  "= ? AND total > credit",
                  moment.now, invoice);
}

void settle_from_outside(const Moment &moment, std::int64_t invoice) {
    std::string status = moment.db.text("SELECT status FROM invoices WHERE id = ?", invoice);
    if (status.empty())
        not_found("Invoice", std::to_string(invoice));
    if (status != "Unpaid")
        refuse("Invoice " + std::to_string(invoice) + " is not unpaid");
    take_payment(moment, invoice);
    count_effect(moment.db, "payments");
    mark_paid(moment, invoice);
}

void give_back(const Moment &moment, std::int64_t invoice) {
    Database &db = moment.db;
    const Cents paid = db.number("SELECT credit + (SELECT COALESCE(SUM(amount), 0) FROM payments WHERE invoice_id = "
                                 "invoices.id) FROM invoices WHERE id = ?",
                                 invoice);
    if (paid == 0)
        return;
    book(moment, paid, "Invoice " + std::to_string(invoice) + " given back");
    db.run("UPDATE invoices SET credit = 0 WHERE id = ?", invoice);
    db.run("DELETE FROM payments WHERE invoice_id = ?", invoice);
}

void cancel_invoice(const Moment &moment, std::int64_t invoice) {
    give_back(moment, invoice);
    moment.db.run("UPDATE invoices SET status = 'Cancelled' WHERE id = ?", invoice);
    count_effect(moment.db, "invoices_cancelled");
}

void cancel_idle_invoice(const Moment &moment, std::int64_t invoice) {
    constexpr std::string_view unpaid = "SELECT 1 FROM invoices WHERE id = ? AND status = 'Unpaid'";
    constexpr std::string_view wanted = R"sql(
SELECT 1 FROM invoice_items WHERE invoice_id = ? AND (
    (type IN ('Hosting', 'Upgrade') AND EXISTS (SELECT 1 FROM services WHERE services.id = item_id AND
        services.status IN ('Pending', 'Active', 'Suspended')))
    OR (type = 'Addon' AND EXISTS (SELECT 1 FROM addons WHERE addons.id = item_id AND addons.status <> 'Cancelled'))
    OR (type LIKE 'Domain%' AND EXISTS (SELECT 1 FROM domains WHERE domains.id = item_id AND
        domains.status NOT IN ('Cancelled', 'Fraud'))))
)sql";
    if (moment.db.exists(unpaid, invoice) && !moment.db.exists(wanted, invoice))
        cancel_invoice(moment, invoice);
}

} // namespace hostbill::sandbox
