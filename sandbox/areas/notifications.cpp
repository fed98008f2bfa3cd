
#include "sandbox/areas/areas.hpp"

namespace hostbill::sandbox {
namespace {

json::Value list(Call &call, bool only_new) {
    json::Array notifications;
    for (auto row = call.db.query("SELECT id, rel_type, rel_id, subject, body, date, seen FROM notifications WHERE "
                                  "(seen = 0 OR ? = 0) AND (? = '' OR rel_type = ?) AND (? = '' OR rel_id = ?) "
                                  "ORDER BY id DESC",
                                  only_new, call.text("rel_type"), call.text("rel_type"), call.text("rel_id"),
                                  call.text("rel_id"));
         row.next();)
        notifications.push_back(json::Object{{"id", row.text(0)},
                                             {"rel_type", row.text(1)},
                                             {"rel_id", row.text(2)},
                                             {"subject", row.text(3)},
                                             {"body", row.text(4)},
                                             {"date", date_time(row.integer(5))},
                                             {"seen", row.text(6)}});
    return json::Object{{"notifications", std::move(notifications)}};
}

json::Value list_all(Call &call) { return list(call, false); }
json::Value list_new(Call &call) { return list(call, true); }

json::Value acknowledge(Call &call) {
    call.db.run("UPDATE notifications SET seen = 1 WHERE id = ?", call.integer("notification_id"));
    return status_true();
}

constexpr HandlerRow handlers[] = {
    {"notifications.acknowledge", acknowledge},
    {"notifications.list", list_all},
    {"notifications.list_new", list_new},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE notifications (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
    rel_type TEXT NOT NULL, rel_id TEXT NOT NULL, seen INTEGER NOT NULL);
)sql";

constexpr PathId ids[] = {
    {"notification_id", "Notification", "SELECT 1 FROM notifications WHERE id = ?"},
};

constexpr SeededId seeded_ids[] = {
    {"", "notification_id", "310"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("notifications"))
        moment.db.run("INSERT INTO notifications (id, date, subject, body, rel_type, rel_id, seen) VALUES (?, ?, ?, ?, "
                      "?, ?, ?)",
                      row.integer("id"), row.time(moment), row.text("subject"), row.text("body"), row.text("about"),
                      row.text("about_id"), row.flag("seen"));
}

} // namespace

constinit const Area notifications_area{.name = "notifications",
                                        .tables = tables,
                                        .seed = seed,
                                        .handlers = handlers,
                                        .ids = ids,
                                        .seeded_ids = seeded_ids};

} // namespace hostbill::sandbox
