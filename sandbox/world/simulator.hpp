// One portal: state behind, HTTP requests in, answers out. Knows nothing of sockets.
#pragma once

#include "sandbox/config.hpp"
#include "sandbox/faults/faults.hpp"
#include "sandbox/http/http.hpp"
#include "sandbox/http/tls.hpp"
#include "sandbox/world/auth.hpp"
#include "sandbox/world/call.hpp"
#include "sandbox/world/clock.hpp"
#include "sandbox/world/database.hpp"
#include "sandbox/world/journal.hpp"
#include "sandbox/world/router.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

class Simulator {
public:
    // Throws DatabaseError. The config's password must be set.
    explicit Simulator(Config config);

    // Where the portal can be reached, without a path: "http://127.0.0.1:4711". Before the first request.
    void set_origin(std::string origin);
    // What clients need to know of it. Before the first request.
    void set_tls(std::optional<TlsIdentity> tls);
    std::string url() const { return origin_ + "/api"; }

    // Any thread; one at a time gets through.
    Response serve(const Request &request);

    // {"command":"info"} and the like; every problem is an {"error":{..}}.
    json::Value control(const json::Value &command);

private:
    struct Shape { // an operation's documented answer
        json::Value example;
        bool documented;
    };
    Seconds now() const { return clock_.now(); } // by the portal's clock
    void pass_time();                            // lets happen what is due by now, one thing after the other
    Seconds first_due();                         // when something happens by itself
    Moment moment() { return {db_, config_, *config_.portal, now()}; }
    Response route(const Request &request);
    Response serve_portal(const Request &request, std::string_view path, std::string_view query);
    Response serve_control(const Request &request);
    Response carry_out(const Request &request, const std::optional<Route> &route, std::string_view query);
    json::Value answer(const Request &request, const Route &route, std::string_view query);
    const Shape &shape(const Operation &operation);

    json::Value run(const json::Value &command); // control.cpp
    json::Value info() const;
    json::Value ledger();
    json::Value pay(std::int64_t invoice);
    json::Value reset_all();
    json::Value add_fault(const json::Value &command);
    json::Value clear_faults();
    json::Value move_clock(const json::Value &command);

    const Config config_;
    std::mutex mutex_;
    Database db_;
    Auth auth_;
    Router router_;
    Journal journal_;
    Faults faults_;
    Clock clock_;
    Seconds next_due_ = 0; // when something happens by itself; 0: to be found out
    std::map<std::string_view, json::Value (*)(Call &)> handlers_;
    std::map<const Operation *, Shape> shapes_; // read at first use
    std::string control_token_;
    std::string origin_;
    std::optional<TlsIdentity> tls_;
};

} // namespace hostbill::sandbox
