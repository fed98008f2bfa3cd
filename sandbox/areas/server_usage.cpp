// What virtual servers use: now, by the month, and as pictures. All of it follows from the portal's clock and from what
// was done with the server.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/servers.hpp"
#include "sandbox/world/crypto.hpp"
#include "sandbox/world/png.hpp"
#include "sandbox/world/traffic.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace hostbill::sandbox {
namespace {

constexpr double mb = 1024 * 1024;
constexpr double bytes_in = 16000, bytes_out = 11000; // in a second, on average
constexpr std::int64_t installation = 720;            // MB that installing a system loads
constexpr std::int64_t fresh_system = 1900;           // MB of disk
constexpr std::int64_t growth = 24;                   // MB a day
constexpr std::int64_t inodes_in_mb = 64;
constexpr int months_shown = 24;

Seconds installed(Database &db, std::int64_t server, Seconds time) {
    const Seconds again = db.number("SELECT MAX(completed) FROM tasks WHERE server_id = ? AND name = "
                                    "'server_recreate' AND completed BETWEEN 1 AND ? AND effect NOT LIKE '%failed%'",
                                    server, time);
    return again != 0 ? again : db.number("SELECT created FROM services WHERE id = ?", server);
}

std::int64_t disk_used(Database &db, std::int64_t server, const ServerSize &size, Seconds time) {
    const Seconds age = std::max<Seconds>(time - installed(db, server, time), 0);
    return std::min(fresh_system + age * growth / one_day, size.disk * 9 / 10);
}

std::int64_t memory_used(std::int64_t server, const ServerSize &size, Seconds time) {
    return size.memory / 5 +
           static_cast<std::int64_t>(static_cast<double>(size.memory) / 4 * busyness(line_of("memory", server), time));
}

json::Value history(Call &call) {
    const std::int64_t id = server(call);
    const ServerSize size = server_size(call.db, id);
    const Seconds created = call.db.number("SELECT created FROM services WHERE id = ?", id);
    json::Array list;
    const Seconds now = synchronised(call.db, id, call.now);
    Seconds month = std::max(month_of(created), add_months(month_of(now), 1 - months_shown));
    for (; month <= now; month = add_months(month, 1)) {
        const Seconds end = std::min(add_months(month, 1) - 1, now);
        const ServerTraffic traffic = server_traffic(call.db, id, month, end);
        const std::int64_t disk = disk_used(call.db, id, size, end);
        list.push_back(json::Object{{"year", std::stoi(date(month).substr(0, 4))},
                                    {"month", std::stoi(date(month).substr(5, 2))},
                                    {"bw_in", traffic.in},
                                    {"bw_out", traffic.out},
                                    {"quota_usage", disk},
                                    {"quota_limit", size.disk},
                                    {"inode_usage", disk * inodes_in_mb / 9},
                                    {"inode_limit", size.disk * inodes_in_mb}});
    }
    return list;
}

// Pictures: one of each kind for each span, at links that are good for a while.
constexpr std::string_view kinds[] = {"cpu", "memory", "disk", "net"};

struct Span {
    std::string_view name;
    Seconds length;
};
constexpr Span spans[] = {
    {"daily", one_day}, {"weekly", 7 * one_day}, {"monthly", 30 * one_day}, {"yearly", 365 * one_day}};

constexpr Seconds link_lifetime = 600;
constexpr std::size_t points = 96;
constexpr std::uint32_t picture_height = 160;

std::string link_key(Database &db) { return db.text("SELECT value FROM settings WHERE name = 'graph_key'"); }

std::string seal(const std::string &key, std::string_view text) { return base64url(keyed_hash(key, text)); }

json::Value list_graphs(Call &call) {
    call.db.run("INSERT OR IGNORE INTO settings (name, value) VALUES ('graph_key', ?)", base64url(random_bytes(24)));
    const std::string key = link_key(call.db);
    // The link has no scheme, as with the portal.
    const std::string page = call.site.substr(call.site.find("//")) + "/graph.php?id=";
    json::Array list;
    for (const Span &span : spans)
        for (std::string_view kind : kinds) {
            const std::string type = std::string(kind) + "_" + std::string(span.name);
            const std::string what = std::to_string(server(call)) + "." + type + "." + call.text("width") + "." +
                                     std::to_string(call.now + link_lifetime);
            list.push_back(json::Object{{"type", type}, {"url", page + what + "." + seal(key, what)}});
        }
    return list;
}

double sample(Database &db, std::int64_t server, const ServerSize &size, std::string_view kind, Seconds from,
              Seconds to) {
    if (kind == "cpu")
        return std::min(100.0, 18 * busyness(line_of("cpu", server), to));
    if (kind == "memory")
        return static_cast<double>(memory_used(server, size, to));
    if (kind == "disk")
        return static_cast<double>(disk_used(db, server, size, to));
    const ServerTraffic traffic = server_traffic(db, server, from, to);
    return static_cast<double>(traffic.in + traffic.out);
}

double top_of(const ServerSize &size, std::string_view kind) {
    if (kind == "cpu")
        return 100;
    return static_cast<double>(kind == "memory" ? size.memory : kind == "disk" ? size.disk : 0);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts(1);
    for (char letter : text)
        if (letter == separator)
            parts.emplace_back();
        else
            parts.back() += letter;
    return parts;
}

std::int64_t number(const std::string &digits) {
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::string picture(const Moment &moment, std::string_view query) {
    const std::string_view id = query.starts_with("id=") ? query.substr(3) : query;
    const std::string key = link_key(moment.db);
    const std::size_t end = std::min(id.rfind('.'), id.size());
    const std::vector<std::string> parts = split(id.substr(0, end), '.');
    if (key.empty() || end == id.size() || parts.size() != 4 || !same(seal(key, id.substr(0, end)), id.substr(end + 1)))
        throw Refusal{{"There is no such picture"}, 404};
    if (number(parts[3]) < moment.now)
        throw Refusal{{"The link has expired"}, 410};
    const std::int64_t server = number(parts[0]);
    if (!moment.db.exists("SELECT 1 FROM servers WHERE id = ?", server))
        throw Refusal{{"There is no such picture"}, 404};
    const std::string kind = parts[1].substr(0, parts[1].find('_'));
    const auto *span =
        std::find_if(std::begin(spans), std::end(spans), [&](const Span &row) { return parts[1].ends_with(row.name); });
    const ServerSize size = server_size(moment.db, server);
    const Seconds step = span->length / static_cast<Seconds>(points);
    std::array<double, points> values{};
    for (std::size_t i = 0; i < points; ++i) {
        const Seconds to = moment.now - step * static_cast<Seconds>(points - 1 - i);
        values[i] = sample(moment.db, server, size, kind, to - step, to);
    }
    return line_chart_png(static_cast<std::uint32_t>(number(parts[2])), picture_height, values, top_of(size, kind));
}

constexpr HandlerRow handlers[] = {
    {"servers.graphs", list_graphs},
    {"servers.history", history},
};

constexpr FileRow files[] = {{"/graph.php", "image/png", picture}};

constexpr SeededId seeded_ids[] = {{"", "width", "600"}};

} // namespace

constinit const Area server_usage_area{
    .name = "server usage", .handlers = handlers, .seeded_ids = seeded_ids, .files = files};

Seconds synchronised(Database &db, std::int64_t server, Seconds now) {
    constexpr Seconds interval = 300;
    return std::max(now / interval * interval,
                    db.number("SELECT MAX(completed) FROM tasks WHERE server_id = ? AND completed <= ?", server, now));
}

ServerUse server_use(Database &db, std::int64_t server, const ServerSize &size, Seconds time) {
    return {memory_used(server, size, time), disk_used(db, server, size, time)};
}

ServerTraffic server_traffic(Database &db, std::int64_t server, Seconds from, Seconds to) {
    const Seconds begin = std::max(from, db.number("SELECT created FROM services WHERE id = ?", server));
    const std::int64_t installations =
        db.number("SELECT COUNT(*) FROM tasks WHERE server_id = ? AND name = 'server_recreate' AND "
                  "completed BETWEEN MAX(?, 1) AND ? AND effect NOT LIKE '%failed%'",
                  server, begin, to);
    return {static_cast<std::int64_t>(traffic(line_of("in", server), bytes_in, begin, to) / mb) +
                installations * installation,
            static_cast<std::int64_t>(traffic(line_of("out", server), bytes_out, begin, to) / mb)};
}

Seconds month_of(Seconds time) { return parse_date(date(time).substr(0, 8) + "01"); }

} // namespace hostbill::sandbox
