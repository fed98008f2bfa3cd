// The state under a name, and back to it.
#include "folder.hpp"
#include "support.hpp"

#include <algorithm>

namespace hostbill::sandbox::test {
namespace {

json::Value snapshot(const Box &box, const std::string &name) {
    return box.control(R"({"command":"snapshot","name":")" + name + "\"}");
}

json::Value restore(const Box &box, const std::string &name) {
    return box.control(R"({"command":"restore","name":")" + name + "\"}");
}

std::string token_of(const Box &box) {
    return box.post_form("/login", "username=api%40example.com&password=x").word({"token"});
}

TEST(Snapshot, BringsTheStateBack) {
    Box box("elsecloud", R"("password":"x")");
    box.put("/details", R"({"city":"Tartu"})");
    box.post("/order/820");
    EXPECT_EQ(*snapshot(box, "before").find("snapshot"), json::Value("before"));
    box.put("/details", R"({"city":"Narva"})");
    const Answer order = box.post("/order/820");
    box.post("/invoice/" + order.word({"invoice_id"}) + "/credit");
    EXPECT_EQ(box.ledger("orders"), 2);
    EXPECT_EQ(*restore(box, "before").find("restored"), json::Value("before"));
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "Tartu");
    EXPECT_EQ(box.ledger("orders"), 1);
    EXPECT_EQ(box.get("/balance").word({"details", "acc_credit"}), "500.00");
    // It goes on from there, and may go back again.
    EXPECT_EQ(box.post("/order/820").word({"invoice_id"}), order.word({"invoice_id"}));
    restore(box, "before");
    EXPECT_EQ(box.ledger("orders"), 1);
}

TEST(Snapshot, KnowsItsSessionsAndItsTime) {
    Box box("elsecloud", R"("password":"x","token_lifetime":1000)");
    const std::string before = token_of(box);
    box.control(R"({"command":"clock","advance":100})");
    snapshot(box, "s");
    const std::string after = token_of(box);
    box.control(R"({"command":"clock","advance":5000})");
    EXPECT_EQ(box.bearer("GET", "/details", before).error(), "token_expired");
    restore(box, "s");
    EXPECT_EQ(*box.control(R"({"command":"clock"})").find("advanced"), json::Value(100));
    EXPECT_EQ(box.bearer("GET", "/details", before).status, 200);
    EXPECT_EQ(box.bearer("GET", "/details", after).status, 401) << "it never happened";
    EXPECT_EQ(box.bearer("GET", "/details", token_of(box)).status, 200);
    EXPECT_EQ(box.bearer("GET", "/details", after).status, 401) << "the next session is another one";
}

TEST(Snapshot, KnowsItsLogins) {
    Box box("elsecloud", R"("password":"x")");
    const auto status = [&] {
        return send({.method = "GET",
                     .url = box.url() + "/balance",
                     .headers = {},
                     .body = "",
                     .user = "ann@example.net:a"})
            .status;
    };
    snapshot(box, "without");
    box.post("/contact",
             R"({"email":"ann@example.net","password":"a","privileges":{"billing":["balance"],"misc":["editmain"]}})");
    snapshot(box, "with");
    EXPECT_NE(status(), 401);
    restore(box, "without");
    EXPECT_EQ(status(), 401);
    restore(box, "with");
    EXPECT_NE(status(), 401);
}

TEST(Snapshot, IsListedReplacedAndForgotten) {
    Box box("coloup");
    snapshot(box, "one");
    box.control(R"({"command":"clock","advance":60})");
    snapshot(box, "two");
    Answer list{.body = box.control(R"({"command":"snapshots"})")};
    EXPECT_EQ(list.word({"snapshots", "0", "name"}), "one");
    EXPECT_EQ(list.word({"snapshots", "1", "name"}), "two");
    box.put("/details", R"({"city":"Tartu"})");
    snapshot(box, "one");
    restore(box, "two");
    restore(box, "one");
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "Tartu");
    EXPECT_EQ(*box.control(R"({"command":"snapshot_delete","name":"one"})").find("deleted"), json::Value("one"));
    EXPECT_THAT(error_message(restore(box, "one")), testing::HasSubstr("no snapshot"));
    EXPECT_THAT(error_message(box.control(R"({"command":"snapshot_delete","name":"one"})")),
                testing::HasSubstr("no snapshot"));
    EXPECT_THAT(error_message(snapshot(box, "No name")), testing::HasSubstr("1 to 40"));
    box.control(R"({"command":"reset"})");
    EXPECT_EQ(*restore(box, "two").find("restored"), json::Value("two")) << "a reset leaves them";
}

TEST(Snapshot, IsOfOneWorld) {
    Box box("coloup");
    const Customer one = create_world(box, R"("name":"one")"), two = create_world(box, R"("name":"two")");
    const auto city = [](const Customer &world) { return world.ask("GET", "/details").word({"client", "city"}); };
    one.ask("PUT", "/details", R"({"city":"One"})");
    two.ask("PUT", "/details", R"({"city":"Two"})");
    box.control(R"({"command":"snapshot","world":"one","name":"s"})");
    EXPECT_THAT(error_message(box.control(R"({"command":"restore","world":"two","name":"s"})")),
                testing::HasSubstr("no snapshot of this world"));
    one.ask("PUT", "/details", R"({"city":"Changed"})");
    two.ask("PUT", "/details", R"({"city":"Changed"})");
    box.control(R"({"command":"restore","world":"one","name":"s"})");
    EXPECT_EQ(city(one), "One");
    EXPECT_EQ(city(two), "Changed");
    // Another world of the name has none of them.
    box.control(R"({"command":"world_delete","world":"one"})");
    create_world(box, R"("name":"one")");
    EXPECT_THAT(error_message(box.control(R"({"command":"restore","world":"one","name":"s"})")),
                testing::HasSubstr("no snapshot"));
}

TEST(SnapshotInAFile, ComesBackUnderTheNewPassword) {
    Folder folder;
    {
        Box box("elsecloud", folder.config());
        box.put("/details", R"({"city":"Tartu"})");
        snapshot(box, "kept");
        box.put("/details", R"({"city":"Narva"})");
    }
    Box box("elsecloud", R"("password":"new","database":")" + folder.database() + '"');
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "Narva");
    EXPECT_EQ(*restore(box, "kept").find("restored"), json::Value("kept"));
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "Tartu") << "the owner's password is that of this run";
}

} // namespace
} // namespace hostbill::sandbox::test
