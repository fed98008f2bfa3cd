#include "sandbox/faults/fault_script.hpp"

#include "core/catalog/suggest.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {
namespace {

using Problems = std::vector<FieldProblem>;
using Words = std::span<const std::string_view>;

constexpr std::int64_t one_hour = 3'600'000; // in milliseconds
constexpr std::int64_t one_terabyte = 1'000'000'000'000;
constexpr std::int64_t one_megabyte = 1'000'000;

// A member of "fault".
struct Field {
    std::string_view name;
    std::string_view expected;
    bool (*read)(const json::Value &value, Fault &fault, Words words); // false: the value is not what is expected
    bool required = false;
    Words words = {}; // all that it may be, where that is a few words
};

// Whether the operation is carried out before its answer goes wrong.
enum class Act : std::uint8_t { no_by_default, yes_by_default, never, always };

struct Kind {
    std::string_view name;
    FaultKind kind;
    Act act;
    std::span<const Field> fields;
    void (*defaults)(Fault &fault) = nullptr;
};

template <auto member, std::int64_t lowest, std::int64_t highest>
bool whole(const json::Value &value, Fault &fault, Words) {
    const std::int64_t *number = value.integer();
    if (number == nullptr || *number < lowest || *number > highest)
        return false;
    fault.*member = *number;
    return true;
}

template <auto member>
bool word(const json::Value &value, Fault &fault, Words words) {
    const json::Text *text = value.string();
    auto found = text != nullptr ? std::find(words.begin(), words.end(), *text) : words.end();
    if (found == words.end())
        return false;
    using Enum = std::remove_reference_t<decltype(fault.*member)>;
    fault.*member = static_cast<Enum>(found - words.begin());
    return true;
}

// What may stand in a header without ending it.
bool is_header_text(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

bool is_header_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return c > ' ' && c < 0x7f &&
               std::string_view("()<>@,;:\\\"/[]?={}").find(static_cast<char>(c)) == std::string_view::npos;
    });
}

template <auto member>
bool header_text(const json::Value &value, Fault &fault, Words) {
    const json::Text *text = value.string();
    if (text == nullptr || !is_header_text(*text))
        return false;
    fault.*member = *text;
    return true;
}

template <auto member>
bool text(const json::Value &value, Fault &fault, Words) {
    if (value.string() == nullptr)
        return false;
    fault.*member = *value.string();
    return true;
}

bool body(const json::Value &value, Fault &fault, Words) {
    fault.body = value.string() != nullptr ? std::string(*value.string()) : json::write_utf8(value);
    return true;
}

bool add_header(std::string_view name, const json::Value &value, Fault &fault) {
    if (value.string() == nullptr || !is_header_text(*value.string()))
        return false;
    fault.headers.emplace_back(name, *value.string());
    return true;
}

bool headers(const json::Value &value, Fault &fault, Words) {
    if (value.object() == nullptr)
        return false;
    for (const json::Member &member : *value.object()) {
        if (!is_header_name(member.key))
            return false;
        if (const json::Array *list = member.value.array()) {
            for (const json::Value &one : *list)
                if (!add_header(member.key, one, fault))
                    return false;
        } else if (!add_header(member.key, member.value, fault)) {
            return false;
        }
    }
    return true;
}

bool delta(const json::Value &value, Fault &fault, Words words) {
    return whole<&Fault::delta, -one_megabyte, one_megabyte>(value, fault, words) && fault.delta != 0;
}

bool limit_status(const json::Value &value, Fault &fault, Words words) {
    return whole<&Fault::status, 200, 503>(value, fault, words) &&
           (fault.status == 200 || fault.status == 429 || fault.status == 503);
}

constexpr std::string_view bytes_range = "a whole number of bytes, 0 or more";
constexpr std::string_view delta_range = "a whole number of bytes that is not 0, -1000000 to 1000000";
constexpr std::string_view time_range = "milliseconds, 0 to 3600000";
constexpr std::string_view status_range = "a status, 200 to 599";
constexpr std::string_view header_words = "text without line breaks";

constexpr std::string_view parts[] = {"headers", "body"};
constexpr std::string_view reset_times[] = {"before", "during", "after"};
constexpr std::string_view bad_json[] = {"truncated", "deep", "duplicate_keys", "lone_surrogate", "bad_utf8"};

constexpr Field status_fields[] = {
    {"status", status_range, whole<&Fault::status, 200, 599>, true},
    {"headers", "an object of header names with texts, or lists of texts", headers},
    {"body", "text, sent as it is, or any other JSON", body},
};
constexpr Field delay_fields[] = {{"ms", time_range, whole<&Fault::milliseconds, 0, one_hour>, true}};
constexpr Field drip_fields[] = {
    {"part", "headers, body", word<&Fault::part>, false, parts},
    {"bytes", "a whole number of bytes, 1 or more", whole<&Fault::bytes, 1, one_megabyte>},
    {"every", time_range, whole<&Fault::milliseconds, 0, one_hour>},
};
constexpr Field truncate_fields[] = {
    {"at", bytes_range, whole<&Fault::at, 0, one_terabyte>},
    {"body_at", bytes_range, whole<&Fault::body_at, 0, one_terabyte>},
};
constexpr Field reset_fields[] = {{"when", "before, during, after", word<&Fault::when>, true, reset_times}};
constexpr Field garbage_fields[] = {{"body", "text that is not HTTP", text<&Fault::body>}};
constexpr Field wrong_length_fields[] = {{"delta", delta_range, delta, true}};
constexpr Field dual_length_fields[] = {{"delta", delta_range, delta}};
constexpr Field gzip_bomb_fields[] = {
    {"bytes", "decoded bytes, 2 to 1000000000000", whole<&Fault::bytes, 2, one_terabyte>, true},
    {"layers", "1 to 5", whole<&Fault::layers, 1, 5>},
};
constexpr Field encodings_fields[] = {
    {"encodings", "a list as in Content-Encoding: \"gzip, gzip, gzip\"", header_text<&Fault::text>, true}};
constexpr Field endless_headers_fields[] = {
    {"bytes", "how many bytes of headers, 0: without end", whole<&Fault::bytes, 0, one_terabyte>}};
constexpr Field redirect_fields[] = {
    {"to", "the Location header: text without line breaks", header_text<&Fault::text>, true},
    {"status", "300 to 399", whole<&Fault::status, 300, 399>},
};
constexpr Field rate_limit_fields[] = {
    {"status", "200, 429, 503", limit_status},
    {"retry_after", header_words, header_text<&Fault::retry_after>},
    {"error", "text", text<&Fault::text>},
};
constexpr Field html_fields[] = {{"status", status_range, whole<&Fault::status, 200, 599>}};
constexpr Field invalid_json_fields[] = {
    {"how", "truncated, deep, duplicate_keys, lone_surrogate, bad_utf8", word<&Fault::how>, true, bad_json},
    {"depth", "1 to 1000000", whole<&Fault::depth, 1, one_megabyte>},
};

// In the order of FaultKind.
constexpr Kind kinds[] = {
    {"status", FaultKind::status, Act::no_by_default, status_fields},
    {"delay", FaultKind::delay, Act::yes_by_default, delay_fields},
    {"drip", FaultKind::drip, Act::yes_by_default, drip_fields,
     [](Fault &fault) {
         fault.bytes = 1;
         fault.milliseconds = 100;
     }},
    {"truncate", FaultKind::truncate, Act::yes_by_default, truncate_fields},
    {"reset", FaultKind::reset, Act::always, reset_fields},
    {"close", FaultKind::close, Act::no_by_default, {}},
    {"garbage", FaultKind::garbage, Act::no_by_default, garbage_fields},
    {"wrong_length", FaultKind::wrong_length, Act::yes_by_default, wrong_length_fields},
    {"dual_length", FaultKind::dual_length, Act::yes_by_default, dual_length_fields,
     [](Fault &fault) { fault.delta = 1; }},
    {"gzip_bomb", FaultKind::gzip_bomb, Act::yes_by_default, gzip_bomb_fields},
    {"encodings", FaultKind::encodings, Act::yes_by_default, encodings_fields},
    {"endless_headers", FaultKind::endless_headers, Act::yes_by_default, endless_headers_fields},
    {"redirect", FaultKind::redirect, Act::no_by_default, redirect_fields, [](Fault &fault) { fault.status = 302; }},
    {"expired_token", FaultKind::expired_token, Act::never, {}},
    {"rate_limit", FaultKind::rate_limit, Act::never, rate_limit_fields,
     [](Fault &fault) {
         fault.status = 429;
         fault.text = "Too many requests, try again later";
     }},
    {"html", FaultKind::html, Act::no_by_default, html_fields, [](Fault &fault) { fault.status = 503; }},
    {"lost_reply", FaultKind::lost_reply, Act::always, {}},
    {"invalid_json", FaultKind::invalid_json, Act::yes_by_default, invalid_json_fields,
     [](Fault &fault) { fault.depth = 100'000; }},
    {"drop_idle", FaultKind::drop_idle, Act::never, {}},
};

template <class Rows>
std::string list_names(const Rows &rows) {
    std::string list;
    for (const auto &row : rows)
        list += (list.empty() ? "" : ", ") + std::string(row.name);
    return list;
}

template <class Rows>
std::string nearest_name(std::string_view name, const Rows &rows) {
    std::vector<std::string_view> names;
    for (const auto &row : rows)
        names.push_back(row.name);
    return std::string(nearest(name, names));
}

void read_act(const json::Value *value, const Kind &kind, Fault &fault, Problems &problems) {
    fault.act = kind.act == Act::yes_by_default || kind.act == Act::always;
    if (value == nullptr)
        return;
    if (kind.act == Act::never || kind.act == Act::always)
        problems.push_back({"fault.act", "is settled for the kind " + std::string(kind.name), "", ""});
    else if (value->boolean() == nullptr)
        problems.push_back({"fault.act", "must be true or false", "true, false", ""});
    else
        fault.act = *value->boolean();
}

void read_field(const json::Value *value, const Field &field, Fault &fault, Problems &problems) {
    std::string name = "fault." + std::string(field.name);
    if (value == nullptr) {
        if (field.required)
            problems.push_back({name, "is required", std::string(field.expected), ""});
        return;
    }
    if (field.read(*value, fault, field.words))
        return;
    const json::Text *given = value->string();
    problems.push_back({name, "is not what it may be", std::string(field.expected),
                        given != nullptr ? std::string(nearest(*given, field.words)) : ""});
}

// What no single field can tell.
void check(const json::Value &given, Fault &fault, Problems &problems) {
    if (fault.kind == FaultKind::truncate && (given.find("at") != nullptr) == (given.find("body_at") != nullptr))
        problems.push_back({"fault.at", "or fault.body_at is required, and not both", "at, body_at", ""});
    if (fault.kind == FaultKind::reset)
        fault.act = fault.when != ResetTime::before;
}

const Kind *find_kind(const json::Value &object, Problems &problems) {
    const json::Value *name = object.find("kind");
    if (name == nullptr) {
        problems.push_back({"fault.kind", "is required", list_names(kinds), ""});
        return nullptr;
    }
    std::string_view word = name->string() != nullptr ? std::string_view(*name->string()) : std::string_view();
    auto found = std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind &kind) { return kind.name == word; });
    if (found != std::end(kinds))
        return found;
    problems.push_back({"fault.kind", "is not a kind of fault", list_names(kinds), nearest_name(word, kinds)});
    return nullptr;
}

void read_fault(const json::Value *value, Fault &fault, Problems &problems) {
    const Kind *kind = find_kind(*value, problems);
    if (kind == nullptr)
        return;
    std::vector<std::string_view> names{"kind"};
    if (kind->act != Act::never && kind->act != Act::always)
        names.push_back("act");
    for (const Field &field : kind->fields)
        names.push_back(field.name);
    std::string expected;
    for (std::string_view name : names)
        expected += (expected.empty() ? "" : ", ") + std::string(name);
    for (const json::Member &member : *value->object())
        if (member.key != "act" && std::find(names.begin(), names.end(), member.key) == names.end())
            problems.push_back({"fault." + member.key, "is not part of the kind " + std::string(kind->name), expected,
                                std::string(nearest(member.key, names))});
    fault.kind = kind->kind;
    if (kind->defaults != nullptr)
        kind->defaults(fault);
    read_act(value->find("act"), *kind, fault, problems);
    for (const Field &field : kind->fields)
        read_field(value->find(field.name), field, fault, problems);
    check(*value, fault, problems);
}

const Operation *read_operation(const json::Value *value, const Portal &portal, Problems &problems) {
    constexpr std::string_view expected = "an operation's id, \"METHOD /path\", or \"*\"";
    if (*value->string() == "*")
        return nullptr;
    const Operation *operation = find_operation(*value->string());
    if (operation == nullptr)
        problems.push_back({"operation", "is not an operation", std::string(expected),
                            std::string(nearest_operation(*value->string()))});
    else if ((operation->portals & portal.bit) == 0)
        problems.push_back({"operation", "is none of portal " + std::string(portal.id), std::string(expected), ""});
    return operation;
}

std::int64_t read_count(const json::Value &command, std::string_view name, std::int64_t fallback) {
    const json::Value *value = command.find(name);
    return value != nullptr ? *value->integer() : fallback;
}

} // namespace

std::string_view fault_kind_name(FaultKind kind) { return kinds[static_cast<std::size_t>(kind)].name; }

Result<FaultScript> parse_fault_script(const json::Value &command, const Portal &portal) {
    Problems problems;
    FaultScript script;
    script.operation = read_operation(command.find("operation"), portal, problems);
    script.times = read_count(command, "times", script.times);
    script.skip = read_count(command, "skip", script.skip);
    read_fault(command.find("fault"), script.fault, problems);
    if (!problems.empty())
        return usage_error("the fault script", std::move(problems));
    return script;
}

} // namespace hostbill::sandbox
