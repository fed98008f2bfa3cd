// The two libraries under test, with owners for what they hand out.
#pragma once

#include "hostbill.h"
#include "hostbill_sandbox.h"
#include "json.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hostbill::faults {

// A portal in this process. `more` are members of its configuration, such as R"("clock_skew":60)".
class Box {
public:
    explicit Box(std::string_view portal, std::string_view more = "");

    std::string url() const { return hostbill_sandbox_url(sandbox_.get()); }
    const std::string &portal() const { return portal_; }
    const Document &info() const { return info_; }

    // The answer to a command, as text; throws where the sandbox refuses it.
    std::string control(std::string_view command) const;
    // The script's number.
    std::int64_t add_fault(std::string_view operation, std::string_view fault, std::int64_t times = 1) const;
    std::int64_t fired(std::int64_t fault_id) const;
    Document ledger() const { return parse(control(R"({"command":"ledger"})")); }
    std::int64_t effects(const char *operation) const { return number(ledger(), operation); }
    // How often the operation was asked for, carried out or not.
    std::int64_t requests(std::string_view operation) const;

private:
    struct Free {
        void operator()(hostbill_sandbox *sandbox) const { hostbill_sandbox_free(sandbox); }
    };
    std::string portal_;
    std::unique_ptr<hostbill_sandbox, Free> sandbox_;
    Document info_;
};

// What a call came to.
struct Answer {
    std::string text;
    Document document;
    std::string word; // "success", or the error's class
};

// The ways to have an operation carried out: on the caller's thread; or handed over and taken, by one who waits for it or
// from an event loop.
enum class Door { call, submit, loop };

class Client {
public:
    // Set before the first client is made.
    static inline Door door = Door::call;

    // Throws where the configuration is refused.
    explicit Client(const std::string &config);

    hostbill_client *get() const { return client_.get(); }
    Answer call(const std::string &operation, const std::string &params = "{}",
                const std::string &options = "{}") const;

private:
    Answer submit_and_take(const std::string &operation, const std::string &params, const std::string &options) const;

    struct Free {
        void operator()(hostbill_client *client) const { hostbill_client_free(client); }
    };
    std::unique_ptr<hostbill_client, Free> client_;
};

// A client's configuration for a box, with the owner's credentials and quick retries. A later member of `more` is not
// one of those that are here.
std::string config_for(const Box &box, std::string_view more = "");

} // namespace hostbill::faults
