// The invoices of the past: each term that a seeded service has been paid for was invoiced, and paid the day after.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/calendar.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace hostbill::sandbox {
namespace {

constexpr int years_kept = 2;
constexpr std::int64_t first_seeded_invoice = 9000; // all of the past come before it
constexpr std::size_t most_invoices = 8000;         // the latest

struct Past {
    Seconds date;
    std::int64_t service;
    Cents total;
    std::string description;
};

// When the invoices that the document itself has for each service were made.
std::multimap<std::int64_t, Seconds> dates_in_document(Database &db) {
    std::multimap<std::int64_t, Seconds> dates;
    for (auto row = db.query("SELECT item_id, date FROM invoice_items JOIN invoices ON invoices.id = invoice_id WHERE "
                             "type = 'Hosting'");
         row.next();)
        dates.emplace(row.integer(0), row.integer(1));
    return dates;
}

std::vector<Past> past_of_all(const Moment &moment) {
    const auto known = dates_in_document(moment.db);
    const Seconds oldest = add_months(moment.now, -12 * years_kept);
    std::vector<Past> all;
    for (auto row = moment.db.query("SELECT id, product_id, domain, created, next_due, cycle, first_payment, recurring "
                                    "FROM services WHERE id < ? AND next_due > 0",
                                    first_grown_service);
         row.next();) {
        const std::int64_t service = row.integer(0);
        const Cycle &cycle = *find_cycle(row.text(5));
        const Seconds created = row.integer(3), end = row.integer(4);
        const std::string name =
            std::string(find_product(row.integer(1))->name) + " " + row.text(2) + ", " + std::string(cycle.name);
        const auto [from, to] = known.equal_range(service);
        Seconds begins = created;
        for (int term = 1; begins < end; ++term) {
            const Seconds date = term == 1 ? created : begins - invoiced_ahead * one_day;
            const bool there = std::any_of(from, to, [&](const auto &other) {
                return std::abs(other.second - date) < cycle.months * 15 * one_day;
            });
            const Seconds next = add_months(created, term * cycle.months);
            if (!there && date >= oldest && date <= moment.now)
                all.push_back({date, service, row.integer(term == 1 ? 6 : 7), name + term_text(begins, next)});
            begins = next;
        }
    }
    std::sort(all.begin(), all.end(),
              [](const Past &a, const Past &b) { return a.date != b.date ? a.date < b.date : a.service < b.service; });
    if (all.size() > most_invoices)
        all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(most_invoices));
    return all;
}

void seed(const Moment &moment, const SeedRow &) {
    Database &db = moment.db;
    const std::vector<Past> all = past_of_all(moment);
    std::int64_t id = first_seeded_invoice - static_cast<std::int64_t>(all.size());
    for (const Past &past : all) {
        const Seconds paid = std::min(past.date + one_day, moment.now);
        db.run("INSERT INTO invoices (id, number, date, due, paid, status, subtotal, tax, tax_rate, credit, total, "
               "pay_method, fulfilled) VALUES (?, ?, ?, ?, ?, 'Paid', ?, 0, 0, 0, ?, 22, 1)",
               id, invoice_number(id, past.date), past.date, past.date + days_to_pay * one_day, paid, past.total,
               past.total);
        db.run("INSERT INTO invoice_items (invoice_id, type, item_id, description, amount, details) VALUES (?, "
               "'Hosting', ?, ?, ?, '{}')",
               id, past.service, past.description, past.total);
        ++id;
    }
    db.run("INSERT INTO payments (invoice_id, date, amount) SELECT id, paid, total FROM invoices WHERE id < ?",
           first_seeded_invoice);
    // A running service with an unpaid invoice waits for it.
    db.run("UPDATE services SET invoiced = 1 WHERE status IN ('Active', 'Suspended') AND id IN (SELECT item_id FROM "
           "invoice_items JOIN invoices ON invoices.id = invoice_id WHERE type = 'Hosting' AND invoices.status = "
           "'Unpaid')");
}

} // namespace

constinit const Area history_area{.name = "history", .seed = seed};

} // namespace hostbill::sandbox
