// Runs conformance cases in C++; ../README.md has the protocol.
#include <hostbill.hpp>
#include <hostbill/sandbox.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <thread>

namespace {

using namespace hostbill;

// The parameters of a case, and which of them a method has taken.
struct Given {
    const Value &params;
    std::set<std::string> taken;
};
using Method = Value (*)(const Client &, Given &, const Options &);

// A parameter as the type that a method takes. Whole numbers may come as texts.
void become(const Value &from, bool &to) { to = from.boolean(); }
void become(const Value &from, Value &to) { to = from; }
void become(const Value &from, std::string &to) { to = from.text(); }
void become(const Value &from, Decimal &to) { to.digits = from.text(); }
void become(const Value &from, Object &to) { to = from.object(); }
void become(const Value &from, List &to) { to = from.list(); }
void become(const Value &from, std::int64_t &to) { to = from.is_text() ? std::stoll(from.text()) : from.integer(); }
template <class Item>
void become(const Value &from, std::vector<Item> &to) {
    for (const Value &value : from) {
        Item item;
        become(value, item);
        to.push_back(std::move(item));
    }
}

template <class Type>
Type from(Given &given, const char *name) {
    given.taken.insert(name);
    if constexpr (std::is_same_v<Type, NumberOrText>) {
        return given.params[name];
    } else {
        Type out;
        become(given.params[name], out);
        return out;
    }
}

template <class Type>
void take(Given &given, const char *name, std::optional<Type> &to) {
    if (given.params.object().find(name) != nullptr)
        to = from<Type>(given, name);
}

#include "generated_methods.hpp"

// Settings and options that fit go where they belong, the others by their names.
template <class Settings>
void settle(Settings &settings, const Value &from) {
    if (!from.is_object())
        return;
    const auto text = [&](const Member &member, const char *name, std::optional<std::string> &to) {
        if (member.name != name || !member.value.is_text())
            return false;
        to = member.value.text();
        return true;
    };
    for (const Member &member : from.object()) {
        if constexpr (std::is_same_v<Settings, Options>) {
            if (member.name == "timeout")
                settings.timeout = Seconds(std::stod(member.value.text()));
            else if (!text(member, "tag", settings.tag))
                settings.more[member.name] = member.value;
        } else if (!text(member, "portal", settings.portal) && !text(member, "username", settings.username) &&
                   !text(member, "password", settings.password)) {
            settings.more[member.name] = member.value;
        }
    }
}

Value history(const std::vector<Attempt> &attempts) {
    List out;
    for (const Attempt &one : attempts)
        out.push_back(Object{{"attempt", one.attempt},
                             {"outcome", one.outcome},
                             {"http_status", one.http_status},
                             {"elapsed_ms", one.elapsed.count()},
                             {"waited_ms", one.waited.count()}});
    return out;
}

// The name of the exception's class, without namespace.
std::string type_name(const Error &error) {
#define HOSTBILL_IS(type)                                                                                              \
    if (typeid(error) == typeid(type))                                                                                 \
    return #type
    HOSTBILL_IS(UsageError);
    HOSTBILL_IS(UnsupportedError);
    HOSTBILL_IS(ReadOnlyError);
    HOSTBILL_IS(AuthenticationError);
    HOSTBILL_IS(PermissionError);
    HOSTBILL_IS(NotFoundError);
    HOSTBILL_IS(ValidationError);
    HOSTBILL_IS(ConflictError);
    HOSTBILL_IS(RateLimitedError);
    HOSTBILL_IS(PortalError);
    HOSTBILL_IS(MaintenanceError);
    HOSTBILL_IS(NetworkError);
    HOSTBILL_IS(TimeoutError);
    HOSTBILL_IS(TlsError);
    HOSTBILL_IS(ProtocolError);
    HOSTBILL_IS(CancelledError);
    HOSTBILL_IS(OutcomeUnknownError);
    HOSTBILL_IS(InternalError);
#undef HOSTBILL_IS
    return "Error";
}

Value failure(const Error &error) {
    List fields;
    for (const FieldError &one : error.fields())
        fields.push_back(Object{
            {"field", one.field}, {"problem", one.problem}, {"expected", one.expected}, {"nearest", one.nearest}});
    Object said{{"type", type_name(error)},
                {"class", error.error_class()},
                {"status", error.status()},
                {"message", error.what()},
                {"operation", error.operation()},
                {"http_status", error.http_status()},
                {"portal_errors", error.portal_errors()},
                {"attempts", error.attempts()},
                {"retryable", error.retryable()},
                {"fields", fields},
                {"portals", error.portals()},
                {"reconcile", error.reconcile()},
                {"history", history(error.history())},
                {"tag", error.tag()}};
    if (error.retry_after())
        said["retry_after_s"] = error.retry_after()->count();
    return Object{{"ok", false}, {"error", said}};
}

class Case {
public:
    explicit Case(const Value &row)
        : settings_(row["client"]), sandbox_(start(row["sandbox"])), client_(std::make_unique<Client>(another())) {}

    Value run(const Value &steps) {
        List out;
        for (const Value &step : steps) {
            try {
                out.push_back(step_result(step));
            } catch (const Error &error) {
                out.push_back(failure(error));
            }
        }
        return out;
    }

private:
    static std::unique_ptr<Sandbox> start(const Value &settings) {
        if (settings.is_null())
            return nullptr;
        SandboxConfig config;
        settle(config, settings);
        return std::make_unique<Sandbox>(config);
    }

    Client another() const {
        Config config;
        settle(config, settings_);
        return sandbox_ == nullptr ? Client(config) : sandbox_->client(config);
    }

    static Value call(const Client &client, const Value &step, Options options = {}) {
        static const Value none = Object{};
        settle(options, step["options"]);
        const std::string operation = step["operation"].text();
        const Value &params = step["params"].is_object() ? step["params"] : none;
        if (step["via"] != Value("method"))
            return client.call(operation, params.object(), options).data;
        Given given{params, {}};
        Value out = methods.at(operation)(client, given, options);
        if (given.taken.size() < params.size())
            throw std::logic_error(operation + " does not take all of " + params.json());
        return out;
    }

    static Object succeeded(Value data) { return {{"ok", true}, {"data", std::move(data)}}; }

    Value step_result(const Value &step) {
        const std::string what = step["do"].text();
        if (what == "call")
            return succeeded(call(*client_, step));
        if (what == "full") {
            Answer answer;
            Options options;
            options.answer = &answer;
            call(*client_, step, options);
            Object out = succeeded(answer.data);
            out["info"] = answer.info;
            out["meta"] = Object{{"operation", answer.meta.operation},
                                 {"http_status", answer.meta.http_status},
                                 {"attempts", answer.meta.attempts},
                                 {"elapsed_ms", answer.meta.elapsed.count()},
                                 {"tag", answer.meta.tag},
                                 {"history", history(answer.meta.history)}};
            return out;
        }
        if (what == "dry") {
            Options options;
            options.dry_run = true;
            return succeeded(call(*client_, step, options));
        }
        if (what == "close") {
            client_->close();
            return succeeded(nullptr);
        }
        if (what == "closed")
            return succeeded(client_->closed());
        if (what == "control")
            return succeeded(sandbox_->control(step["command"].text(),
                                               step["arguments"].is_object() ? step["arguments"].object() : Object{}));
        if (what == "stop") {
            sandbox_->close();
            return succeeded(nullptr);
        }
        if (what == "parallel")
            return succeeded(parallel(step));
        if (what == "cancel")
            return succeeded(cancel(step));
        if (what == "catalog") {
            const Value found = catalog(step["portal"].text());
            return succeeded(
                Object{{"operations", found["operations"].size()}, {"compositions", found["compositions"].size()}});
        }
        if (what == "version")
            return succeeded(version());
        if (what == "value")
            return succeeded(step["json"]);
        return Object{{"skipped", "no such step: " + what}};
    }

    Value parallel(const Value &step) const {
        std::mutex mutex;
        List answers;
        int failed = 0;
        std::vector<std::thread> threads;
        for (std::int64_t n = 0; n < step["clients"].integer(); ++n) {
            threads.emplace_back([&] {
                const Client client = another();
                for (std::int64_t m = 0; m < step["each"].integer(); ++m) {
                    try {
                        Value data = call(client, step["step"]);
                        const std::lock_guard lock(mutex);
                        answers.push_back(std::move(data));
                    } catch (const Error &) {
                        const std::lock_guard lock(mutex);
                        ++failed;
                    }
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        int different = 0;
        for (const Value &answer : answers)
            different += answer != answers.front();
        return Object{{"succeeded", answers.size()}, {"failed", failed}, {"different", different}};
    }

    // By a submission that is stopped; where there are stop tokens, by one of these.
    Value cancel(const Value &step) const {
        const std::chrono::milliseconds after(step["after_ms"].integer());
#if defined(__cpp_lib_jthread)
        std::jthread stopper;
        Options options;
        std::stop_source source;
        options.stop = source.get_token();
        stopper = std::jthread([&] {
            std::this_thread::sleep_for(after);
            source.request_stop();
        });
        return call(*client_, step["step"], options);
#else
        const Value &inner = step["step"];
        Options options;
        settle(options, inner["options"]);
        Submission submission = client_->submit(
            inner["operation"].text(), inner["params"].is_object() ? inner["params"].object() : Object{}, options);
        std::this_thread::sleep_for(after);
        submission.cancel();
        return submission.get().data;
#endif
    }

    Value settings_;
    std::unique_ptr<Sandbox> sandbox_;
    std::unique_ptr<Client> client_;
};

Value results(const Value &row) {
    try {
        return Case(row).run(row["steps"]);
    } catch (const Error &error) {
        return List{failure(error)};
    }
}

} // namespace

int main(int count, char **arguments) {
    if (count != 2)
        return 2;
    std::ifstream file(arguments[1], std::ios::binary);
    const Value cases = Value::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    for (const Value &row : cases["cases"])
        std::cout << Value(Object{{"case", row["name"]}, {"results", results(row)}}).json() << std::endl;
    std::cout << Value(Object{{"live_objects", live_objects()}}).json() << std::endl;
}
