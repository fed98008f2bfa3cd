// One world for each credential: what happens in one is not seen in any other.
#include "folder.hpp"
#include "support.hpp"

#include "sandbox/world/database.hpp"
#include "sandbox/world/seed.hpp"

#include <algorithm>
#include <list>
#include <string>
#include <thread>

namespace hostbill::sandbox::test {
namespace {

json::Value in(const Box &box, const Customer &world, const std::string &command, const std::string &more = "") {
    return box.control(R"({"command":")" + command + R"(","world":")" + world.name + '"' + more + "}");
}

std::string city(const Customer &world) { return world.ask("GET", "/details").word({"client", "city"}); }

TEST(Worlds, LetTestsRunSideBySide) {
    Box box("elsecloud");
    std::vector<std::thread> threads;
    for (int number = 0; number < 8; ++number)
        threads.emplace_back([&box, number] {
            const Customer world = create_world(box);
            const std::string mine = "city-" + std::to_string(number);
            EXPECT_EQ(world.ask("PUT", "/details", R"({"city":")" + mine + "\"}").status, 200);
            for (int order = 1; order <= 5; ++order) {
                const Answer bought = world.ask("POST", "/order/820");
                // The same numbers in every world, as if it were alone.
                EXPECT_EQ(bought.word({"invoice_id"}), std::to_string(9003 + order)) << bought.text;
                EXPECT_EQ(city(world), mine);
            }
            const json::Value ledger = in(box, world, "ledger");
            EXPECT_EQ(*ledger.find("orders"), json::Value(5));
        });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(box.ledger("orders"), 0);
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "Exampleton");
    EXPECT_EQ(box.control(R"({"command":"worlds"})").find("worlds")->array()->size(), 9U);
}

TEST(Worlds, BelongToTheirOwners) {
    Box box("coloup");
    const Customer one = create_world(box, R"("name":"one","username":"ann@example.net","password":"secret of ann")");
    EXPECT_EQ(one.user, "ann@example.net:secret of ann");
    EXPECT_EQ(one.ask("GET", "/details").word({"client", "email"}), "ann@example.net");
    EXPECT_EQ(box.get("/details").word({"client", "email"}), "api@example.com");
    const json::Value info = in(box, one, "info");
    EXPECT_EQ(*info.find("username"), json::Value("ann@example.net"));
    EXPECT_EQ(*info.find("password"), json::Value("secret of ann"));
    EXPECT_EQ(*info.find("world"), json::Value("one"));
    Customer stranger = one;
    stranger.user = "ann@example.net:wrong";
    EXPECT_EQ(stranger.ask("GET", "/details").status, 401);
}

TEST(Worlds, HaveTokensOfTheirOwn) {
    Box box("elsecloud");
    const Customer one = create_world(box), two = create_world(box);
    const std::string name = one.user.substr(0, one.user.find(':')), password = one.user.substr(name.size() + 1);
    const Answer login = box.post("/login", R"({"username":")" + name + R"(","password":")" + password + "\"}");
    const std::string token = login.word({"token"});
    EXPECT_EQ(box.bearer("GET", "/details", token).word({"client", "email"}), name);
    // At the address of another world it is worth nothing, and so it is the other way round.
    const auto at = [&](const std::string &url) {
        return send({.method = "GET", .url = url + "/details", .headers = {"Authorization: Bearer " + token}}).status;
    };
    EXPECT_EQ(at(one.own_url), 200);
    EXPECT_EQ(at(two.own_url), 401);
    EXPECT_EQ(at(box.url().substr(0, box.url().size() - 4) + "/@nobody/api"), 404);
    const Answer refreshed = box.post_form("/token", "refresh_token=" + login.word({"refresh"}));
    EXPECT_EQ(box.bearer("GET", "/details", refreshed.word({"token"})).word({"client", "email"}), name)
        << refreshed.text;
    // A world of the same name is another one.
    in(box, one, "world_delete");
    EXPECT_EQ(at(box.url()), 401);
    const Customer again = create_world(box, R"("name":")" + one.name + R"(","password":"p")");
    box.post("/login", R"({"username":")" + name + R"(","password":"p"})");
    EXPECT_EQ(at(again.own_url), 401);
}

TEST(Worlds, AreFoundByTheirContacts) {
    Box box("elsecloud");
    const Customer one = create_world(box), two = create_world(box), three = create_world(box);
    const auto add = [](const Customer &world, const std::string &password) {
        EXPECT_EQ(world.ask("PUT", "/details", R"({"city":")" + world.name + "\"}").status, 200);
        const Answer made = world.ask("POST", "/contact",
                                      R"({"email":"ann@example.net","password":")" + password +
                                          R"(","privileges":{"misc":["editmain"],"billing":["balance"]}})");
        EXPECT_EQ(made.error(), "") << made.text;
        return made.word({"contact_id"});
    };
    const std::string id = add(one, "first");
    add(two, "second");
    add(three, "second");
    const auto world_of_last = [&] {
        const Answer journal{.body = box.control(R"({"command":"journal","limit":1})")};
        return journal.word({"requests", "0", "world"});
    };
    Customer ann{"", box.url(), "", "ann@example.net:first"};
    EXPECT_NE(ann.ask("GET", "/balance").status, 401);
    EXPECT_EQ(world_of_last(), one.name);
    ann.user = "ann@example.net:second";
    EXPECT_NE(ann.ask("GET", "/balance").status, 401);
    EXPECT_EQ(world_of_last(), two.name);
    // Where name and password are the same, the address tells which one is meant.
    ann.url = three.own_url;
    EXPECT_NE(ann.ask("GET", "/balance").status, 401);
    EXPECT_EQ(world_of_last(), three.name);
    // A renamed contact goes by its new name, and what was undone was never there.
    ann = {"", box.url(), "", "bea@example.net:first"};
    EXPECT_EQ(ann.ask("GET", "/balance").status, 401);
    EXPECT_EQ(one.ask("PUT", "/contact/" + id, R"({"email":"bea@example.net"})").error(), "");
    EXPECT_NE(ann.ask("GET", "/balance").status, 401);
    EXPECT_EQ(world_of_last(), one.name);
    in(box, one, "reset");
    EXPECT_EQ(ann.ask("GET", "/balance").status, 401);
}

TEST(Worlds, HaveTheirOwnFaultsClockAndReset) {
    Box box("elsecloud");
    const Customer one = create_world(box), two = create_world(box);
    in(box, one, "fault", R"(,"operation":"account.get","times":0,"fault":{"kind":"status","status":503})");
    EXPECT_EQ(one.ask("GET", "/details").status, 503);
    EXPECT_EQ(two.ask("GET", "/details").status, 200);
    EXPECT_EQ(box.get("/details").status, 200);
    EXPECT_EQ(in(box, two, "faults").find("faults")->array()->size(), 0U);
    EXPECT_EQ(*in(box, one, "clock", R"(,"advance":86400)").find("advanced"), json::Value(86400));
    EXPECT_EQ(*in(box, two, "clock").find("advanced"), json::Value(0));
    two.ask("PUT", "/details", R"({"city":"Tartu"})");
    in(box, one, "reset");
    EXPECT_EQ(one.ask("GET", "/details").status, 200);
    EXPECT_EQ(*in(box, one, "clock").find("advanced"), json::Value(0));
    EXPECT_EQ(city(two), "Tartu");
}

TEST(Worlds, MistakesAreExplained) {
    Box box("coloup");
    const Customer one = create_world(box, R"("name":"one")");
    const auto create = [&](const std::string &members) {
        return error_message(box.control(R"({"command":"world_create",)" + members + "}"));
    };
    EXPECT_THAT(create(R"("name":"one")"), testing::HasSubstr("name is the name of a world already"));
    EXPECT_THAT(create(R"("name":"main")"), testing::HasSubstr("name"));
    for (const char *name : {"", "Upper", "a/b", "..", "a b", "0123456789012345678901234567890123456789x"})
        EXPECT_THAT(create(R"("name":")" + std::string(name) + '"'), testing::HasSubstr("1 to 40 of a-z")) << name;
    EXPECT_THAT(create(R"("username":"api@example.com")"), testing::HasSubstr("username"));
    EXPECT_THAT(create(R"("username":"a:b")"), testing::HasSubstr("username"));
    EXPECT_THAT(create(R"("password":"")"), testing::HasSubstr("password"));
    EXPECT_THAT(error_message(box.control(R"({"command":"ledger","world":"onne"})")), testing::HasSubstr("world"));
    EXPECT_THAT(error_message(box.control(R"({"command":"world_delete","world":"main"})")),
                testing::HasSubstr("main one"));
    EXPECT_EQ(box.control(R"({"command":"worlds"})").find("worlds")->array()->size(), 2U) << "nothing came of it";
}

TEST(Worlds, EndWithTheirLogins) {
    Box box("coloup");
    const Customer one = create_world(box);
    EXPECT_EQ(one.ask("GET", "/details").status, 200);
    EXPECT_EQ(*in(box, one, "world_delete").find("deleted"), json::Value(one.name));
    EXPECT_EQ(one.ask("GET", "/details").status, 401);
    EXPECT_THAT(error_message(in(box, one, "ledger")), testing::HasSubstr("world"));
    EXPECT_EQ(box.get("/details").status, 200);
}

TEST(Worlds, AreTenThousandAtMost) {
    Box box("coloup");
    for (int number = 1; number < 10'000; ++number)
        if (const json::Value made = box.control(R"({"command":"world_create","password":"x"})");
            made.find("world") == nullptr)
            FAIL() << number << ": " << json::write_utf8(made);
    EXPECT_THAT(error_message(box.control(R"({"command":"world_create"})")), testing::HasSubstr("10000"));
    const Customer last{"w9999", box.url(), "", "w9999@example.com:x"};
    EXPECT_EQ(last.ask("GET", "/details").word({"client", "email"}), "w9999@example.com");
    in(box, last, "world_delete");
    create_world(box);
}

TEST(WorldsInAFile, ComeBack) {
    Folder folder;
    Customer one, two, never_used;
    {
        Box box("elsecloud", folder.config());
        one = create_world(box, R"("name":"one")");
        two = create_world(box, R"("name":"two","seed_data":{"profile":{"city":"Seedville"}})");
        never_used = create_world(box, R"("name":"three")");
        const Customer gone = create_world(box, R"("name":"gone")");
        one.ask("PUT", "/details", R"({"city":"Tartu"})");
        one.ask("POST", "/contact", R"({"email":"ann@example.net","password":"first"})");
        EXPECT_EQ(city(two), "Seedville");
        EXPECT_EQ(city(gone), "Exampleton");
        in(box, one, "clock", R"(,"advance":86400)");
        in(box, gone, "world_delete");
    }
    EXPECT_FALSE(std::filesystem::exists(folder.worlds() / "gone.db"));
    Box box("elsecloud", folder.config());
    for (Customer *world : {&one, &two, &never_used})
        world->url = box.url();
    EXPECT_EQ(city(one), "Tartu");
    EXPECT_EQ(*in(box, one, "clock").find("advanced"), json::Value(86400));
    EXPECT_EQ(city(two), "Seedville");
    EXPECT_EQ(city(never_used), "Exampleton");
    EXPECT_NE((Customer{"", box.url(), "", "ann@example.net:first"}.ask("GET", "/balance").status), 401);
    two.ask("PUT", "/details", R"({"city":"Tartu"})");
    in(box, two, "reset");
    EXPECT_EQ(city(two), "Seedville") << "back to its own seed";
    EXPECT_EQ(*in(box, one, "info").find("password"), json::Value(one.user.substr(one.user.find(':') + 1)));
    EXPECT_EQ(box.control(R"({"command":"worlds"})").find("worlds")->array()->size(), 4U);
}

// More than are open at a time: the others wait in their files.
TEST(WorldsInAFile, MayBeMany) {
    Folder folder;
    Box box("coloup", folder.config());
    std::vector<Customer> worlds;
    for (int number = 0; number < 230; ++number) {
        worlds.push_back(create_world(box));
        worlds.back().ask("PUT", "/details", R"({"city":")" + worlds.back().name + "\"}");
    }
    for (const Customer &world : worlds)
        EXPECT_EQ(city(world), world.name);
}

TEST(WorldsInAFile, LeaveNothingOfWhatWasCutShort) {
    Folder folder;
    { Box box("coloup", folder.config()); }
    EXPECT_FALSE(std::filesystem::exists(folder.worlds())) << "nothing was to be kept there";
    {
        Box box("coloup", folder.config());
        create_world(box, R"("name":"one")").ask("GET", "/details");
    }
    std::filesystem::copy_file(folder.worlds() / "one.db", folder.worlds() / "stray.db");
    Box box("coloup", folder.config());
    EXPECT_FALSE(std::filesystem::exists(folder.worlds() / "stray.db"));
    EXPECT_TRUE(std::filesystem::exists(folder.worlds() / "one.db"));
}

// Whatever is copied from the seed must not keep the name of the owner it was made for.
TEST(WorldsInAFile, KnowNothingOfTheSeedsOwner) {
    for (std::string_view portal : all_portals) {
        Folder folder;
        { Box box(portal, folder.config()); }
        std::list<std::string> statements; // The database keeps them by their texts.
        Database database(folder.database());
        std::vector<std::string> tables;
        for (auto row = database.query("SELECT name FROM sqlite_master WHERE type = 'table'"); row.next();)
            tables.push_back(row.text(0));
        EXPECT_GT(tables.size(), 20U);
        const std::string owner(seed_owner);
        for (const std::string &table : tables) {
            std::vector<std::string> columns;
            for (auto row = database.query("SELECT name FROM pragma_table_info(?)", table); row.next();)
                columns.push_back(row.text(0));
            for (const std::string &column : columns) {
                const std::string &sql = statements.emplace_back("SELECT count(*) FROM \"" + table +
                                                                 "\" WHERE instr(\"" + column + "\", ?)");
                EXPECT_EQ(database.number(sql, owner), 0) << table << '.' << column;
            }
        }
    }
}

} // namespace
} // namespace hostbill::sandbox::test
