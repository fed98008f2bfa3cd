// The portal's clock: told in every answer, ahead or behind where it is to be, and moved on request.
#include "fault_client.hpp"

#include <ctime>

namespace hostbill::sandbox::test {
namespace {

std::int64_t date_of(const Received &answer) {
    const std::string name = "\r\nDate: ";
    std::size_t start = answer.bytes.find(name);
    if (start == std::string::npos)
        return 0;
    std::tm parts{};
    return strptime(answer.bytes.c_str() + start + name.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts) != nullptr
               ? timegm(&parts)
               : 0;
}

// The payload of a token, without a look at its signature.
json::Value claims(const std::string &token) {
    std::string text = token.substr(token.find('.') + 1);
    text = text.substr(0, text.find('.'));
    std::string out;
    unsigned pending = 0;
    int bits = 0;
    for (char letter : text) {
        static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        pending = (pending << 6 | static_cast<unsigned>(letters.find(letter))) & 0xffffU;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(pending >> bits & 0xffU);
        }
    }
    auto parsed = json::parse(out);
    return parsed ? std::move(*parsed) : json::Value();
}

Answer log_in(const Box &box) {
    return box.post("/login", json::write_utf8(json::Object{{"username", box.info("username")},
                                                            {"password", box.info("password")}}));
}

TEST(Date, IsInEveryAnswer) {
    Box box("generic");
    const std::int64_t now = std::time(nullptr);
    EXPECT_NEAR(static_cast<double>(date_of(ask_once(box))), static_cast<double>(now), 30);
    EXPECT_NE(date_of(ask_once(box, "GET", "/no/such/thing")), 0);
    add_fault(box, "*", R"({"kind":"html"})");
    EXPECT_NE(date_of(ask_once(box)), 0);
    Connection refused(box);
    refused.send("NOT HTTP\r\n\r\n");
    EXPECT_NE(date_of(refused.read_all()), 0);
}

TEST(Clock, CanBeAheadOrBehind) {
    for (std::int64_t skew : {-7200, 7200}) {
        Box box("generic", R"("clock_skew":)" + std::to_string(skew));
        const std::int64_t now = std::time(nullptr);
        EXPECT_NEAR(static_cast<double>(date_of(ask_once(box))), static_cast<double>(now + skew), 30);
        Answer login = log_in(box);
        json::Value token = claims(login.word({"token"}));
        EXPECT_NEAR(static_cast<double>(*token.find("iat")->integer()), static_cast<double>(now + skew), 30);
        EXPECT_EQ(*token.find("exp")->integer() - *token.find("iat")->integer(), 3600);
        EXPECT_EQ(box.bearer("GET", "/balance", login.word({"token"})).status, 200);
    }
}

TEST(Clock, ExpiresTokensWhenItIsMoved) {
    Box box("generic");
    std::string token = log_in(box).word({"token"});
    EXPECT_EQ(box.bearer("GET", "/balance", token).status, 200);
    EXPECT_EQ(*box.control(R"({"command":"clock","advance":3500})").find("advanced")->integer(), 3500);
    EXPECT_EQ(box.bearer("GET", "/balance", token).status, 200);
    box.control(R"({"command":"clock","advance":100})");
    Answer expired = box.bearer("GET", "/balance", token);
    EXPECT_EQ(expired.status, 401);
    EXPECT_EQ(expired.error(), "token_expired");
    EXPECT_NEAR(static_cast<double>(date_of(ask_once(box))), static_cast<double>(std::time(nullptr) + 3600), 30);
    box.control(R"({"command":"reset"})");
    EXPECT_EQ(*box.control(R"({"command":"clock"})").find("advanced")->integer(), 0);
}

TEST(Clock, RefusesWhatIsNoTime) {
    Box box("generic");
    for (std::string_view command : {R"({"command":"clock","advance":-1})", R"({"command":"clock","advance":"1"})",
                                     R"({"command":"clock","advanced":1})"})
        EXPECT_NE(box.control(command).find("error"), nullptr) << command;
    EXPECT_EQ(*box.control(R"({"command":"clock"})").find("advanced")->integer(), 0);
}

} // namespace
} // namespace hostbill::sandbox::test
