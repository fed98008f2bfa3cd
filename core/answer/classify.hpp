// What an answer, or the lack of one, means.
#pragma once

#include "core/base/result.hpp"
#include "core/catalog/catalog.hpp"
#include "core/catalog/error.hpp"
#include "core/http/http.hpp"
#include "core/json/json.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hostbill {

// How much of a body the caller needs: all of it, or, where its text is handed on, only what tells how the call went and
// what `info_texts` reads. Then other members of an object and the elements of a list are left out.
enum class Wanted : std::uint8_t { body, outcome };

// The body of an answer that is a success beyond doubt: status and body agree. Everything else is an error; of an
// unsafe operation that may have been carried out without a trustworthy answer, `outcome_unknown`. `is_portable` is told of
// the text of a success what json::parse() tells.
Result<json::Value> classify(const Operation &operation, const HttpResponse &response, Wanted wanted = Wanted::body,
                             bool *is_portable = nullptr);

// The error for an attempt that brought no answer.
Error classify_failure(const Operation &operation, const HttpFailure &failure);

// Whether a new session could help: the portal did not accept the token, and nobody said that the password is wrong.
bool wants_new_session(const Error &error);

// Whether the operation may go again with a new session. The status or one of the portal's own codes says that it was
// refused; words alone may be another system's, such as a registrar's, which the portal asked after half the work.
bool was_not_carried_out(const Operation &operation, const Error &refusal);

// A body's `info` as a list of texts.
std::vector<std::string> info_texts(const json::Value &body);

// Whatever form a list of messages has: a text, a list of texts or of [message, args], an object by field.
std::vector<std::string> message_texts(const json::Value &messages);

} // namespace hostbill
