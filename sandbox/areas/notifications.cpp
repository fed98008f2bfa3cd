
#include "sandbox/areas/notifications.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/granting.hpp"
#include "sandbox/areas/mails.hpp"
#include "sandbox/areas/profile.hpp"

namespace hostbill::sandbox {
namespace {

struct Audience {
    std::string_view about;
    std::string_view privilege;
};

// Of anything else the owner alone is told.
constexpr Audience audiences[] = {
    {"Domain", "domains.notify"},
    {"Invoice", "billing.emails"},
    {"Service", "services.notify"},
    {"Ticket", "support.emails"},
};

bool is_for(Database &db, std::int64_t contact, std::string_view about, std::string_view id) {
    for (const Audience &audience : audiences)
        if (audience.about == about)
            return may(db, contact, audience.privilege, id);
    return contact == 0;
}

json::Value list(Call &call, bool only_new) {
    json::Array notifications;
    for (auto row = call.db.query("SELECT id, rel_type, rel_id, subject, body, date, seen FROM notifications WHERE "
                                  "(seen = 0 OR ? = 0) AND (? = '' OR rel_type = ?) AND (? = '' OR rel_id = ?) "
                                  "ORDER BY id DESC",
                                  only_new, call.text("rel_type"), call.text("rel_type"), call.text("rel_id"),
                                  call.text("rel_id"));
         row.next();)
        if (is_for(call.db, call.caller.contact, row.text(1), row.text(2)))
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

void notify(const Moment &moment, std::string_view about, std::int64_t id, std::string_view subject,
            std::string_view body) {
    moment.db.run("INSERT INTO notifications (date, subject, body, rel_type, rel_id, seen) VALUES (?, ?, ?, ?, ?, 0)",
                  moment.now, subject, body, about, std::to_string(id));
    send_mail(moment, profile_text(moment.db, 0, "email"), subject, body);
    for (auto row = moment.db.query("SELECT id FROM contacts ORDER BY id"); row.next();)
        if (is_for(moment.db, row.integer(0), about, std::to_string(id)))
            send_mail(moment, profile_text(moment.db, row.integer(0), "email"), subject, body);
}

bool notification_is_for(Database &db, std::int64_t notification, std::int64_t contact) {
    auto row = db.query("SELECT rel_type, rel_id FROM notifications WHERE id = ?", notification);
    return row.next() && is_for(db, contact, row.text(0), row.text(1));
}

} // namespace hostbill::sandbox
