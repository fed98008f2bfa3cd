// Which quirks are on. docs/sandbox-quirks.md tells what each does.
#pragma once

#include "core/catalog/error.hpp"
#include "core/json/json.hpp"
#include "sandbox/generated/quirk_table.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hostbill::sandbox {

inline constexpr std::size_t quirk_count = std::size(quirk_rows);
static_assert(quirk_count <= 64);

// The quirks of one request.
class ActiveQuirks {
public:
    ActiveQuirks() = default;
    explicit ActiveQuirks(std::uint64_t mask, unsigned turn = 0) : mask_(mask), turn_(turn) {}

    bool none() const { return mask_ == 0; }
    bool has(Quirk quirk) const { return (mask_ >> static_cast<unsigned>(quirk) & 1U) != 0; }
    // Where a quirk has several forms: which comes first in this request.
    unsigned turn() const { return turn_; }

private:
    std::uint64_t mask_ = 0;
    unsigned turn_ = 0;
};

class Quirks {
public:
    // {"lists_as_maps":true,"pages":10,"hostile":7}; false and null switch off. All or nothing: every mistake is told.
    std::vector<FieldProblem> set(const json::Object &wanted);

    ActiveQuirks of_request(std::int64_t number) const;
    std::int64_t number(Quirk quirk) const { return numbers_[static_cast<std::size_t>(quirk)]; }
    const std::string &text(Quirk quirk) const { return texts_[static_cast<std::size_t>(quirk)]; }

    // {"hostile":N or null,"quirks":[{"name","on","value","hostile","source","summary"}]}
    json::Value to_json() const;

private:
    std::uint64_t mask_ = 0;
    std::optional<std::int64_t> hostile_;
    std::array<std::int64_t, quirk_count> numbers_{};
    std::array<std::string, quirk_count> texts_;
};

} // namespace hostbill::sandbox
