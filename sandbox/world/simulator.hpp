// One portal: worlds of state behind, HTTP requests in, answers out. Knows nothing of sockets.
#pragma once

#include "sandbox/config.hpp"
#include "sandbox/http/http.hpp"
#include "sandbox/http/tls.hpp"
#include "sandbox/page/page.hpp"
#include "sandbox/world/journal.hpp"
#include "sandbox/world/operations.hpp"
#include "sandbox/world/worlds.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

struct FileRow;

class Simulator {
public:
    // Throws DatabaseError, or SeedRefusal where the config's seed is wrong. The config's password must be set.
    explicit Simulator(Config config);

    // Where the portal can be reached, without a path: "http://127.0.0.1:4711". Before the first request.
    void set_origin(std::string origin) { worlds_.set_origin(std::move(origin)); }
    // What clients need to know of it. Before the first request.
    void set_tls(std::optional<TlsIdentity> tls) { tls_ = std::move(tls); }
    std::string url() { return worlds_.main().url(); }

    // Any thread; one at a time gets through.
    Response serve(const Request &request);

    // {"command":"info"} and the like; every problem is an {"error":{..}}.
    json::Value control(const json::Value &command);

private:
    Response route(const Request &request);
    Response serve_portal(const Request &request, std::string_view path, std::string_view query);
    Response serve_control(const Request &request, std::string_view path);

    // control.cpp. Commands that are about no world get the main one.
    using Command = json::Value (Simulator::*)(World &world, const json::Value &command);
    struct CommandRow;
    static const CommandRow commands[];
    json::Value run(const json::Value &command);
    json::Value info(World &world, const json::Value &command);
    json::Value journal(World &world, const json::Value &command);
    json::Value ledger(World &world, const json::Value &command);
    json::Value add_fault(World &world, const json::Value &command);
    json::Value quirks(World &world, const json::Value &command);
    json::Value faults(World &world, const json::Value &command);
    json::Value clear_faults(World &world, const json::Value &command);
    json::Value move_clock(World &world, const json::Value &command);
    json::Value overview(World &world, const json::Value &command);
    json::Value mails(World &world, const json::Value &command);
    json::Value pay(World &world, const json::Value &command);
    json::Value change_state(World &world, const json::Value &command);
    json::Value reset(World &world, const json::Value &command);
    json::Value snapshot(World &world, const json::Value &command);
    json::Value restore(World &world, const json::Value &command);
    json::Value snapshots(World &world, const json::Value &command);
    json::Value delete_snapshot(World &world, const json::Value &command);
    json::Value create_world(World &world, const json::Value &command);
    json::Value list_worlds(World &world, const json::Value &command);
    json::Value delete_world(World &world, const json::Value &command);

    const Config config_;
    std::mutex mutex_;
    Operations operations_;
    Worlds worlds_;
    Journal journal_;
    Page page_;
    std::string control_token_;
    std::optional<TlsIdentity> tls_;
};

} // namespace hostbill::sandbox
