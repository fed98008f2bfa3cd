// What is wrong with the host's own network, or will be.
#include "sandbox/areas/areas.hpp"

namespace hostbill::sandbox {
namespace {

json::Value answer(Query rows) {
    json::Array list;
    while (rows.next())
        list.push_back(json::Object{{"id", rows.text(0)},
                                    {"name", rows.text(1)},
                                    {"status", rows.text(2)},
                                    {"description", rows.text(3)},
                                    {"date", date_time(rows.integer(4))}});
    return json::Object{{"statuses", std::move(list)}};
}

json::Value list(Call &call) {
    return answer(call.db.query("SELECT id, name, status, description, date FROM statuses WHERE ? = '' OR status = ? "
                                "COLLATE NOCASE ORDER BY date, id",
                                call.text("status"), call.text("status")));
}

json::Value get(Call &call) {
    return answer(call.db.query("SELECT id, name, status, description, date FROM statuses WHERE id = ?",
                                call.integer("status_id")));
}

constexpr HandlerRow handlers[] = {
    {"statuses.get", get},
    {"statuses.list", list},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE statuses (id INTEGER PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL, description TEXT NOT NULL,
    date INTEGER NOT NULL);
)sql";

constexpr PathId ids[] = {
    {"status_id", "Status", "SELECT 1 FROM statuses WHERE id = ?"},
};

constexpr SeededId seeded_ids[] = {{"", "status_id", "18"}};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("statuses"))
        moment.db.run("INSERT INTO statuses (id, name, status, description, date) VALUES (?, ?, ?, ?, ?)",
                      row.integer("id"), row.text("name"), row.text("status"), row.text("description"),
                      row.time(moment));
}

constexpr std::string_view status_states[] = {"Scheduled", "Investigating", "Identified", "Monitoring", "Resolved"};

void set_status(const Moment &moment, std::int64_t id, std::string_view state) {
    moment.db.run("UPDATE statuses SET status = ?, date = ? WHERE id = ?", state, moment.now, id);
    if (state == gone)
        moment.db.run("DELETE FROM statuses WHERE id = ?", id);
}

constexpr StateRow states[] = {{"status", status_states, "SELECT 1 FROM statuses WHERE id = ?", set_status}};

} // namespace

constinit const Area statuses_area{.name = "statuses",
                                   .tables = tables,
                                   .seed = seed,
                                   .handlers = handlers,
                                   .ids = ids,
                                   .seeded_ids = seeded_ids,
                                   .states = states};

} // namespace hostbill::sandbox
