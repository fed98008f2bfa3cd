// One submitted operation, from being handed over to being taken.
#pragma once

#include "core/answer/answer.hpp"
#include "core/base/call_control.hpp"
#include "core/base/result.hpp"
#include "core/catalog/caller_json.hpp"
#include "core/catalog/error.hpp"

#include <cstdint>
#include <list>
#include <optional>
#include <string>

namespace hostbill {

// What was taken out: how far a submission is, or its outcome.
struct Taken {
    std::int64_t id = 0;
    std::string tag = {};                     // as JSON, or empty
    std::optional<std::string> progress = {}; // as JSON; then there is no outcome yet
    Result<Answer> outcome = Error{};
};

// {"id":1,"ok":true,..,"tag":".."}, or {"id":1,"progress":{..},"tag":".."}.
void append_envelope(json::Out &out, const Taken &taken);

struct Submission;

// Where the jobs of the one who carries them out come from and go to. Jobs only ever move from list to list, which
// needs no memory, so that no answer can be lost on the way.
class JobSource {
public:
    JobSource() = default;
    virtual ~JobSource() = default;
    JobSource(const JobSource &) = delete;
    JobSource &operator=(const JobSource &) = delete;

    virtual Submission *next_job() noexcept = 0; // nullptr: there is none at the moment
    // How far the job is, as JSON. Without memory nothing is told.
    virtual void note(const Submission &job, const std::string &progress) noexcept = 0;
    // The job has its outcome; `announce` tells those who wait, of several at once.
    virtual void finished(Submission &job) noexcept = 0;
    virtual void announce() noexcept = 0;
    // The job wants a thread of its own: it is made of several operations, or waits for more than its answer.
    virtual void hand_over(Submission &job) noexcept = 0;
};

struct Submission {
    struct Request {
        std::string operation;
        std::string params_json;
        std::string options_json;
        // Instead of the texts.
        std::optional<json::Object> params = {};
        std::optional<json::Object> options = {};

        CallerObject given_params() const { return params ? CallerObject(*params) : CallerObject(params_json); }
        CallerObject given_options() const { return options ? CallerObject(*options) : CallerObject(options_json); }
        void wipe() noexcept;
    };

    explicit Submission(JobSource &source)
        : control({}, [this, &source](const std::string &progress) { source.note(*this, progress); }) {}

    Request request = {};
    CallControl control;
    Taken taken = {};
    std::list<Submission>::iterator place = {}; // in the list where it is
};

} // namespace hostbill
