// Every oddity of real portals, applied to every example answer, gives the same shaped answer.
#include "core/catalog.hpp"
#include "core/shape.hpp"
#include "core/shape_value.hpp"

#include "support.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace hostbill {
namespace {

using test::parsed;

enum class Quirk {
    numbers_as_text,
    text_as_numbers,
    flags_in_other_forms,
    empty_dates_in_other_forms,
    times_in_other_forms,
    lists_as_maps,
    empties_in_the_other_form,
    lone_elements_bare,
    no_wrapper,
    null_texts,
    unknown_fields,
};
constexpr Quirk every_quirk[] = {Quirk::numbers_as_text,
                                 Quirk::text_as_numbers,
                                 Quirk::flags_in_other_forms,
                                 Quirk::empty_dates_in_other_forms,
                                 Quirk::times_in_other_forms,
                                 Quirk::lists_as_maps,
                                 Quirk::empties_in_the_other_form,
                                 Quirk::lone_elements_bare,
                                 Quirk::no_wrapper,
                                 Quirk::null_texts,
                                 Quirk::unknown_fields};

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

const ShapeField *field_of(const Shape &shape, std::string_view name) {
    for (const ShapeField &field : shape.fields) {
        if (field.sent == name)
            return &field;
    }
    return nullptr;
}

bool is_number(ShapeKind kind) {
    return kind == ShapeKind::id || kind == ShapeKind::ref || kind == ShapeKind::integer || kind == ShapeKind::decimal;
}

class Spoiler {
public:
    Spoiler(std::set<Quirk> quirks, unsigned turn) : quirks_(std::move(quirks)), turn_(turn) {}

    json::Value spoiled(const AnswerShape &answer, json::Value body) {
        json::Object *object = body.object();
        for (const std::string_view name : answer.unwrap) {
            json::Value *inner = object != nullptr ? object->find(name) : nullptr;
            if (inner == nullptr)
                continue;
            spoil(*inner, answer.type);
            for (json::Member &member : *object) {
                const ShapeField *field =
                    answer.type.shape != nullptr ? field_of(*answer.type.shape, member.key) : nullptr;
                if (&member.value != inner && field != nullptr)
                    spoil(member.value, field->type);
            }
            // What is beside the wrapper would be lost to this test with it.
            const bool alone = std::all_of(object->begin(), object->end(), [&](const json::Member &member) {
                return &member.value == inner || member.key == "success" || member.key == "info";
            });
            if (has(Quirk::no_wrapper) && alone && answer.type.kind != ShapeKind::map) {
                json::Value bare = std::move(*inner);
                return bare;
            }
            return body;
        }
        if (answer.unwrap.empty())
            spoil(body, answer.type);
        return body;
    }

private:
    bool has(Quirk quirk) const { return quirks_.contains(quirk); }

    template <std::size_t N>
    json::Value one_of(const std::array<const char *, N> &forms) {
        return parsed(forms[turn_++ % N]);
    }

    void spoil(json::Value &value, const ShapeType &type) {
        switch (type.kind) {
        case ShapeKind::object:
            if (value.object() != nullptr)
                members(*value.object(), *type.shape);
            break;
        case ShapeKind::list:
            list(value, *type.item);
            break;
        case ShapeKind::map:
            if (json::Object *object = value.object()) {
                for (json::Member &member : *object)
                    spoil(member.value, *type.item);
            }
            break;
        case ShapeKind::flag:
            flag(value);
            break;
        case ShapeKind::date:
        case ShapeKind::datetime:
            date(value, type);
            break;
        case ShapeKind::text:
            if (has(Quirk::null_texts) && value.string() != nullptr && value.string()->empty())
                value = nullptr;
            else if (has(Quirk::null_texts) && value.is_null())
                value = "";
            break;
        default:
            if (is_number(type.kind))
                number(value);
        }
        const bool either =
            type.kind == ShapeKind::object || type.kind == ShapeKind::list || type.kind == ShapeKind::map;
        if (!has(Quirk::empties_in_the_other_form) || !either)
            return;
        if (value.object() != nullptr && value.object()->empty())
            value = json::Array();
        else if (value.array() != nullptr && value.array()->empty() && !is_messages(type))
            value = json::Object();
    }

    static bool is_messages(const ShapeType &type) {
        return type.item != nullptr && type.item->kind == ShapeKind::message;
    }

    void members(json::Object &object, const Shape &shape) {
        for (json::Member &member : object) {
            const ShapeField *field = field_of(shape, member.key);
            if (field != nullptr)
                spoil(member.value, field->type);
            else if (shape.rest != nullptr)
                spoil(member.value, *shape.rest);
        }
        if (has(Quirk::unknown_fields) && shape.rest == nullptr)
            object.append(new_field, parsed(R"({"id":["1"],"on":"yes"})"));
    }

    void number(json::Value &value) {
        if (has(Quirk::numbers_as_text)) {
            shape_value::to_text(value);
        } else if (has(Quirk::text_as_numbers) && value.string() != nullptr) {
            const Result<json::Value, json::ParseError> read = json::parse(*value.string());
            if (read && (read->integer() != nullptr || read->number_text() != nullptr))
                value = *read;
        }
    }

    void flag(json::Value &value) {
        if (!has(Quirk::flags_in_other_forms) || !shape_value::to_flag(value))
            return;
        constexpr std::array yes = {"true", "1", "\"1\"", "\"true\"", "\"on\"", "\"yes\"", "\"True\""};
        constexpr std::array no = {"false", "0", "\"0\"", "\"false\"", "\"off\"", "\"no\"", "\"\""};
        value = *value.boolean() ? one_of(yes) : one_of(no);
    }

    void date(json::Value &value, const ShapeType &type) {
        json::Value read = value;
        if (!(type.kind == ShapeKind::date ? shape_value::to_date(read) : shape_value::to_datetime(read)) &&
            !value.is_null())
            return;
        if (value.is_null() || read.is_null()) {
            constexpr std::array none = {"null", "\"\"", "\"0000-00-00\"", "\"0000-00-00 00:00:00\""};
            if (has(Quirk::empty_dates_in_other_forms) && type.nullable)
                value = one_of(none);
            return;
        }
        if (!has(Quirk::times_in_other_forms) || value.string() == nullptr)
            return;
        std::string text = *value.string();
        if (text.size() == 10)
            text += " 00:00:00";
        else
            text[10] = text[10] == ' ' ? 'T' : ' ';
        value = text;
    }

    void list(json::Value &value, const ShapeType &item) {
        json::Array *array = value.array();
        if (array == nullptr)
            return;
        for (json::Value &element : *array)
            spoil(element, item);
        if (has(Quirk::lone_elements_bare) && array->size() == 1 && item.kind == ShapeKind::object) {
            json::Value lone = std::move(array->front());
            value = std::move(lone);
        } else if (has(Quirk::lists_as_maps) && !array->empty() && item.kind != ShapeKind::any &&
                   item.kind != ShapeKind::message) {
            json::Object map;
            if (as_map(*array, item, map))
                value = std::move(map);
        }
    }

    // The names of a map are its elements' keys. False: they have none, or one of them twice.
    static bool as_map(const json::Array &array, const ShapeType &item, json::Object &map) {
        int index = 0;
        for (const json::Value &element : array) {
            json::Value key(std::to_string(index++));
            json::Value inner = element;
            if (item.kind == ShapeKind::object && !item.shape->key.empty()) {
                const json::Value *own = element.find(item.shape->key);
                if (own == nullptr)
                    return false;
                key = *own;
                if (!shape_value::to_text(key))
                    return false;
                inner.object()->erase(item.shape->key);
            }
            if (map.find(*key.string()) != nullptr)
                return false;
            map.append(*key.string(), std::move(inner));
        }
        return true;
    }

    std::set<Quirk> quirks_;
    unsigned turn_;
};

json::Value example_of(const Operation &operation) { return *parsed(operation.result).find("raw")->find("example"); }

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
    const std::string want = canonical(shape_answer(shape(), example_of(operation())).data);
    const auto check = [&](const std::set<Quirk> &quirks, unsigned turn) {
        const json::Value sent = Spoiler(quirks, turn).spoiled(shape(), example_of(operation()));
        const Shaped answer = shape_answer(shape(), sent);
        EXPECT_EQ(canonical(answer.data), want) << json::write_ascii(sent);
        EXPECT_THAT(answer.unshaped, ::testing::IsEmpty()) << json::write_ascii(sent);
    };
    for (unsigned turn = 0; turn < 7; ++turn) {
        for (const Quirk quirk : every_quirk)
            check({quirk}, turn);
        // All at once; a number cannot be spoiled both ways.
        std::set<Quirk> all(std::begin(every_quirk), std::end(every_quirk));
        all.erase(turn % 2 == 0 ? Quirk::numbers_as_text : Quirk::text_as_numbers);
        check(all, turn);
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
            const json::Value sent = Spoiler({quirk}, turn).spoiled(*find_answer_shape(operation.id), example);
            changed = changed || json::write_ascii(sent) != json::write_ascii(example);
        }
        count += changed ? 1 : 0;
    }
    return count;
}

TEST(ShapeQuirks, EachChangesWhatIsSent) {
    const std::map<Quirk, std::size_t> least = {{Quirk::numbers_as_text, 40},
                                                {Quirk::text_as_numbers, 50},
                                                {Quirk::flags_in_other_forms, 60},
                                                {Quirk::empty_dates_in_other_forms, 5},
                                                {Quirk::times_in_other_forms, 30},
                                                {Quirk::lists_as_maps, 60},
                                                {Quirk::empties_in_the_other_form, 4},
                                                {Quirk::lone_elements_bare, 20},
                                                {Quirk::no_wrapper, 60},
                                                {Quirk::null_texts, 5},
                                                {Quirk::unknown_fields, 150}};
    for (const auto &[quirk, count] : least)
        EXPECT_GE(touched(quirk), count) << static_cast<int>(quirk);
}

TEST(ShapeQuirks, WithoutShapesTheAnswersWouldDiffer) {
    const Operation &operation = *find_operation("invoices.list");
    const json::Value example = example_of(operation);
    const json::Value sent =
        Spoiler({Quirk::numbers_as_text, Quirk::lists_as_maps}, 0).spoiled(*find_answer_shape(operation.id), example);
    EXPECT_NE(canonical(sent), canonical(example));
}

} // namespace
} // namespace hostbill
