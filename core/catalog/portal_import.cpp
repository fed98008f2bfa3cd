#include "core/catalog/portal_import.hpp"

#include "core/catalog/suggest.hpp"

#include <array>
#include <fstream>
#include <optional>
#include <sstream>

namespace hostbill {
namespace {

constexpr std::array<std::string_view, 1> members = {"swagger"};

std::optional<std::string> text_of(const json::Value &given, std::string &problem) {
    if (given.object() != nullptr)
        return json::write_utf8(given);
    if (given.string() == nullptr) {
        problem = "must be a Swagger document, its text, or the path of a file with it";
        return std::nullopt;
    }
    const std::string &text = *given.string();
    const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first != std::string::npos && std::string_view("{[<").find(text[first]) != std::string_view::npos)
        return text;
    std::ifstream file(text, std::ios::binary);
    std::ostringstream content;
    if (file && content << file.rdbuf())
        return std::move(content).str();
    problem = "is the path of no file that can be read";
    return std::nullopt;
}

} // namespace

Result<std::shared_ptr<const PortalProfile>> import_portal(const json::Object &portal) {
    std::vector<FieldProblem> problems;
    const auto report = [&](std::string field, std::string problem, std::string expected, std::string_view near = {}) {
        problems.push_back({std::move(field), std::move(problem), std::move(expected), std::string(near)});
    };
    for (const json::Member &member : portal) {
        if (member.key != members[0])
            report("portal." + member.key, "is no member of a portal", "swagger", nearest(member.key, members));
    }
    const json::Value *given = portal.find("swagger");
    if (given == nullptr) {
        report("portal.swagger", "is required", "the portal's Swagger 2.0 document, or the path of a file with it");
        return usage_error("portal", std::move(problems));
    }
    std::string problem;
    if (const std::optional<std::string> text = text_of(*given, problem)) {
        auto profile = PortalProfile::from_swagger(*text);
        if (profile && problems.empty())
            return std::move(*profile);
        if (!profile)
            problem = "makes no sense: " + profile.error();
    }
    if (!problem.empty())
        report("portal.swagger", std::move(problem), "a Swagger 2.0 document");
    return usage_error("portal", std::move(problems));
}

} // namespace hostbill
