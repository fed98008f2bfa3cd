#include "sandbox/faults/fault_answers.hpp"

#include "core/json/json.hpp"
#include "sandbox/http/gzip.hpp"

#include <strings.h>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view maintenance_page =
    "<!DOCTYPE html>\n<html><head><title>Maintenance</title></head>\n"
    "<body><h1>We will be back soon</h1><p>The client area is being updated.</p></body></html>\n";

Response error(int status, std::string_view text) {
    return {.status = status,
            .headers = {{"Content-Type", "application/json"}},
            .body = json::write_ascii(json::Object{{"error", json::Array{text}}})};
}

Response as_told(const Fault &fault) {
    const int status = static_cast<int>(fault.status);
    const bool bodiless = status == 204 || status == 304;
    Response response = error(status, "internal_error_0");
    if (fault.body || bodiless)
        response.body = fault.body.value_or("");
    for (const auto &[name, value] : fault.headers) {
        if (strcasecmp(name.c_str(), "Content-Type") == 0)
            response.headers.front().second = value;
        else
            response.headers.emplace_back(name, value);
    }
    return response;
}

Response redirect(const Fault &fault) {
    return {.status = static_cast<int>(fault.status), .headers = {{"Location", fault.text}}, .body = ""};
}

Response rate_limit(const Fault &fault) {
    Response response = error(static_cast<int>(fault.status), fault.text);
    if (fault.retry_after)
        response.headers.emplace_back("Retry-After", *fault.retry_after);
    return response;
}

Response html(const Fault &fault) {
    return {.status = static_cast<int>(fault.status),
            .headers = {{"Content-Type", "text/html; charset=utf-8"}},
            .body = std::string(maintenance_page)};
}

// What is wrong comes first, and the portal's own answer stays behind it where there is room for one.
std::string bad_json(const Fault &fault, std::string answer) {
    const auto depth = static_cast<std::size_t>(fault.depth);
    switch (fault.how) {
    case BadJson::truncated:
        answer.resize(answer.size() / 2);
        return answer;
    case BadJson::deep:
        return std::string(depth, '[') + std::string(depth, ']');
    case BadJson::duplicate_keys:
        return R"({"success":true,"answer":)" + answer + R"(,"success":false,"answer":null})";
    case BadJson::lone_surrogate:
        return R"({"text":"\ud800","answer":)" + answer + "}";
    case BadJson::bad_utf8:
        return "{\"text\":\"\xff\xc0\x80\",\"answer\":" + answer + "}";
    }
    return answer;
}

// Each "gzip" of the list is applied, in its order; other names are only claimed.
void encode(const Fault &fault, Response &response) {
    for (std::size_t at = 0; (at = fault.text.find("gzip", at)) != std::string::npos; ++at)
        response.body = gzip(response.body);
    response.headers.emplace_back("Content-Encoding", fault.text);
}

} // namespace

Response not_carried_out() { return error(503, "internal_error_0"); }

void spoil(Response &response, const Fault &fault) {
    switch (fault.kind) {
    case FaultKind::status:
        response = as_told(fault);
        break;
    case FaultKind::redirect:
        response = redirect(fault);
        break;
    case FaultKind::expired_token:
        response = error(401, "token_expired");
        break;
    case FaultKind::rate_limit:
        response = rate_limit(fault);
        break;
    case FaultKind::html:
        response = html(fault);
        break;
    case FaultKind::invalid_json:
        response.body = bad_json(fault, std::move(response.body));
        break;
    case FaultKind::encodings:
        encode(fault, response);
        break;
    case FaultKind::close:
    case FaultKind::garbage:
    case FaultKind::lost_reply:
    case FaultKind::drop_idle:
        response.status = 0;
        break;
    case FaultKind::reset:
        if (fault.when != ResetTime::during)
            response.status = 0;
        break;
    case FaultKind::delay:
    case FaultKind::drip:
    case FaultKind::truncate:
    case FaultKind::wrong_length:
    case FaultKind::dual_length:
    case FaultKind::gzip_bomb:
    case FaultKind::endless_headers:
        break; // delivery.cpp sees to these.
    }
    response.fault = fault;
}

} // namespace hostbill::sandbox
