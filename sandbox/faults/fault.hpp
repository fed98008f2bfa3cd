// One way in which an answer can go wrong. docs/sandbox.md describes each kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hostbill::sandbox {

enum class FaultKind : std::uint8_t {
    status,
    delay,
    drip,
    truncate,
    reset,
    close,
    garbage,
    wrong_length,
    dual_length,
    gzip_bomb,
    encodings,
    endless_headers,
    redirect,
    expired_token,
    rate_limit,
    html,
    lost_reply,
    invalid_json,
    drop_idle,
};

std::string_view fault_kind_name(FaultKind kind);

enum class ResetTime : std::uint8_t { before, during, after };
enum class MessagePart : std::uint8_t { headers, body };
enum class BadJson : std::uint8_t { truncated, deep, duplicate_keys, lone_surrogate, bad_utf8 };

// Each kind uses the few of these that its row in fault_script.cpp names.
struct Fault {
    FaultKind kind = FaultKind::status;
    bool act = false; // whether the operation is carried out all the same
    std::int64_t status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::optional<std::string> body;
    std::int64_t milliseconds = 0;
    std::int64_t bytes = 0;
    std::optional<std::int64_t> at;      // in the whole message
    std::optional<std::int64_t> body_at; // in the body
    std::int64_t delta = 0;
    std::int64_t layers = 1;
    std::int64_t depth = 0;
    std::string text; // a redirect's target, the encodings' names, a rate limit's words
    std::optional<std::string> retry_after;
    ResetTime when = ResetTime::before;
    MessagePart part = MessagePart::body;
    BadJson how = BadJson::truncated;
};

} // namespace hostbill::sandbox
