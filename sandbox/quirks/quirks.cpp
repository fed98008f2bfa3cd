#include "sandbox/quirks/quirks.hpp"

#include "core/catalog/suggest.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view hostile_name = "hostile";
constexpr std::int64_t highest_number = 1'000'000'000;

constexpr std::uint64_t bit(std::size_t index) { return std::uint64_t{1} << index; }
constexpr std::uint64_t bit(Quirk quirk) { return bit(static_cast<std::size_t>(quirk)); }

constexpr std::uint64_t mask_of(Mix mix) {
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < quirk_count; ++i)
        mask |= quirk_rows[i].mix == mix ? bit(i) : 0;
    return mask;
}

// Of these, an answer can have one.
constexpr std::array<std::pair<Quirk, Quirk>, 4> exclusive = {{
    {Quirk::numbers_as_text, Quirk::text_as_numbers},
    {Quirk::no_wrapper, Quirk::other_wrapper},
    {Quirk::error_as_text, Quirk::error_with_arguments},
    {Quirk::failure_flag, Quirk::error_with_arguments},
}};

// SplitMix64: every bit of the result depends on every bit of the seed.
constexpr std::uint64_t scramble(std::uint64_t seed) {
    seed += 0x9e3779b97f4a7c15U;
    seed = (seed ^ seed >> 30U) * 0xbf58476d1ce4e5b9U;
    seed = (seed ^ seed >> 27U) * 0x94d049bb133111ebU;
    return seed ^ seed >> 31U;
}

bool is_off(const json::Value &value) { return value.is_null() || value == json::Value(false); }

bool is_number(const json::Value &value, std::int64_t lowest) {
    const std::int64_t *number = value.integer();
    return number != nullptr && *number >= lowest && *number <= highest_number;
}

// What the value has to be; empty: it is.
std::string_view expected(const QuirkRow &row, const json::Value &value) {
    if (is_off(value))
        return {};
    switch (row.value) {
    case QuirkValue::none:
        return value == json::Value(true) ? "" : "true or false";
    case QuirkValue::integer:
        return is_number(value, 1) ? "" : "a whole number from 1, or false";
    case QuirkValue::text:
        return value.string() != nullptr && !value.string()->empty() ? "" : "a text, or false";
    }
    return {};
}

} // namespace

std::vector<FieldProblem> Quirks::set(const json::Object &wanted) {
    std::vector<FieldProblem> problems;
    std::vector<std::string_view> names{hostile_name};
    for (const QuirkRow &row : quirk_rows)
        names.push_back(row.name);
    Quirks changed = *this;
    for (const json::Member &member : wanted) {
        const auto row = std::ranges::find(quirk_rows, member.key.view(), &QuirkRow::name);
        if (member.key == hostile_name) {
            if (!is_off(member.value) && !is_number(member.value, 0))
                problems.push_back(
                    {member.key, "must be a whole number", "a number that chooses the mix, or false", ""});
            else
                changed.hostile_ =
                    is_off(member.value) ? std::nullopt : std::optional<std::int64_t>(*member.value.integer());
        } else if (row == std::end(quirk_rows)) {
            problems.push_back({member.key, "is not a quirk", "", std::string(nearest(member.key, names))});
        } else if (std::string_view form = expected(*row, member.value); !form.empty()) {
            problems.push_back({member.key, "has the wrong type", std::string(form), ""});
        } else {
            const auto index = static_cast<std::size_t>(row - std::begin(quirk_rows));
            const bool on = !is_off(member.value);
            changed.mask_ = on ? changed.mask_ | bit(index) : changed.mask_ & ~bit(index);
            changed.numbers_[index] = on && member.value.integer() != nullptr ? *member.value.integer() : 0;
            changed.texts_[index] =
                on && member.value.string() != nullptr ? std::string(*member.value.string()) : std::string();
        }
    }
    if (problems.empty())
        *this = std::move(changed);
    return problems;
}

ActiveQuirks Quirks::of_request(std::int64_t number) const {
    if (!hostile_)
        return ActiveQuirks(mask_, static_cast<unsigned>(number));
    const std::uint64_t for_all = scramble(static_cast<std::uint64_t>(*hostile_));
    const std::uint64_t chosen = scramble(for_all ^ static_cast<std::uint64_t>(number));
    std::uint64_t mask = mask_ | (chosen & mask_of(Mix::each)) | (for_all & mask_of(Mix::steady));
    for (const auto &[one, other] : exclusive)
        if ((mask & bit(one)) != 0 && (mask_ & bit(one)) == 0 && (mask & bit(other)) != 0)
            mask &= ~bit(one);
    return ActiveQuirks(mask, static_cast<unsigned>(chosen >> 40U));
}

json::Value Quirks::to_json() const {
    json::Array rows;
    for (std::size_t i = 0; i < quirk_count; ++i) {
        const QuirkRow &row = quirk_rows[i];
        json::Object object{{"name", row.name}, {"on", (mask_ & bit(i)) != 0}};
        if (row.value == QuirkValue::integer)
            object.append("value", numbers_[i] != 0 ? json::Value(numbers_[i]) : json::Value());
        // The one text that is a secret is told to nobody.
        if (row.value == QuirkValue::text)
            object.append("value", texts_[i].empty()                  ? json::Value()
                                   : Quirk(i) == Quirk::second_factor ? json::Value("***")
                                                                      : json::Value(texts_[i]));
        object.append("hostile", row.mix != Mix::never);
        object.append("source", row.source);
        object.append("summary", row.summary);
        rows.push_back(std::move(object));
    }
    return json::Object{{"hostile", hostile_ ? json::Value(*hostile_) : json::Value()}, {"quirks", std::move(rows)}};
}

} // namespace hostbill::sandbox
