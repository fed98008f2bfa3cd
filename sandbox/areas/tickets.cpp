// Support tickets. Nobody answers them but the seed's support desk.
#include "sandbox/areas/areas.hpp"
#include "sandbox/config.hpp"

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

std::string full_name(Database &db) {
    auto field = [&](std::string_view name) {
        json::Value value = stored(db.text("SELECT value FROM profile WHERE contact_id = 0 AND field = ?", name));
        return value.string() != nullptr ? *value.string() : std::string();
    };
    return field("firstname") + " " + field("lastname");
}

json::Value list(Call &call) {
    json::Array tickets;
    for (auto row = call.db.query("SELECT number, date, dept_id, subject, status, last_reply FROM tickets ORDER BY "
                                  "number DESC");
         row.next();)
        tickets.push_back(json::Object{{"client_read", "1"},
                                       {"ticket_number", row.text(0)},
                                       {"date", date_time(row.integer(1))},
                                       {"deptname", department_name(row.integer(2))},
                                       {"subject", row.text(3)},
                                       {"status", row.text(4)},
                                       {"lastreply", date_time(row.integer(5))}});
    return json::Object{{"tickets", std::move(tickets)}};
}

json::Array replies(Call &call, std::int64_t ticket) {
    json::Array list;
    for (auto row =
             call.db.query("SELECT id, name, date, body, type FROM replies WHERE ticket = ? ORDER BY id", ticket);
         row.next();)
        list.push_back(json::Object{{"id", row.text(0)},
                                    {"name", row.text(1)},
                                    {"date", date_time(row.integer(2))},
                                    {"body", row.text(3)},
                                    {"status", "Sent"},
                                    {"type", row.text(4)}});
    return list;
}

json::Value get(Call &call) {
    const std::int64_t number = call.integer("ticket_number");
    auto row = call.db.query("SELECT date, dept_id, subject, body, status FROM tickets WHERE number = ?", number);
    row.next();
    return json::Object{{"ticket", json::Object{{"date", date_time(row.integer(0))},
                                                {"ticket_number", std::to_string(number)},
                                                {"name", full_name(call.db)},
                                                {"email", call.config.username},
                                                {"subject", row.text(2)},
                                                {"body", row.text(3)},
                                                {"status", row.text(4)},
                                                {"client_read", "1"},
                                                {"deptname", department_name(row.integer(1))}}},
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
    call.db.run("INSERT INTO tickets (number, date, dept_id, subject, body, status, last_reply) VALUES (?, ?, ?, ?, ?, "
                "'Open', ?)",
                number, call.now, department, required_text(call, "subject"), required_text(call, "body"), call.now);
    call.count("tickets_created");
    call.log("Ticket " + std::to_string(number) + " opened");
    return json::Object{{"ticket", number}};
}

json::Value reply(Call &call) {
    const std::int64_t number = call.integer("ticket_number");
    if (call.db.text("SELECT status FROM tickets WHERE number = ?", number) == "Closed")
        refuse("Ticket " + std::to_string(number) + " is closed");
    call.db.run("INSERT INTO replies (ticket, name, date, body, type) VALUES (?, ?, ?, ?, 'Client')", number,
                full_name(call.db), call.now, required_text(call, "body"));
    call.db.run("UPDATE tickets SET status = 'Client-Reply', last_reply = ? WHERE number = ?", call.now, number);
    call.count("ticket_replies");
    return info("reply_added");
}

json::Value set_status(Call &call, std::string_view status) {
    call.db.run("UPDATE tickets SET status = ? WHERE number = ?", status, call.integer("ticket_number"));
    return status_true();
}

json::Value close(Call &call) { return set_status(call, "Closed"); }
json::Value reopen(Call &call) { return set_status(call, "Open"); }

json::Value departments(Call &) {
    json::Array list;
    for (const Department &department : all_departments)
        list.push_back(json::Object{
            {"id", std::to_string(department.id)}, {"name", department.name}, {"description", department.description}});
    return json::Object{{"departments", std::move(list)}};
}

// The one attachment there is.
json::Value attachment(Call &call) {
    if (call.text("file") != "notes.txt")
        not_found("Attachment", call.text("file"));
    if (call.has("number") && call.integer("number") != 520417)
        not_found("Attachment of ticket", call.text("number"));
    return json::Object{
        {"filename", "notes.txt"}, {"type", "text/plain"}, {"size", 15}, {"content", "RXhhbXBsZSBub3RlLgo="}};
}

constexpr HandlerRow handlers[] = {
    {"tickets.close", close},
    {"tickets.create", create},
    {"tickets.departments", departments},
    {"tickets.get", get},
    {"tickets.get_attachment", attachment},
    {"tickets.list", list},
    {"tickets.reopen", reopen},
    {"tickets.reply", reply},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE tickets (number INTEGER PRIMARY KEY, date INTEGER NOT NULL, dept_id INTEGER NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL, status TEXT NOT NULL, last_reply INTEGER NOT NULL);
CREATE TABLE replies (id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL REFERENCES tickets (number), name TEXT NOT NULL,
    date INTEGER NOT NULL, body TEXT NOT NULL, type TEXT NOT NULL);
)sql";

constexpr PathId ids[] = {
    {"ticket_number", "Ticket", "SELECT 1 FROM tickets WHERE number = ?"},
};

constexpr SeededId seeded_ids[] = {
    {"", "file", R"("notes.txt")"},
    {"", "ticket_number", "520417"},
};

constexpr Sample samples[] = {
    {"tickets.create", R"({"subject":"sample","body":"sample"})"},
    {"tickets.reply", R"({"ticket_number":520415,"body":"sample"})"},
    {"tickets.close", R"({"ticket_number":520416})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    moment.db.run("INSERT INTO sequences (name, value, step) VALUES ('ticket', 520418, 1)");
    for (const SeedRow &row : document.rows("tickets")) {
        const std::int64_t number = row.integer("number");
        const Seconds date = row.time(moment);
        Seconds last_reply = date;
        moment.db.run("INSERT INTO tickets (number, date, dept_id, subject, body, status, last_reply) VALUES (?, ?, "
                      "?, ?, ?, ?, 0)",
                      number, date, row.integer("department"), row.text("subject"), row.text("body"),
                      row.text("status"));
        for (const SeedRow &reply : row.rows("replies")) {
            last_reply = date + reply.integer("hours_later") * 3600;
            moment.db.run("INSERT INTO replies (ticket, name, date, body, type) VALUES (?, ?, ?, ?, ?)", number,
                          reply.text("name"), last_reply, reply.text("body"), reply.text("type"));
        }
        moment.db.run("UPDATE tickets SET last_reply = ? WHERE number = ?", last_reply, number);
    }
}

} // namespace

constinit const Area tickets_area{.name = "tickets",
                                  .tables = tables,
                                  .seed = seed,
                                  .handlers = handlers,
                                  .ids = ids,
                                  .seeded_ids = seeded_ids,
                                  .samples = samples};

} // namespace hostbill::sandbox
