// VPN services.
#include "support.hpp"

#include "sandbox/world/crypto.hpp"

#include <cstdlib>

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

void advance(const Box &box, std::int64_t seconds) {
    box.control(R"({"command":"clock","advance":)" + std::to_string(seconds) + "}");
}

std::string config(const Box &box, const std::string &kind) {
    return base64_decode(box.get("/vpn/servers/43/config/" + kind).word({"template"})).value_or("");
}

TEST(Vpn, NewPasswordShowsWherePasswordsAre) {
    Box box("time4vps");
    const Answer login = box.get("/vpn/5160/details");
    EXPECT_EQ(login.word({"username"}), "vpn4107");
    EXPECT_EQ(box.get("/vpn/logindetails").text, login.text);
    const std::string fresh = box.post("/vpn/5160/resetpassword").word({"password"});
    EXPECT_NE(fresh, login.word({"password"}));
    EXPECT_EQ(box.get("/vpn/5160/details").word({"password"}), fresh);
    EXPECT_EQ(box.get("/vpn/logindetails").word({"password"}), fresh);
    EXPECT_EQ(box.get("/service/5160").word({"service", "password"}), fresh);
    EXPECT_EQ(box.get("/vpn/5160/details").word({"shared_key"}), login.word({"shared_key"}));
    EXPECT_EQ(box.ledger("vpn_password_resets"), 1);
}

TEST(Vpn, OnlyAnActiveServiceHasAPassword) {
    Box box("time4vps");
    const std::string password = box.get("/vpn/5160/details").word({"password"});
    box.control(R"({"command":"set_state","kind":"service","id":5160,"state":"Suspended"})");
    EXPECT_EQ(box.post("/vpn/5160/resetpassword").error(), "Service 5160 is not active");
    EXPECT_EQ(box.get("/vpn/5160/details").word({"password"}), password);
    EXPECT_EQ(box.get("/vpn/logindetails").error(), "There is no active VPN service");
    EXPECT_EQ(box.get("/vpn/servers/41/config/ovpn_443").error(), "There is no active VPN service");
    EXPECT_EQ(box.get("/vpn/5160/sessions").text, "[]");
    EXPECT_EQ(box.ledger("vpn_password_resets"), 0);
}

TEST(Vpn, ConfigurationIsForTheServerAndTheLogin) {
    Box box("time4vps");
    const std::string address = box.get("/vpn/servers").word({"2", "ip"});
    const std::string udp = config(box, "ovpn_default"), tcp = config(box, "ovpn_443"),
                      book = config(box, "pbk_default");
    EXPECT_THAT(udp, HasSubstr("remote " + address + " 1194"));
    EXPECT_THAT(udp, HasSubstr("proto udp"));
    EXPECT_THAT(tcp, HasSubstr("remote " + address + " 443"));
    EXPECT_THAT(book, HasSubstr("PhoneNumber=" + address));
    for (const std::string &text : {udp, tcp, book}) {
        EXPECT_THAT(text, HasSubstr("vpn4107"));
        EXPECT_THAT(text, testing::Not(HasSubstr(box.get("/vpn/5160/details").word({"password"}))));
    }
    EXPECT_EQ(box.get("/vpn/servers/40/config/ovpn_443").error(), "VPN server 40 not found");
}

TEST(Vpn, SessionsFollowTheClock) {
    Box box("time4vps");
    // The router is connected all day but for a moment: so it is now, or half an hour later.
    auto router = [&] {
        Answer now = box.get("/vpn/5160/sessions");
        if (now.word({"0", "type"}) != "WireGuard" || now.word({"0", "duration"}).size() < 3) {
            advance(box, 1800);
            now = box.get("/vpn/5160/sessions");
        }
        return now;
    };
    const Answer sessions = router();
    EXPECT_EQ(sessions.word({"0", "type"}), "WireGuard");
    EXPECT_EQ(sessions.word({"0", "doomed"}), "false");
    EXPECT_EQ(sessions.word({"0", "serverName"}), "EE-2");
    EXPECT_GT(std::atoll(sessions.word({"0", "received"}).c_str()), 0);

    box.control(R"({"command":"set_state","kind":"vpn_server","id":41,"state":"maintenance"})");
    EXPECT_EQ(box.get("/vpn/servers").word({"0", "available"}), "false");
    EXPECT_EQ(box.get("/vpn/5160/sessions").word({"0", "serverName"}), "DE-3") << "42 is in maintenance from the start";

    box.post("/vpn/5160/resetpassword");
    EXPECT_EQ(box.get("/vpn/5160/sessions").word({"0", "doomed"}), "true");
    advance(box, 61);
    EXPECT_EQ(box.get("/vpn/5160/sessions").text.find("WireGuard"), std::string::npos);
    advance(box, 86400);
    EXPECT_EQ(router().word({"0", "type"}), "WireGuard") << "it was told the new password";
    EXPECT_EQ(router().word({"0", "doomed"}), "false");
}

TEST(Vpn, HistoryAddsUp) {
    Box box("time4vps");
    const Answer before = box.get("/vpn/5160/history");
    ASSERT_EQ(before.body.array()->size(), 30U);
    EXPECT_GT(std::atoll(before.word({"10", "received"}).c_str()), 0);
    advance(box, 86400);
    const Answer after = box.get("/vpn/5160/history");
    EXPECT_EQ(after.word({"10", "received"}), before.word({"11", "received"}));
    EXPECT_EQ(after.word({"10", "period"}), before.word({"11", "period"}));
    EXPECT_GE(std::atoll(after.word({"28", "received"}).c_str()), std::atoll(before.word({"29", "received"}).c_str()));
}

TEST(Vpn, BoughtOneHasItsOwnLogin) {
    Box box("time4vps", R"("auto_credit":false)");
    const Answer order = box.post("/order/860", R"({"cycle":"m","domain":"vpn"})");
    ASSERT_EQ(order.error(), "");
    const std::string id = box.get("/service/order/" + order.word({"order_num"})).word({"account_id"});
    EXPECT_EQ(box.get("/vpn/" + id + "/details").error(), "Service " + id + " is not active");
    box.control(R"({"command":"pay","invoice_id":)" + order.word({"invoice_id"}) + "}");
    EXPECT_EQ(box.get("/vpn/" + id + "/details").word({"username"}), "vpn" + id);
    EXPECT_EQ(box.get("/vpn/logindetails").word({"username"}), "vpn4107") << "the oldest";
}

} // namespace
} // namespace hostbill::sandbox::test
