#include "sandbox/world/worlds.hpp"

#include "core/catalog/error.hpp"
#include "sandbox/world/binder.hpp"
#include "sandbox/world/crypto.hpp"

#include <algorithm>
#include <utility>

namespace hostbill::sandbox {
namespace {

// Each open file takes descriptors, of which a process has some 1,000.
constexpr std::size_t most_awake = 200;
constexpr std::size_t longest_username = 200;

std::string text_of(const json::Object &given, std::string_view name) {
    const json::Value *value = given.find(name);
    return value != nullptr && value->string() != nullptr ? std::string(*value->string()) : std::string();
}

} // namespace

void Logins::set(World &world, std::vector<std::string> names) {
    std::vector<std::string> &had = by_world_[&world];
    for (const std::string &name : had)
        if (auto found = by_name_.find(name); found != by_name_.end()) {
            std::erase(found->second, &world);
            if (found->second.empty())
                by_name_.erase(found);
        }
    for (const std::string &name : names)
        by_name_[name].push_back(&world);
    had = std::move(names);
    if (had.empty())
        by_world_.erase(&world);
}

const std::vector<World *> &Logins::find(std::string_view name) const {
    static const std::vector<World *> none;
    auto found = by_name_.find(name);
    return found != by_name_.end() ? found->second : none;
}

bool is_world_name(std::string_view name) {
    return !name.empty() && name.size() <= 40 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == name.npos;
}

// The main world's file comes first: it may be in use by another sandbox, whose other worlds must be left alone.
Worlds::Worlds(Operations &operations, const Config &config)
    : config_(config), seed_(std::make_shared<Seed>(config.seed_data)), registry_(config.database),
      tokens_(registry_), common_{operations, tokens_},
      main_(std::make_unique<World>(common_, std::string(main_world), config, seed_, config.database)) {
    if (!seed_->built_in())
        seed_->make(config, main_->now()); // Refused at once where it is wrong, and not when it is needed.
    main_->set_owner_password();
    logins_.set(*main_, main_->auth().usernames());
    in_order_.push_back(main_.get());
    for (const Registry::WorldRow &row : registry_.worlds()) {
        std::shared_ptr<Seed> seed = seed_;
        if (!row.seed.empty())
            seed = std::make_shared<Seed>(std::make_shared<const json::Value>(stored(row.seed)));
        World &world = add(row, std::move(seed));
        if (registry_.has_file(row.name)) { // Who can log in, stands there.
            logins_.set(world, world.auth().usernames());
            used(world);
        }
    }
}

World &Worlds::add(const Registry::WorldRow &row, std::shared_ptr<Seed> seed) {
    Config config = config_;
    config.username = row.username;
    config.password = row.password;
    auto world =
        std::make_unique<World>(common_, row.name, std::move(config), std::move(seed), registry_.file_of(row.name));
    World &added = *by_name_.emplace(row.name, std::move(world)).first->second;
    in_order_.push_back(&added);
    logins_.set(added, {row.username}); // Until it is opened, nobody else has a login there.
    return added;
}

World *Worlds::find(std::string_view name) {
    if (name == main_world)
        return main_.get();
    auto found = by_name_.find(name);
    return found != by_name_.end() ? found->second.get() : nullptr;
}

World &Worlds::of(const Request &request, const std::optional<Route> &route, std::string_view query) {
    if (by_name_.empty())
        return *main_;
    World *world = route && tells_who_asks(*route->operation, request.authorization)
                       ? by_given(request, query)
                       : by_authorization(request.authorization);
    return world != nullptr ? *world : *main_;
}

World *Worlds::by_authorization(std::string_view header) {
    if (auto credentials = after_scheme(header, "basic")) {
        auto decoded = base64_decode(*credentials);
        const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
        if (colon == std::string::npos)
            return nullptr;
        const std::string_view pair = *decoded;
        return by_login(pair.substr(0, colon), pair.substr(colon + 1));
    }
    auto token = after_scheme(header, "bearer");
    return token ? by_token(*token) : nullptr;
}

World *Worlds::by_given(const Request &request, std::string_view query) {
    try {
        const json::Object given = read_given(request, query);
        for (std::string_view name : {"username", "email"})
            if (World *world = by_login(text_of(given, name), text_of(given, "password")))
                return world;
        if (World *world = by_token(text_of(given, "refresh_token")))
            return world;
        return by_authorization(request.authorization);
    } catch (const Refusal &) {
        return nullptr; // Whichever world it is for will refuse it as well.
    }
}

World *Worlds::by_login(std::string_view username, std::string_view password) {
    const std::vector<World *> &worlds = logins_.find(username);
    if (worlds.empty())
        return nullptr;
    if (worlds.size() > 1)
        for (World *world : worlds) {
            const bool its_login = world->auth().check(username, password).has_value();
            used(*world);
            if (its_login)
                return world;
        }
    return worlds.front();
}

World *Worlds::by_token(std::string_view token) { return find(text_claim(Tokens::peek(token), "world")); }

void Worlds::used(World &world) {
    if (world.names_touched())
        logins_.set(world, world.auth().usernames());
    if (&world == main_.get() || config_.database == ":memory:" || !world.awake())
        return;
    auto [place, is_new] = place_awake_.try_emplace(&world);
    if (is_new)
        place->second = awake_.insert(awake_.begin(), &world);
    else
        awake_.splice(awake_.begin(), awake_, place->second);
    if (awake_.size() > most_awake) {
        awake_.back()->sleep();
        place_awake_.erase(awake_.back());
        awake_.pop_back();
    }
}

Result<World *> Worlds::create(std::optional<std::string> name, std::optional<std::string> username,
                               std::optional<std::string> password, const json::Value *seed) {
    if (by_name_.size() + 1 >= most)
        return usage_error("there are " + std::to_string(most) + " worlds; no sandbox has more. Delete some");
    Registry::WorldRow row;
    row.name = name ? *name : free_name();
    std::vector<FieldProblem> problems;
    if (!is_world_name(row.name))
        problems.push_back({"name", "is not a name for a world", std::string(world_name_form), ""});
    else if (find(row.name) != nullptr)
        problems.push_back({"name", "is the name of a world already", "", ""});
    row.username = username ? *username : free_username(row.name);
    row.password = password ? *password : random_password();
    if (row.username.empty() || row.username.size() > longest_username ||
        row.username.find_first_of(std::string_view(":\0", 2)) != row.username.npos)
        problems.push_back({"username", "must not be empty, very long, or hold a colon", "", ""});
    else if (!logins_.find(row.username).empty())
        problems.push_back({"username", "belongs to another world", "", ""});
    if (row.password.empty())
        problems.push_back({"password", "must not be empty", "", ""});
    std::shared_ptr<Seed> its_seed = seed_;
    if (seed != nullptr && problems.empty()) {
        its_seed = std::make_shared<Seed>(std::make_shared<const json::Value>(*seed));
        try {
            its_seed->make(config_, main_->now() - main_->advanced());
        } catch (const SeedRefusal &refusal) {
            problems.push_back(refusal.problem);
        }
        row.seed = json::write_utf8(*seed);
    }
    if (!problems.empty())
        return usage_error("the world", std::move(problems));
    registry_.add(row);
    return &add(row, std::move(its_seed));
}

void Worlds::remove(World &world) {
    if (auto place = place_awake_.find(&world); place != place_awake_.end()) {
        awake_.erase(place->second);
        place_awake_.erase(place);
    }
    if (config_.database != ":memory:")
        world.sleep(); // Its file goes.
    registry_.remove(world.name());
    logins_.remove(world);
    std::erase(in_order_, &world);
    by_name_.erase(by_name_.find(world.name()));
}

std::vector<World *> Worlds::all() { return in_order_; }

std::string Worlds::free_name() {
    std::string name;
    do
        name = "w" + std::to_string(++named_);
    while (find(name) != nullptr);
    return name;
}

std::string Worlds::free_username(const std::string &name) {
    std::string username = name + "@example.com";
    for (int number = 2; !logins_.find(username).empty(); ++number)
        username = name + "." + std::to_string(number) + "@example.com";
    return username;
}

} // namespace hostbill::sandbox
