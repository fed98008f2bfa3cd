// The functions of hostbill.h: each checks what it was given, calls one function further in, and hands the outcome out.
#include "capi/hostbill.h"

#include "handle.hpp"
#include "strings.hpp"

#include "core/answer/answer.hpp"
#include "core/call/log.hpp"
#include "core/catalog/catalog_json.hpp"
#include "core/catalog/error.hpp"

#include <functional>
#include <limits>

namespace {

using namespace hostbill;
using namespace hostbill::capi;

std::string_view view(const char *text) { return text == nullptr ? std::string_view() : std::string_view(text); }

int status_of(const Error &error) { return static_cast<int>(error.error_class); }

// The envelope of an outcome, or of what was taken.
template <class Outcome>
char *give_envelope(const Outcome &outcome) {
    json::Out envelope;
    append_envelope(envelope, outcome);
    return give(std::move(envelope));
}

// Runs `work`, which makes a document; writes it, or the error's, to `out` unless that is NULL. Returns the status.
template <class Work>
int deliver(char **out, Work &&work) noexcept {
    return contained(
        [&] {
            Result<json::Out> document = work();
            const int status = document ? 0 : status_of(document.error());
            if (out != nullptr) {
                *out = document ? give(*std::move(document)) : give(error_document(document.error()));
            }
            return status;
        },
        [&](Failure failure) {
            if (out != nullptr) {
                *out = failure_error(failure);
            }
            return static_cast<int>(HOSTBILL_ERROR_INTERNAL);
        });
}

// Runs `work`, which makes a value of type T; writes the value, or `T{}` and the error document. NULL outputs are left
// alone. Returns the status.
template <class T, class Work>
int deliver(T *value, char **error, Work &&work) noexcept {
    if (value != nullptr) {
        *value = T{};
    }
    if (error != nullptr) {
        *error = nullptr;
    }
    return contained(
        [&] {
            Result<T> result = work();
            if (!result) {
                if (error != nullptr) {
                    *error = give(error_document(result.error()));
                }
                return status_of(result.error());
            }
            if (value != nullptr) {
                *value = *result;
            }
            return 0;
        },
        [&](Failure failure) {
            if (error != nullptr) {
                *error = failure_error(failure);
            }
            return static_cast<int>(HOSTBILL_ERROR_INTERNAL);
        });
}

// What calls of a thread ask while they wait.
struct Interrupt {
    hostbill_interrupt_callback callback = nullptr;
    void *user = nullptr;

    std::function<bool()> asked() const {
        if (callback == nullptr)
            return nullptr;
        return [ask = callback, with = user] { return ask(with) != 0; };
    }
};
thread_local Interrupt interrupt_of_thread;

Result<Answer> call(hostbill_client *client, const char *operation, const char *params_json, const char *options_json) {
    return with_client(client, Closed::refused, [&](Client &core) -> Result<Answer> {
        if (operation == nullptr) {
            return usage_error("the operation is NULL");
        }
        CallControl control(interrupt_of_thread.asked());
        return core.perform(operation, view(params_json), view(options_json), control);
    });
}

// The descriptor, or a status.
int descriptor_of(hostbill_client *client, int (Client::*get)()) {
    int descriptor = 0;
    const int status = deliver(&descriptor, nullptr, [&] {
        return with_client(client, Closed::allowed, [&](Client &core) -> Result<int> { return (core.*get)(); });
    });
    return status == 0 ? descriptor : status;
}

} // namespace

int hostbill_abi_version(void) { return HOSTBILL_ABI_VERSION; }

const char *hostbill_version(void) { return HOSTBILL_VERSION; }

#define HOSTBILL_TEXT_OF(number) #number
#define HOSTBILL_TEXT(number) HOSTBILL_TEXT_OF(number)

const char *hostbill_build_info(void) {
    return R"({"version":")" HOSTBILL_VERSION R"(","abi_version":)" HOSTBILL_TEXT(HOSTBILL_ABI_VERSION) //
        R"(,"compiler":")" HOSTBILL_COMPILER R"(","build":")" HOSTBILL_BUILD_TYPE R"("})";
}

const char *hostbill_status_name(int status) {
    const char *name = status_name(status);
    return name == nullptr ? "unknown" : name;
}

char *hostbill_catalog(const char *portal) {
    return contained(
        [&] {
            auto document = catalog_json(view(portal));
            return document ? give(*std::move(document)) : give_envelope(Result<Answer>(std::move(document.error())));
        },
        failure_envelope);
}

int hostbill_client_new(const char *config_json, hostbill_client **client, char **error) {
    return deliver(client, error, [&]() -> Result<hostbill_client *> {
        if (client == nullptr) {
            return usage_error("the output for the client is NULL");
        }
        if (config_json == nullptr) {
            return usage_error("the configuration is NULL");
        }
        return hostbill_client::create(config_json);
    });
}

int hostbill_client_call(hostbill_client *client, const char *operation, const char *params_json,
                         const char *options_json, char **out) {
    return deliver(out, [&]() -> Result<json::Out> {
        const Result<Answer> answer = call(client, operation, params_json, options_json);
        if (!answer) {
            return answer.error();
        }
        json::Out document;
        append_document(document, *answer);
        return document;
    });
}

char *hostbill_client_call_json(hostbill_client *client, const char *operation, const char *params_json,
                                const char *options_json) {
    return contained([&] { return give_envelope(call(client, operation, params_json, options_json)); },
                     failure_envelope);
}

int hostbill_client_submit(hostbill_client *client, const char *operation, const char *params_json,
                           const char *options_json, int64_t *id, char **error) {
    return deliver(id, error, [&] {
        return with_client(client, Closed::refused, [&](Client &core) -> Result<std::int64_t> {
            if (operation == nullptr) {
                return usage_error("the operation is NULL");
            }
            return core.submit({operation, std::string(view(params_json)), std::string(view(options_json))});
        });
    });
}

int hostbill_client_next(hostbill_client *client, int timeout_ms, char **out) {
    return deliver(out, out, [&] { // Answer and error leave through the same output.
        return with_client(client, Closed::allowed, [&](Client &core) -> Result<char *> {
            if (out == nullptr) {
                return usage_error("the output for the answer is NULL");
            }
            if (timeout_ms < -1) {
                return usage_error("timeout_ms is less than -1");
            }
            char *text = nullptr;
            const std::optional<Error> none = core.next(timeout_ms, [&](Taken &taken) { text = give_envelope(taken); });
            if (none) {
                return *none;
            }
            return text;
        });
    });
}

int hostbill_client_fd(hostbill_client *client) { return descriptor_of(client, &Client::descriptor); }

int hostbill_client_loop_fd(hostbill_client *client) { return descriptor_of(client, &Client::loop_descriptor); }

int hostbill_client_cancel(hostbill_client *client, int64_t id) {
    return deliver(static_cast<int *>(nullptr), nullptr, [&] {
        return with_client(client, Closed::allowed, [&](Client &core) -> Result<int> {
            if (id == 0) {
                core.cancel_all();
            } else if (id < 0 && id != std::numeric_limits<std::int64_t>::min()) {
                core.cancel_key(-id);
            } else if (!core.cancel(id)) {
                return usage_error("no submission has that number");
            }
            return 0;
        });
    });
}

void hostbill_client_close(hostbill_client *client) {
    if (client != nullptr && client->valid()) {
        client->client().close();
    }
}

void hostbill_client_free(hostbill_client *client) {
    if (client != nullptr && client->valid()) {
        client->destroy();
    }
}

void hostbill_string_free(char *string) { take_back(string); }

void hostbill_set_log(hostbill_log_callback callback, void *user) {
    contained([&] { set_log(callback, user); }, [](Failure) {});
}

void hostbill_set_interrupt(hostbill_interrupt_callback callback, void *user) {
    interrupt_of_thread = {callback, user};
}

int64_t hostbill_live_objects(void) { return live_objects.load(std::memory_order_relaxed); }
