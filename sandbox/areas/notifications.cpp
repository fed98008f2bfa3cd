#include "sandbox/world/call.hpp"

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

} // namespace

std::span<const HandlerRow> notification_handlers() { return handlers; }

} // namespace hostbill::sandbox
