// A database file keeps the state from one sandbox to the next.
#include "folder.hpp"
#include "support.hpp"

#include "sandbox/world/database.hpp"

#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hostbill::sandbox::test {
namespace {

std::string login_token(const Box &box) {
    return box.post_form("/login", "username=api%40example.com&password=x").word({"token"});
}

TEST(File, KeepsTheState) {
    Folder folder;
    std::string service, token;
    {
        Box box("elsecloud", folder.config());
        Answer order = box.post("/order/820", R"({"domain":"kept.example.net"})");
        box.post("/invoice/" + order.word({"invoice_id"}) + "/credit");
        service = order.word({"items", "id"});
        token = login_token(box);
    }
    Box box("elsecloud", folder.config());
    EXPECT_EQ(box.get("/service/" + service).word({"service", "status"}), "Active");
    EXPECT_EQ(box.get("/balance").word({"details", "acc_credit"}), "492.00");
    EXPECT_EQ(box.ledger("orders"), 1);
    EXPECT_EQ(box.bearer("GET", "/details", token).status, 200) << "the signing key is kept as well";
}

TEST(File, ForgetsSessionsThatAreOver) {
    Folder folder;
    {
        Box box("elsecloud", folder.config() + R"(,"token_lifetime":10,"refresh_lifetime":20)");
        for (int login = 0; login < 3; ++login) {
            EXPECT_NE(login_token(box), "");
            box.control(R"({"command":"clock","advance":15})");
        }
    }
    Database database(folder.database());
    EXPECT_EQ(database.number("SELECT count(*) FROM sessions"), 2) << "the first one had 20 seconds";
}

TEST(File, TakesANewPassword) {
    Folder folder;
    { Box box("elsecloud", folder.config()); }
    Box box("elsecloud", R"("database":")" + folder.database() + "\"");
    EXPECT_NE(box.info("password"), "x");
    EXPECT_EQ(box.get("/details").status, 200);
}

TEST(File, IsForItsOwnerOnly) {
    Folder folder;
    Box box("elsecloud", folder.config());
    struct stat state {};
    ASSERT_EQ(stat(folder.database().c_str(), &state), 0);
    EXPECT_EQ(state.st_mode & 0777, 0600U);
}

TEST(File, OfAnotherPortalIsRefused) {
    Folder folder;
    { Box box("elsecloud", folder.config()); }
    char *error = nullptr;
    hostbill_sandbox *sandbox = nullptr;
    EXPECT_LT(hostbill_sandbox_new((R"({"portal":"coloup",)" + folder.config() + "}").c_str(), &sandbox, &error), 0);
    EXPECT_THAT(std::string(error), testing::HasSubstr("elsecloud"));
    hostbill_sandbox_string_free(error);
}

TEST(File, BelongsToOneSandboxAtATime) {
    Folder folder;
    Box box("coloup", folder.config());
    char *error = nullptr;
    hostbill_sandbox *sandbox = nullptr;
    EXPECT_LT(hostbill_sandbox_new((R"({"portal":"coloup",)" + folder.config() + "}").c_str(), &sandbox, &error), 0);
    EXPECT_THAT(std::string(error), testing::HasSubstr("in use"));
    hostbill_sandbox_string_free(error);
    EXPECT_EQ(box.get("/details").status, 200);
}

TEST(File, ThatIsNoneIsRefused) {
    Folder folder;
    FILE *file = std::fopen(folder.database().c_str(), "w");
    for (int i = 0; i < 1000; ++i)
        std::fputs("this is not a database\n", file);
    std::fclose(file);
    char *error = nullptr;
    hostbill_sandbox *sandbox = nullptr;
    EXPECT_LT(hostbill_sandbox_new((R"({"portal":"coloup",)" + folder.config() + "}").c_str(), &sandbox, &error), 0);
    EXPECT_THAT(std::string(error), testing::HasSubstr("database"));
    hostbill_sandbox_string_free(error);
}

// The child serves until it is killed in the middle of things; every order that was answered is there, with its invoice.
TEST(File, SurvivesBeingKilled) {
    Folder folder;
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        Box box("generic", folder.config());
        for (;;) {
            bool done = box.post("/order/830").word({"total"}) == "3.00";
            if (!done || write(ends[1], "x", 1) != 1)
                _exit(1);
        }
    }
    close(ends[1]);
    char byte = 0;
    std::int64_t answered = 0;
    while (answered < 25 && read(ends[0], &byte, 1) == 1)
        ++answered;
    kill(child, SIGKILL);
    while (read(ends[0], &byte, 1) == 1)
        ++answered;
    close(ends[0]);
    waitpid(child, nullptr, 0);
    ASSERT_GE(answered, 25);

    Box box("generic", folder.config());
    const std::int64_t orders = box.ledger("orders");
    EXPECT_GE(orders, answered);
    EXPECT_LE(orders, answered + 1); // The last answer may not have been counted.
    EXPECT_EQ(box.ledger("invoices"), orders);
    EXPECT_EQ(box.ledger("services"), orders);
    const std::size_t seeded = Box("generic").get("/invoice").at({"invoices"}).array()->size();
    EXPECT_EQ(box.get("/invoice").at({"invoices"}).array()->size(), seeded + static_cast<std::size_t>(orders));
}

} // namespace
} // namespace hostbill::sandbox::test
