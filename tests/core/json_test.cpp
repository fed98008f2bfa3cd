#include "core/json.hpp"

#include <gtest/gtest.h>

namespace hostbill::json {
namespace {

using ErrorKind = ParseError::Kind;

Value read(std::string_view text, Dialect dialect = Dialect::strict) {
    Result<Value, ParseError> result = parse(text, {.dialect = dialect});
    EXPECT_TRUE(result) << text << ": " << (result ? "" : result.error().message);
    return result ? *result : Value();
}

ParseError failure(std::string_view text, ParseLimits limits = {}) {
    Result<Value, ParseError> result = parse(text, limits);
    EXPECT_FALSE(result) << text.substr(0, 100);
    return result ? ParseError{} : result.error();
}

TEST(JsonParse, KeepsTheOrderOfMembersAndTheTextOfNumbers) {
    EXPECT_EQ(write_utf8(read(R"( {"z":1,"a":[true,false,null],"m":{"x":1.50,"y":-0,"e":1e5}} )")),
              R"({"z":1,"a":[true,false,null],"m":{"x":1.50,"y":-0,"e":1e5}})");
}

TEST(JsonParse, TakesPlainIntegersAsIntegersAndNothingElse) {
    EXPECT_NE(read("9223372036854775807").integer(), nullptr);
    EXPECT_NE(read("-9223372036854775808").integer(), nullptr);
    for (const char *text : {"9223372036854775808", "1.0", "-0", "1e2", "0.10"}) {
        ASSERT_NE(read(text).number_text(), nullptr) << text;
        EXPECT_EQ(*read(text).number_text(), text);
    }
}

TEST(JsonParse, KeepsNulInText) { EXPECT_EQ(*read(R"("a\u0000b")").string(), std::string("a\0b", 3)); }

TEST(JsonParse, NamesTheKindAndPlaceOfAnError) {
    EXPECT_EQ(failure("").kind, ErrorKind::empty);
    EXPECT_EQ(failure("  ").kind, ErrorKind::empty);
    EXPECT_EQ(failure("{\"a\":}").kind, ErrorKind::syntax);
    EXPECT_EQ(failure("{\"a\":}").offset, 5U);
    EXPECT_EQ(failure("{\"a\":1").kind, ErrorKind::truncated);
    EXPECT_EQ(failure("{\"a\":\"b").kind, ErrorKind::truncated);
    EXPECT_EQ(failure("{} x").kind, ErrorKind::syntax);
    EXPECT_EQ(failure("\"a\nb\"").kind, ErrorKind::syntax);
    for (const char *text : {"01", "+1", ".5", "1.", "NaN", "{a:1}", "{'a':1}", "[1,]", "// x\n1"}) {
        EXPECT_FALSE(parse(text)) << text;
    }
}

TEST(JsonParse, RefusesNulOutsideOfText) {
    EXPECT_EQ(failure(std::string_view("{}\0", 3)).kind, ErrorKind::syntax);
    EXPECT_EQ(failure(std::string_view("{}\0", 3)).offset, 2U);
    EXPECT_EQ(failure(std::string_view("\0{}", 3)).kind, ErrorKind::syntax);
}

TEST(JsonParse, StopsAtTheLimits) {
    EXPECT_TRUE(parse(std::string(64, '[') + std::string(64, ']')));
    EXPECT_EQ(failure(std::string(65, '[') + std::string(65, ']')).kind, ErrorKind::too_deep);
    EXPECT_EQ(failure(std::string(10'000, '[')).kind, ErrorKind::too_deep);
    EXPECT_EQ(failure("[1,2]", {.max_bytes = 4}).kind, ErrorKind::too_large);
}

TEST(JsonParse, AnswersARepeatedNameByTheDialect) {
    EXPECT_EQ(failure(R"({"a":1,"b":2,"a":3})").kind, ErrorKind::duplicate_key);
    EXPECT_EQ(write_utf8(read(R"({"a":1,"b":2,"a":3,"a":4})", Dialect::lenient)), R"({"b":2,"a":4})");
}

TEST(JsonParse, FindsRepeatedNamesInLargeObjectsToo) {
    std::string text = "{";
    for (int i = 0; i < 1000; ++i)
        text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
    EXPECT_EQ(failure(text + "\"k7\":0}").kind, ErrorKind::duplicate_key);
    const Value kept = read(text + "\"k7\":\"last\"}", Dialect::lenient);
    EXPECT_EQ(kept.object()->size(), 1000U);
    EXPECT_EQ(*kept.find("k7")->string(), "last");
    EXPECT_EQ(*kept.find("k999")->integer(), 999);
}

TEST(JsonParse, RefusesTextThatIsNotUnicodeFromCallers) {
    EXPECT_EQ(failure("\"\xff\"").kind, ErrorKind::bad_text);
    EXPECT_EQ(failure("\"\xc0\xaf\"").kind, ErrorKind::bad_text);
    EXPECT_EQ(failure(R"("\ud83d")").kind, ErrorKind::bad_text);
    EXPECT_EQ(failure(R"("\ude00x")").kind, ErrorKind::bad_text);
    EXPECT_EQ(failure(R"("\ud83dx")").kind, ErrorKind::bad_text);
}

TEST(JsonParse, RepairsTextThatIsNotUnicodeFromPortals) {
    const std::string mark = "\xEF\xBF\xBD";
    EXPECT_EQ(*read(R"("a\ud83dz")", Dialect::lenient).string(), "a" + mark + "z");
    EXPECT_EQ(*read(R"("\ude00\ud83d\ude00")", Dialect::lenient).string(), mark + "\xF0\x9F\x98\x80");
    EXPECT_EQ(*read("\"caf\xe9!\"", Dialect::lenient).string(), "caf" + mark + "!");
    EXPECT_EQ(*read(R"("\\ud83d\ud83d")", Dialect::lenient).string(), "\\ud83d" + mark);
    EXPECT_FALSE(parse("\"\\\xff\"", {.dialect = Dialect::lenient})); // An escape of nothing stays an error.
}

TEST(JsonParse, SkipsAByteOrderMarkOfPortalsOnly) {
    EXPECT_EQ(write_utf8(read("\xEF\xBB\xBF{}", Dialect::lenient)), "{}");
    EXPECT_FALSE(parse("\xEF\xBB\xBF{}"));
}

TEST(JsonWrite, AsciiEscapesWhateverIsNotAscii) {
    EXPECT_EQ(write_ascii(Value("\xC3\xA9\xF0\x9F\x98\x80\"\\\n\x01\x7F/")),
              R"("\u00e9\ud83d\ude00\"\\\n\u0001\u007f/")");
    EXPECT_EQ(write_ascii(Value(std::string("\0", 1))), R"("\u0000")");
    EXPECT_EQ(write_ascii(Value(Object{{"\xC3\xA9", 1}})), R"({"\u00e9":1})");
}

TEST(JsonWrite, Utf8LeavesTextAsItIs) {
    EXPECT_EQ(write_utf8(Value("\xC3\xA9\xF0\x9F\x98\x80")), "\"\xC3\xA9\xF0\x9F\x98\x80\"");
}

TEST(JsonWrite, AsciiQuotesIntegersThatADoubleCannotHold) {
    EXPECT_EQ(write_ascii(read("[9007199254740992,9007199254740993,-9007199254740993]")),
              R"([9007199254740992,"9007199254740993","-9007199254740993"])");
    EXPECT_EQ(write_ascii(read("[123456789012345678901234567890,0.10]")), R"(["123456789012345678901234567890",0.10])");
    EXPECT_EQ(write_utf8(read("[9007199254740993]")), "[9007199254740993]");
}

TEST(JsonWrite, RawKeepsEverythingButEscapesText) {
    std::string out;
    append_raw_ascii(out, "{ \"a\" : 1.00,\n\"\xC3\xA9\":12345678901234567890}");
    EXPECT_EQ(out, "{ \"a\" : 1.00,\n\"\\u00e9\":12345678901234567890}");
}

TEST(JsonObject, SetsReplacesAndErases) {
    Object object{{"a", 1}};
    object.set("b", 2);
    object.set("a", "x");
    EXPECT_EQ(write_utf8(Value(object)), R"({"a":"x","b":2})");
    EXPECT_TRUE(object.erase("a"));
    EXPECT_FALSE(object.erase("a"));
    EXPECT_EQ(object.find("a"), nullptr);
    EXPECT_EQ(object.size(), 1U);
}

TEST(JsonValue, ComparesDeeply) {
    EXPECT_EQ(read(R"({"a":[1,{"b":"c"}]})"), read(R"({"a":[1,{"b":"c"}]})"));
    EXPECT_FALSE(read(R"({"a":[1]})") == read(R"({"a":[2]})"));
    EXPECT_FALSE(read("{}") == read("[]"));
    EXPECT_FALSE(read("1") == read("1.0"));
}

TEST(JsonValue, WipesEveryText) {
    Value value = read(R"({"a":["secret",{"b":"secret"}],"c":1})");
    wipe(value);
    EXPECT_EQ(write_utf8(value).find("secret"), std::string::npos);
}

TEST(JsonText, CountsCodePoints) {
    EXPECT_EQ(count_code_points("a\xC3\xA9\xF0\x9F\x98\x80"), 3U);
    EXPECT_EQ(count_code_points(""), 0U);
}

} // namespace
} // namespace hostbill::json
