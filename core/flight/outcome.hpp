// What the caller gets of an operation once it is over.
#pragma once

#include "core/answer/answer.hpp"
#include "core/call/prepare.hpp"
#include "core/call/sending.hpp"
#include "core/catalog/error.hpp"
#include "core/json/json.hpp"
#include "core/session/config.hpp"

#include <string>

namespace hostbill {

// An answer without data yet: what every answer says of the call. Takes the history out of `progress`.
Answer answer_to(const Prepared &prepared, Progress &progress);

// The whole answer, in its shape, or as the portal sent it where the caller wants that. `body` is what `body_text` says.
Answer answer_of(const Prepared &prepared, Progress &progress, json::Value body, std::string body_text);

// Whether the session is over after it.
bool ends_session(const Operation &operation);

// Portals may repeat in their errors what they were sent.
Error without_secrets(const Config &config, const Prepared &prepared, const Credential &credential, Error error);

// The error that an operation ended with, without secrets and, where its outcome is unknown, with what settles it;
// `before` is what there was before it, if that was noted.
Error settled(const Config &config, const Prepared &prepared, const Progress &progress, const Credential &credential,
              Error error, json::Object before = {});

// With what was called, how often it was tried, and the caller's own tag.
Error failure_of(const Prepared &prepared, const Progress &progress, Error error);

} // namespace hostbill
