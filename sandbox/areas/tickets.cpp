// Support tickets. Nobody answers them but the seed's support desk, and control's set_state.
#include "sandbox/areas/tickets.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/granting.hpp"
#include "sandbox/areas/mails.hpp"
#include "sandbox/areas/notifications.hpp"
#include "sandbox/areas/profile.hpp"
#include "sandbox/areas/ticket_files.hpp"

namespace hostbill::sandbox {
namespace {

struct Department {
    std::int64_t id;
    std::string_view name;
    std::string_view description;
};

constexpr Department all_departments[] = {
    {31, "Technical", "Servers and networks"},
    {32, "Accounts", "Invoices and payments"},
};

std::string_view department_name(std::int64_t id) {
    for (const Department &department : all_departments)
        if (department.id == id)
            return department.name;
    return "";
}

// A contact sees its own, and all where it may.
json::Value list(Call &call) {
    const bool all = may(call.db, call.caller.contact, "support.tickets");
    json::Array tickets;
    for (auto row = call.db.query("SELECT number, date, dept_id, subject, status, last_reply, client_read FROM tickets "
                                  "WHERE ? OR contact_id = ? ORDER BY number DESC",
                                  all, call.caller.contact);
         row.next();)
        tickets.push_back(json::Object{{"client_read", row.text(6)},
                                       {"ticket_number", row.text(0)},
                                       {"date", date_time(row.integer(1))},
                                       {"deptname", department_name(row.integer(2))},
                                       {"subject", row.text(3)},
                                       {"status", row.text(4)},
                                       {"lastreply", date_time(row.integer(5))}});
    return json::Object{{"tickets", std::move(tickets)}};
}

// Only what has files tells of them: the documents show none.
json::Object with_files(json::Object object, json::Array files) {
    if (!files.empty())
        object.append("attachments", std::move(files));
    return object;
}

json::Array replies(Call &call, std::int64_t ticket) {
    json::Array list;
    for (auto row =
             call.db.query("SELECT id, name, date, body, type FROM replies WHERE ticket = ? ORDER BY id", ticket);
         row.next();)
        list.push_back(with_files(json::Object{{"id", row.text(0)},
                                               {"name", row.text(1)},
                                               {"date", date_time(row.integer(2))},
                                               {"body", row.text(3)},
                                               {"status", "Sent"},
                                               {"type", row.text(4)}},
                                  list_files(call.db, ticket, row.integer(0))));
    return list;
}

// Whoever looks at a ticket has read it.
json::Value get(Call &call) {
    const std::int64_t number = call.integer("ticket_number");
    call.db.run("UPDATE tickets SET client_read = 1 WHERE number = ? AND client_read = 0", number);
    auto row =
        call.db.query("SELECT date, dept_id, subject, body, status, contact_id FROM tickets WHERE number = ?", number);
    row.next();
    json::Object ticket{{"date", date_time(row.integer(0))},
                        {"ticket_number", std::to_string(number)},
                        {"name", full_name(call.db, row.integer(5))},
                        {"email", profile_text(call.db, row.integer(5), "email")},
                        {"subject", row.text(2)},
                        {"body", row.text(3)},
                        {"status", row.text(4)},
                        {"client_read", "1"},
                        {"deptname", department_name(row.integer(1))}};
    return json::Object{{"ticket", with_files(std::move(ticket), list_files(call.db, number, 0))},
                        {"replies", replies(call, number)}};
}

std::string required_text(Call &call, std::string_view name) {
    std::string text = call.text(name);
    if (text.empty())
        refuse("Parameter " + std::string(name) + " is required");
    return text;
}

json::Value create(Call &call) {
    std::int64_t department = call.has("dept_id") ? call.integer("dept_id") : all_departments[0].id;
    if (department_name(department).empty())
        not_found("Department", std::to_string(department));
    const std::int64_t number = call.next("ticket");
    const std::string subject = required_text(call, "subject");
    call.db.run("INSERT INTO tickets (number, date, dept_id, subject, body, status, last_reply, contact_id, "
                "client_read) VALUES (?, ?, ?, ?, ?, 'Open', ?, ?, 1)",
                number, call.now, department, subject, required_text(call, "body"), call.now, call.caller.contact);
    add_files(call, number, 0);
    send_mail(call.moment(), profile_text(call.db, call.caller.contact, "email"),
              "[#" + std::to_string(number) + "] " + subject, "Your ticket was received.");
    call.count("tickets_created");
    call.log("Ticket " + std::to_string(number) + " opened");
    return json::Object{{"ticket", number}};
}

json::Value reply(Call &call) {
    const std::int64_t number = call.integer("ticket_number");
    if (call.db.text("SELECT status FROM tickets WHERE number = ?", number) == "Closed")
        refuse("Ticket " + std::to_string(number) + " is closed");
    const std::int64_t id =
        call.db.insert("INSERT INTO replies (ticket, name, date, body, type) VALUES (?, ?, ?, ?, 'Client')", number,
                       full_name(call.db, call.caller.contact), call.now, required_text(call, "body"));
    add_files(call, number, id);
    call.db.run("UPDATE tickets SET status = 'Client-Reply', last_reply = ? WHERE number = ?", call.now, number);
    call.count("ticket_replies");
    call.log("Ticket " + std::to_string(number) + " replied to");
    return info("reply_added");
}

json::Value close(Call &call) {
    call.db.run("UPDATE tickets SET status = 'Closed' WHERE number = ?", call.integer("ticket_number"));
    return status_true();
}

json::Value reopen(Call &call) {
    call.db.run("UPDATE tickets SET status = 'Open' WHERE number = ? AND status = 'Closed'",
                call.integer("ticket_number"));
    return status_true();
}

json::Value departments(Call &) {
    json::Array list;
    for (const Department &department : all_departments)
        list.push_back(json::Object{
            {"id", std::to_string(department.id)}, {"name", department.name}, {"description", department.description}});
    return json::Object{{"departments", std::move(list)}};
}

constexpr HandlerRow handlers[] = {
    {"tickets.close", close}, {"tickets.create", create}, {"tickets.departments", departments},
    {"tickets.get", get},     {"tickets.list", list},     {"tickets.reopen", reopen},
    {"tickets.reply", reply},
};

// `contact_id` is of who wrote it, 0 of the owner.
constexpr std::string_view tables = R"sql(
CREATE TABLE tickets (number INTEGER PRIMARY KEY, date INTEGER NOT NULL, dept_id INTEGER NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL, status TEXT NOT NULL, last_reply INTEGER NOT NULL, contact_id INTEGER NOT NULL,
    client_read INTEGER NOT NULL);
CREATE TABLE replies (id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL REFERENCES tickets (number) ON DELETE CASCADE,
    name TEXT NOT NULL, date INTEGER NOT NULL, body TEXT NOT NULL, type TEXT NOT NULL);
CREATE INDEX replies_of_ticket ON replies (ticket);
)sql";

constexpr PathId ids[] = {
    {"ticket_number", "Ticket", "SELECT 1 FROM tickets WHERE number = ?"},
};

constexpr SeededId seeded_ids[] = {
    {"", "ticket_number", "520417"},
};

constexpr Sample samples[] = {
    {"tickets.create", R"({"subject":"sample","body":"sample"})"},
    {"tickets.reply", R"({"ticket_number":520415,"body":"sample"})"},
    {"tickets.close", R"({"ticket_number":520416})"},
};

void seed_ticket(const Moment &moment, const SeedRow &row) {
    const std::int64_t number = row.integer("number");
    const Seconds date = row.time(moment);
    moment.db.run("INSERT INTO tickets (number, date, dept_id, subject, body, status, last_reply, contact_id, "
                  "client_read) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  number, date, row.integer("department"), row.text("subject"), row.text("body"), row.text("status"),
                  date, row.integer("contact"), !row.flag("unread"));
    seed_files(moment.db, row, number, 0);
    for (const SeedRow &reply : row.rows("replies")) {
        const Seconds time = date + reply.integer("hours_later") * 3600;
        const std::int64_t id =
            moment.db.insert("INSERT INTO replies (ticket, name, date, body, type) VALUES (?, ?, ?, ?, ?)", number,
                             reply.text("name"), time, reply.text("body"), reply.text("type"));
        seed_files(moment.db, reply, number, id);
        moment.db.run("UPDATE tickets SET last_reply = ? WHERE number = ?", time, number);
    }
}

void seed(const Moment &moment, const SeedRow &document) {
    moment.db.run("INSERT INTO sequences (name, value, step) VALUES ('ticket', 520417, 1)");
    for (const SeedRow &row : document.rows("tickets"))
        seed_ticket(moment, row);
}

constexpr std::string_view ticket_states[] = {"Open", "Answered", "Client-Reply", "In-Progress", "Closed"};

void answer(const Moment &moment, std::int64_t number) {
    moment.db.run("INSERT INTO replies (ticket, name, date, body, type) VALUES (?, 'Support desk', ?, 'We have looked "
                  "into it.\r\nPlease tell us if anything is left open.', 'Admin')",
                  number, moment.now);
    moment.db.run("UPDATE tickets SET client_read = 0, last_reply = ? WHERE number = ?", moment.now, number);
    notify(moment, "Ticket", number, "Ticket " + std::to_string(number) + " was answered",
           "We have looked into it.\r\nPlease tell us if anything is left open.");
    count_effect(moment.db, "tickets_answered");
}

void set_state(const Moment &moment, std::int64_t number, std::string_view state) {
    if (state == gone) {
        moment.db.run("DELETE FROM tickets WHERE number = ?", number);
        return;
    }
    moment.db.run("UPDATE tickets SET status = ? WHERE number = ?", state, number);
    if (state == "Answered")
        answer(moment, number);
}

constexpr StateRow states[] = {{"ticket", ticket_states, "SELECT 1 FROM tickets WHERE number = ?", set_state}};

} // namespace

constinit const Area tickets_area{.name = "tickets",
                                  .tables = tables,
                                  .seed = seed,
                                  .handlers = handlers,
                                  .ids = ids,
                                  .seeded_ids = seeded_ids,
                                  .samples = samples,
                                  .states = states};

void check_ticket_is_visible(Call &call) {
    std::int64_t number = call.integer("ticket_number");
    if (call.operation.id == "tickets.get_attachment")
        number = ticket_of_file(call);
    if (number == 0 ||
        call.db.exists("SELECT 1 FROM tickets WHERE number = ? AND contact_id = ?", number, call.caller.contact))
        return;
    if (!may(call.db, call.caller.contact, "support.tickets"))
        deny("support.tickets");
}

} // namespace hostbill::sandbox
