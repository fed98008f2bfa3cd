// A portal in a box, served on this machine. Link with libhostbill_sandbox (CMake: hostbill::sandbox, pkg-config:
// hostbill-sandbox).
#pragma once

#include "client.hpp"

#include <hostbill_sandbox.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace hostbill {

// A portal of the given kind on a free port of this machine, with an account that may do everything. It keeps what it is
// told: what was created can be read back, and money adds up.
//
//     hostbill::Sandbox sandbox({.portal = "time4vps"});
//     hostbill::Client client = sandbox.client();
//
// Any thread may use it, at the same time as others.
class Sandbox {
public:
    // UsageError: the configuration is wrong.
    explicit Sandbox(const SandboxConfig &config) {
        const std::string text = detail::written(config.members().object(), "configuration");
        char *error = nullptr;
        const int status = hostbill_sandbox_new(text.c_str(), &sandbox_, &error);
        const Text said(error, hostbill_sandbox_string_free);
        if (status != 0)
            detail::throw_error(detail::read(said == nullptr ? "" : said.get()));
        info_ = control("info");
    }
    ~Sandbox() { close(); }
    Sandbox(const Sandbox &) = delete;
    Sandbox &operator=(const Sandbox &) = delete;

    std::string portal() const { return info_["portal"].text(); }
    // Where its API begins.
    std::string url() const { return info_["url"].text(); }
    std::string username() const { return info_["username"].text(); }
    std::string password() const { return info_["password"].text(); }
    // Ids of things the account has from the start, by the name of the parameter that takes them.
    const Value &ids() const { return info_["ids"]; }

    // A client of it. What the configuration leaves out, the sandbox knows.
    Client client(Config config = {}) const {
        if (!config.portal)
            config.portal = portal();
        if (!config.base_url)
            config.base_url = url();
        if (!config.username && !config.password && !config.token) {
            config.username = username();
            config.password = password();
        }
        return Client(config);
    }

    // Gives it a command and returns what it says; docs/sandbox.md has the commands.
    //
    //     sandbox.control("clock", {{"advance", 3600}});
    Value control(const std::string &command, Object arguments = {}) {
        arguments["command"] = command;
        const std::string text = detail::written(arguments, command.c_str());
        const std::lock_guard lock(mutex_);
        if (sandbox_ == nullptr)
            detail::throw_usage("the sandbox is closed");
        const Text said(hostbill_sandbox_control(sandbox_, text.c_str()), hostbill_sandbox_string_free);
        Value out = detail::read(said == nullptr ? "" : said.get());
        if (!out["error"].is_null())
            detail::throw_error(out["error"]);
        return out;
    }

    // Stops it. May be repeated.
    void close() {
        const std::lock_guard lock(mutex_);
        hostbill_sandbox_free(std::exchange(sandbox_, nullptr));
    }

private:
    using Text = std::unique_ptr<char, void (*)(char *)>;

    std::mutex mutex_;
    hostbill_sandbox *sandbox_ = nullptr;
    Value info_;
};

} // namespace hostbill
