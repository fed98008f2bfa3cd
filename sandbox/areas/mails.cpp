#include "sandbox/areas/mails.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/world/crypto.hpp"

namespace hostbill::sandbox {
namespace {

constexpr std::int64_t kept = 500; // the newest; a sandbox that runs for long must not grow by its mail

constexpr std::string_view tables = R"sql(
CREATE TABLE mails (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL);
CREATE TABLE links (code TEXT PRIMARY KEY, purpose TEXT NOT NULL, subject INTEGER NOT NULL, expires INTEGER NOT NULL);
)sql";

} // namespace

constinit const Area mails_area{.name = "mails", .tables = tables};

void send_mail(const Moment &moment, std::string_view to, std::string_view subject, std::string_view body) {
    const std::int64_t id = moment.db.insert("INSERT INTO mails (date, recipient, subject, body) VALUES (?, ?, ?, ?)",
                                             moment.now, to, subject, body);
    moment.db.run("DELETE FROM mails WHERE id <= ?", id - kept);
    count_effect(moment.db, "mails_sent");
}

json::Value mails(const Moment &moment) {
    json::Array list;
    for (auto row = moment.db.query("SELECT recipient, subject, body, date FROM mails ORDER BY id"); row.next();)
        list.push_back(json::Object{
            {"to", row.text(0)}, {"subject", row.text(1)}, {"body", row.text(2)}, {"time", iso_time(row.integer(3))}});
    return json::Object{{"mails", std::move(list)}};
}

std::string make_link(Call &call, std::string_view purpose, std::int64_t subject) {
    const std::string code = base64url(random_bytes(18));
    call.db.run("INSERT INTO links (code, purpose, subject, expires) VALUES (?, ?, ?, ?)", code, purpose, subject,
                call.now + one_day);
    return call.site + std::string(link_path) + code;
}

Link take_link(const Moment &moment, std::string_view code) {
    Link link;
    {
        auto row =
            moment.db.query("SELECT purpose, subject FROM links WHERE code = ? AND expires > ?", code, moment.now);
        if (row.next())
            link = {row.text(0), row.integer(1)};
    }
    moment.db.run("DELETE FROM links WHERE code = ? OR expires <= ?", code, moment.now);
    return link;
}

} // namespace hostbill::sandbox
