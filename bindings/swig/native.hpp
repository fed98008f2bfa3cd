// What the SWIG languages call: hostbill.h as classes and functions, whose documents are JSON texts in and JSON texts
// out. Nothing throws but std::bad_alloc.
#pragma once

#ifndef SWIG
#include "text.hpp"

#include <hostbill.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#endif

namespace hostbill_swig {

// One sentence if the library that was loaded does not fit this binding; else NULL. A binding asks when it is loaded.
inline const char *misfit() {
    static const std::string sentence =
        hostbill_abi_version() == HOSTBILL_ABI_VERSION
            ? std::string()
            : "this binding needs version " + std::to_string(HOSTBILL_ABI_VERSION) +
                  " of the hostbill library's ABI, but the library that was loaded has version " +
                  std::to_string(hostbill_abi_version());
    return sentence.empty() ? nullptr : sentence.c_str();
}

inline const char *version() { return hostbill_version(); }
inline const char *build_info() { return hostbill_build_info(); }
inline int64_t live_objects() { return hostbill_live_objects(); }

// The catalogue of one portal; with NULL, of all. An unknown portal gives {"ok":false,"error":{..}}.
inline Text catalog(const char *portal) { return Text(hostbill_catalog(portal)); }

// A client. Any thread may call anything at any time, release() included: what is under way then is stopped, and what
// comes later is refused.
class Client {
public:
    // error() says whether there is one.
    explicit Client(const char *config) {
        hostbill_client *made = nullptr;
        char *error = nullptr;
        if (hostbill_client_new(config, &made, &error) == 0)
            client_ = std::shared_ptr<hostbill_client>(made, hostbill_client_free);
        error_ = Text(error);
    }
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    // Why the client could not be created: the error object, once.
    Text error() { return std::move(error_); }

    // The envelope: {"ok":true,"data":..,"info":..,"meta":..} or {"ok":false,"error":{..}}. Waits for the answer.
    Text call(const char *operation, const char *params, const char *options) {
        const std::shared_ptr<hostbill_client> client = held();
        return client == nullptr ? closed() : Text(hostbill_client_call_json(client.get(), operation, params, options));
    }

    // The same for callers who want the data alone: languages may leave away "info" and "meta".
    Text call_briefly(const char *operation, const char *params, const char *options) {
        return call(operation, params, options);
    }

    // The next answer to a submission: its envelope, with "id". Nothing if none came within timeout_ms (-1: waits
    // without end), or if the client is closed and there are no more. How far a wait is has nobody here to hear of it.
    Text next(int timeout_ms) {
        const std::shared_ptr<hostbill_client> client = held();
        for (;;) {
            char *out = nullptr;
            const int status = hostbill_client_next(client.get(), timeout_ms, &out);
            Text text(out);
            if (status != 0)
                return Text();
            if (!is_progress(out))
                return text;
        }
    }

    // A descriptor that is readable while next(0) would give an answer, or a negative status.
    int fd() { return hostbill_client_fd(held().get()); }

    // The same for a loop that carries out the work too: readable while next(0) has something to do.
    int loop_fd() { return hostbill_client_loop_fd(held().get()); }

    // Stops the submission of that number; with 0 everything that is under way. Returns a status.
    int cancel(int64_t id) { return hostbill_client_cancel(held().get(), id); }

    // Whether release() has been called.
    bool released() { return held() == nullptr; }

    // Stops what is under way and refuses what comes later; answers to submissions can still be taken. May be repeated.
    void close() { hostbill_client_close(held().get()); }

    // The same, and gives back all it holds, as soon as nothing is under way any more. May be repeated.
    void release() {
        close();
        std::shared_ptr<hostbill_client> client;
        {
            const std::lock_guard lock(mutex_);
            client.swap(client_);
        }
    }

#ifndef SWIG
    static Text closed_error() { return Text(std::string(closed_document)); }

    // NULL once released, which every function of the library refuses.
    std::shared_ptr<hostbill_client> held() {
        const std::lock_guard lock(mutex_);
        return client_;
    }
#endif

private:
    // Whether it is {"id":1,"progress":{..}}, of a submission whose answer is still to come.
    static bool is_progress(const char *envelope) {
        const char *const comma = std::strchr(envelope, ',');
        return comma != nullptr && std::strncmp(comma, ",\"progress\":", 12) == 0;
    }

    static constexpr const char *closed_document =
        R"({"class":"usage","status":-1,"message":"the client is closed","retryable":false})";
    static Text closed() { return Text(R"({"ok":false,"error":)" + std::string(closed_document) + "}"); }

    std::mutex mutex_;
    std::shared_ptr<hostbill_client> client_;
    Text error_;
};

// An operation handed to the client's own thread; its answer comes out of Client::next().
class Submission {
public:
    Submission(Client &client, const char *operation, const char *params, const char *options) {
        const std::shared_ptr<hostbill_client> held = client.held();
        if (held == nullptr) {
            error_ = Client::closed_error();
            return;
        }
        char *error = nullptr;
        hostbill_client_submit(held.get(), operation, params, options, &id_, &error);
        error_ = Text(error);
    }
    Submission(const Submission &) = delete;
    Submission &operator=(const Submission &) = delete;

    // Its number, counted from 1; 0 if it was refused.
    int64_t id() const { return id_; }

    // Why it was refused: the error object, once.
    Text error() { return std::move(error_); }

private:
    int64_t id_ = 0;
    Text error_;
};

} // namespace hostbill_swig
