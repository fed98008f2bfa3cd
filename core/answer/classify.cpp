#include "core/answer/classify.hpp"

#include "core/answer/scrub.hpp"
#include "core/base/ascii.hpp"
#include "core/policy/retry_after.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

namespace hostbill {
namespace {

// Every member that is looked at in this file. The last seven are how portals tell what an operation has made.
constexpr std::string_view outcome_members[] = {
    "error", "errors",    "success",        "ok",         "status",  "result",     "message", "msg",
    "info",  "order_num", "order_num_list", "invoice_id", "task_id", "contact_id", "ticket",  "applied"};
constexpr auto made_members = std::span(outcome_members).last<7>();
static_assert(made_members.front() == "order_num");

constexpr std::size_t max_answer_depth = 256;
// Enough to understand a failure; a portal's page of text stays out of logs.
constexpr std::size_t longest_word_bytes = 500;
constexpr std::size_t most_words = 20;

// --- The portal's words ---------------------------------------------------------------------------------------------

struct Phrase {
    std::string_view text; // in lower case
    ErrorClass error_class;
};

// Codes that portals send as the whole text of an error.
constexpr Phrase codes[] = {
    {"wronglogin", ErrorClass::authentication},    {"unauthorized", ErrorClass::authentication},
    {"token_expired", ErrorClass::authentication}, {"invalid method", ErrorClass::unsupported},
    {"invalid task id", ErrorClass::not_found},    {"internal_error_0", ErrorClass::portal_error},
};

// Parts of the sentences that portals send; the first that is found decides.
constexpr Phrase phrases[] = {
    {"too many requests", ErrorClass::rate_limited},
    {"too many attempts", ErrorClass::rate_limited},
    {"rate limit", ErrorClass::rate_limited},
    {"not found", ErrorClass::not_found},
    {"does not exist", ErrorClass::not_found},
    {"doesn't exist", ErrorClass::not_found},
    {"no such ", ErrorClass::not_found},
    {"server busy", ErrorClass::conflict},
    {"server is busy", ErrorClass::conflict},
    {"is busy", ErrorClass::conflict},
    {"in progress", ErrorClass::conflict},
    {"another task", ErrorClass::conflict},
    {"active task", ErrorClass::conflict},
    {"already running", ErrorClass::conflict},
    {"already exists", ErrorClass::conflict},
    {"maintenance", ErrorClass::maintenance},
    {"access denied", ErrorClass::permission},
    {"permission", ErrorClass::permission},
    {"not allowed", ErrorClass::permission},
    {"forbidden", ErrorClass::permission},
    {"invalid credentials", ErrorClass::authentication},
    {"invalid token", ErrorClass::authentication},
    {"token expired", ErrorClass::authentication},
    {"token has expired", ErrorClass::authentication},
    {"is required", ErrorClass::validation},
    {"missing", ErrorClass::validation},
    {"cannot be empty", ErrorClass::validation},
    {"must be", ErrorClass::validation},
    {"not valid", ErrorClass::validation},
    {"invalid", ErrorClass::validation},
};

std::optional<ErrorClass> class_of_code(const std::vector<std::string> &words) {
    for (const std::string &word : words) {
        const std::string code = lower(word);
        for (const Phrase &row : codes) {
            if (code == row.text)
                return row.error_class;
        }
    }
    return std::nullopt;
}

std::optional<ErrorClass> class_of_phrase(const std::vector<std::string> &words) {
    for (const Phrase &row : phrases) {
        for (const std::string &word : words) {
            if (lower(word).find(row.text) != std::string::npos)
                return row.error_class;
        }
    }
    return std::nullopt;
}

// One line, of a length that can be shown.
std::string tidy(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, longest_word_bytes)) {
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    }
    // Not in the middle of a character.
    if (text.size() > longest_word_bytes) {
        while (!out.empty() && (static_cast<unsigned char>(text[out.size()]) & 0xC0) == 0x80)
            out.pop_back();
        out += cut_text;
    }
    return out;
}

// A scalar in words; a list as [message, args] is written: "message: arg, arg".
std::string phrase_of(const json::Value &value) {
    if (const json::Text *text = value.string())
        return tidy(*text);
    if (const json::Array *array = value.array()) {
        std::string out;
        for (std::size_t i = 0; i < array->size(); ++i) {
            out += (i == 0 ? "" : i == 1 ? ": " : ", ") + phrase_of((*array)[i]);
        }
        return out;
    }
    if (value.is_null())
        return {};
    return tidy(json::write_utf8(value));
}

void add_word(std::vector<std::string> &words, std::string word) {
    if (!word.empty() && words.size() < most_words)
        words.push_back(std::move(word));
}

// Whatever form a list of messages has: a text, a list of texts or of [message, args], an object by field.
std::vector<std::string> words_of(const json::Value *value) {
    std::vector<std::string> words;
    if (value == nullptr)
        return words;
    if (const json::Array *array = value->array()) {
        for (const json::Value &element : *array)
            add_word(words, phrase_of(element));
    } else if (const json::Object *object = value->object()) {
        for (const json::Member &member : *object) {
            add_word(words, tidy(member.key) + ": " + phrase_of(member.value));
        }
    } else if (value->boolean() == nullptr) {
        add_word(words, phrase_of(*value));
    }
    return words;
}

bool is_boolean_false(const json::Value *value) {
    const bool *flag = value == nullptr ? nullptr : value->boolean();
    return flag != nullptr && !*flag;
}

// In the forms that PHP and its modules have for it.
bool is_false(const json::Value *value) {
    if (value == nullptr)
        return false;
    if (const std::int64_t *number = value->integer())
        return *number == 0;
    if (const json::Text *text = value->string()) {
        const std::string word = lower(*text);
        return word.empty() || word == "false" || word == "0" || word == "no";
    }
    return is_boolean_false(value);
}

// A member that is there but says that there is none: no error, no order.
bool is_none(const json::Value &value) {
    const json::Array *array = value.array();
    const json::Object *object = value.object();
    return value.is_null() || is_false(&value) || (array != nullptr && array->empty()) ||
           (object != nullptr && object->empty());
}

// A word that says nothing but that it went wrong.
bool is_failure_word(const json::Value *value) {
    const json::Text *text = value == nullptr ? nullptr : value->string();
    if (text == nullptr)
        return false;
    const std::string word = lower(*text);
    return word == "error" || word == "fail" || word == "failed" || word == "failure";
}

// Messages under `errors`; a number there is data, a count.
bool has_errors(const json::Value *errors) {
    return errors != nullptr && !is_none(*errors) &&
           (errors->string() != nullptr || errors->array() != nullptr || errors->object() != nullptr);
}

// Whether a body calls itself a failure, whatever the HTTP status.
bool reports_failure(const Operation &operation, const json::Value &body) {
    if (is_boolean_false(&body))
        return true;
    const json::Value *error = body.find("error");
    if (error != nullptr && !is_none(*error))
        return true;
    const json::Value *success = body.find("success");
    const json::Value *result = body.find("result");
    if (is_false(success) || is_false(body.find("ok")) || is_failure_word(result))
        return true;
    if (success == nullptr && has_errors(body.find("errors")))
        return true;
    // These are data in what is read: a `status` of false is a machine that is off.
    const json::Value *status = body.find("status");
    return operation.effect != Effect::read &&
           (is_failure_word(status) || is_false(status) || is_boolean_false(result));
}

// "order_num 563647679, invoice_id 308977": what stands in the answer for something made, empty where nothing does.
std::string made_by(const json::Value &body) {
    std::string made;
    for (const std::string_view name : made_members) {
        const json::Value *value = body.find(name);
        if (value == nullptr || is_none(*value))
            continue;
        const json::Text *text = value->string();
        made += (made.empty() ? "" : ", ") + std::string(name) + " " +
                tidy(text != nullptr ? std::string(*text) : json::write_utf8(*value));
    }
    return made;
}

// The words that explain a failure, from wherever modules put them.
std::vector<std::string> failure_words(const json::Value &body) {
    for (const std::string_view key : {"error", "errors", "message", "msg", "info"}) {
        std::vector<std::string> words = words_of(body.find(key));
        if (!words.empty())
            return words;
    }
    return {};
}

// --- Bodies ---------------------------------------------------------------------------------------------------------

enum class BodyKind : std::uint8_t { empty, json, page, contradictory, broken };

struct Body {
    BodyKind kind;
    json::Value value;        // of json
    std::string problem = {}; // of broken
};

// `unique_names`: a body that names a member twice is contradictory, as it is a guess which one counts.
Body read_body(const std::string &text, bool unique_names, Wanted wanted, bool *is_portable) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos)
        return {BodyKind::empty, {}};
    if (text[first] == '<')
        return {BodyKind::page, {}};
    json::ParseLimits limits{.max_bytes = text.size(),
                             .max_depth = max_answer_depth,
                             .dialect = json::Dialect::lenient,
                             .unique_names = unique_names};
    if (wanted == Wanted::outcome && !unique_names)
        limits.members = outcome_members;
    Result<json::Value, json::ParseError> parsed = json::parse(text, limits, is_portable);
    if (parsed)
        return {BodyKind::json, std::move(*parsed)};
    if (parsed.error().kind == json::ParseError::Kind::duplicate_key)
        return {BodyKind::contradictory, {}};
    return {BodyKind::broken, {}, parsed.error().message};
}

// --- Errors ---------------------------------------------------------------------------------------------------------

bool is_retryable(const Operation &operation, ErrorClass error_class, int http_status) {
    Retryable retryable = class_retryable(error_class);
    // Words alone may be another system's, which the portal asked after half the work.
    const bool is_later = error_class == ErrorClass::rate_limited || error_class == ErrorClass::maintenance;
    if (is_later && http_status != 429 && http_status != 503)
        retryable = Retryable::by_effect;
    return retryable == Retryable::yes ||
           (retryable == Retryable::by_effect &&
            (operation.effect == Effect::read || operation.effect == Effect::idempotent));
}

Error make_error(const Operation &operation, ErrorClass error_class, const std::string &what, int http_status,
                 std::vector<std::string> words) {
    Error error;
    error.error_class = error_class;
    error.message = std::string(operation.id) + ": " + what;
    for (std::size_t i = 0; i < words.size(); ++i)
        error.message += (i == 0 ? ": " : "; ") + words[i];
    error.operation = operation.id;
    error.http_status = http_status;
    error.portal_errors = std::move(words);
    error.retryable = is_retryable(operation, error_class, http_status);
    return error;
}

// The answer cannot be trusted: for an unsafe operation nobody knows now what happened.
Error untrusted(const Operation &operation, ErrorClass error_class, const std::string &what, int http_status,
                std::vector<std::string> words = {}) {
    if (operation.effect != Effect::unsafe)
        return make_error(operation, error_class, what, http_status, std::move(words));
    return make_error(operation, ErrorClass::outcome_unknown, what + "; it may have taken effect all the same",
                      http_status, std::move(words));
}

// Statuses that say by themselves what went wrong, more exactly than any sentence.
std::optional<ErrorClass> class_of_status(int status) {
    switch (status) {
    case 401:
        return ErrorClass::authentication;
    case 403:
        return ErrorClass::permission;
    case 404:
    case 410:
        return ErrorClass::not_found;
    case 405:
    case 501:
        return ErrorClass::unsupported;
    case 409:
    case 423:
        return ErrorClass::conflict;
    case 429:
        return ErrorClass::rate_limited;
    default:
        return std::nullopt;
    }
}

// For what neither a status nor the words have told.
ErrorClass class_otherwise(int status) {
    switch (status) {
    case 400:
    case 413:
    case 414:
    case 415:
    case 422:
        return ErrorClass::validation;
    case 503:
        return ErrorClass::maintenance;
    default:
        return ErrorClass::portal_error;
    }
}

ErrorClass class_of_words(int status, const std::vector<std::string> &words) {
    if (const auto by_code = class_of_code(words))
        return *by_code;
    if (const auto by_status = class_of_status(status))
        return *by_status;
    if (const auto by_phrase = class_of_phrase(words))
        return *by_phrase;
    return class_otherwise(status);
}

// Whether an answer leaves open if the operation was begun: a 408 or a server's failure, unless the portal names a time
// to come back or says with one of its codes that it refused.
bool leaves_open(const HttpResponse &response, const std::vector<std::string> &words) {
    const int status = response.status;
    if ((status != 408 && status < 500) || status == 501 || (status == 503 && retry_after(response)))
        return false;
    return class_of_code(words).value_or(ErrorClass::portal_error) == ErrorClass::portal_error;
}

// Scheme and host of where a redirect points; what follows may hold anything, other URLs too.
std::string origin_of(std::string_view location) {
    const std::size_t scheme_end = std::min(location.find_first_of(":/?#"), location.size());
    const std::string_view rest = location.substr(scheme_end);
    const std::string_view mark = rest.starts_with("://") ? "://" : location.starts_with("//") ? "//" : "";
    if (mark.empty())
        return "another path of the same host";
    std::string_view host = rest.substr(mark.size());
    host = host.substr(0, host.find_first_of("/?#\\"));
    if (const std::size_t at = host.rfind('@'); at != std::string_view::npos)
        host.remove_prefix(at + 1);
    return tidy(std::string(location.substr(0, scheme_end)) + std::string(mark) + std::string(host));
}

Error error_without_words(const Operation &operation, const HttpResponse &response, const Body &body) {
    const int status = response.status;
    const std::string answered = "the portal answered " + std::to_string(status);
    if (const auto by_status = class_of_status(status))
        return make_error(operation, *by_status, answered, status, {});
    if (status == 408)
        return untrusted(operation, ErrorClass::timeout, answered, status);
    if (status < 500)
        return make_error(operation, class_otherwise(status), answered, status, {});
    // A portal that names a time to come back has not begun. Everyone else may have failed half way, and so may the portal
    // behind a page: caches in front of it name a time where it broke off, too.
    const bool is_page = body.kind == BodyKind::page;
    if (status == 503 && retry_after(response) && !is_page)
        return make_error(operation, ErrorClass::maintenance, answered, status, {});
    const std::string what = answered + (is_page ? " with a page instead of data" : " without a reason");
    return untrusted(operation, class_otherwise(status), what, status);
}

Error error_of_success_status(const Operation &operation, int status, const Body &body) {
    const std::string answered = "the portal answered " + std::to_string(status);
    switch (body.kind) {
    case BodyKind::empty:
        return untrusted(operation, ErrorClass::protocol, answered + " without any data", status);
    case BodyKind::page:
        return untrusted(operation, ErrorClass::maintenance, answered + " with a page instead of data", status);
    case BodyKind::contradictory:
        return untrusted(operation, ErrorClass::protocol, "the portal's answer contradicts itself", status);
    case BodyKind::broken:
        return untrusted(operation, ErrorClass::protocol, answered + " with data that " + body.problem, status);
    case BodyKind::json:
        break;
    }
    return untrusted(operation, ErrorClass::protocol, answered + " with null", status);
}

// 307 and 308 ask for the same request elsewhere, so it was not carried out here. The others may point to the result.
Error error_of_redirect(const Operation &operation, const HttpResponse &response) {
    const int status = response.status;
    const std::string what = "the portal redirects (" + std::to_string(status) + ") to " +
                             origin_of(response.location) + ", which is not followed";
    if (status == 307 || status == 308)
        return make_error(operation, ErrorClass::protocol, what, status, {});
    return untrusted(operation, ErrorClass::protocol, what, status);
}

bool is_no_content(int status) { return status == 204 || status == 205; }

} // namespace

Result<json::Value> classify(const Operation &operation, const HttpResponse &response, Wanted wanted,
                             bool *is_portable) {
    const int status = response.status;
    if (status >= 300 && status < 400)
        return error_of_redirect(operation, response);
    const bool ok = status >= 200 && status < 300;
    Body body = read_body(response.body, ok && operation.effect == Effect::unsafe, wanted, is_portable);
    if (body.kind == BodyKind::json && (!ok || reports_failure(operation, body.value))) {
        std::vector<std::string> words = failure_words(body.value);
        const std::string what = ok ? "the portal reports a failure" : "the portal answered " + std::to_string(status);
        const ErrorClass error_class = class_of_words(status, words);
        // Who names an order or a task has made it, whatever else went wrong: of several items one, perhaps.
        if (operation.effect == Effect::unsafe) {
            if (const std::string made = made_by(body.value); !made.empty())
                return untrusted(operation, error_class, what + " beside " + made, status, std::move(words));
        }
        if (ok || !words.empty()) {
            if (leaves_open(response, words))
                return untrusted(operation, error_class, what, status, std::move(words));
            return make_error(operation, error_class, what, status, std::move(words));
        }
    }
    if (!ok)
        return error_without_words(operation, response, body);
    if (body.kind == BodyKind::empty && is_no_content(status))
        return json::Value();
    if (body.kind != BodyKind::json || body.value.is_null())
        return error_of_success_status(operation, status, body);
    return std::move(body.value);
}

Error classify_failure(const Operation &operation, const HttpFailure &failure) {
    using Kind = HttpFailure::Kind;
    ErrorClass error_class = ErrorClass::network;
    switch (failure.kind) {
    case Kind::resolve:
    case Kind::connect:
    case Kind::broken:
        break;
    case Kind::cancelled:
        error_class = ErrorClass::cancelled;
        break;
    case Kind::handshake:
    case Kind::tls:
        error_class = ErrorClass::tls;
        break;
    case Kind::timeout:
        error_class = ErrorClass::timeout;
        break;
    case Kind::malformed:
    case Kind::too_large:
        error_class = ErrorClass::protocol;
        break;
    case Kind::internal:
        error_class = ErrorClass::internal;
        break;
    }
    if (failure.sent)
        return untrusted(operation, error_class, failure.message, 0);
    Error error = make_error(operation, error_class, failure.message, 0, {});
    // Nothing has left, so nothing can happen twice.
    error.retryable = class_retryable(error_class) != Retryable::no || failure.kind == Kind::handshake;
    return error;
}

bool wants_new_session(const Error &error) {
    return error.error_class == ErrorClass::authentication &&
           std::none_of(error.portal_errors.begin(), error.portal_errors.end(),
                        [](const std::string &word) { return lower(word) == "wronglogin"; });
}

bool was_not_carried_out(const Operation &operation, const Error &refusal) {
    return operation.effect != Effect::unsafe || refusal.http_status == 401 ||
           class_of_code(refusal.portal_errors) == ErrorClass::authentication;
}

std::vector<std::string> message_texts(const json::Value &messages) { return words_of(&messages); }

std::vector<std::string> info_texts(const json::Value &body) { return words_of(body.find("info")); }

} // namespace hostbill
