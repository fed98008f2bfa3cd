// Our reader against another one, on random documents and on what becomes of them when bytes are changed.
#include "core/json/json.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <random>
#include <string>
#include <vector>

namespace hostbill::json {
namespace {

// Documents whose names are unique within an object.
class Writer {
public:
    explicit Writer(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return random_() % limit; }

    std::string value(int depth = 0) {
        switch (below(depth > 4 ? 5 : 9)) {
        case 0:
            return one_of({"null", "true", "false"});
        case 1:
        case 2:
            return one_of({"0", "-0", "12", "-1.5", "0.10", "1e5", "2E-3", "9223372036854775807", "9223372036854775808",
                           "-9223372036854775808", "123456789012345678901234567890", "9007199254740993"});
        case 3:
        case 4:
            return text();
        case 5:
        case 6:
            return list("[", "]", [&](std::size_t) { return value(depth + 1); });
        default:
            return list("{", "}", [&](std::size_t place) {
                const std::string name = "\"" + words() + std::to_string(place) + "\"";
                return name + blanks() + ":" + blanks() + value(depth + 1);
            });
        }
    }

    void damage(std::string &text) {
        for (std::size_t times = 1 + below(3); times > 0 && !text.empty(); --times) {
            const std::size_t place = below(text.size());
            switch (below(4)) {
            case 0:
                text.resize(place);
                break;
            case 1:
                text.erase(place, 1 + below(3));
                break;
            case 2:
                text[place] = static_cast<char>(1 + below(255));
                break;
            default:
                text.insert(place, one_of({"{", "}", "[", "]", "\"", ",", ":", "0", "-", "\\", "e", ".", "u"}));
            }
        }
    }

private:
    std::string one_of(std::initializer_list<const char *> choices) { return choices.begin()[below(choices.size())]; }
    std::string blanks() { return below(4) > 0 ? "" : one_of({" ", "\n", "\t ", "\r\n"}); }
    std::string words() {
        std::string out;
        for (std::size_t count = below(4); count > 0; --count)
            out += one_of({"a", "id", "status", "sixteen bytes or", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9",
                           "\\ud83d\\ude00", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\x7F"});
        return out;
    }
    std::string text() { return "\"" + words() + "\""; }

    template <class Make>
    std::string list(const char *open, const char *close, Make &&make) {
        std::string out = open + blanks();
        const std::size_t count = below(10) > 0 ? below(6) : below(40);
        for (std::size_t place = 0; place < count; ++place)
            out += (place > 0 ? "," + blanks() : "") + make(place) + blanks();
        return out + close;
    }

    std::mt19937 random_;
};

// With numbers as texts, so that no digit of them is lost on the way.
rapidjson::Document read_by_others(std::string_view text) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag>(text.data(),
                                                                                                  text.size());
    return document;
}

TEST(JsonRandom, ReadsWhatAnotherReaderReads) {
    std::size_t read = 0, refused = 0;
    for (unsigned seed = 0; seed < 20'000; ++seed) {
        Writer writer(seed);
        std::string text = writer.value();
        if (seed % 2 == 1)
            writer.damage(text);
        const Result<Value, ParseError> ours = parse(text);
        const rapidjson::Document theirs = read_by_others(text);
        // These the other one lets pass, or does not know.
        if (!ours &&
            (ours.error().kind == ParseError::Kind::duplicate_key || ours.error().kind == ParseError::Kind::bad_text))
            continue;
        if (theirs.HasParseError() && theirs.GetParseError() == rapidjson::kParseErrorNumberTooBig)
            continue;
        ASSERT_EQ(bool(ours), !theirs.HasParseError()) << text;
        ++(ours ? read : refused);
        if (!ours)
            continue;
        ASSERT_TRUE(read_by_others(write_utf8(*ours)) == theirs) << text;
        const Result<Value, ParseError> leniently = parse(text, {.dialect = Dialect::lenient});
        ASSERT_TRUE(leniently && *leniently == *ours) << text;
    }
    EXPECT_GT(read, 10'000U);
    EXPECT_GT(refused, 5'000U);
}

TEST(JsonRandom, LetsPassWhatAnotherReaderReads) {
    constexpr std::string_view nothing[] = {"-"};
    std::size_t passed = 0, refused = 0;
    for (unsigned seed = 0; seed < 20'000; ++seed) {
        Writer writer(seed);
        std::string text = writer.value();
        if (seed % 2 == 1)
            writer.damage(text);
        // As an element, and behind a name, of which nothing is kept.
        for (const std::string &whole : {"[" + text + "]", "{\"a\":" + text + "}"}) {
            const Result<Value, ParseError> strictly = parse(whole);
            if (!strictly && strictly.error().kind == ParseError::Kind::bad_text)
                continue; // repaired, or let pass
            const rapidjson::Document theirs = read_by_others(whole);
            if (theirs.HasParseError() && theirs.GetParseError() == rapidjson::kParseErrorNumberTooBig)
                continue;
            const Result<Value, ParseError> gone_over = parse(whole, {.dialect = Dialect::lenient, .members = nothing});
            ASSERT_EQ(bool(gone_over), !theirs.HasParseError()) << whole;
            ++(gone_over ? passed : refused);
        }
    }
    EXPECT_GT(passed, 20'000U);
    EXPECT_GT(refused, 10'000U);
}

TEST(JsonRandom, FailsAtTheSamePlaceHoweverMuchIsKept) {
    constexpr std::string_view names[] = {"a0", "id1", "status0"};
    for (unsigned seed = 0; seed < 10'000; ++seed) {
        Writer writer(seed);
        std::string text = writer.value();
        writer.damage(text);
        const Result<Value, ParseError> all = parse(text, {.dialect = Dialect::lenient});
        const Result<Value, ParseError> some = parse(text, {.dialect = Dialect::lenient, .members = names});
        ASSERT_EQ(bool(all), bool(some)) << text;
        if (!all) {
            ASSERT_EQ(all.error().kind, some.error().kind) << text;
            ASSERT_EQ(all.error().offset, some.error().offset) << text;
        } else if (const Object *members = all->object()) {
            for (const std::string_view name : names) {
                const Value *whole = members->find(name), *kept = some->find(name);
                ASSERT_EQ(whole == nullptr, kept == nullptr) << text;
                ASSERT_TRUE(whole == nullptr || *whole == *kept) << text;
            }
        }
    }
}

// Rows of short texts without blanks, as portals send them, with every byte of them changed, taken out, or cut at.
TEST(JsonRandom, FailsAtTheSamePlaceInRowsWhereverTheyAreDamaged) {
    constexpr std::string_view names[] = {"b"};
    const std::string rows = R"({"a":[{"id":"1","total":"19.65","status":"Paid","n":1},)"
                             R"({"id":"2","total":"0.00","status":"Unpaid","n":""},{"id":"","total":"1","n":"x"},)"
                             R"({"id":"12345678901234","exactly fifteen":"exactly sixteen!","x":{"y":"\/\""},"z":""},)"
                             "{\"\xC3\xA9\":\"caf\xC3\xA9\",\"list\":[\"a\",\"b\"],\"last\":\"\x7F\"},{},"
                             R"({"long":"more than sixteen bytes of it","end":"1"}],"b":"kept"})";
    std::size_t passed = 0, refused = 0;
    const auto check = [&](std::string_view text) {
        const Result<Value, ParseError> all = parse(text, {.dialect = Dialect::lenient});
        const Result<Value, ParseError> some = parse(text, {.dialect = Dialect::lenient, .members = names});
        ASSERT_EQ(bool(all), bool(some)) << text;
        const Result<Value, ParseError> strictly = parse(text);
        const rapidjson::Document theirs = read_by_others(text);
        if (strictly || (strictly.error().kind != ParseError::Kind::duplicate_key &&
                         strictly.error().kind != ParseError::Kind::bad_text)) {
            ASSERT_EQ(bool(strictly), !theirs.HasParseError()) << text;
            ASSERT_TRUE(!strictly || read_by_others(write_utf8(*strictly)) == theirs) << text;
            ASSERT_TRUE(!strictly || *all == *strictly) << text;
        }
        ++(all ? passed : refused);
        if (all)
            return;
        ASSERT_EQ(all.error().kind, some.error().kind) << text;
        ASSERT_EQ(all.error().offset, some.error().offset) << text;
    };
    check(rows);
    ASSERT_EQ(passed, 1U);
    for (std::size_t place = 0; place < rows.size(); ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string text = rows;
            text[place] = static_cast<char>(byte);
            check(text);
            if (std::string_view("\"\\{}[],: \n0a\xFF").find(text[place]) != std::string_view::npos)
                check(std::string(rows).insert(place, 1, text[place]));
        }
        check(std::string_view(rows).substr(0, place));
        check(std::string(rows).erase(place, 1));
        check(std::string(rows).erase(place, 2));
    }
    EXPECT_GT(passed, 10'000U);
    EXPECT_GT(refused, 10'000U);
}

// What is expected of a row by the one before must not change what is read: texts of all lengths, plain or not.
TEST(JsonRandom, ReadsRowsAsEachIsByItself) {
    constexpr std::string_view nothing[] = {"-"};
    std::mt19937 random(1);
    const auto below = [&](std::size_t limit) { return random() % limit; };
    const auto text = [&] {
        std::string out(below(4) > 0 ? below(12) : below(50), 'x');
        for (char &c : out)
            c = static_cast<char>('a' + below(26));
        if (below(4) == 0) {
            constexpr std::string_view odd[] = {"\\/", "\\\"", "\\u00e9", "\xC3\xA9", "\x7F", "\\\\", " "};
            out.insert(below(out.size() + 1), odd[below(std::size(odd))]);
        }
        return "\"" + out + "\"";
    };
    const auto value = [&] { return below(6) > 0 ? text() : std::string(below(2) > 0 ? "null" : "12.50"); };
    const std::string names[] = {"id", "a name of fifteen", "status", "", "an even longer name than that", "total"};
    for (int round = 0; round < 3'000; ++round) {
        std::string list = "[";
        std::vector<std::string> rows;
        for (std::size_t count = 1 + below(6); count > 0; --count) {
            std::string row = "{";
            for (const std::string &name : names) {
                if (below(12) > 0)
                    row += (row.size() > 1 ? ",\"" : "\"") + name + "\":" + value();
            }
            rows.push_back(row + "}");
            list += (rows.size() > 1 ? "," : "") + rows.back();
        }
        list += "]";
        const Result<Value, ParseError> read = parse(list);
        ASSERT_TRUE(read && read->array()->size() == rows.size()) << list;
        for (std::size_t i = 0; i < rows.size(); ++i)
            ASSERT_TRUE((*read->array())[i] == *parse(rows[i])) << list;
        ASSERT_TRUE(parse(list, {.dialect = Dialect::lenient, .members = nothing})) << list;
        list[1 + below(list.size() - 1)] = "\"\\,:}\n"[below(6)];
        const Result<Value, ParseError> all = parse(list, {.dialect = Dialect::lenient});
        const Result<Value, ParseError> none = parse(list, {.dialect = Dialect::lenient, .members = nothing});
        ASSERT_EQ(bool(all), bool(none)) << list;
        ASSERT_TRUE(all || (all.error().offset == none.error().offset && all.error().kind == none.error().kind))
            << list;
    }
}

TEST(JsonRandom, RepairsAnythingIntoText) {
    for (unsigned seed = 0; seed < 10'000; ++seed) {
        Writer writer(seed);
        std::string text = "\"";
        for (std::size_t count = writer.below(30); count > 0; --count) {
            const char byte = static_cast<char>(0x20 + writer.below(0xE0));
            text += byte == '"' || byte == '\\' ? 'x' : byte;
        }
        const Result<Value, ParseError> repaired = parse(text + "\"", {.dialect = Dialect::lenient});
        ASSERT_TRUE(repaired) << text;
        const std::string written = write_utf8(*repaired);
        ASSERT_TRUE(parse(written)) << text;
        ASSERT_EQ(write_ascii(*repaired), write_ascii(*parse(written))) << text;
    }
}

} // namespace
} // namespace hostbill::json
