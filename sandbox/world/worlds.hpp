// All worlds of a sandbox, and which of them a request is for.
#pragma once

#include "core/base/result.hpp"
#include "sandbox/world/registry.hpp"
#include "sandbox/world/world.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hostbill::sandbox {

// Which worlds have a login of a name.
class Logins {
public:
    void set(World &world, std::vector<std::string> names); // instead of those it had
    void remove(World &world) { set(world, {}); }
    const std::vector<World *> &find(std::string_view name) const; // the world that was made first comes first

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::unordered_map<std::string, std::vector<World *>, Hash, std::equal_to<>> by_name_;
    std::unordered_map<const World *, std::vector<std::string>> by_world_;
};

class Worlds {
public:
    static constexpr std::size_t most = 10'000;

    // Opens the main world and lists the others. Throws DatabaseError, or SeedRefusal where the config's seed is wrong.
    Worlds(Operations &operations, const Config &config);

    void set_origin(std::string origin) { common_.origin = std::move(origin); }
    const std::string &origin() const { return common_.origin; }

    World &main() { return *main_; }
    World *find(std::string_view name); // nullptr: there is none
    Registry &registry() { return registry_; }

    // The world whose login or token the request shows; the main one where it shows neither.
    World &of(const Request &request, const std::optional<Route> &route, std::string_view query);

    // Once a world was used, for better or worse: its logins may be others now, and another one may have to go to sleep.
    void used(World &world);

    // What is not given is made up. A wrong name, user name or seed document makes a usage error.
    Result<World *> create(std::optional<std::string> name, std::optional<std::string> username,
                           std::optional<std::string> password, const json::Value *seed);
    void remove(World &world); // not the main one

    std::vector<World *> all(); // the main one first, the others as they were made

private:
    World &add(const Registry::WorldRow &row, std::shared_ptr<Seed> seed);
    World *by_authorization(std::string_view header);
    World *by_given(const Request &request, std::string_view query);
    World *by_login(std::string_view username, std::string_view password);
    World *by_token(std::string_view token);
    std::string free_name();
    std::string free_username(const std::string &name);

    const Config &config_;
    std::shared_ptr<Seed> seed_; // of worlds that have none of their own
    Registry registry_;
    Tokens tokens_;
    Common common_;
    std::map<std::string, std::unique_ptr<World>, std::less<>> by_name_; // but the main one
    std::unique_ptr<World> main_;
    std::vector<World *> in_order_;
    Logins logins_;
    std::list<World *> awake_; // of those in files, the one that was used last in front
    std::unordered_map<const World *, std::list<World *>::iterator> place_awake_;
    std::int64_t named_ = 0; // how many names were made up
};

// 1 to 40 of a-z, 0-9, _ and -.
bool is_world_name(std::string_view name);
inline constexpr std::string_view world_name_form = "1 to 40 of a-z, 0-9, _ and -";

} // namespace hostbill::sandbox
