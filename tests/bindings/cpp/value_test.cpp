// Values, and their way to other JSON libraries. Its own translation unit, so that two of them include the header.
#include <hostbill.hpp>
#include <hostbill/sandbox.hpp>

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <clocale>
#include <limits>
#include <locale>

using namespace hostbill;

namespace {

TEST(Value, JsonThereAndBack) {
    for (const char *text :
         {R"({"a":[1,-2,"x","",null,true,false,{"b":{"c":[]}}],"e":{}})", "0", "-0.30", "1E3", "[[[[]]]]", R"("")",
          "123456789012345678901234567890", "9007199254740991", "-9223372036854775807"})
        EXPECT_EQ(Value::parse(text).json(), text);
    EXPECT_EQ(Value::parse(" { \"a\" : [ 1 , 2 ] } ").json(), R"({"a":[1,2]})");
    EXPECT_EQ(Value::parse(R"("\u00e9\ud83d\ude00\u0000\/\b\f\n\r\t")").text(), std::string("é😀\0/\b\f\n\r\t", 13));
    EXPECT_EQ(Value::parse(R"("\ud800x\udc00\ud800\u0041")").text(), "\uFFFDx\uFFFD\uFFFDA");
    EXPECT_EQ(Value(std::string("a\0\x1f", 3)).json(), R"("a\u0000\u001f")");
}

TEST(Value, WhatIsNoJsonIsRefused) {
    for (const char *text :
         {"", "{", "[1,]", "{\"a\"}", "{1:2}", "tru", "\"", "\"\\x\"", "\"\\u12\"", "1 2", "nul", "[1", "{\"a\":1"})
        EXPECT_THROW(Value::parse(text), ValueError) << text;
    EXPECT_THROW(Value::parse(std::string(5000, '[')), ValueError);
}

TEST(Value, TypesAndSteps) {
    const Value value = Value::parse(R"({"list":[1,{"deep":"x"}],"price":"19.90","half":0.5})");
    EXPECT_EQ(value["list"][1]["deep"].text(), "x");
    EXPECT_TRUE(value["no"]["such"][7]["thing"].is_null());
    EXPECT_TRUE(value["list"][-1].is_null());
    EXPECT_EQ(value["half"].text(), "0.5");
    EXPECT_THROW(value["price"].integer(), ValueError);
    EXPECT_THROW(value["half"].list(), ValueError);
    EXPECT_EQ(Value(std::vector<int>{1, 2}).json(), "[1,2]");
    EXPECT_EQ(Value(std::map<std::string, std::string>{{"a", "b"}}).json(), R"({"a":"b"})");
    EXPECT_EQ(Value(std::numeric_limits<std::uint64_t>::max()).json(), "18446744073709551615");
    EXPECT_EQ(Value(std::numeric_limits<std::int64_t>::min()).json(), "-9223372036854775808");
}

TEST(Value, NumbersWithAPointInAnyLocale) {
    struct Comma : std::numpunct<char> {
        char do_decimal_point() const override { return ','; }
    };
    const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
    EXPECT_EQ(Value(0.1).json(), "0.1");
    EXPECT_EQ(Value(1e300).json(), "1e+300");
    EXPECT_EQ(Value(1.0 / 3).json(), "0.3333333333333333");
    std::locale::global(before);
    EXPECT_THROW(Value(std::numeric_limits<double>::quiet_NaN()), ValueError);
    EXPECT_THROW(Value(std::numeric_limits<double>::infinity()), ValueError);
}

TEST(Value, OtherLibrariesTakeItsText) {
    rapidjson::Document other;
    other.Parse(Value(Object{{"name", "é😀"}, {"list", List{1, "two"}}}).json().c_str());
    ASSERT_FALSE(other.HasParseError());
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    other.Accept(writer);
    EXPECT_EQ(Value::parse(buffer.GetString())["name"].text(), "é😀");
}

TEST(Sandbox, KeepsWhatItIsTold) {
    SandboxConfig config;
    config.portal = "coloup";
    config.task_polls = 0;
    Sandbox sandbox(config);
    const Client client = sandbox.client();
    const std::int64_t domain = sandbox.ids()["domain_id"].integer();
    api::DomainsDnsRecordsCreateParams record;
    record.name = "cpp-test";
    record.type = "TXT";
    record.content = "é😀";
    client.domains.dns_records.create(domain, record);
    EXPECT_NE(client.domains.dns_records.list(domain).json().find("é😀"), std::string::npos);
    EXPECT_EQ(sandbox.control("ledger")["domains.dns_records.create"].integer(), 1);
    EXPECT_THROW(sandbox.control("nonsense"), Error);
    sandbox.close();
    sandbox.close();
    EXPECT_THROW(sandbox.control("info"), UsageError);
    config.portal = "colup";
    EXPECT_THROW(Sandbox{config}, UsageError);
}

} // namespace
