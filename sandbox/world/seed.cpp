#include "sandbox/world/seed.hpp"

#include <cstddef>
#include <utility>

namespace hostbill::embedded {
extern const unsigned char customer_seed[];
extern const std::size_t customer_seed_size;
} // namespace hostbill::embedded

namespace hostbill::sandbox {

std::string_view customer_seed() {
    return {reinterpret_cast<const char *>(embedded::customer_seed), embedded::customer_seed_size};
}

SeedRow::SeedRow(const json::Value &value, std::string place) : object_(value.object()), place_(std::move(place)) {
    if (object_ == nullptr)
        refuse("Seed: " + place_ + " must be an object");
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

std::string SeedRow::as_json_text() const { return json::write_utf8(*object_); }

const json::Object &SeedRow::object(std::string_view name) const {
    static const json::Object empty;
    const json::Value *value = find(name);
    if (value == nullptr)
        return empty;
    if (value->object() == nullptr)
        wrong(name, "an object");
    return *value->object();
}

std::vector<SeedRow> SeedRow::rows(std::string_view name) const {
    std::vector<SeedRow> list;
    const json::Value *value = find(name);
    if (value == nullptr)
        return list;
    if (value->array() == nullptr)
        wrong(name, "a list");
    for (std::size_t i = 0; i < value->array()->size(); ++i)
        list.emplace_back((*value->array())[i],
                          (place_.empty() ? "" : place_ + ".") + std::string(name) + "[" + std::to_string(i) + "]");
    return list;
}

const json::Value *SeedRow::find(std::string_view name) const {
    const json::Value *value = object_->find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

void SeedRow::wrong(std::string_view name, std::string_view expected) const {
    refuse("Seed: " + (place_.empty() ? "" : place_ + ".") + std::string(name) + " must be " + std::string(expected));
}

} // namespace hostbill::sandbox
