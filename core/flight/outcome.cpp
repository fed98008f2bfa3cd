#include "core/flight/outcome.hpp"

#include "core/answer/classify.hpp"
#include "core/answer/scrub.hpp"
#include "core/answer/shape.hpp"
#include "core/call/mask.hpp"
#include "core/tasks/reconcile_call.hpp"

#include <chrono>
#include <utility>

namespace hostbill {

Error without_secrets(const Config &config, const Prepared &prepared, const Credential &credential, Error error) {
    std::vector<std::string> secrets;
    const std::string_view header = credential.header.view();
    secrets.emplace_back(header.substr(header.find(' ') + 1));
    secrets.emplace_back(config.password.view());
    secrets.emplace_back(config.token.view());
    secrets.emplace_back(config.proxy.password.view());
    for (const BoundParam &bound : prepared.params)
        collect_secrets(*bound.param, bound.value, secrets);
    for (const json::Member &member : prepared.options.extra) {
        collect_unknown_secrets(member.key, member.value, secrets);
    }
    add_spellings(secrets);
    error.message = scrub(std::move(error.message), secrets);
    for (std::string &word : error.portal_errors)
        word = scrub(std::move(word), secrets);
    for (std::string &secret : secrets)
        wipe(secret);
    return error;
}

// What every answer says of the call.
Answer answer_to(const Prepared &prepared, Progress &progress) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - progress.started);
    return {.operation = prepared.operation->id,
            .http_status = progress.http_status,
            .attempts = progress.attempts(),
            .elapsed_ms = static_cast<std::int64_t>(elapsed.count()),
            .history = std::move(progress.history),
            .tag = prepared.options.tag};
}

Answer answer_of(const Prepared &prepared, Progress &progress, json::Value body, std::string body_text) {
    Answer answer = answer_to(prepared, progress);
    answer.info = info_texts(body);
    answer.sent_bytes = body_text.size();
    if (prepared.options.raw && !body.is_null()) {
        answer.raw = std::move(body_text);
        return answer;
    }
    const AnswerShape *shape = prepared.options.raw ? nullptr : find_answer_shape(prepared.operation->id);
    if (shape == nullptr || (body.is_null() && shape->when_empty.empty())) {
        answer.data = std::move(body);
        return answer;
    }
    Shaped shaped = shape_answer(*shape, std::move(body));
    answer.data = std::move(shaped.data);
    answer.extra = std::move(shaped.extra);
    answer.unshaped = std::move(shaped.unshaped);
    return answer;
}

bool ends_session(const Operation &operation) { return operation.id == "auth.logout" || operation.id == "auth.revoke"; }

Error settled(const Config &config, const Prepared &prepared, const Progress &progress, const Credential &credential,
              Error error, json::Object before) {
    error = without_secrets(config, prepared, credential, std::move(error));
    if (error.error_class == ErrorClass::outcome_unknown) {
        const auto since = std::chrono::floor<std::chrono::seconds>(progress.started_at).time_since_epoch();
        error.reconcile = reconcile_params(prepared, since.count(), std::move(before));
    }
    return error;
}

Error failure_of(const Prepared &prepared, const Progress &progress, Error error) {
    error.operation = prepared.operation->id;
    error.attempts = progress.attempts();
    error.history = progress.history;
    error.tag = prepared.options.tag;
    return error;
}

} // namespace hostbill
