#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

constexpr std::string_view fixed = R"("username":"ada@example.net","password":"Example password: 1")";

std::string login_body(const std::string &password = "Example password: 1") {
    return R"({"username":"ada@example.net","password":")" + password + "\"}";
}

Answer anonymous(const Box &box, const std::string &path, const std::string &body) {
    return send({.method = "POST",
                 .url = box.url() + path,
                 .headers = {"Content-Type: application/json"},
                 .body = body,
                 .user = ""});
}

TEST(Basic, OpensTheAccount) {
    Box box("elsecloud", fixed);
    Answer answer = box.get("/details");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.word({"client", "email"}), "ada@example.net");
}

TEST(Basic, IsRefusedWhenWrongOrMissing) {
    Box box("time4vps", fixed);
    for (const char *user : {"", "ada@example.net:wrong", "nobody:Example password: 1", "ada@example.net:"}) {
        Answer answer = send({.method = "GET", .url = box.url() + "/details", .headers = {}, .body = "", .user = user});
        EXPECT_EQ(answer.status, 401) << user;
        EXPECT_EQ(answer.error(), "unauthorized");
        EXPECT_FALSE(answer.headers["www-authenticate"].empty());
    }
}

TEST(Basic, SurvivesCredentialsThatAreNone) {
    Box box("elsecloud");
    for (const char *header : {"Authorization: Basic", "Authorization: Basic !!!!", "Authorization: Basic YQ==",
                               "Authorization: Digest x", "Authorization: Bearer", "Authorization: Bearer a.b.c",
                               "Authorization: Bearer ..", "Authorization: Basic AAAA"}) {
        Answer answer =
            send({.method = "GET", .url = box.url() + "/details", .headers = {header}, .body = "", .user = ""});
        EXPECT_EQ(answer.status, 401) << header;
    }
}

TEST(Login, GivesATokenThatWorks) {
    Box box("generic", fixed);
    Answer login = anonymous(box, "/login", login_body());
    EXPECT_EQ(login.status, 200);
    EXPECT_TRUE(login.word({"token"}).starts_with("eyJ"));
    EXPECT_EQ(box.bearer("GET", "/details", login.word({"token"})).status, 200);
}

TEST(Login, TakesAForm) {
    Box box("coloup", fixed);
    Answer login = box.post_form("/login", "username=ada%40example.net&password=Example+password%3A+1");
    EXPECT_EQ(box.bearer("GET", "/details", login.word({"token"})).status, 200);
}

TEST(Login, SaysWrongLogin) {
    Box box("generic", fixed);
    EXPECT_EQ(anonymous(box, "/login", login_body("other")).error(), "wronglogin");
    EXPECT_THAT(anonymous(box, "/login", "{}").body.find("error")->array()->size(), 2U);
}

TEST(Login, IsNotOnPortalsWithoutTokens) {
    Box box("internetport", fixed);
    EXPECT_EQ(anonymous(box, "/login", login_body()).status, 404);
    EXPECT_EQ(box.bearer("GET", "/details", "a.b.c").status, 401);
}

TEST(Token, OfAnotherPortalIsRefused) {
    Box one("generic", fixed), two("generic", fixed);
    std::string token = anonymous(one, "/login", login_body()).word({"token"});
    EXPECT_EQ(two.bearer("GET", "/details", token).status, 401);
}

TEST(Token, ThatWasTamperedWithIsRefused) {
    Box box("generic", fixed);
    std::string token = anonymous(box, "/login", login_body()).word({"token"});
    std::size_t middle = token.find('.') + 10;
    token[middle] = token[middle] == 'A' ? 'B' : 'A';
    EXPECT_EQ(box.bearer("GET", "/details", token).status, 401);
}

TEST(Token, ExpiresAndSaysSo) {
    Box box("generic", std::string(fixed) + R"(,"token_lifetime":0)");
    Answer login = anonymous(box, "/login", login_body());
    Answer answer = box.bearer("GET", "/details", login.word({"token"}));
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.error(), "token_expired");
}

TEST(Refresh, RotatesAndRefusesTheOldOne) {
    Box box("generic", fixed);
    Answer login = anonymous(box, "/login", login_body());
    std::string first = R"({"refresh_token":")" + login.word({"refresh"}) + "\"}";
    Answer renewed = anonymous(box, "/token", first);
    EXPECT_EQ(renewed.status, 200);
    EXPECT_EQ(box.bearer("GET", "/details", renewed.word({"token"})).status, 200);
    EXPECT_EQ(anonymous(box, "/token", first).status, 401);
    EXPECT_EQ(anonymous(box, "/token", R"({"refresh_token":")" + renewed.word({"refresh"}) + "\"}").status, 200);
}

TEST(Refresh, IsNotDoneWithAnAccessToken) {
    Box box("generic", fixed);
    Answer login = anonymous(box, "/login", login_body());
    EXPECT_EQ(anonymous(box, "/token", R"({"refresh_token":")" + login.word({"token"}) + "\"}").status, 401);
    EXPECT_EQ(box.bearer("GET", "/details", login.word({"refresh"})).status, 401);
}

TEST(Revoke, EndsTheSession) {
    Box box("coloup", fixed);
    Answer login = anonymous(box, "/login", login_body());
    std::string body = R"({"refresh_token":")" + login.word({"refresh"}) + "\"}";
    EXPECT_EQ(box.post("/revoke", body).word({"status"}), "true");
    EXPECT_EQ(anonymous(box, "/token", body).status, 401);
    EXPECT_EQ(box.bearer("GET", "/details", login.word({"token"})).error(), "unauthorized");
}

TEST(Revoke, NeedsNoLoginButItsToken) {
    Box box("coloup", fixed);
    Answer login = anonymous(box, "/login", login_body());
    std::string body = R"({"refresh_token":")" + login.word({"refresh"}) + "\"}";
    EXPECT_EQ(anonymous(box, "/revoke", "{}").status, 401);
    EXPECT_EQ(anonymous(box, "/revoke", R"({"refresh_token":"x"})").status, 401);
    EXPECT_EQ(box.bearer("GET", "/details", login.word({"token"})).status, 200);
    EXPECT_EQ(anonymous(box, "/revoke", body).word({"status"}), "true");
    EXPECT_EQ(box.bearer("GET", "/details", login.word({"token"})).error(), "unauthorized");
}

TEST(Logout, EndsTheSession) {
    Box box("elsecloud", fixed);
    std::string token = anonymous(box, "/login", login_body()).word({"token"});
    EXPECT_EQ(box.bearer("POST", "/logout", token).word({"status"}), "true");
    EXPECT_EQ(box.bearer("GET", "/details", token).status, 401);
}

TEST(Contact, WithAPasswordCanLogIn) {
    Box box("elsecloud", fixed);
    box.post("/contact", R"({"email":"grace2@example.net","password":"Other-1","firstname":"Grace"})");
    Answer answer = send({.method = "GET",
                          .url = box.url() + "/service",
                          .headers = {},
                          .body = "",
                          .user = "grace2@example.net:Other-1"});
    EXPECT_EQ(answer.status, 200);
}

TEST(Contact, ThatIsRenamedLogsInByTheNewName) {
    Box box("elsecloud", fixed);
    box.post("/contact", R"({"email":"old@example.net","password":"Other-1"})");
    auto status = [&](const char *user) {
        return send({.method = "GET", .url = box.url() + "/service", .headers = {}, .body = "", .user = user}).status;
    };
    EXPECT_EQ(status("old@example.net:Other-1"), 200);
    box.put("/contact/4222", R"({"email":"new@example.net"})");
    EXPECT_EQ(status("old@example.net:Other-1"), 401);
    EXPECT_EQ(status("new@example.net:Other-1"), 200);
}

TEST(Token, OfNobodyMakesNoKey) {
    Box box("generic", fixed);
    EXPECT_EQ(box.bearer("GET", "/details", "a.b.c").status, 401);
    Answer login = anonymous(box, "/login", login_body());
    EXPECT_EQ(box.bearer("GET", "/details", login.word({"token"})).status, 200);
}

} // namespace
} // namespace hostbill::sandbox::test
