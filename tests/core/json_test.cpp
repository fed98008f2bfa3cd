#include "core/json/json.hpp"
#include "core/json/json_out.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

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

TEST(JsonParse, FindsARepeatedNameWhateverTheElementBeforeHad) {
    const std::string text = R"([{"a":1,"b":2},{"a":1,"b":2,"a":3},{"a":1,"a":2,"b":3},{"b":1,"a":2,"b":3}])";
    EXPECT_EQ(failure(text).kind, ErrorKind::duplicate_key);
    EXPECT_EQ(failure(text).offset, 33U); // the end of the second
    EXPECT_EQ(write_utf8(read(text, Dialect::lenient)), R"([{"a":1,"b":2},{"b":2,"a":3},{"a":2,"b":3},{"a":2,"b":3}])");
    EXPECT_EQ(failure(text, {.dialect = Dialect::lenient, .unique_names = true}).kind, ErrorKind::duplicate_key);
}

TEST(JsonParse, TakesNoNameForTheOneOfTheElementBefore) {
    for (const char *text : {R"([{"a\\":1},{"a\\":2,"b":3}])", R"([{"a\\":1},{"a\":2,":3}])", R"([{"a\"b":1},{"a":2}])",
                             R"([{"a":1,"b":2},{"a":1,"bc":2},{"a":1,"b":2},{"a":1},{"b":1,"a":2}])"}) {
        const Value value = read(text);
        EXPECT_EQ(write_utf8(value), text);
    }
    EXPECT_FALSE(parse(R"([{"a\"b":1},{"a"b":2}])"));
    EXPECT_FALSE(parse(R"([{"abc":1},{"abc)"));
    EXPECT_FALSE(parse(R"([{"abc":1},{"ab)"));
}

TEST(JsonParse, KeepsOnlyTheMembersThatAreAskedForButChecksTheRest) {
    constexpr std::string_view names[] = {"error", "info"};
    const ParseLimits limits{.dialect = Dialect::lenient, .members = names};
    const auto kept = [&](std::string_view text) {
        const Result<Value, ParseError> result = parse(text, limits);
        return result ? write_utf8(*result) : "failed";
    };
    EXPECT_EQ(kept(R"({"a":[1,{"error":2}],"error":{"x":[1,{}],"y":"z"},"b":"c","info":[1,2],"error":[3]})"),
              R"({"info":[1,2],"error":[3]})");
    EXPECT_EQ(kept(R"([{"error":1},2])"), "[]");
    EXPECT_EQ(kept(R"("text")"), R"("text")");
    for (const char *text : {R"({"a":[1,]})", R"({"a":tru})", R"({"a":"\x"})", R"({"a":01})", R"({"a":"b)",
                             R"([{"a"}])", R"({"a":1}})", "{\"a\":\"\n\"}", R"({"a":1.e})", R"({"a":1,})"})
        EXPECT_EQ(kept(text), "failed") << text;
    EXPECT_EQ(failure(R"({"a":[[[1]]]})", {.max_depth = 3, .members = names}).kind, ErrorKind::too_deep);
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
    Out out;
    append_raw_ascii(out, "{ \"a\" : 1.00,\n\"\xC3\xA9\":12345678901234567890}");
    EXPECT_EQ(out.view(), "{ \"a\" : 1.00,\n\"\\u00e9\":12345678901234567890}");
}

TEST(JsonWrite, PortableTextIsOneLineWithoutHalfCharacters) {
    for (const auto &[sent, portable] : std::vector<std::pair<std::string, std::string>>{
             {"{\n  \"a\": 1.0,\r\n\t\"b\": []\n}\n", "{   \"a\": 1.0,  \t\"b\": [] } "},
             {R"(["\ud83d\ude00","\u00e9\n\\"])", R"(["\ud83d\ude00","\u00e9\n\\"])"},
             {R"(["\ud83d","\uDE00x","\ud83d\ud83d\ude00","\ud83dabcdef","\ud83d\n"])",
              R"(["\ufffd","\ufffdx","\ufffd\ud83d\ude00","\ufffdabcdef","\ufffd\n"])"},
             {R"(["\\ud83d","\\\ud83d"])", R"(["\\ud83d","\\\ufffd"])"},
             {"{}", "{}"},
             {"", ""},
         }) {
        for (const std::string &before : {std::string(), std::string(15, ' '), std::string(40, ' ')}) {
            std::string text = before + sent;
            make_portable(text);
            EXPECT_EQ(text, before + portable);
        }
    }
}

TEST(JsonWrite, EscapesAnOddByteWhereverItStands) {
    struct Case {
        std::string_view bytes, ascii, utf8;
    };
    for (const auto &[bytes, ascii, utf8] :
         {Case{"\"", "\\\"", "\\\""}, Case{"\\", "\\\\", "\\\\"}, Case{"\n", "\\n", "\\n"},
          Case{"\x1F", "\\u001f", "\\u001f"}, Case{"\x7F", "\\u007f", "\\u007f"},
          Case{"\xC3\xA9", "\\u00e9", "\xC3\xA9"}, Case{"\xF0\x9F\x98\x80", "\\ud83d\\ude00", "\xF0\x9F\x98\x80"},
          Case{"/", "/", "/"}})
        for (std::size_t before = 0; before < 40; ++before)
            for (std::size_t after = 0; after < 40; ++after) {
                const std::string head(before, 'a'), tail(after, '~');
                const Value value(head + std::string(bytes) + tail);
                ASSERT_EQ(write_ascii(value), "\"" + head + std::string(ascii) + tail + "\"");
                ASSERT_EQ(write_utf8(value), "\"" + head + std::string(utf8) + tail + "\"");
                ASSERT_EQ(*read(write_ascii(value)).string(), *value.string());
                ASSERT_EQ(*read(write_utf8(value)).string(), *value.string());
            }
}

TEST(JsonOut, IsHandedOnAsACString) {
    Out out;
    std::string expected;
    for (int i = 0; i < 1000; ++i) {
        append_number(out, i);
        out += ' ';
        expected += std::to_string(i) + " ";
    }
    char *text = out.release();
    EXPECT_EQ(text, expected);
    EXPECT_EQ(out.view(), "");
    std::free(text);
    text = out.release();
    EXPECT_STREQ(text, "");
    std::free(text);
}

TEST(JsonText, IsTheSameNearAndFar) {
    for (std::size_t size = 0; size < 40; ++size) {
        const std::string bytes = std::string("\0 long enough to be far away, or cut \xFF off", 41).substr(0, size);
        Text text = bytes;
        EXPECT_EQ(text, bytes);
        EXPECT_EQ(text.size(), size);
        EXPECT_EQ(text.empty(), size == 0);
        const Text copy = text;
        EXPECT_EQ(copy, text);
        Text moved = std::move(text);
        EXPECT_EQ(moved, copy);
        EXPECT_FALSE(moved == Text(bytes + "x"));
        EXPECT_FALSE(size > 0 && moved == Text(bytes.substr(1)));
        for (const char *other : {"", "short", "as long as it takes to be far"}) {
            Text changed = copy;
            changed = other;
            EXPECT_EQ(changed, other);
            changed = copy;
            EXPECT_EQ(changed, bytes);
        }
        moved = moved.view().substr(0, 3);
        EXPECT_EQ(moved, bytes.substr(0, 3));
    }
}

TEST(JsonValue, TakesAPartOfItself) {
    Value value = read(R"({"a":[{"b":"a text that is not short"}]})");
    value = std::move(*value.object()->find("a"));
    value = std::move(value.array()->front());
    EXPECT_EQ(write_utf8(value), R"({"b":"a text that is not short"})");
    value = *value.find("b");
    EXPECT_EQ(*value.string(), "a text that is not short");
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

// Where room is asked for all that may come, and more comes than that: what there is must not be copied each time.
TEST(JsonOut, MovesAFewTimesHoweverItIsFilled) {
    Out out;
    int moves = 0;
    const char *before = nullptr;
    constexpr std::size_t texts = 100'000, escaped = 6;
    for (std::size_t left = texts; left > 0; --left) {
        std::memset(out.room_for(std::max(2 * left, escaped)), 'x', escaped);
        out.advance(escaped);
        moves += out.view().data() == before ? 0 : 1;
        before = out.view().data();
    }
    EXPECT_EQ(out.view().size(), texts * escaped);
    EXPECT_LT(moves, 10);
}

TEST(JsonOut, WritesTextOfAnyLanguageInAscii) {
    std::string sent = "\"", written = "\"";
    for (int i = 0; i < 1'000; ++i) {
        sent += "\xC3\xA9\xF0\x9F\x98\x80 plain ";
        written += "\\u00e9\\ud83d\\ude00 plain ";
    }
    Out out;
    append_raw_ascii(out, sent + "\"");
    EXPECT_EQ(out.view(), written + "\"");
}

} // namespace
} // namespace hostbill::json
