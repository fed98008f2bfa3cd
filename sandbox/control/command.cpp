#include "sandbox/control/command.hpp"

#include "core/catalog/error.hpp"
#include "core/catalog/suggest.hpp"
#include "sandbox/generated/control_table.hpp"
#include "sandbox/world/worlds.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace hostbill::embedded {
extern const unsigned char control_openapi[];
extern const std::size_t control_openapi_size;
} // namespace hostbill::embedded

namespace hostbill::sandbox {
namespace {

template <class Rows>
std::vector<std::string_view> names_of(const Rows &rows) {
    std::vector<std::string_view> names;
    for (const auto &row : rows)
        names.push_back(row.name);
    return names;
}

std::string listed(const std::vector<std::string_view> &names) {
    std::string list;
    for (std::string_view name : names)
        list += (list.empty() ? "" : ", ") + std::string(name);
    return list;
}

// 404, "404" or "4xx"; 0 is no answer at all.
bool is_status(const json::Value &value) {
    if (const std::int64_t *number = value.integer())
        return *number >= 0 && *number <= 599;
    const json::Text *text = value.string();
    if (text == nullptr)
        return false;
    if (*text == "0")
        return true;
    const bool hundreds = text->size() == 3 && text->view().front() >= '1' && text->view().front() <= '5';
    return hundreds &&
           (text->view().ends_with("xx") || text->view().find_first_not_of("0123456789") == std::string_view::npos);
}

// What is wrong; empty: nothing.
std::string_view problem_of(const ControlMember &member, const json::Value &value) {
    switch (member.type) {
    case ControlType::text:
        if (value.string() == nullptr)
            return "must be text";
        if (member.words.empty() || std::ranges::find(member.words, value.string()->view()) != member.words.end())
            return {};
        return "must be one of the allowed words";
    case ControlType::name:
        return value.string() != nullptr && is_world_name(*value.string()) ? "" : "is not such a name";
    case ControlType::flag:
        return value.boolean() != nullptr ? "" : "must be true or false";
    case ControlType::integer:
        return value.integer() != nullptr && *value.integer() >= member.minimum && *value.integer() <= member.maximum
                   ? ""
                   : "must be a whole number";
    case ControlType::object:
        return value.object() != nullptr ? "" : "must be an object";
    case ControlType::status:
        return is_status(value) ? "" : "is no status";
    }
    return {};
}

const ControlCommand *find_row(const json::Value &command, std::vector<FieldProblem> &problems) {
    const std::vector<std::string_view> names = names_of(control_commands);
    const json::Value *name = command.find("command");
    if (name == nullptr || name->string() == nullptr) {
        problems.push_back({"command", "is required", listed(names), ""});
        return nullptr;
    }
    if (const ControlCommand *row = find_command(*name->string()))
        return row;
    problems.push_back(
        {"command", "is not a command of the sandbox", listed(names), std::string(nearest(*name->string(), names))});
    return nullptr;
}

} // namespace

const ControlCommand *find_command(std::string_view name) {
    const auto *row = std::ranges::find(control_commands, name, &ControlCommand::name);
    return row != std::end(control_commands) ? row : nullptr;
}

Result<const ControlCommand *> check_command(const json::Value &command) {
    std::vector<FieldProblem> problems;
    const ControlCommand *row = find_row(command, problems);
    if (row == nullptr)
        return usage_error("the sandbox's command", std::move(problems));
    const std::vector<std::string_view> names = names_of(row->members);
    for (const json::Member &member : *command.object())
        if (member.key != "command" && std::ranges::find(names, member.key.view()) == names.end())
            problems.push_back(
                {member.key, "is not part of this command", listed(names), std::string(nearest(member.key, names))});
    for (const ControlMember &member : row->members) {
        const json::Value *value = command.find(member.name);
        std::string_view problem = value == nullptr && member.required ? "is required" : "";
        if (value != nullptr)
            problem = problem_of(member, *value);
        const json::Text *given = value != nullptr ? value->string() : nullptr;
        if (!problem.empty())
            problems.push_back({std::string(member.name), std::string(problem), std::string(member.expected),
                                given != nullptr ? std::string(nearest(*given, member.words)) : ""});
    }
    if (!problems.empty())
        return usage_error("the sandbox's command", std::move(problems));
    return row;
}

std::string text_member(const json::Value &command, std::string_view name) {
    const json::Value *value = command.find(name);
    return value != nullptr && value->string() != nullptr ? std::string(*value->string()) : std::string();
}

std::string_view control_openapi() {
    return {reinterpret_cast<const char *>(embedded::control_openapi), embedded::control_openapi_size};
}

} // namespace hostbill::sandbox
