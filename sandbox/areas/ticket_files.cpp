#include "sandbox/areas/ticket_files.hpp"

#include "core/base/ascii.hpp"
#include "sandbox/areas/areas.hpp"
#include "sandbox/world/crypto.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::size_t most_files = 5;
constexpr std::size_t most_bytes = 2 * 1024 * 1024; // of one file
constexpr std::size_t longest_name = 128;

struct FileType {
    std::string_view extension;
    std::string_view name;
};

constexpr FileType file_types[] = {
    {".gif", "image/gif"},       {".jpeg", "image/jpeg"}, {".jpg", "image/jpeg"}, {".log", "text/plain"},
    {".pdf", "application/pdf"}, {".png", "image/png"},   {".txt", "text/plain"}, {".zip", "application/zip"},
};

// nullptr: files of that name are not taken.
const FileType *type_of(std::string_view given) {
    const std::string name = lower(given);
    for (const FileType &type : file_types)
        if (name.size() > type.extension.size() && name.ends_with(type.extension))
            return &type;
    return nullptr;
}

std::string known_extensions() {
    std::string list;
    for (const FileType &type : file_types)
        list += (list.empty() ? "" : ";") + std::string(type.extension);
    return list;
}

std::string required(const json::Value &file, std::string_view field, const std::string &place) {
    const json::Value *value = file.find(field);
    if (value == nullptr || value->string() == nullptr || value->string()->empty())
        refuse("Parameter " + place + "[" + std::string(field) + "] is required");
    return *value->string();
}

bool is_plain_name(const std::string &name) {
    return name.size() <= longest_name && std::none_of(name.begin(), name.end(), [](unsigned char letter) {
               return letter < ' ' || letter == '/' || letter == '\\' || letter == 0x7f;
           });
}

void keep(Database &db, std::int64_t ticket, std::int64_t reply, std::string_view name, std::string_view content,
          std::size_t size) {
    db.run("INSERT INTO attachments (ticket, reply, filename, content, size) VALUES (?, ?, ?, ?, ?)", ticket, reply,
           name, content, static_cast<std::int64_t>(size));
}

void add_file(Call &call, std::int64_t ticket, std::int64_t reply, const json::Value &file, const std::string &place) {
    const std::string name = required(file, "filename", place);
    if (!is_plain_name(name))
        refuse("Parameter " + place + "[filename] is not the name of a file");
    if (type_of(name) == nullptr)
        refuse("Parameter " + place + "[filename] must end in one of: " + known_extensions());
    const std::string content = required(file, "content", place);
    auto bytes = base64_decode(content);
    if (!bytes)
        refuse("Parameter " + place + "[content] must be base64");
    if (bytes->size() > most_bytes)
        refuse("Parameter " + place + "[content] is larger than " + std::to_string(most_bytes) + " bytes");
    keep(call.db, ticket, reply, name, content, bytes->size());
    call.count("files_attached");
}

// The row of the file in the path, with these columns: id, ticket, filename, size, content.
Query find_file(Call &call) {
    const std::string file = call.text("file");
    const std::int64_t number = call.integer("number");
    return call.db.query("SELECT id, ticket, filename, size, content FROM attachments WHERE (id = ? OR filename = ?) "
                         "AND (? = 0 OR ticket = ?) ORDER BY id = ? DESC, id DESC LIMIT 1",
                         file, file, number, number, file);
}

json::Value get(Call &call) {
    auto row = find_file(call);
    if (!row.next())
        not_found("Attachment", call.text("file"));
    const FileType *type = type_of(row.text(2));
    return json::Object{{"filename", row.text(2)},
                        {"type", type != nullptr ? type->name : "application/octet-stream"},
                        {"size", row.integer(3)},
                        {"content", row.text(4)}};
}

constexpr HandlerRow handlers[] = {
    {"tickets.get_attachment", get},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE attachments (id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL REFERENCES tickets (number) ON DELETE CASCADE,
    reply INTEGER NOT NULL, filename TEXT NOT NULL, content TEXT NOT NULL, size INTEGER NOT NULL);
CREATE INDEX attachments_of_ticket ON attachments (ticket, reply);
CREATE INDEX attachments_by_name ON attachments (filename);
)sql";

constexpr SeededId seeded_ids[] = {
    {"", "file", R"("notes.txt")"},
};

} // namespace

constinit const Area ticket_files_area{
    .name = "ticket_files", .tables = tables, .handlers = handlers, .seeded_ids = seeded_ids};

void add_files(Call &call, std::int64_t ticket, std::int64_t reply) {
    const json::Value *files = call.given.find("attachments");
    if (files == nullptr || files->is_null())
        return;
    if (files->array() == nullptr)
        refuse("Parameter attachments must be a list");
    if (files->array()->size() > most_files)
        refuse("Parameter attachments holds more than " + std::to_string(most_files) + " files");
    for (std::size_t i = 0; i < files->array()->size(); ++i)
        add_file(call, ticket, reply, (*files->array())[i], "attachments[" + std::to_string(i) + "]");
}

void seed_files(Database &db, const SeedRow &row, std::int64_t ticket, std::int64_t reply) {
    for (const SeedRow &file : row.rows("attachments")) {
        auto bytes = base64_decode(file.text("content"));
        if (!bytes)
            file.wrong("content", "base64");
        keep(db, ticket, reply, file.text("filename"), file.text("content"), bytes->size());
    }
}

json::Array list_files(Database &db, std::int64_t ticket, std::int64_t reply) {
    json::Array list;
    for (auto row =
             db.query("SELECT id, filename FROM attachments WHERE ticket = ? AND reply = ? ORDER BY id", ticket, reply);
         row.next();)
        list.push_back(json::Object{{"id", row.text(0)}, {"filename", row.text(1)}});
    return list;
}

std::int64_t ticket_of_file(Call &call) {
    auto row = find_file(call);
    return row.next() ? row.integer(1) : 0;
}

} // namespace hostbill::sandbox
