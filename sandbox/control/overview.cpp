#include "sandbox/control/overview.hpp"

#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/shop.hpp"
#include "sandbox/config.hpp"
#include "sandbox/world/pace.hpp"

namespace hostbill::sandbox {
namespace {

constexpr std::int64_t most = 500; // rows of a kind
constexpr int months_shown = 24;

std::string date_or_nothing(Seconds time) { return time == 0 ? "" : date(time); }

// What something is busy with, and how far it is. What never ends stays at 0 percent.
json::Object task(const Moment &moment, std::string name, const Pace &pace, std::int64_t all_polls) {
    const Seconds begun = pace.ready - moment.config.task_seconds;
    return json::Object{{"name", std::move(name)}, {"progress", percent_done(pace, all_polls, begun, moment.now)}};
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
        moment.db.query("SELECT id, name, polls, ready FROM tasks WHERE server_id = ? AND completed = 0", server);
    if (!row.next())
        return nullptr;
    json::Object found = task(moment, row.text(1), {row.integer(2), row.integer(3)}, moment.config.task_polls);
    found.append("id", row.integer(0));
    return found;
}

json::Value service_job(const Moment &moment, std::int64_t service) {
    auto row = moment.db.query(
        "SELECT kind, polls, all_polls, ready FROM jobs WHERE service_id = ? AND status = 'running'", service);
    if (!row.next())
        return nullptr;
    return task(moment, row.text(0), {row.integer(1), row.integer(3)}, row.integer(2));
}

json::Object server(std::string_view kind, std::int64_t id, std::int64_t service, std::string name, std::string ip,
                    std::string system, std::string state, json::Value busy) {
    return json::Object{{"kind", kind},
                        {"id", id},
                        {"service_id", service},
                        {"name", std::move(name)},
                        {"ip", std::move(ip)},
                        {"system", std::move(system)},
                        {"state", std::move(state)},
                        {"task", std::move(busy)}};
}

// Servers with their tasks, virtual machines with their changes, bare metal with its jobs: whatever runs.
json::Array servers(const Moment &moment) {
    Database &db = moment.db;
    json::Array list;
    for (auto row = db.query("SELECT servers.id, services.domain, ip, os, status FROM servers JOIN services USING (id) "
                             "ORDER BY servers.id DESC LIMIT ?",
                             most);
         row.next();)
        list.push_back(server("server", row.integer(0), row.integer(0), row.text(1), row.text(2), row.text(3),
                              row.text(4), server_task(moment, row.integer(0))));
    for (auto row = db.query("SELECT id, service_id, label, template, state, next, polls, ready, (SELECT ip FROM "
                             "addresses WHERE vm_id = vms.id ORDER BY id LIMIT 1) FROM vms ORDER BY id DESC LIMIT ?",
                             most);
         row.next();) {
        const std::string next = row.text(5);
        json::Value change;
        if (!next.empty())
            change = task(moment, "to " + next, {row.integer(6), row.integer(7)}, moment.config.vm_polls);
        list.push_back(server("vm", row.integer(0), row.integer(1), row.text(2), row.text(8), row.text(3), row.text(4),
                              std::move(change)));
    }
    for (auto row =
             db.query("SELECT id, domain, status FROM services WHERE kind = 'metal' ORDER BY id DESC LIMIT ?", most);
         row.next();)
        list.push_back(server("metal", row.integer(0), row.integer(0), row.text(1), "", "", row.text(2),
                              service_job(moment, row.integer(0))));
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
    for (auto row = db.query(
             "SELECT id, number, date, due, status, total FROM invoices ORDER BY date DESC, id DESC LIMIT ?", most);
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
