// Scripts that run when a server is installed. Customers write them in the portal's pages; by the API they are read.
#include "sandbox/areas/areas.hpp"

namespace hostbill::sandbox {
namespace {

json::Object script_object(const Query &row) {
    return json::Object{{"id", row.integer(0)}, {"name", row.text(1)}, {"syntax", row.text(2)}};
}

json::Value list(Call &call) {
    json::Array scripts;
    for (auto row = call.db.query("SELECT id, name, syntax FROM scripts ORDER BY id"); row.next();)
        scripts.push_back(script_object(row));
    return scripts;
}

json::Value get(Call &call) {
    auto row = call.db.query("SELECT id, name, syntax, content FROM scripts WHERE id = ?", call.integer("script_id"));
    row.next();
    json::Object script = script_object(row);
    script.append("content", row.text(3));
    return script;
}

constexpr HandlerRow handlers[] = {
    {"scripts.get", get},
    {"scripts.list", list},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE scripts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, syntax TEXT NOT NULL, content TEXT NOT NULL);
)sql";

constexpr PathId ids[] = {{"script_id", "Script", "SELECT 1 FROM scripts WHERE id = ?"}};

constexpr SeededId seeded_ids[] = {{"", "script_id", "611"}};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("scripts"))
        moment.db.run("INSERT INTO scripts (id, name, syntax, content) VALUES (?, ?, ?, ?)", row.integer("id"),
                      row.text("name"), row.text("syntax"), row.text("content"));
}

} // namespace

constinit const Area scripts_area{
    .name = "scripts", .tables = tables, .seed = seed, .handlers = handlers, .ids = ids, .seeded_ids = seeded_ids};

} // namespace hostbill::sandbox
