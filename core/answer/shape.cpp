#include "core/answer/shape.hpp"

#include "core/answer/classify.hpp"
#include "core/answer/credentials.hpp"
#include "core/answer/shape_value.hpp"
#include "core/dns/dns_text.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>

namespace hostbill {
namespace {

constexpr std::size_t most_notes = 20;
constexpr std::size_t longest_key_shown = 40;

// Where in the answer a value is; written out only for a note.
struct Path {
    const Path *parent;
    std::string_view key; // of a member
    std::size_t index;    // of an element

    static Path member(const Path &parent, std::string_view key) { return {&parent, key, 0}; }
    static Path element(const Path &parent, std::size_t index) { return {&parent, {}, index}; }

    std::string text() const {
        if (parent == nullptr)
            return std::string(key);
        if (key.empty())
            return parent->text() + "[" + std::to_string(index) + "]";
        return parent->text() + "." + std::string(key.substr(0, longest_key_shown));
    }
};

// The fields that the members of one element had: the next element of a list has the same as a rule.
struct Memory {
    std::array<const ShapeField *, 40> fields{};
    // The element before, and how many members it had when they were looked at: those without a field are told by name.
    const json::Object *before = nullptr;
    std::size_t members = 0;
};

bool comes_before(const ShapeField &field, std::string_view key) {
    return field.sent.size() != key.size() ? field.sent.size() < key.size() : field.sent < key;
}

const ShapeField *find_field(std::span<const ShapeField> fields, std::string_view key) {
    const auto found = std::lower_bound(fields.begin(), fields.end(), key, comes_before);
    return found != fields.end() && found->sent == key ? &*found : nullptr;
}

// The same for the member at that place of an object: mostly it is the field that was found there last, in any answer.
const ShapeField *find_field(std::span<const ShapeField> fields, const json::Text &key, std::size_t place) {
    static std::array<std::atomic<const ShapeField *>, 256> latest; // Of all shapes; a field tells whose it is.
    const std::size_t shape = reinterpret_cast<std::uintptr_t>(fields.data()) / sizeof(ShapeField);
    std::atomic<const ShapeField *> &known = latest[(shape + place) % latest.size()];
    const ShapeField *field = known.load(std::memory_order_relaxed);
    const bool own = !std::less<>()(field, fields.data()) && std::less<>()(field, fields.data() + fields.size());
    if (own && key == field->sent)
        return field;
    field = find_field(fields, key);
    if (field != nullptr)
        known.store(field, std::memory_order_relaxed);
    return field;
}

// Most names are the portal's own, and then mostly one and the same text.
bool is_alias(const ShapeField &field) { return field.sent.data() != field.name.data() && field.sent != field.name; }

const char *expected(const ShapeType &type) {
    switch (type.kind) {
    case ShapeKind::any:
    case ShapeKind::secret:
    case ShapeKind::text:
    case ShapeKind::content:
    case ShapeKind::message:
        return "text";
    case ShapeKind::id:
    case ShapeKind::integer:
        return "a whole number";
    case ShapeKind::ref:
        return "a number or text";
    case ShapeKind::decimal:
        return "an amount";
    case ShapeKind::flag:
        return "yes or no";
    case ShapeKind::date:
        return "a date";
    case ShapeKind::datetime:
        return "a date and time";
    case ShapeKind::object:
        return "an object";
    case ShapeKind::list:
        return "a list";
    case ShapeKind::map:
        return "an object of values by name";
    }
    return "";
}

bool is_container(const json::Value &value) { return value.array() != nullptr || value.object() != nullptr; }

// How PHP writes that there is nothing, whatever was meant.
bool is_nothing(const json::Value &value) {
    if (const json::Text *text = value.string())
        return text->empty();
    if (const bool *flag = value.boolean())
        return !*flag;
    return value.is_null();
}

bool is_empty_container(const json::Value &value) {
    return (value.array() != nullptr && value.array()->empty()) ||
           (value.object() != nullptr && value.object()->empty());
}

class Shaper {
public:
    void shape(json::Value &value, const ShapeType &type, const Path &path, Memory *memory = nullptr) {
        switch (type.kind) {
        case ShapeKind::any:
        case ShapeKind::message:
            break;
        case ShapeKind::object:
            object(value, type, path, memory);
            break;
        case ShapeKind::list:
            list(value, type, path);
            break;
        case ShapeKind::map:
            map(value, type, path);
            break;
        case ShapeKind::text:
        case ShapeKind::secret:
        case ShapeKind::content:
            text(value, type, path);
            break;
        default:
            scalar(value, type, path);
        }
    }

    void note(const json::Value &value, const ShapeType &type, const Path &path) {
        if (notes_.size() < most_notes) {
            const std::string_view found = value.string() != nullptr && value.string()->empty() ? "nothing"
                                           : value.is_null()                                    ? "nothing"
                                           : value.string() != nullptr                          ? "other text"
                                                                       : json::kind_name(value.kind());
            notes_.push_back(path.text() + ": expected " + expected(type) + ", found " + std::string(found));
        } else {
            ++more_;
        }
    }

    std::vector<std::string> take_notes() {
        if (more_ > 0)
            notes_.push_back("and " + std::to_string(more_) + " more");
        return std::move(notes_);
    }

private:
    void text(json::Value &value, const ShapeType &type, const Path &path) {
        if (const json::Text *text = value.string()) {
            if (text->empty() && type.nullable)
                value = nullptr;
        } else if (value.is_null()) {
            if (!type.nullable)
                value = "";
        } else if (type.kind == ShapeKind::content && value.array() != nullptr) {
            std::size_t index = 0;
            for (json::Value &part : *value.array())
                text_part(part, Path::element(path, index++));
        } else if (!shape_value::to_text(value) && type.kind != ShapeKind::secret) {
            note(value, type, path);
        }
    }

    void text_part(json::Value &value, const Path &path) { text(value, {ShapeKind::text}, path); }

    void scalar(json::Value &value, const ShapeType &type, const Path &path) {
        const bool nothing = value.is_null() || (value.string() != nullptr && value.string()->empty());
        if (nothing && (type.nullable || type.kind != ShapeKind::flag)) {
            if (!type.nullable)
                note(value, type, path);
            value = nullptr;
            return;
        }
        if (!converted(value, type.kind))
            note(value, type, path);
    }

    // Whether a text is, or simply becomes, what its type says: the usual case, for which nobody needs to know where it is.
    static bool fits(json::Value &value, const ShapeType &type) {
        const json::Text *text = value.string();
        if (text == nullptr || text->empty())
            return false;
        switch (type.kind) {
        case ShapeKind::object:
        case ShapeKind::list:
        case ShapeKind::map:
            return false;
        default:
            return converted(value, type.kind);
        }
    }

    static bool converted(json::Value &value, ShapeKind kind) {
        switch (kind) {
        case ShapeKind::id:
        case ShapeKind::integer:
            return shape_value::to_integer(value);
        case ShapeKind::ref:
            return shape_value::to_ref(value);
        case ShapeKind::decimal:
            return shape_value::to_decimal(value);
        case ShapeKind::flag:
            return shape_value::to_flag(value);
        case ShapeKind::date:
            return shape_value::to_date(value);
        case ShapeKind::datetime:
            return shape_value::to_datetime(value);
        default:
            return true;
        }
    }

    void object(json::Value &value, const ShapeType &type, const Path &path, Memory *memory) {
        if (type.nullable && (is_nothing(value) || is_empty_container(value))) {
            value = nullptr;
            return;
        }
        const Shape &shape = *type.shape;
        if (value.array() != nullptr && value.array()->empty())
            value = json::Object(); // PHP writes both alike.
        if (!is_container(value) && !shape.scalar.empty() && !value.is_null() && value.boolean() == nullptr)
            value = json::Object{{std::string(shape.scalar), std::move(value)}};
        if (value.object() == nullptr) {
            note(value, type, path);
            return;
        }
        members(*value.object(), shape, path, memory);
    }

    void members(json::Object &object, const Shape &shape, const Path &path, Memory *memory) {
        std::size_t place = 0;
        for (json::Member &member : object) {
            const ShapeField *field = remembered(shape, member.key, memory, place++);
            if (field == nullptr) {
                if (shape.rest != nullptr)
                    this->shape(member.value, *shape.rest, Path::member(path, member.key));
                continue;
            }
            if (is_alias(*field)) {
                if (object.find(field->name) != nullptr)
                    continue; // Both are there: the alias is just another member.
                member.key = field->name;
            }
            if (!fits(member.value, field->type))
                this->shape(member.value, field->type, Path::member(path, field->name));
        }
        if (memory != nullptr) {
            memory->before = &object;
            memory->members = place;
        }
        if (shape.has_content)
            plain_content(object);
        if (!shape.credentials.empty())
            add_credentials(shape.credentials, object);
    }

    static const ShapeField *remembered(const Shape &shape, const json::Text &key, Memory *memory, std::size_t place) {
        if (memory == nullptr || place >= memory->fields.size())
            return find_field(shape.fields, key, place);
        const ShapeField *&known = memory->fields[place];
        // Of an alias the element before has the new name.
        const bool as_before = place < memory->members && key == memory->before->begin()[place].key &&
                               (known == nullptr || !is_alias(*known));
        if (!as_before && (known == nullptr || key != known->sent))
            known = find_field(shape.fields, key, place);
        return known;
    }

    // TXT records come in the quotes of zone files.
    static void plain_content(json::Object &record) {
        const json::Value *type = record.find("type");
        json::Value *content = record.find("content");
        if (type == nullptr || type->string() == nullptr || content == nullptr || content->string() == nullptr)
            return;
        if (*type->string() == "TXT" || *type->string() == "SPF")
            *content->string() = text_content(plain_text(*content->string()));
    }

    void list(json::Value &value, const ShapeType &type, const Path &path) {
        const ShapeType &item = *type.item;
        if (item.kind == ShapeKind::message) {
            messages(value);
            return;
        }
        if (is_nothing(value))
            value = json::Array();
        else if (json::Object *object = value.object(); object != nullptr && holds_elements(*object, item))
            value = elements(*object, item);
        else if (!is_container(value) && value.boolean() == nullptr && item.kind != ShapeKind::object &&
                 item.kind != ShapeKind::any)
            value = json::Array{std::move(value)};
        if (value.array() == nullptr) {
            note(value, type, path);
            return;
        }
        // Places that nobody filled in, such as a third and fourth name server.
        if (item.kind != ShapeKind::object && item.kind != ShapeKind::any)
            std::erase_if(*value.array(), [](const json::Value &element) {
                return element.is_null() || (element.string() != nullptr && element.string()->empty());
            });
        Memory memory;
        std::size_t index = 0;
        for (json::Value &element : *value.array())
            shape(element, item, Path::element(path, index++), &memory);
    }

    static void messages(json::Value &value) {
        json::Array texts;
        for (std::string &text : message_texts(value))
            texts.emplace_back(std::move(text));
        value = std::move(texts);
    }

    // Whether an object is a map of elements, or the only element.
    static bool holds_elements(const json::Object &object, const ShapeType &item) {
        if (object.empty())
            return true;
        if (item.kind == ShapeKind::any)
            return false; // What its names say would be lost.
        const bool named = item.kind == ShapeKind::object && !item.shape->scalar.empty();
        const auto fits = [&](const json::Member &member) {
            return is_container(member.value) == (item.kind == ShapeKind::object || item.kind == ShapeKind::list) ||
                   named;
        };
        return (item.kind == ShapeKind::object && is_element(object, *item.shape)) ||
               std::all_of(object.begin(), object.end(), fits);
    }

    static json::Array elements(json::Object &object, const ShapeType &item) {
        json::Array list;
        if (item.kind == ShapeKind::object && !object.empty() && is_element(object, *item.shape)) {
            list.emplace_back(std::move(object));
            return list;
        }
        for (json::Member &member : object) {
            if (item.kind == ShapeKind::object)
                put_key(member, *item.shape);
            list.push_back(std::move(member.value));
        }
        return list;
    }

    // Whether it has a field of its own: in a map of elements every value is one.
    static bool is_element(const json::Object &object, const Shape &shape) {
        return std::any_of(object.begin(), object.end(), [&](const json::Member &member) {
            return !is_container(member.value) && find_field(shape.fields, member.key) != nullptr;
        });
    }

    static void put_key(json::Member &member, const Shape &shape) {
        if (!is_container(member.value) && !shape.scalar.empty()) {
            json::Object named;
            if (!shape.key.empty())
                named.append(shape.key, member.key);
            named.append(shape.scalar, std::move(member.value));
            member.value = std::move(named);
        } else if (json::Object *element = member.value.object();
                   element != nullptr && !shape.key.empty() && element->find(shape.key) == nullptr) {
            element->append(shape.key, member.key);
        }
    }

    void map(json::Value &value, const ShapeType &type, const Path &path) {
        if (is_nothing(value) || is_empty_container(value))
            value = json::Object();
        if (value.object() == nullptr) {
            note(value, type, path);
            return;
        }
        Memory memory;
        for (json::Member &member : *value.object())
            shape(member.value, *type.item, Path::member(path, member.key), &memory);
    }

    std::vector<std::string> notes_;
    std::size_t more_ = 0;
};

// --- Wrappers -------------------------------------------------------------------------------------------------------

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// What only says that all went well; `info` stands in the answer's own place.
bool says_success(std::string_view name) {
    return name == "success" || name == "status" || name == "ok" || name == "error" || name == "info";
}

class Unwrapper {
public:
    Unwrapper(const AnswerShape &answer, Shaper &shaper, json::Object &extra)
        : answer_(answer), shaper_(shaper), extra_(extra) {}

    void unwrap(json::Value &body) {
        if (json::Array *array = body.array())
            unwrap_each(*array);
        else if (json::Object *object = body.object())
            unwrap_object(body, *object);
        if (answer_.type.kind == ShapeKind::object)
            take_only_one(body);
    }

private:
    json::Value *wrapped(json::Object &object) {
        for (const std::string_view name : answer_.unwrap) {
            json::Value *value = object.find(name);
            // A thing may have a field of its wrapper's name.
            if (value != nullptr && (is_container(*value) || is_nothing(*value))) {
                from_map_ = name != answer_.unwrap.front();
                return value;
            }
        }
        return nullptr;
    }

    void unwrap_object(json::Value &body, json::Object &object) {
        json::Value *inner = wrapped(object);
        if (inner == nullptr) {
            if (answer_.type.kind == ShapeKind::list || answer_.type.kind == ShapeKind::map)
                drop_success(object);
            return;
        }
        json::Value taken = std::move(*inner);
        json::Object *adopter = taken.object();
        for (json::Member &member : object) {
            if (&member.value == inner)
                continue;
            if (adopter != nullptr && contains(answer_.adopt, member.key)) {
                if (adopter->find(member.key) == nullptr)
                    adopter->append(member.key, std::move(member.value));
            } else if (!says_success(member.key)) {
                beside(member);
            }
        }
        body = std::move(taken);
    }

    // A list or map that came without its wrapper, or none at all.
    void drop_success(json::Object &object) {
        const bool bare = std::all_of(object.begin(), object.end(), [](const json::Member &member) {
            return says_success(member.key) || is_container(member.value);
        });
        if (answer_.unwrap.empty() || !bare)
            return;
        for (const std::string_view name : {"success", "status", "ok", "error", "info"}) {
            const json::Value *value = object.find(name);
            if (value != nullptr && value->object() == nullptr)
                object.erase(name);
        }
    }

    void beside(json::Member &member) {
        const Path root{nullptr, "extra", 0};
        if (const ShapeField *field = find_field(answer_.beside, member.key))
            shaper_.shape(member.value, field->type, Path::member(root, field->name));
        extra_.append(member.key, std::move(member.value));
    }

    // Several wrappers in a list: what they hold, in one.
    void unwrap_each(json::Array &array) {
        const bool all = !array.empty() && !answer_.unwrap.empty() && answer_.type.kind == ShapeKind::list &&
                         std::all_of(array.begin(), array.end(), [&](json::Value &element) {
                             json::Object *object = element.object();
                             json::Value *inner = object != nullptr ? wrapped(*object) : nullptr;
                             return inner != nullptr && inner->array() != nullptr;
                         });
        if (!all)
            return;
        json::Array joined;
        for (json::Value &element : array) {
            for (json::Value &part : *wrapped(*element.object())->array())
                joined.push_back(std::move(part));
        }
        array = std::move(joined);
    }

    // One thing may come as a list of one, or as a map of one by its id.
    void take_only_one(json::Value &body) {
        const Shape &shape = *answer_.type.shape;
        if (json::Array *array = body.array(); array != nullptr && array->size() == 1) {
            if (array->front().object() != nullptr) {
                json::Value only = std::move(array->front());
                body = std::move(only);
            }
        } else if (json::Object *object = body.object();
                   object != nullptr && object->size() == 1 && !shape.key.empty()) {
            json::Member &member = *object->begin();
            if (member.value.object() != nullptr && find_field(shape.fields, member.key) == nullptr &&
                (from_map_ || is_number(member.key))) {
                json::Value only = std::move(member.value);
                if (only.find(shape.key) == nullptr)
                    only.object()->append(shape.key, member.key);
                body = std::move(only);
            }
        }
    }

    static bool is_number(std::string_view text) {
        return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    }

    const AnswerShape &answer_;
    Shaper &shaper_;
    bool from_map_ = false; // unwrapped from what holds things by id
    json::Object &extra_;
};

} // namespace

Shaped shape_answer(const AnswerShape &answer, json::Value body) {
    if (!answer.when_empty.empty() && (is_nothing(body) || is_empty_container(body)))
        body = *json::parse(answer.when_empty);
    Shaped shaped;
    Shaper shaper;
    Unwrapper(answer, shaper, shaped.extra).unwrap(body);
    shaper.shape(body, answer.type, Path{nullptr, "data", 0});
    shaped.data = std::move(body);
    shaped.unshaped = shaper.take_notes();
    return shaped;
}

} // namespace hostbill
