#include "sandbox/control/overview.hpp"

#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/shop.hpp"
#include "sandbox/config.hpp"

namespace hostbill::sandbox {
namespace {

constexpr std::int64_t most = 500; // rows of a kind
constexpr int months_shown = 24;

std::string date_or_nothing(Seconds time) { return time == 0 ? "" : date(time); }

// In percent, of what is done when it has been asked for so often. What never ends stays at 0.
std::int64_t progress(std::int64_t left, std::int64_t all) {
    return all > 0 && left >= 0 && left <= all ? (all - left) * 100 / all : 0;
}

std::string product_name(std::int64_t id) {
    const Product *product = find_product(id);
    return product != nullptr ? std::string(product->name) : "";
}

json::Array services(Database &db) {
    json::Array list;
    for (auto row =
             db.query("SELECT id, product_id, domain, status, kind, recurring, cycle, next_due, label FROM services "
                      "ORDER BY id DESC LIMIT ?",
                      most);
         row.next();) {
        const Cycle *cycle = find_cycle(row.text(6));
        list.push_back(json::Object{{"id", row.integer(0)},
                                    {"name", product_name(row.integer(1))},
                                    {"domain", row.text(2)},
                                    {"label", row.text(8)},
                                    {"kind", row.text(4)},
                                    {"status", row.text(3)},
                                    {"price", money_text(row.integer(5))},
                                    {"cycle", cycle != nullptr ? std::string(cycle->name) : row.text(6)},
                                    {"next_due", date_or_nothing(row.integer(7))}});
    }
    return list;
}

json::Value server_task(const Moment &moment, std::int64_t server) {
    auto row =
        moment.db.query("SELECT id, name, activated, polls FROM tasks WHERE server_id = ? AND completed = 0", server);
    if (!row.next())
        return nullptr;
    return json::Object{{"id", row.integer(0)},
                        {"name", row.text(1)},
                        {"started", iso_time(row.integer(2))},
                        {"progress", progress(row.integer(3), moment.config.task_polls)}};
}

json::Value service_job(Database &db, std::int64_t service) {
    auto row = db.query("SELECT kind, started, polls, all_polls FROM jobs WHERE service_id = ? AND status = 'running'",
                        service);
    if (!row.next())
        return nullptr;
    return json::Object{{"name", row.text(0)},
                        {"started", iso_time(row.integer(1))},
                        {"progress", progress(row.integer(2), row.integer(3))}};
}

// Servers with their tasks, bare metal with its jobs, and virtual machines: whatever can be switched on and off.
json::Array servers(const Moment &moment) {
    Database &db = moment.db;
    json::Array list;
    for (auto row = db.query("SELECT servers.id, servers.domain, ip, os, status FROM servers JOIN services USING (id) "
                             "ORDER BY servers.id DESC LIMIT ?",
                             most);
         row.next();)
        list.push_back(json::Object{{"kind", "server"},
                                    {"id", row.integer(0)},
                                    {"service_id", row.integer(0)},
                                    {"name", row.text(1)},
                                    {"ip", row.text(2)},
                                    {"system", row.text(3)},
                                    {"state", row.text(4)},
                                    {"task", server_task(moment, row.integer(0))}});
    for (auto row =
             db.query("SELECT id, service_id, label, ip, template, state FROM vms ORDER BY id DESC LIMIT ?", most);
         row.next();)
        list.push_back(json::Object{{"kind", "vm"},
                                    {"id", row.integer(0)},
                                    {"service_id", row.integer(1)},
                                    {"name", row.text(2)},
                                    {"ip", row.text(3)},
                                    {"system", row.text(4)},
                                    {"state", row.text(5)},
                                    {"task", nullptr}});
    for (auto row =
             db.query("SELECT id, domain, status FROM services WHERE kind = 'metal' ORDER BY id DESC LIMIT ?", most);
         row.next();)
        list.push_back(json::Object{{"kind", "metal"},
                                    {"id", row.integer(0)},
                                    {"service_id", row.integer(0)},
                                    {"name", row.text(1)},
                                    {"ip", ""},
                                    {"system", ""},
                                    {"state", row.text(2)},
                                    {"task", service_job(db, row.integer(0))}});
    return list;
}

json::Array domains(Database &db) {
    json::Array list;
    for (auto row = db.query("SELECT id, name, status, expires, autorenew FROM domains ORDER BY id DESC LIMIT ?", most);
         row.next();)
        list.push_back(json::Object{{"id", row.integer(0)},
                                    {"name", row.text(1)},
                                    {"status", row.text(2)},
                                    {"expires", date_or_nothing(row.integer(3))},
                                    {"autorenew", row.integer(4) != 0}});
    return list;
}

json::Array zones(Database &db) {
    json::Array list;
    for (auto row =
             db.query("SELECT id, service_id, name, (SELECT COUNT(*) FROM zone_records WHERE zone_id = zones.id) "
                      "FROM zones ORDER BY id DESC LIMIT ?",
                      most);
         row.next();)
        list.push_back(json::Object{{"id", row.integer(0)},
                                    {"service_id", row.integer(1)},
                                    {"name", row.text(2)},
                                    {"records", row.integer(3)}});
    return list;
}

json::Array invoices(Database &db) {
    json::Array list;
    for (auto row =
             db.query("SELECT id, number, date, due, status, total FROM invoices ORDER BY id DESC LIMIT ?", most);
         row.next();)
        list.push_back(json::Object{{"id", row.integer(0)},
                                    {"number", row.text(1)},
                                    {"date", date(row.integer(2))},
                                    {"due", date(row.integer(3))},
                                    {"status", row.text(4)},
                                    {"total", money_text(row.integer(5))}});
    return list;
}

// From the month of the account's first invoice on, but no more than the last few years; months without money, too.
json::Array monthly(const Moment &moment) {
    const std::string this_month = date(moment.now).substr(0, 7) + "-01";
    const Seconds first = add_months(parse_date(this_month), 1 - months_shown);
    json::Array list;
    for (int month = 0; month < months_shown; ++month) {
        const Seconds begin = add_months(first, month), end = add_months(first, month + 1);
        const Cents invoiced = moment.db.number(
            "SELECT SUM(total) FROM invoices WHERE date >= ? AND date < ? AND status <> 'Cancelled'", begin, end);
        const Cents paid = moment.db.number("SELECT SUM(total) FROM invoices WHERE paid >= ? AND paid < ?", begin, end);
        if (invoiced == 0 && paid == 0 && list.empty())
            continue;
        list.push_back(json::Object{
            {"month", date(begin).substr(0, 7)}, {"invoiced", money_text(invoiced)}, {"paid", money_text(paid)}});
    }
    return list;
}

json::Array tickets(Database &db) {
    json::Array list;
    for (auto row = db.query("SELECT number, subject, status, last_reply, (SELECT COUNT(*) FROM replies WHERE ticket = "
                             "tickets.number) FROM tickets ORDER BY number DESC LIMIT ?",
                             most);
         row.next();)
        list.push_back(json::Object{{"number", row.integer(0)},
                                    {"subject", row.text(1)},
                                    {"status", row.text(2)},
                                    {"last_reply", date_time(row.integer(3))},
                                    {"replies", row.integer(4)}});
    return list;
}

json::Object counts(Database &db) {
    return json::Object{
        {"services", db.number("SELECT COUNT(*) FROM services")},
        {"services_active", db.number("SELECT COUNT(*) FROM services WHERE status = 'Active'")},
        {"servers", db.number("SELECT (SELECT COUNT(*) FROM servers) + (SELECT COUNT(*) FROM vms) + (SELECT COUNT(*) "
                              "FROM services WHERE kind = 'metal')")},
        {"domains", db.number("SELECT COUNT(*) FROM domains")},
        {"zones", db.number("SELECT COUNT(*) FROM zones")},
        {"invoices", db.number("SELECT COUNT(*) FROM invoices")},
        {"invoices_unpaid", db.number("SELECT COUNT(*) FROM invoices WHERE status = 'Unpaid'")},
        {"tickets", db.number("SELECT COUNT(*) FROM tickets")},
        {"tickets_open", db.number("SELECT COUNT(*) FROM tickets WHERE status <> 'Closed'")},
    };
}

} // namespace

json::Value overview(const Moment &moment) {
    Database &db = moment.db;
    return json::Object{
        {"time", iso_time(moment.now)},
        {"balance",
         json::Object{{"currency", currency}, {"credit", money_text(credit(db))}, {"unpaid", money_text(debt(db))}}},
        {"counts", counts(db)},
        {"services", services(db)},
        {"servers", servers(moment)},
        {"domains", domains(db)},
        {"zones", zones(db)},
        {"invoices", invoices(db)},
        {"monthly", monthly(moment)},
        {"tickets", tickets(db)}};
}

} // namespace hostbill::sandbox
