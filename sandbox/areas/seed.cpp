// A small customer's account, as it would look after two years. Its ids are those of the examples in api/results, so
// that operations which answer by example fit those with state.
#include "sandbox/world/schema.hpp"

#include "sandbox/areas/shop.hpp"

#include <initializer_list>
#include <string>

namespace hostbill::sandbox {
namespace {

bool portal_has(const Portal &portal, std::string_view operation) {
    const Operation *found = find_operation(operation);
    return found != nullptr && (found->portals & portal.bit) != 0;
}

class Seeder {
public:
    Seeder(Database &database, const Config &config, Seconds now) : db_(database), config_(config), now_(now) {}

    void run() {
        sequences();
        people();
        tickets();
        services();
        money();
        domains();
        zones();
        machines();
        notifications();
    }

private:
    Seconds days_ago(int days) const { return now_ - days * one_day; }

    void sequences() {
        std::int64_t order = 410550000 + config_.seed % 1000 * 1000;
        db_.run("INSERT INTO sequences (name, value, step) VALUES ('order', ?, 7), ('ticket', 520418, 1)", order);
    }

    void person(std::int64_t id, std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
        for (const auto &[field, value] : fields)
            db_.run("INSERT INTO profile (contact_id, field, value) VALUES (?, ?, ?)", id, field,
                    json::write_utf8(json::Value(value)));
    }

    void contact(std::int64_t id, std::string_view privileges, std::string_view email, std::string_view first,
                 std::string_view last, std::string_view company) {
        db_.run("INSERT INTO contacts (id, privileges, created) VALUES (?, ?, ?)", id, privileges, days_ago(500));
        person(id, {{"email", email},
                    {"firstname", first},
                    {"lastname", last},
                    {"companyname", company},
                    {"address1", "7 Orchard Row"},
                    {"address2", ""},
                    {"city", "Exampleton"},
                    {"state", "Northshire"},
                    {"postcode", "20616"},
                    {"country", "EE"},
                    {"phonenumber", "+372.5550187"},
                    {"type", company.empty() ? "Private" : "Company"}});
    }

    void people() {
        person(0, {{"email", config_.username},
                   {"firstname", "Ada"},
                   {"lastname", "Example"},
                   {"companyname", "Example Works"},
                   {"address1", "12 Harbour Road"},
                   {"address2", "Floor 2"},
                   {"city", "Exampleton"},
                   {"state", "Northshire"},
                   {"postcode", "20615"},
                   {"country", "EE"},
                   {"phonenumber", "+372.5550142"}});
        contact(4220, R"({"billing":["balance"],"support":["newticket","tickets"]})", "grace@example.net", "Grace",
                "Sample", "");
        contact(4221, R"({"billing":["emails","payinvoice"]})", "accounts@example.net", "Office", "Example",
                "Example Works");
        for (auto [days, text] : {std::pair{30, "Invoice 9001 paid from credit"}, std::pair{1, "Login"}})
            db_.run("INSERT INTO logs (date, description, address) VALUES (?, ?, '198.51.100.7')", days_ago(days),
                    text);
    }

    void ticket(std::int64_t number, std::int64_t department, int days, std::string_view status,
                std::string_view subject, std::string_view body, std::string_view answer) {
        db_.run("INSERT INTO tickets (number, date, dept_id, subject, body, status, last_reply) VALUES (?, ?, ?, ?, ?, "
                "?, ?)",
                number, days_ago(days), department, subject, body, status, days_ago(days) + 3600);
        if (!answer.empty())
            db_.run("INSERT INTO replies (ticket, name, date, body, type) VALUES (?, 'Support desk', ?, ?, 'Admin')",
                    number, days_ago(days) + 3600, answer);
    }

    void tickets() {
        ticket(520417, 31, 3, "Answered", "Server does not answer",
               "Since six o'clock vm1.example.net\r\ndoes not answer on port 443.",
               "The host was restarted.\r\nPlease look again.");
        ticket(520416, 32, 40, "Closed", "Invoice address", "Please use our new address.", "Done.");
        ticket(520415, 31, 1, "Open", "More memory", "Can vm1.example.net have 8 GB?", "");
    }

    // Paid for until the next due date; a year back for each year of the cycle.
    void service(std::int64_t id, std::int64_t product_id, std::string_view cycle, std::string_view domain,
                 std::string_view status, int age, std::string_view label, std::string_view kind = {}) {
        const Product &product = *find_product(product_id);
        Cents price = find_period(product.periods, cycle)->price;
        db_.run("INSERT INTO services (id, kind, product_id, domain, status, created, next_due, first_payment, "
                "recurring, cycle, label, username, password, options, cancellation, reason) VALUES (?, ?, ?, ?, ?, ?, "
                "?, ?, ?, ?, ?, 'ada4107', 'example-password', '{}', '', '')",
                id, kind.empty() ? kind_name(product.kind) : kind, product_id, domain, status, days_ago(age),
                add_months(now_, find_cycle(cycle)->months) - 5 * one_day, price, price, cycle, label);
    }

    void services() {
        service(5115, 830, "m", "old.example.net", "Active", 700, "");
        service(5116, 830, "m", "gone.example.net", "Terminated", 650, "");
        service(5117, 830, "m", "late.example.net", "Suspended", 300, "");
        service(5118, 830, "a", "example.net", "Active", 400, "homepage");
        service(5119, 830, "m", "new.example.net", "Pending", 2, "");
        service(5120, 820, "m", "vm1.example.net", "Active", 290, "web");
        service(5121, 821, "m", "vm2.example.net", "Active", 120, "");
        service(5130, 840, "m", "example.net", "Active", 400, "");
        service(5131, 840, "m", "example.org", "Active", 100, "");
        service(5140, 250, "a", "shop.example.net", "Active", 60, "shop");
        service(5150, 910, "m", "metal1.example.net", "Active", 500, "");
        service(5160, 860, "m", "vpn4107", "Active", 90, "");
        db_.run("INSERT INTO addons (id, service_id, addon_id, status) VALUES (610, 5120, 52, 'Active')");
        db_.run("INSERT INTO certificates (service_id, csr, years, email, software, contacts, organization) VALUES "
                "(5140, ?, 1, 'hostmaster@example.net', 3, '{}', ?)",
                "-----BEGIN CERTIFICATE REQUEST-----\nexample\n-----END CERTIFICATE REQUEST-----",
                R"({"state":"Northshire","country":"EE","name":"Example Works","unit":"Web","locality":"Exampleton",)"
                R"("postalcode":"20615","address2":"Floor 2","address1":"12 Harbour Road"})");
        db_.run("INSERT INTO orders (number, date, invoice_id, service_id) VALUES (410549001, ?, 9002, 5119), "
                "(410549002, ?, 9001, 5120)",
                days_ago(2), days_ago(290));
    }

    void invoice(std::int64_t id, int age, int due, std::int64_t service, std::string_view description, Cents amount,
                 bool paid, std::string_view type = "Hosting") {
        Seconds date = days_ago(age);
        std::string number = sandbox::date(date).substr(0, 7);
        number[4] = '/';
        number += '/' + std::to_string(id - 8980);
        db_.run("INSERT INTO invoices (id, number, date, due, paid, status, subtotal, tax, tax_rate, credit, total, "
                "pay_method) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, 21)",
                id, number, date, date + due * one_day, paid ? date + one_day : 0, paid ? "Paid" : "Unpaid", amount,
                paid ? amount : 0, amount);
        db_.run("INSERT INTO invoice_items (invoice_id, type, item_id, description, amount, details) VALUES (?, ?, ?, "
                "?, ?, '{}')",
                id, type, service, description, amount);
        if (paid)
            db_.run("INSERT INTO credit (date, amount, description) VALUES (?, ?, ?)", date + one_day, -amount,
                    "Invoice " + std::to_string(id));
    }

    void money() {
        constexpr Cents spent = 3240 + 800;
        db_.run("INSERT INTO credit (date, amount, description) VALUES (?, ?, 'Deposit')", days_ago(420),
                Cents{500'00} + spent);
        invoice(9000, 400, 14, 5118, "Web Space, one year", 3240, true);
        invoice(9001, 30, 14, 5120, "Cloud Server S, one month", 800, true);
        invoice(9002, 2, 14, 5119, "Web Space, one month", 300, false);
        invoice(9003, 40, 14, 5117, "Web Space, one month", 300, false);
        // Whoever starts from here counts on from here.
        db_.run("UPDATE invoice_items SET id = id + 41229");
    }

    void domain(std::int64_t id, std::string_view name, std::int64_t tld, std::string_view status, int age, int left,
                bool renews) {
        const Tld &row = *find_tld(tld);
        db_.run("INSERT INTO domains (id, name, tld_id, status, created, expires, first_payment, recurring, period, "
                "autorenew, idprotection, locked, epp, nameservers, contacts, forwarding, email_forwarding) VALUES "
                "(?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 1, 1, 'example-epp-code', ?, '{}', '{}', ?)",
                id, name, tld, status, days_ago(age), now_ + left * one_day, row.registration, row.renewal, renews,
                R"(["dns1.example.org","dns2.example.org"])",
                R"([{"from":"info","to":"ada@example.org"},{"from":"sales","to":"grace@example.org"}])");
    }

    void domain_record(std::int64_t domain, std::string_view name, std::string_view type, int priority,
                       std::string_view content) {
        db_.run(
            "INSERT INTO domain_records (domain_id, name, ttl, priority, type, content) VALUES (?, ?, 7200, ?, ?, ?)",
            domain, name, priority, type, json::write_utf8(json::Value(content)));
    }

    void domains() {
        domain(412, "example.net", 17, "Expired", 1400, -1000, false);
        domain(770, "example.net", 17, "Active", 560, 170, true);
        domain(771, "example.org", 18, "Active", 100, 265, false);
        for (std::int64_t id : {770, 771}) {
            domain_record(id, "www", "A", 0, "203.0.113.80");
            domain_record(id, "@", "MX", 10, "mail.example.net");
            domain_record(id, "@", "TXT", 0, "v=spf1 mx -all");
        }
        db_.run("INSERT INTO dnssec_keys (id, domain_id, key, fields) VALUES (1, 770, '1', ?)",
                R"({"flags":257,"protocol":3,"algorithm":13,"publickey":"ZXhhbXBsZS1wdWJsaWMta2V5","keytag":"40112",)"
                R"("digesttype":2,"digest":"00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"})");
    }

    void zone(std::int64_t id, std::int64_t service, std::string_view name) {
        db_.run("INSERT INTO zones (id, service_id, name) VALUES (?, ?, ?)", id, service, name);
        for (auto [record, type, content] :
             {std::tuple{"www", "A", "203.0.113.80"}, std::tuple{"@", "NS", "dns1.example.org"}})
            db_.run(
                "INSERT INTO zone_records (zone_id, name, ttl, priority, type, content) VALUES (?, ?, 3600, 0, ?, ?)",
                id, *record == '@' ? name : std::string_view(record), type, json::write_utf8(json::Value(content)));
    }

    void zones() {
        zone(640, 5130, "example.net");
        zone(641, 5131, "example.org");
        zone(642, 5130, "old-example.net"); // its deletion hurts nobody
        db_.run("UPDATE zone_records SET id = id + 6000");
    }

    void vm(std::int64_t id, std::string_view label, std::string_view state, int memory, std::string_view ip) {
        db_.run(
            "INSERT INTO vms (id, service_id, label, state, template, memory, cpu, disk, ip, password, rescued, "
            "boot, image, pxe, created) VALUES (?, 5120, ?, ?, 'Debian 12', ?, 1, 20, ?, 'example-password', 0, 'cd', "
            "'', 0, (SELECT created FROM services WHERE id = 5120))",
            id, label, state, memory, ip);
    }

    void machines() {
        if (portal_has(*config_.portal, "vms.list")) {
            vm(1601, "web", "running", 2048, "203.0.113.50");
            vm(1602, "mail", "stopped", 1024, "203.0.113.52");
            vm(1603, "old", "stopped", 1024, "203.0.113.53"); // its deletion hurts nobody
        }
        if (!portal_has(*config_.portal, "servers.list"))
            return;
        // One server for each action: while one works, others are refused.
        for (std::int64_t id = 2210; id < 2220; ++id) {
            std::string name = "vps" + std::to_string(id - 2209) + ".example.net";
            service(id, 820, "m", name, "Active", static_cast<int>(2600 - id), id == 2210 ? "Build box" : "", "server");
            db_.run("INSERT INTO servers (id, package_id, domain, type, os, ip, additional, dns, cores, memory, disk) "
                    "VALUES (?, 820, ?, 'KVM', 'debian-12-x86_64', ?, ?, '[\"198.51.100.53\"]', 2, 4096, 40960)",
                    id, name, "203.0.113." + std::to_string(60 + 2 * (id - 2210)),
                    "[\"203.0.113." + std::to_string(61 + 2 * (id - 2210)) + "\"]");
        }
        db_.run(
            "INSERT INTO tasks (id, server_id, name, activated, assigned, completed, polls, results, effect) VALUES "
            "(78100, 2210, 'server_reboot', ?, ?, ?, 0, 'The server was restarted', '{}')",
            days_ago(3), days_ago(3) + 12, days_ago(3) + 100);
    }

    void notifications() {
        db_.run("INSERT INTO notifications (id, date, subject, body, rel_type, rel_id, seen) VALUES (305, ?, "
                "'Maintenance is over', 'The host of your server is back.', 'Service', '5120', 1), (310, ?, 'A new "
                "invoice was issued', 'Please pay it in time.', 'Invoice', '9002', 0)",
                days_ago(12), days_ago(2));
    }

    Database &db_;
    const Config &config_;
    Seconds now_;
};

} // namespace

void seed(Database &database, const Config &config, Seconds now) { Seeder(database, config, now).run(); }

} // namespace hostbill::sandbox
