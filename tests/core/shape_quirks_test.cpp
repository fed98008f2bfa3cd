// Every oddity of real portals, applied to every example answer, gives the same shaped answer.
#include "core/answer/shape.hpp"
#include "core/answer/shape_value.hpp"
#include "core/catalog/catalog.hpp"
#include "core/catalog/result_texts.hpp"

#include "sandbox/quirks/answer_quirks.hpp"
#include "support.hpp"

#include <algorithm>
#include <map>

namespace hostbill {
namespace {

using test::parsed;

using sandbox::ActiveQuirks;
using sandbox::Quirk;

constexpr Quirk every_quirk[] = {Quirk::numbers_as_text,      Quirk::text_as_numbers,
                                 Quirk::flags_in_other_forms, Quirk::dates_missing_in_other_forms,
                                 Quirk::times_in_other_forms, Quirk::lists_as_maps,
                                 Quirk::records_as_map,       Quirk::empty_in_other_form,
                                 Quirk::lone_element_bare,    Quirk::no_wrapper,
                                 Quirk::other_wrapper,        Quirk::null_texts,
                                 Quirk::unknown_fields,       Quirk::empty_error,
                                 Quirk::success_flag};

constexpr std::uint64_t bit(Quirk quirk) { return std::uint64_t{1} << static_cast<unsigned>(quirk); }

constexpr const char *new_field = "x_added_later";

// Members in one order, without the field that a quirk adds: what two answers are compared by.
std::string canonical(const json::Value &value) {
    if (const json::Array *array = value.array()) {
        std::string out = "[";
        for (const json::Value &element : *array)
            out += canonical(element) + ",";
        return out + "]";
    }
    const json::Object *object = value.object();
    if (object == nullptr)
        return json::write_ascii(value);
    std::map<std::string, std::string> members;
    for (const json::Member &member : *object) {
        if (member.key != new_field)
            members[member.key] = canonical(member.value);
    }
    std::string out = "{";
    for (const auto &[key, text] : members)
        out += key + ":" + text + ",";
    return out + "}";
}

json::Value example_of(const Operation &operation) {
    static const ResultTexts texts; // To unpack them takes a while.
    return *parsed(texts.of(operation)).find("raw")->find("example");
}

class EveryOperation : public ::testing::TestWithParam<const Operation *> {
protected:
    const Operation &operation() const { return *GetParam(); }
    const AnswerShape &shape() const { return *find_answer_shape(operation().id); }
};

TEST_P(EveryOperation, TheExampleFits) {
    const Shaped answer = shape_answer(shape(), example_of(operation()));
    EXPECT_THAT(answer.unshaped, ::testing::IsEmpty());
}

TEST_P(EveryOperation, AnswersTheSameWhateverTheQuirk) {
    const json::Value example = example_of(operation());
    const std::string want = canonical(shape_answer(shape(), example).data);
    const auto check = [&](std::uint64_t quirks, unsigned turn) {
        const json::Value sent = with_quirks(ActiveQuirks(quirks, turn), operation(), example);
        const Shaped answer = shape_answer(shape(), sent);
        EXPECT_EQ(canonical(answer.data), want) << json::write_ascii(sent);
        EXPECT_THAT(answer.unshaped, ::testing::IsEmpty()) << json::write_ascii(sent);
    };
    for (unsigned turn = 0; turn < 7; ++turn) {
        for (const Quirk quirk : every_quirk)
            check(bit(quirk), turn);
        check(bit(Quirk::lists_as_maps) | bit(Quirk::ids_only_as_keys), turn);
        // All at once; a number cannot be spoiled both ways, and neither can a wrapper.
        std::uint64_t all = 0;
        for (const Quirk quirk : every_quirk)
            all |= bit(quirk);
        const bool even = turn % 2 == 0;
        check(all & ~bit(even ? Quirk::numbers_as_text : Quirk::text_as_numbers) &
                  ~bit(even ? Quirk::no_wrapper : Quirk::other_wrapper),
              turn);
    }
}

// --- What does not fit ----------------------------------------------------------------------------------------------

// What no portal should send for that; nullptr where everything is taken.
const char *wild(const ShapeType &type) {
    switch (type.kind) {
    case ShapeKind::any:
    case ShapeKind::message:
    case ShapeKind::secret:
        return nullptr;
    case ShapeKind::text:
    case ShapeKind::content:
        return R"({"<b>":[1,{"a":"b"}]})";
    case ShapeKind::ref:
        return "[1]";
    case ShapeKind::object:
        return "[[1],2,3]";
    case ShapeKind::list:
        return type.item->kind == ShapeKind::message ? nullptr : "true";
    case ShapeKind::map:
        return "true";
    default:
        return R"("<html><body>Maintenance 1e400</body></html>")";
    }
}

TEST_P(EveryOperation, NeverFailsWhateverComes) {
    const std::vector<std::string> bodies = {"true",
                                             "7",
                                             "1e400",
                                             R"("<html></html>")",
                                             std::string(400, '9'),
                                             "[[[[]]]]",
                                             R"([{"a":[]},7,"x",null])",
                                             R"({"":{"":{"":[]}},"a":7})",
                                             R"({"1":7,"2":[],"x":{}})"};
    for (const std::string &body : bodies) {
        const Shaped answer = shape_answer(shape(), parsed(body));
        EXPECT_LE(answer.unshaped.size(), 21U);
        json::write_ascii(answer.data);
    }
    const Shaped word = shape_answer(shape(), parsed("true"));
    EXPECT_EQ(json::write_ascii(word.data), "true");
    EXPECT_THAT(word.unshaped, ::testing::SizeIs(1));
}

// One field after the other holds something wild: it alone is kept and noted.
TEST_P(EveryOperation, KeepsAWildFieldAndTheRest) {
    json::Value bare = shape_answer(shape(), example_of(operation())).data;
    ShapeType type = shape().type;
    json::Value *thing = &bare;
    std::string path = "data";
    if (type.kind == ShapeKind::list && type.item->kind == ShapeKind::object && !thing->array()->empty()) {
        thing = &thing->array()->front();
        type = *type.item;
        path += "[0]";
    }
    if (type.kind != ShapeKind::object)
        return;
    thing->object()->erase("credentials");
    for (const ShapeField &field : type.shape->fields) {
        const char *value = wild(field.type);
        const auto wrappers = shape().unwrap;
        const bool wrapper = std::find(wrappers.begin(), wrappers.end(), field.name) != wrappers.end();
        if (value == nullptr || field.sent != field.name || wrapper)
            continue;
        json::Value sent = bare;
        json::Object &object = path == "data" ? *sent.object() : *sent.array()->front().object();
        object.set(field.name, parsed(value));
        const Shaped answer = shape_answer(shape(), sent);
        const json::Value &after = path == "data" ? answer.data : answer.data.array()->front();
        const json::Value *kept = after.find(field.name);
        ASSERT_NE(kept, nullptr) << field.name;
        EXPECT_EQ(json::write_ascii(*kept), json::write_ascii(parsed(value))) << field.name;
        ASSERT_THAT(answer.unshaped, ::testing::SizeIs(1)) << field.name;
        EXPECT_THAT(answer.unshaped[0], ::testing::StartsWith(path + "." + std::string(field.name) + ": expected "));
    }
}

std::vector<const Operation *> all_operations() {
    std::vector<const Operation *> all;
    for (const Operation &operation : operations())
        all.push_back(&operation);
    return all;
}

INSTANTIATE_TEST_SUITE_P(Shapes, EveryOperation, ::testing::ValuesIn(all_operations()), [](const auto &row) {
    std::string name(row.param->id);
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
});

// --- The tests above can fail ---------------------------------------------------------------------------------------

// In how many examples a quirk changes anything at all.
std::size_t touched(Quirk quirk) {
    std::size_t count = 0;
    for (const Operation &operation : operations()) {
        const json::Value example = example_of(operation);
        bool changed = false;
        for (unsigned turn = 0; turn < 7; ++turn) {
            const json::Value sent = with_quirks(ActiveQuirks(bit(quirk), turn), operation, example);
            changed = changed || json::write_ascii(sent) != json::write_ascii(example);
        }
        count += changed ? 1 : 0;
    }
    return count;
}

TEST(ShapeQuirks, EachChangesWhatIsSent) {
    const std::map<Quirk, std::size_t> least = {
        {Quirk::numbers_as_text, 40},      {Quirk::text_as_numbers, 50},
        {Quirk::flags_in_other_forms, 60}, {Quirk::dates_missing_in_other_forms, 5},
        {Quirk::times_in_other_forms, 30}, {Quirk::lists_as_maps, 60},
        {Quirk::records_as_map, 2},        {Quirk::empty_in_other_form, 4},
        {Quirk::lone_element_bare, 20},    {Quirk::no_wrapper, 60},
        {Quirk::other_wrapper, 1},         {Quirk::null_texts, 5},
        {Quirk::unknown_fields, 150},      {Quirk::empty_error, 60},
        {Quirk::success_flag, 50}};
    for (const auto &[quirk, count] : least)
        EXPECT_GE(touched(quirk), count) << static_cast<int>(quirk);
}

TEST(ShapeQuirks, QuotesOfTxtAreTakenOff) {
    const Operation &operation = *find_operation("domains.dns_records.list");
    const json::Value plain = parsed(R"({"records":[{"id":1,"name":"@","type":"TXT","content":"say \"hi\""}]})");
    const json::Value sent = with_quirks(ActiveQuirks(bit(Quirk::quoted_txt)), operation, plain);
    EXPECT_THAT(json::write_ascii(sent), ::testing::HasSubstr(R"("\"say \\\"hi\\\"\"")"));
    const AnswerShape &shape = *find_answer_shape(operation.id);
    EXPECT_EQ(canonical(shape_answer(shape, sent).data), canonical(shape_answer(shape, plain).data));
}

TEST(ShapeQuirks, WithoutShapesTheAnswersWouldDiffer) {
    const Operation &operation = *find_operation("invoices.list");
    const json::Value example = example_of(operation);
    const json::Value sent =
        with_quirks(ActiveQuirks(bit(Quirk::numbers_as_text) | bit(Quirk::lists_as_maps)), operation, example);
    EXPECT_NE(canonical(sent), canonical(example));
}

} // namespace
} // namespace hostbill
