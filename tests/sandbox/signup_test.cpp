// Sign-up and forgotten passwords, which go on by mail.
#include "people.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view fixed = R"("username":"ada@example.net","password":"Example password: 1")";

Answer ask(const Box &box, const std::string &path, const std::string &body) {
    return send({.method = "POST",
                 .url = box.url() + path,
                 .headers = {"Content-Type: application/json"},
                 .body = body,
                 .user = ""});
}

json::Array mails(const Box &box) { return *box.control(R"({"command":"mails"})").find("mails")->array(); }

std::string link_in(const json::Value &mail) {
    const std::string &body = *mail.find("body")->string();
    return body.substr(body.find("http://"));
}

Answer follow(const std::string &link) {
    return send({.method = "GET", .url = link, .headers = {}, .body = "", .user = ""});
}

long sign_in(const Box &box, const std::string &user) {
    return send({.method = "GET", .url = box.url() + "/details", .headers = {}, .body = "", .user = user}).status;
}

TEST(SignUp, IsWrittenDownAndConfirmedByMail) {
    Box box("time4vps");
    const std::string body = R"({"email":"new@example.net","password":"Example-password-1","country":"EE"})";
    Answer made = ask(box, "/signup", body);
    EXPECT_EQ(made.word({"client_id"}), "4108");
    ASSERT_EQ(mails(box).size(), 1U);
    EXPECT_EQ(*mails(box)[0].find("to"), json::Value("new@example.net"));
    EXPECT_EQ(box.ledger("signups"), 1);
    EXPECT_EQ(ask(box, "/signup", body).error(), "Parameter email belongs to another account");
    EXPECT_EQ(sign_in(box, "new@example.net:Example-password-1"), 401);
    const std::string link = link_in(mails(box)[0]);
    EXPECT_EQ(follow(link).status, 200);
    EXPECT_EQ(box.ledger("signups_confirmed"), 1);
    EXPECT_EQ(follow(link).status, 404); // Once.
    EXPECT_EQ(box.ledger("signups_confirmed"), 1);
    EXPECT_THAT(*mails(box).back().find("subject")->string(), HasSubstr("confirmed"));
    EXPECT_EQ(ask(box, "/signup", R"({"email":"b@example.net","password":"Example-password-1"})").word({"client_id"}),
              "4109");
}

TEST(SignUp, NamesWhatIsWrong) {
    Box box("time4vps", fixed);
    auto error = [&](const std::string &members) {
        return ask(box, "/signup", R"({"password":"Example-password-1",)" + members + "}").error();
    };
    EXPECT_EQ(error(R"("city":"Tartu")"), "Parameter email is required");
    EXPECT_EQ(error(R"("email":"nonsense")"), "Parameter email is not an e-mail address");
    EXPECT_EQ(error(R"("email":"ada@example.net")"), "Parameter email belongs to another login");
    EXPECT_EQ(ask(box, "/signup", R"({"email":"a@example.net","password":"short"})").error(),
              "Parameter password has an invalid value");
    EXPECT_EQ(error(R"("email":"a@example.net","type":"Robot")"), "Parameter type must be one of: Private, Company");
    EXPECT_EQ(error(R"("email":"a@example.net","type":"Company")"), "Parameter companyname is required of a company");
    EXPECT_EQ(error(R"("email":"a@example.net","country":"Estonia")"),
              "Parameter country must be a code of two letters");
    EXPECT_EQ(error(R"("email":"a@example.net","2faenable":["Enable"])"),
              "Parameter 2fasecret is required for the second factor");
    EXPECT_EQ(error(R"("email":"a@example.net","2faenable":["Enable"],"2fasecret":"ABC")"),
              "Parameter 2fasecret must be sixteen letters and digits");
    EXPECT_TRUE(mails(box).empty());
    EXPECT_EQ(box.ledger("signups"), 0);
}

TEST(PasswordReset, ComesByMailAndEndsTheOldOne) {
    Box box("time4vps", fixed);
    EXPECT_EQ(ask(box, "/passwordreset", R"({"email":"ada@example.net"})").word({"status"}), "true");
    ASSERT_EQ(mails(box).size(), 1U);
    EXPECT_EQ(box.get("/details").status, 200); // Asking alone changes nothing.
    EXPECT_EQ(follow(link_in(mails(box)[0])).status, 200);
    EXPECT_EQ(box.get("/details").status, 401);
    const std::string body = *mails(box).back().find("body")->string();
    const std::string password = body.substr(body.rfind(' ') + 1);
    EXPECT_EQ(sign_in(box, "ada@example.net:" + password), 200);
}

TEST(PasswordReset, IsForContactsToo) {
    Box box("time4vps");
    Person person(box, "forgets", "{}");
    ask(box, "/passwordreset", R"({"email":"forgets@example.net"})");
    ASSERT_EQ(mails(box).size(), 1U);
    follow(link_in(mails(box)[0]));
    EXPECT_EQ(person.get("/details").status, 401);
    EXPECT_EQ(box.get("/details").status, 200);
}

TEST(PasswordReset, TellsNoStrangerWhoHasAnAccount) {
    Box box("time4vps", fixed);
    EXPECT_EQ(ask(box, "/passwordreset", R"({"email":"nobody@example.net"})").text,
              ask(box, "/passwordreset", R"({"email":"ada@example.net"})").text);
    EXPECT_EQ(mails(box).size(), 1U);
}

TEST(Links, AreGoodForADay) {
    Box box("time4vps", fixed);
    ask(box, "/passwordreset", R"({"email":"ada@example.net"})");
    box.control(R"({"command":"clock","advance":86401})");
    EXPECT_EQ(follow(link_in(mails(box)[0])).status, 404);
    EXPECT_EQ(box.get("/details").status, 200);
}

} // namespace
} // namespace hostbill::sandbox::test
