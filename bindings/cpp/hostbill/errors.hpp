// What a call throws when it fails.
#pragma once

#include "value.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

// Exceptions are caught across libraries, also where these hide everything else.
#if defined(__GNUC__)
#define HOSTBILL_EXCEPTION __attribute__((visibility("default")))
#else
#define HOSTBILL_EXCEPTION
#endif

namespace hostbill {

// One mistake in what was given.
struct FieldError {
    std::string field;    // the parameter or setting
    std::string problem;  // what is wrong with it
    std::string expected; // what it should be
    std::string nearest;  // the name or value that was probably meant
};

// One request of a call.
struct Attempt {
    int attempt;         // counts from 1
    std::string outcome; // "ok" or the class of an error
    int http_status;     // 0: there was no response
    std::chrono::milliseconds elapsed;
    std::chrono::milliseconds waited; // before it was sent
};

namespace detail {

inline int small(const Value &value) { return value.is_integer() ? static_cast<int>(value.integer()) : 0; }
inline std::string text_or_none(const Value &value) { return value.is_text() ? value.text() : std::string(); }

inline std::vector<std::string> texts(const Value &list) {
    std::vector<std::string> out;
    for (const Value &item : list)
        out.push_back(item.is_text() ? item.text() : item.json());
    return out;
}

inline std::vector<Attempt> attempts(const Value &list) {
    std::vector<Attempt> out;
    for (const Value &row : list)
        out.push_back({small(row["attempt"]), text_or_none(row["outcome"]), small(row["http_status"]),
                       std::chrono::milliseconds(small(row["elapsed_ms"])),
                       std::chrono::milliseconds(small(row["waited_ms"]))});
    return out;
}

} // namespace detail

// The base of all that a call throws. what() is the message alone; no member ever holds a secret.
class HOSTBILL_EXCEPTION Error : public std::runtime_error {
public:
    explicit Error(const Value &document)
        : std::runtime_error(detail::text_or_none(document["message"])), said_(std::make_shared<Said>(document)) {}

    // The class as a word, "not_found", and as a number of enum hostbill_status.
    const std::string &error_class() const noexcept { return said_->error_class; }
    int status() const noexcept { return said_->status; }
    // The operation's id, if there was one.
    const std::string &operation() const noexcept { return said_->operation; }
    // The status of the last response; 0 if there was none.
    int http_status() const noexcept { return said_->http_status; }
    // What the portal said.
    const std::vector<std::string> &portal_errors() const noexcept { return said_->portal_errors; }
    // How many requests were sent.
    int attempts() const noexcept { return said_->attempts; }
    // Calling again may help, and cannot act twice.
    bool retryable() const noexcept { return said_->retryable; }
    // Every mistake in what was given.
    const std::vector<FieldError> &fields() const noexcept { return said_->fields; }
    // Those that have the operation, where this one does not.
    const std::vector<std::string> &portals() const noexcept { return said_->portals; }
    // The parameters with which the operation reconcile settles an unknown outcome; else nothing.
    const Value &reconcile() const noexcept { return said_->reconcile; }
    // How long the portal asked to wait, if it did.
    std::optional<std::chrono::seconds> retry_after() const noexcept { return said_->retry_after; }
    // Each request, where there was more than one.
    const std::vector<Attempt> &history() const noexcept { return said_->history; }
    // The text that was given as the option tag.
    const std::string &tag() const noexcept { return said_->tag; }

private:
    struct Said {
        explicit Said(const Value &from)
            : error_class(detail::text_or_none(from["class"])), status(detail::small(from["status"])),
              operation(detail::text_or_none(from["operation"])), http_status(detail::small(from["http_status"])),
              portal_errors(detail::texts(from["portal_errors"])), attempts(detail::small(from["attempts"])),
              retryable(from["retryable"] == Value(true)), portals(detail::texts(from["portals"])),
              reconcile(from["reconcile"]), history(detail::attempts(from["history"])),
              tag(detail::text_or_none(from["tag"])) {
            for (const Value &row : from["fields"])
                fields.push_back({detail::text_or_none(row["field"]), detail::text_or_none(row["problem"]),
                                  detail::text_or_none(row["expected"]), detail::text_or_none(row["nearest"])});
            if (from["retry_after_s"].is_integer())
                retry_after = std::chrono::seconds(from["retry_after_s"].integer());
        }

        std::string error_class;
        int status;
        std::string operation;
        int http_status;
        std::vector<std::string> portal_errors;
        int attempts;
        bool retryable;
        std::vector<FieldError> fields;
        std::vector<std::string> portals;
        Value reconcile;
        std::optional<std::chrono::seconds> retry_after;
        std::vector<Attempt> history;
        std::string tag;
    };

    std::shared_ptr<const Said> said_; // Shared, because copying an exception must not fail.
};

} // namespace hostbill

#include "generated/errors.hpp"
