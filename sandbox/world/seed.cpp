#include "sandbox/world/seed.hpp"

#include "core/catalog/suggest.hpp"
#include "sandbox/world/schema.hpp"

#include <cstddef>
#include <utility>

namespace hostbill::embedded {
extern const unsigned char customer_seed[];
extern const std::size_t customer_seed_size;
} // namespace hostbill::embedded

namespace hostbill::sandbox {
namespace {

const json::Value &customer() {
    static const json::Value document = stored(std::string(customer_seed()));
    return document;
}

// The names that objects of this kind have in a document.
void collect(const json::Value &value, std::string_view kind, SeedNames &names) {
    if (const json::Array *list = value.array())
        for (const json::Value &one : *list)
            collect(one, kind, names);
    if (value.object() == nullptr)
        return;
    const std::string_view first = kind.substr(0, kind.find('.'));
    for (const json::Member &member : *value.object())
        if (kind.empty())
            names.insert(member.key);
        else if (member.key == first)
            collect(member.value, kind.substr(std::min(kind.size(), first.size() + 1)), names);
}

void check_names(const json::Value &value, const std::string &place, const std::string &kind,
                 const SeedQuestions &questions) {
    auto asked = questions.names.find(kind);
    if (asked == questions.names.end())
        return; // What is inside is no affair of ours: a profile's fields, a record's data.
    SeedNames known = asked->second;
    collect(customer(), kind, known);
    for (const json::Member &member : *value.object()) {
        const std::string here = (place.empty() ? "" : place + ".") + member.key;
        if (!known.contains(member.key)) {
            const std::vector<std::string_view> names(known.begin(), known.end());
            std::string list;
            for (std::string_view name : names)
                list += (list.empty() ? "" : ", ") + std::string(name);
            const std::string_view near = nearest(member.key, names);
            refuse_seed(here, "is not known" + (near.empty() ? "." : "; did you mean " + std::string(near) + "?") +
                                  " There may be: " + list);
        }
        const std::string inner = (kind.empty() ? "" : kind + ".") + member.key;
        if (member.value.object() != nullptr)
            check_names(member.value, here, inner, questions);
        if (const json::Array *list = member.value.array())
            for (std::size_t i = 0; i < list->size(); ++i)
                if ((*list)[i].object() != nullptr)
                    check_names((*list)[i], here + "[" + std::to_string(i) + "]", inner, questions);
    }
}

} // namespace

std::string_view customer_seed() {
    return {reinterpret_cast<const char *>(embedded::customer_seed), embedded::customer_seed_size};
}

SeedRow::SeedRow(const json::Value &document, SeedQuestions &questions) : SeedRow(document, "", "", questions) {}

SeedRow::SeedRow(const json::Value &value, std::string place, std::string kind, SeedQuestions &questions)
    : object_(value.object()), place_(std::move(place)), kind_(std::move(kind)), questions_(&questions),
      asked_(&questions.names[kind_]) {
    if (object_ == nullptr)
        refuse_seed(place_, "must be an object");
}

bool SeedRow::has(std::string_view name) const { return find(name) != nullptr; }

std::string SeedRow::text(std::string_view name, std::string_view fallback) const {
    const json::Value *value = find(name);
    if (value == nullptr)
        return std::string(fallback);
    auto text = scalar_text(*value);
    if (!text)
        wrong(name, "a text");
    return *text;
}

std::int64_t SeedRow::integer(std::string_view name, std::int64_t fallback) const {
    const json::Value *value = find(name);
    if (value == nullptr)
        return fallback;
    if (value->integer() == nullptr)
        wrong(name, "a whole number");
    return *value->integer();
}

bool SeedRow::flag(std::string_view name, bool fallback) const {
    const json::Value *value = find(name);
    if (value == nullptr)
        return fallback;
    if (value->boolean() == nullptr)
        wrong(name, "true or false");
    return *value->boolean();
}

Cents SeedRow::money(std::string_view name, Cents fallback) const {
    if (!has(name))
        return fallback;
    auto amount = parse_money(text(name));
    if (!amount)
        wrong(name, "an amount such as \"12.50\"");
    return *amount;
}

Seconds SeedRow::time(const Moment &moment, std::string_view name, std::int64_t fallback) const {
    constexpr std::int64_t furthest = 100 * 366;
    const std::int64_t days = integer(name, fallback);
    if (days > furthest || days < -furthest)
        wrong(name, "a number of days within a hundred years");
    return moment.days_ago(static_cast<int>(days));
}

std::string SeedRow::json_text(std::string_view name, std::string_view fallback) const {
    const json::Value *value = find(name);
    return value == nullptr ? std::string(fallback) : json::write_utf8(*value);
}

std::string SeedRow::as_json_text() const {
    for (const json::Member &member : *object_)
        asked_->emplace(member.key);
    return json::write_utf8(*object_);
}

const json::Object &SeedRow::object(std::string_view name) const {
    static const json::Object empty;
    const json::Value *value = find(name);
    if (value == nullptr)
        return empty;
    if (value->object() == nullptr)
        wrong(name, "an object");
    return *value->object();
}

SeedRow SeedRow::row(std::string_view name) const {
    static const json::Value nothing = json::Object();
    const json::Value *value = find(name);
    const std::string kind = (kind_.empty() ? "" : kind_ + ".") + std::string(name);
    return SeedRow(value != nullptr ? *value : nothing, place_of(name), kind, *questions_);
}

std::vector<SeedRow> SeedRow::rows(std::string_view name) const {
    std::vector<SeedRow> list;
    const json::Value *value = find(name);
    if (value == nullptr)
        return list;
    if (value->array() == nullptr)
        wrong(name, "a list");
    list.reserve(value->array()->size());
    const std::string kind = (kind_.empty() ? "" : kind_ + ".") + std::string(name);
    for (std::size_t i = 0; i < value->array()->size(); ++i)
        list.push_back(
            SeedRow((*value->array())[i], place_of(name) + "[" + std::to_string(i) + "]", kind, *questions_));
    return list;
}

const json::Value *SeedRow::find(std::string_view name) const {
    if (!asked_->contains(name))
        asked_->emplace(name);
    questions_->latest = place_;
    const json::Value *value = object_->find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::string SeedRow::place_of(std::string_view name) const {
    return (place_.empty() ? "" : place_ + ".") + std::string(name);
}

void SeedRow::wrong(std::string_view name, std::string_view expected) const {
    refuse_seed(place_of(name), "must be " + std::string(expected));
}

void refuse_seed(std::string_view place, std::string problem) {
    const std::string field = "seed_data" + (place.empty() ? "" : "." + std::string(place));
    throw SeedRefusal{{{field + " " + problem}}, {field, problem, "", ""}};
}

void check_seed_names(const json::Value &document, const SeedQuestions &questions) {
    check_names(document, "", "", questions);
}

Seed::Seed(std::shared_ptr<const json::Value> document) : document_(std::move(document)) {}

std::unique_ptr<Database> Seed::make(const Config &config, Seconds now) {
    constexpr Seconds minute = 60;
    if (!image_.empty() && made_ / minute == now / minute)
        return Database::from_image(image_);
    auto database = std::make_unique<Database>(":memory:");
    Config everybody = config;
    everybody.username = seed_owner;
    create({*database, everybody, *config.portal, now}, document_ ? *document_ : customer(), !built_in());
    image_ = database->image();
    made_ = now;
    return database;
}

} // namespace hostbill::sandbox
