// What can go wrong, as callers see it.
#pragma once

#include "core/json/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

// The values are the negative statuses of the C ABI.
enum class ErrorClass : int {
#define HOSTBILL_ERROR(name, status, retryable, meaning) name = (status),
#include "core/generated/errors.inc"
#undef HOSTBILL_ERROR
};

enum class Retryable : std::uint8_t { no, yes, by_effect };

// "usage", "not_found", ...; 0 is "ok". nullptr: no such status. The text is immortal.
const char *status_name(int status) noexcept;
const char *class_name(ErrorClass error_class) noexcept;
Retryable class_retryable(ErrorClass error_class) noexcept;

// One mistake in what the caller gave.
struct FieldProblem {
    std::string field;    // "items[1].product_id", "base_url"
    std::string problem;  // "is required", "must be one of the allowed values", ...
    std::string expected; // what it may be; may be empty
    std::string nearest;  // the right name or value that was probably meant; may be empty
};

// One request of a call.
struct Attempt {
    int number = 0;      // counted from 1
    int status = 0;      // 0, or the class of its error
    int http_status = 0; // 0: there was no answer
    std::int64_t elapsed_ms = 0;
    std::int64_t waited_ms = 0;      // before it was sent: to try again, or for the client's own rate limit
    std::string_view operation = {}; // of a composition's requests: which one it was for; immortal
};

// Never holds a secret: neither the values given nor anything of the request goes in.
struct Error {
    ErrorClass error_class = ErrorClass::internal;
    std::string message;                            // one line
    std::string operation = {};                     // the operation's id; empty before one is known
    int http_status = 0;                            // 0: there was no answer
    std::vector<std::string> portal_errors = {};    // the portal's own words
    int attempts = 0;                               // requests sent for this call
    std::vector<Attempt> history = {};              // those requests
    std::optional<std::int64_t> retry_after_s = {}; // the wait that the portal asked for
    bool retryable = false;                         // calling again may help and cannot act twice
    std::vector<FieldProblem> fields = {};
    std::vector<std::string> portals = {}; // of an unsupported operation or parameter: who has it
    std::string tag = {};                  // the caller's own, echoed
    std::string step = {};                 // of a composition: the operation that failed
    std::string reason = {};               // of a composition: what its class leaves open; hostbill.h has the words
    json::Object state = {};               // of a composition that ended too early: how far it came
    json::Object reconcile = {};           // of an unknown outcome: what the operation `reconcile` settles it with
};

// [{"attempt","outcome","http_status","elapsed_ms","waited_ms"},..]; told only where there was more than one request.
json::Value to_json(const std::vector<Attempt> &history);

// The error object of the contract.
json::Value to_json(const Error &error);
// The same as an ASCII document.
std::string error_document(const Error &error);

// A usage error whose message sums up its fields.
Error usage_error(std::string message);
Error usage_error(std::string_view what, std::vector<FieldProblem> fields);

} // namespace hostbill
