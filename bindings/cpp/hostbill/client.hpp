// The client of one portal.
#pragma once

#include "errors.hpp"
#include "value.hpp"

#include <hostbill.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>
#include <utility>
#include <vector>
#if __has_include(<version>)
#include <version>
#endif
#if defined(__cpp_lib_jthread)
#include <stop_token>
#endif

namespace hostbill {

// Any duration becomes one: std::chrono::milliseconds(200), 5s.
using Seconds = std::chrono::duration<double>;

// How an answer came about.
struct Meta {
    std::string operation;
    int http_status = 0; // of the last response; 0 if there was none
    int attempts = 0;    // how many requests were sent
    std::chrono::milliseconds elapsed{};
    std::string tag;              // the option of that name
    std::vector<Attempt> history; // each request, where there was more than one
};

// All that came of an operation that succeeded.
struct Answer {
    Value data;
    std::vector<std::string> info; // the portal's remarks
    Meta meta;
};

// What is a number for some portals and a text for others.
class NumberOrText {
public:
    template <class Given, std::enable_if_t<std::is_convertible_v<Given, Value>, int> = 0>
    NumberOrText(Given &&given) : value_(std::forward<Given>(given)) {}
    operator const Value &() const { return value_; }

private:
    Value value_;
};

namespace detail {

// A text of the library, freed with it.
class Text {
public:
    explicit Text(char *text) : text_(text, hostbill_string_free) {}
    std::string_view view() const { return text_ == nullptr ? std::string_view() : std::string_view(text_.get()); }

private:
    std::unique_ptr<char, void (*)(char *)> text_;
};

// The members of an object: parameters and settings that are given.
class Members {
public:
    template <class Type>
    void add(const char *name, const Type &value) {
        object_[name] = Value(value);
    }
    template <class Type>
    void add(const char *name, const std::optional<Type> &value) {
        if (value)
            add(name, *value);
    }
    void add(const char *name, Seconds value) { object_[name] = Value(value.count()); }
    void add(const char *name, const NumberOrText &value) { object_[name] = static_cast<const Value &>(value); }
    void add(const char *name, const Members &members) { object_[name] = members.object_; }
    void add(const std::map<std::string, Value> &more) {
        for (const auto &[name, value] : more)
            object_[name] = value;
    }
    const Object &object() const { return object_; }

private:
    Object object_;
};

} // namespace detail
} // namespace hostbill

#include "generated/settings.hpp"

namespace hostbill {
namespace detail {

[[noreturn]] inline void throw_usage(const std::string &message) {
    throw UsageError(Object{{"class", "usage"},
                            {"status", static_cast<int>(HOSTBILL_ERROR_USAGE)},
                            {"message", message},
                            {"retryable", false}});
}

// JSON text of what a program gives; what cannot be written is a mistake of the call.
inline std::string written(const Object &object, const char *what) {
    try {
        Writer writer;
        writer.object(object);
        return writer.take();
    } catch (const ValueError &wrong) {
        throw_usage(std::string(what) + ": " + wrong.what());
    }
}

// Answers and errors, as the library writes them.
inline Value read(std::string_view text) {
    try {
        return Value::parse(text);
    } catch (const ValueError &) {
        return Object{{"ok", false},
                      {"error", Object{{"class", "internal"},
                                       {"status", static_cast<int>(HOSTBILL_ERROR_INTERNAL)},
                                       {"message", "the library's answer cannot be read"},
                                       {"retryable", false}}}};
    }
}

inline Answer answer(const Value &envelope) {
    if (envelope["ok"] != Value(true))
        throw_error(envelope["error"]);
    const Value &meta = envelope["meta"];
    return {envelope["data"],
            texts(envelope["info"]),
            {text_or_none(meta["operation"]), small(meta["http_status"]), small(meta["attempts"]),
             std::chrono::milliseconds(small(meta["elapsed_ms"])), text_or_none(meta["tag"]),
             attempts(meta["history"])}};
}

// What a client, its groups and its submissions hold together.
class Connection {
public:
    explicit Connection(const std::string &config) {
        if (hostbill_abi_version() != HOSTBILL_ABI_VERSION)
            throw InternalError(
                Object{{"class", "internal"},
                       {"status", static_cast<int>(HOSTBILL_ERROR_INTERNAL)},
                       {"message", "the program needs version " + std::to_string(HOSTBILL_ABI_VERSION) +
                                       " of the hostbill library's ABI, but the library that was loaded has version " +
                                       std::to_string(hostbill_abi_version())}});
        char *error = nullptr;
        const int status = hostbill_client_new(config.c_str(), &client_, &error);
        const Text text(error);
        if (status != 0)
            throw_error(read(text.view()));
    }
    ~Connection() { hostbill_client_free(client_); }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    Value call(const std::string &operation, const std::string &params, const std::string &options) {
        return read(
            Text(hostbill_client_call_json(client_, operation.c_str(), params.c_str(), options.c_str())).view());
    }

    std::int64_t submit(const std::string &operation, const std::string &params, const std::string &options) {
        std::int64_t id = 0;
        char *error = nullptr;
        const int status =
            hostbill_client_submit(client_, operation.c_str(), params.c_str(), options.c_str(), &id, &error);
        const Text text(error);
        if (status != 0)
            throw_error(read(text.view()));
        return id;
    }

    // Waits for the answer to a submission.
    Value wait(std::int64_t id) {
        first_of(std::map<std::int64_t, bool>{{id, true}});
        const std::lock_guard lock(mutex_);
        const auto found = answers_.find(id);
        if (found == answers_.end())
            return Object{{"ok", false}, {"error", failure_}};
        Value out = std::move(found->second);
        answers_.erase(found);
        return out;
    }

    // Waits until one of these submissions has an answer, which stays until it is waited for, and gives its number. Of all
    // threads that wait, one at a time takes answers from the library, and leaves those of the others where they find them.
    template <class Any>
    std::int64_t first_of(const std::map<std::int64_t, Any> &ids) {
        std::unique_lock lock(mutex_);
        while (true) {
            for (const auto &[id, any] : ids) {
                if (answers_.count(id) != 0)
                    return id;
            }
            if (taking_) {
                arrived_.wait(lock);
                continue;
            }
            taking_ = true;
            lock.unlock();
            char *out = nullptr;
            const int status = hostbill_client_next(client_, -1, &out);
            const Text text(out);
            Value envelope = read(text.view());
            lock.lock();
            taking_ = false;
            arrived_.notify_all();
            if (status != 0) {
                failure_ = std::move(envelope);
                return ids.begin()->first;
            }
            keep(std::move(envelope));
        }
    }

    // Nobody will wait for this one.
    void forget(std::int64_t id) {
        hostbill_client_cancel(client_, id);
        const std::lock_guard lock(mutex_);
        if (answers_.erase(id) == 0)
            forgotten_.push_back(id);
    }

    void cancel(std::int64_t id) { hostbill_client_cancel(client_, id); }
    void close() {
        closed_ = true;
        hostbill_client_close(client_);
    }
    bool closed() const { return closed_; }
    hostbill_client *native() const { return client_; }

private:
    void keep(Value envelope) {
        if (!envelope["progress"].is_null())
            return; // How far a wait is; the answer is still to come.
        const Value &number = envelope["id"];
        const std::int64_t id = number.is_integer() ? number.integer() : 0;
        for (auto unwanted = forgotten_.begin(); unwanted != forgotten_.end(); ++unwanted) {
            if (*unwanted == id) {
                forgotten_.erase(unwanted);
                return;
            }
        }
        answers_[id] = std::move(envelope);
    }

    hostbill_client *client_ = nullptr;
    std::atomic<bool> closed_{false};
    std::mutex mutex_; // guards all below
    std::condition_variable arrived_;
    bool taking_ = false;
    std::map<std::int64_t, Value> answers_;
    Value failure_; // why there are no more
    std::vector<std::int64_t> forgotten_;
};

using Shared = std::shared_ptr<Connection>;

inline void check(const Shared &connection, const std::string &operation) {
    if (connection == nullptr)
        throw_usage("the client has been moved to another place");
    if (operation.find('\0') != std::string::npos)
        throw_usage("the operation's name holds NUL");
}

inline Answer run(const Shared &connection, const std::string &operation, const Object &params,
                  const Options &options) {
    check(connection, operation);
    const std::string sent = written(params, operation.c_str());
    const Object chosen = options.members().object();
    const std::string settings = chosen.empty() ? std::string() : written(chosen, "options");
    Answer out;
#if defined(__cpp_lib_jthread)
    if (options.stop.stop_possible()) {
        static std::atomic<std::int64_t> last_key{0};
        const std::int64_t key = ++last_key;
        Object keyed = chosen;
        keyed["cancel_key"] = key;
        const std::stop_callback cancel(options.stop, [&] { connection->cancel(-key); });
        out = answer(connection->call(operation, sent, written(keyed, "options")));
    } else
#endif
        out = answer(connection->call(operation, sent, settings));
    if (options.answer != nullptr)
        *options.answer = out;
    return out;
}

// What groups of operations have in common.
class Group {
public:
    explicit Group(Shared connection) : connection_(std::move(connection)) {}

protected:
    Value data(const char *operation, const Members &params, const Options &options) const {
        return run(connection_, operation, params.object(), options).data;
    }

private:
    Shared connection_;
};

} // namespace detail

// An operation that goes on by itself. Dropping it stops it.
class Submission {
public:
    Submission(Submission &&) = default;
    Submission &operator=(Submission &&other) noexcept {
        std::swap(connection_, other.connection_);
        std::swap(id_, other.id_);
        std::swap(process_, other.process_);
        return *this;
    }
    ~Submission() {
        if (connection_ != nullptr && process_ == getpid())
            connection_->forget(id_);
    }

    // Waits for the answer, or throws what the call would have thrown. Once, and in the process that submitted it.
    Answer get() {
        if (process_ != getpid())
            detail::throw_usage("the answer is for another process, which submitted this before a fork");
        const detail::Shared connection = std::exchange(connection_, nullptr);
        if (connection == nullptr)
            detail::throw_usage("the answer has been taken");
        return detail::answer(connection->wait(id_));
    }

    // Its number, counted from 1 in each client; a forked child counts on.
    std::int64_t id() const { return id_; }

    // Stops it, and nothing else. get() then throws CancelledError, or OutcomeUnknownError where a request that acts had
    // left already.
    void cancel() {
        if (connection_ != nullptr)
            connection_->cancel(id_);
    }

private:
    friend class Client;
    Submission(detail::Shared connection, std::int64_t id) : connection_(std::move(connection)), id_(id) {}

    detail::Shared connection_;
    std::int64_t id_;
    pid_t process_ = getpid();
};

} // namespace hostbill

#include "generated/operations.hpp"

namespace hostbill {

class Batch;

// What Client::map() takes besides the values.
struct MapSettings {
    Object params = {};      // the other parameters, which are the same for all calls
    Options options = {};    // what holds for each call
    std::size_t window = 64; // how many calls are under way at most
    bool ordered = true;     // else outcomes come as calls end
};

// A client of one portal; its members are groups of operations. It may be moved; what is under way then goes on.
class Client : public api::Operations {
public:
    // Sends nothing, so that wrong credentials show at the first call. UsageError: the configuration is wrong; its
    // fields name every mistake.
    explicit Client(const Config &config)
        : Client(std::make_shared<detail::Connection>(detail::written(config.members().object(), "configuration"))) {}
    ~Client() { close(); }
    Client(Client &&) = default;
    Client &operator=(Client &&) = delete;

    // Runs an operation by its id, or by method and path: "POST /server/{server_id}/reboot".
    Answer call(const std::string &operation, const Object &params = {}, const Options &options = {}) const {
        return detail::run(connection_, operation, params, options);
    }

    // The same, without waiting for the answer.
    Submission submit(const std::string &operation, const Object &params = {}, const Options &options = {}) const {
        detail::check(connection_, operation);
        const std::string sent = detail::written(params, operation.c_str());
        return {connection_,
                connection_->submit(operation, sent, detail::written(options.members().object(), "options"))};
    }

    // One operation with each of many values of a parameter, as a Batch: see hostbill/batch.hpp.
    template <class Values>
    Batch map(const std::string &operation, const std::string &parameter, Values values,
              MapSettings settings = {}) const;

    // Waits until one of these submissions, by their numbers, has ended, and gives its number.
    template <class Any>
    std::int64_t first_of(const std::map<std::int64_t, Any> &submissions) const {
        detail::check(connection_, "");
        return connection_->first_of(submissions);
    }

    // Stops every call in progress, in other threads too, and refuses new ones. May be repeated.
    void close() const {
        if (connection_ != nullptr)
            connection_->close();
    }
    bool closed() const { return connection_ == nullptr || connection_->closed(); }

    // For the functions of hostbill.h; it stays this client's.
    hostbill_client *native() const { return connection_ == nullptr ? nullptr : connection_->native(); }

private:
    explicit Client(detail::Shared connection) : api::Operations(connection), connection_(std::move(connection)) {}

    detail::Shared connection_;
};

// The version of the library that was loaded, such as "0.1.0".
inline std::string version() { return hostbill_version(); }

// How many clients and texts of the library have not been freed.
inline std::int64_t live_objects() { return hostbill_live_objects(); }

// The catalogue of a portal; without a name of all. hostbill.h has what is in it.
inline Value catalog(const std::string &portal = {}) {
    Value out = detail::read(detail::Text(hostbill_catalog(portal.c_str())).view());
    if (out["ok"] == Value(false))
        detail::throw_error(out["error"]);
    return out;
}

} // namespace hostbill
