#include "sandbox/areas/calendar.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/services.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

void renew(const Moment &moment, std::int64_t service) {
    std::vector<InvoiceLine> lines;
    const Cycle *cycle = nullptr;
    {
        auto row = moment.db.query("SELECT product_id, domain, cycle, recurring, next_due FROM services WHERE id = ?",
                                   service);
        row.next();
        cycle = find_cycle(row.text(2));
        lines.push_back({"Hosting",
                         service,
                         std::string(find_product(row.integer(0))->name) + " " + row.text(1) + ", " +
                             std::string(cycle->name) +
                             term_text(row.integer(4), add_months(row.integer(4), cycle->months)),
                         row.integer(3),
                         {}});
    }
    for (auto row =
             moment.db.query("SELECT id, addon_id FROM addons WHERE service_id = ? AND status = 'Active'", service);
         row.next();) {
        const Addon &addon = *find_addon(row.integer(1));
        lines.push_back({"Addon", row.integer(0), "Addon " + std::string(addon.name), addon_price(addon, *cycle), {}});
    }
    // Before it may be paid, which brings the next term.
    moment.db.run("UPDATE services SET invoiced = 1 WHERE id = ?", service);
    make_invoice(moment, 0, std::move(lines));
    count_effect(moment.db, "renewals_invoiced");
}

void tick(const Moment &moment) {
    for (std::int64_t id :
         moment.db.numbers("SELECT id FROM services WHERE status IN ('Active', 'Suspended') AND cancellation = "
                           "'End of billing period' AND next_due <= ?",
                           moment.now))
        set_service_status(moment, id, "Terminated");
    for (std::int64_t id : moment.db.numbers(
             "SELECT id FROM services WHERE status = 'Active' AND invoiced = 0 AND cancellation = '' AND "
             "kind <> 'certificate' AND recurring > 0 AND next_due > 0 AND next_due <= ? ORDER BY next_due, id",
             moment.now + invoiced_ahead * one_day))
        renew(moment, id);
}

Seconds next_due(Database &db) {
    const Seconds ends = db.number("SELECT MIN(next_due) FROM services WHERE status IN ('Active', 'Suspended') AND "
                                   "cancellation = 'End of billing period'");
    const Seconds due = db.number("SELECT MIN(next_due) FROM services WHERE status = 'Active' AND invoiced = 0 AND "
                                  "cancellation = '' AND kind <> 'certificate' AND recurring > 0 AND next_due > 0");
    const Seconds invoice = due != 0 ? due - invoiced_ahead * one_day : 0;
    return ends != 0 && invoice != 0 ? std::min(ends, invoice) : std::max(ends, invoice);
}

// The indexes answer the questions above without a search.
constexpr std::string_view tables = R"sql(
CREATE INDEX services_to_end ON services (next_due) WHERE status IN ('Active', 'Suspended') AND
    cancellation = 'End of billing period';
CREATE INDEX services_to_invoice ON services (next_due) WHERE status = 'Active' AND invoiced = 0 AND
    cancellation = '' AND kind <> 'certificate' AND recurring > 0 AND next_due > 0;
)sql";

} // namespace

constinit const Area calendar_area{.name = "calendar", .tables = tables, .next_due = next_due, .tick = tick};

Seconds term_end(Seconds created, const Cycle &cycle, std::string_view status, Seconds now) {
    if (status == "Pending")
        return 0;
    const Seconds last = has_ended(status) ? now - 60 * one_day : now + invoiced_ahead * one_day;
    int terms = 1;
    while (add_months(created, terms * cycle.months) <= last)
        ++terms;
    return add_months(created, terms * cycle.months);
}

std::string term_text(Seconds begins, Seconds ends) { return " (" + date(begins) + " - " + date(ends - one_day) + ")"; }

void cancel_renewal(const Moment &moment, std::int64_t service) {
    if (moment.db.change("UPDATE services SET invoiced = 0 WHERE id = ? AND invoiced = 1", service) == 0)
        return;
    for (std::int64_t invoice : moment.db.numbers(
             "SELECT invoices.id FROM invoice_items JOIN invoices ON invoices.id = invoice_id WHERE type = 'Hosting' "
             "AND item_id = ? AND status = 'Unpaid'",
             service))
        cancel_invoice(moment, invoice);
}

} // namespace hostbill::sandbox
