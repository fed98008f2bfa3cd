#include "core/catalog/error.hpp"

namespace hostbill {
namespace {

struct ClassRow {
    ErrorClass error_class;
    Retryable retryable;
    const char *name;
};

constexpr ClassRow rows[] = {
#define HOSTBILL_ERROR(name, status, retryable, meaning) {ErrorClass::name, Retryable::retryable, #name},
#include "core/generated/errors.inc"
#undef HOSTBILL_ERROR
};

const ClassRow *row_of(int status) noexcept {
    for (const ClassRow &row : rows) {
        if (static_cast<int>(row.error_class) == status)
            return &row;
    }
    return nullptr;
}

json::Value texts(const std::vector<std::string> &list) {
    json::Array array;
    for (const std::string &text : list)
        array.emplace_back(text);
    return array;
}

std::string sentence(const FieldProblem &problem) {
    std::string text = problem.field.empty() ? problem.problem : problem.field + " " + problem.problem;
    if (!problem.nearest.empty())
        text += " (did you mean " + problem.nearest + "?)";
    return text;
}

} // namespace

const char *status_name(int status) noexcept {
    if (status == 0)
        return "ok";
    const ClassRow *row = row_of(status);
    return row ? row->name : nullptr;
}

const char *class_name(ErrorClass error_class) noexcept { return row_of(static_cast<int>(error_class))->name; }
Retryable class_retryable(ErrorClass error_class) noexcept { return row_of(static_cast<int>(error_class))->retryable; }

json::Value to_json(const std::vector<Attempt> &history) {
    json::Array list;
    for (const Attempt &attempt : history) {
        json::Object row{{"attempt", attempt.number},
                         {"outcome", status_name(attempt.status)},
                         {"http_status", attempt.http_status},
                         {"elapsed_ms", attempt.elapsed_ms},
                         {"waited_ms", attempt.waited_ms}};
        if (!attempt.operation.empty())
            row.append("operation", attempt.operation);
        list.push_back(std::move(row));
    }
    return list;
}

json::Value to_json(const Error &error) {
    json::Array fields;
    for (const FieldProblem &problem : error.fields) {
        fields.emplace_back(json::Object{{"field", problem.field},
                                         {"problem", problem.problem},
                                         {"expected", problem.expected},
                                         {"nearest", problem.nearest}});
    }
    json::Object object{
        {"class", class_name(error.error_class)},
        {"status", static_cast<int>(error.error_class)},
        {"message", error.message},
        {"operation", error.operation},
        {"http_status", error.http_status},
        {"portal_errors", texts(error.portal_errors)},
        {"attempts", error.attempts},
        {"retryable", error.retryable},
        {"fields", std::move(fields)},
        {"portals", texts(error.portals)},
    };
    if (error.history.size() > 1)
        object.append("history", to_json(error.history));
    if (error.retry_after_s)
        object.append("retry_after_s", *error.retry_after_s);
    if (!error.step.empty())
        object.append("step", error.step);
    if (!error.reason.empty())
        object.append("reason", error.reason);
    if (!error.state.empty())
        object.append("state", error.state);
    if (!error.reconcile.empty())
        object.append("reconcile", error.reconcile);
    if (!error.tag.empty())
        object.append("tag", error.tag);
    return object;
}

std::string error_document(const Error &error) { return json::write_ascii(to_json(error)); }

Error usage_error(std::string message) {
    return Error{.error_class = ErrorClass::usage, .message = std::move(message)};
}

Error usage_error(std::string_view what, std::vector<FieldProblem> fields) {
    // The message names a few; the list has them all.
    constexpr std::size_t named = 5;
    std::string message = std::string(what) + ": ";
    for (std::size_t i = 0; i < fields.size() && i < named; ++i) {
        if (i > 0)
            message += "; ";
        message += sentence(fields[i]);
    }
    if (fields.size() > named)
        message += "; and " + std::to_string(fields.size() - named) + " more";
    Error error = usage_error(std::move(message));
    error.fields = std::move(fields);
    return error;
}

} // namespace hostbill
