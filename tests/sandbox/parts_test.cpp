// The small parts that much depends on.
#include "sandbox/http/form.hpp"
#include "sandbox/world/crypto.hpp"
#include "sandbox/world/database.hpp"
#include "sandbox/world/dates.hpp"
#include "sandbox/world/money.hpp"
#include "sandbox/world/router.hpp"

#include "core/json/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hostbill::sandbox {
namespace {

std::string form_json(std::string_view text) {
    auto form = decode_form(text);
    return form ? json::write_utf8(json::Value(std::move(*form))) : "refused";
}

TEST(Form, DecodesBrackets) {
    EXPECT_EQ(form_json(""), "{}");
    EXPECT_EQ(form_json("a=1&b=x+y%2Fz"), R"({"a":"1","b":"x y/z"})");
    EXPECT_EQ(form_json("custom[1618][10330]=1"), R"({"custom":{"1618":{"10330":"1"}}})");
    EXPECT_EQ(form_json("ns[0]=a&ns[1]=b"), R"({"ns":["a","b"]})");
    EXPECT_EQ(form_json("ns[]=a&ns[]=b"), R"({"ns":["a","b"]})");
    EXPECT_EQ(form_json("items%5B0%5D%5Btype%5D=product&items[1][type]=domain"),
              R"({"items":[{"type":"product"},{"type":"domain"}]})");
    EXPECT_EQ(form_json("a=1&a=2"), R"({"a":"2"})");
    EXPECT_EQ(form_json("a[x]=1&a=2&a[y]=3"), R"({"a":{"y":"3"}})");
    EXPECT_EQ(form_json("flag&b="), R"({"flag":"","b":""})");
}

TEST(Form, RefusesWhatIsNone) {
    for (const char *text : {"a=%", "a=%4", "a=%zz", "a=%00", "=1", "a[=1", "a[b]c=1", "a[b]c[d]=1"})
        EXPECT_EQ(form_json(text), "refused") << text;
    std::string deep = "a";
    for (int i = 0; i < 100; ++i)
        deep += "[x]";
    EXPECT_EQ(form_json(deep + "=1"), "refused");
}

TEST(MoneyText, IsExact) {
    EXPECT_EQ(money_text(0), "0.00");
    EXPECT_EQ(money_text(5), "0.05");
    EXPECT_EQ(money_text(-1234), "-12.34");
    EXPECT_EQ(json::write_utf8(money_number(1000)), "10");
    EXPECT_EQ(json::write_utf8(money_number(1010)), "10.1");
    EXPECT_EQ(json::write_utf8(money_number(-5)), "-0.05");
}

TEST(MoneyText, IsParsedStrictly) {
    EXPECT_EQ(parse_money("12"), 1200);
    EXPECT_EQ(parse_money("12.5"), 1250);
    EXPECT_EQ(parse_money("12.500"), 1250);
    EXPECT_EQ(parse_money("-0.01"), -1);
    for (const char *text : {"", ".", "1.", ".5", "1.005", "1,5", "1e2", " 1", "abc", "1.-5", "--1", "1234567890123"})
        EXPECT_FALSE(parse_money(text)) << text;
}

TEST(Percentage, RoundsHalfAwayFromZero) {
    EXPECT_EQ(percentage(8005, 2200), 1761); // 17.611
    EXPECT_EQ(percentage(50, 100), 1);       // 0.5
    EXPECT_EQ(percentage(-50, 100), -1);
    EXPECT_EQ(percentage(49, 100), 0);
}

TEST(Dates, AddMonthsWithoutLeavingTheMonth) {
    Seconds january = parse_date("2027-01-31");
    EXPECT_EQ(date(add_months(january, 1)), "2027-02-28");
    EXPECT_EQ(date(add_months(january, 13)), "2028-02-29");
    EXPECT_EQ(date(add_months(january, 12)), "2028-01-31");
    EXPECT_EQ(date_time(january + 3661), "2027-01-31 01:01:01");
    EXPECT_EQ(iso_time(january), "2027-01-31T00:00:00+00:00");
    EXPECT_EQ(parse_date("2027-02-30"), 0);
    EXPECT_EQ(parse_date("soon"), 0);
}

TEST(Base64, GoesThereAndBack) {
    for (std::string text : {"", "a", "ab", "abc", "abcd", "\xff\xfe\xfd"})
        EXPECT_EQ(base64_decode(base64url(text)), text);
    EXPECT_EQ(base64_decode("YQ=="), "a");
    EXPECT_EQ(base64_decode("//8="), "\xff\xff");
    EXPECT_FALSE(base64_decode("a"));
    EXPECT_FALSE(base64_decode("ab!d"));
}

TEST(SigningKey, SignsAndSurvivesPem) {
    SigningKey key = SigningKey::generate();
    std::string signature = key.sign("text");
    auto again = SigningKey::from_pem(key.pem());
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->verify("text", signature));
    EXPECT_FALSE(again->verify("other", signature));
    EXPECT_FALSE(again->verify("text", ""));
    EXPECT_FALSE(SigningKey::from_pem("nonsense"));
}

TEST(Database, RollsBackWhatIsNotCommitted) {
    Database db(":memory:");
    db.script("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)");
    {
        Transaction transaction(db);
        db.run("INSERT INTO t (b) VALUES (?)", "lost");
    }
    EXPECT_FALSE(db.exists("SELECT 1 FROM t"));
    {
        Transaction transaction(db);
        db.run("INSERT INTO t (b) VALUES (?)", "kept");
        transaction.commit();
    }
    EXPECT_EQ(db.text("SELECT b FROM t"), "kept");
}

TEST(Database, MayReadTheSameStatementTwiceAtOnce) {
    Database db(":memory:");
    db.script("CREATE TABLE t (a INTEGER PRIMARY KEY)");
    for (int i = 0; i < 3; ++i)
        db.run("INSERT INTO t DEFAULT VALUES");
    int pairs = 0;
    for (auto outer = db.query("SELECT a FROM t"); outer.next();)
        for (auto inner = db.query("SELECT a FROM t"); inner.next();)
            ++pairs;
    EXPECT_EQ(pairs, 9);
}

TEST(Database, FailuresDoNotTellValues) {
    Database db(":memory:");
    db.script("CREATE TABLE t (a TEXT UNIQUE)");
    db.run("INSERT INTO t VALUES (?)", "a secret value");
    try {
        db.run("INSERT INTO t VALUES (?)", "a secret value");
        FAIL();
    } catch (const DatabaseError &error) {
        EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("secret")));
    }
}

TEST(Router, PrefersLiterals) {
    const Portal &portal = *find_portal("time4vps");
    Router router(portal);
    EXPECT_EQ(router.find("GET", "/service/order/12")->operation->id, "services.find_by_order");
    EXPECT_EQ(router.find("GET", "/service/12")->operation->id, "services.get");
    EXPECT_EQ(router.find("GET", "/vpn/servers")->operation->id, "vpn.servers.list");
    EXPECT_EQ(router.find("GET", "/vpn/12/history")->operation->id, "vpn.history");
    EXPECT_EQ(router.find("GET", "/category/available/vps")->operation->id, "products.available_vps");
    EXPECT_FALSE(router.find("GET", "/service/"));
    EXPECT_FALSE(router.find("PATCH", "/service/12"));
    EXPECT_EQ(router.find("GET", "/service/a%2Fb")->values.front().second, "a/b");
}

} // namespace
} // namespace hostbill::sandbox
