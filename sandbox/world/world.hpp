// One account of the portal with all that belongs to it: state, logins, clock, faults. Tests that must not meet have a
// world each.
#pragma once

#include "sandbox/config.hpp"
#include "sandbox/faults/faults.hpp"
#include "sandbox/http/http.hpp"
#include "sandbox/quirks/quirks.hpp"
#include "sandbox/quirks/request_quirks.hpp"
#include "sandbox/world/auth.hpp"
#include "sandbox/world/call.hpp"
#include "sandbox/world/clock.hpp"
#include "sandbox/world/database.hpp"
#include "sandbox/world/operations.hpp"
#include "sandbox/world/seed.hpp"
#include "sandbox/world/tokens.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {

inline constexpr std::string_view main_world = "main";

// What the worlds of a sandbox have in common.
struct Common {
    Operations &operations;
    Tokens &tokens;
    std::string origin = {}; // "http://127.0.0.1:4711"
};

// What the journal tells of a request, besides what was sent.
struct Visit {
    int status = 0;
    json::Value fault; // which one fired; null: none
    bool refused = false;
    std::vector<std::string> errors = {}; // of a refusal, without anything secret
};

class World {
public:
    // Its state is in `file`, or will be: nothing is opened before it is needed. The seed is the world's own or the
    // sandbox's. Names and password of the account's owner are the config's.
    World(Common &common, std::string name, Config config, std::shared_ptr<Seed> seed, std::string file);

    const std::string &name() const { return name_; }
    const Config &config() const { return config_; }
    const Seed &seed() const { return *seed_; }
    std::string site() const; // where this world is: "http://127.0.0.1:4711/@t1"
    std::string url() const;  // the base URL at which this world is meant, whoever asks

    // Opens the state, or begins with the seed. Throws DatabaseError.
    void wake();
    bool awake() const { return state_ != nullptr; }
    // Closes the state, which must be in a file.
    void sleep() { state_.reset(); }

    Database &db() { return wide_awake().db; }
    Auth &auth() { return wide_awake().auth; }
    Seconds now() const { return clock_.now(); } // by the portal's clock
    Moment moment() { return {db(), config_, *config_.portal, now()}; }
    void pass_time(); // lets happen what is due by now, one thing after the other
    // Something was done that may bring forward what happens by itself.
    void look_again() { next_due_ = 0; }

    // Whether the names that one can log in with may have changed since this was last asked.
    bool names_touched() { return state_ != nullptr && state_->db.touched(); }

    // The whole life of a request to the portal. `number` is the journal's.
    Response serve(const Request &request, const std::optional<Route> &route, std::string_view query,
                   std::int64_t number, Visit &visit);

    // What is no part of the API, but linked to: the file of an area, or a link in a mail. nullopt: neither.
    std::optional<Response> serve_page(std::string_view path, std::string_view query);

    void advance(Seconds seconds); // moves the clock forward
    Seconds advanced() const { return clock_.advanced(); }
    void set_owner_password(); // to the config's

    void reset(); // back to the seed
    std::string image() { return db().image(); }
    void restore(std::string_view image); // the owner keeps name and password

    Faults faults;
    Quirks quirks;

private:
    struct State {
        State(const std::string &file, Tokens &tokens, const std::string &world) : db(file), auth(db, tokens, world) {}
        Database db;
        Auth auth;
    };
    State &wide_awake();
    std::unique_ptr<State> open();
    void adopt(Database &source);
    const PasswordHash &owner_password(); // the config's, the same after each reset
    Seconds first_due();                  // when something happens by itself
    Response carry_out(const Request &request, const std::optional<Route> &route, std::string_view query,
                       const ActiveQuirks &active, Visit &visit);
    Response follow(std::string_view code);
    Response file(const FileRow &row, std::string_view query);
    static Response too_many_requests(Seconds wait, Visit &visit);
    json::Value answer(const Request &request, const Route &route, std::string_view query, const ActiveQuirks &active,
                       Visit &visit);

    Common &common_;
    const std::string name_;
    const Config config_;
    const std::shared_ptr<Seed> seed_;
    const std::string file_;
    std::unique_ptr<State> state_;
    Clock clock_;
    RateWindow rate_;
    PasswordHash owner_password_;
    Seconds next_due_ = 0; // when something happens by itself; 0: to be found out
};

Response json_response(int status, const json::Value &body);
Response error_response(int status, const std::vector<std::string> &errors);

} // namespace hostbill::sandbox
