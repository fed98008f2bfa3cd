#include "core/call/pages.hpp"

#include "core/answer/shape_value.hpp"
#include "core/catalog/error.hpp"

#include <algorithm>
#include <optional>

namespace hostbill {
namespace {

constexpr std::int64_t most_pages = 1000;

struct Place {
    std::int64_t current;
    std::int64_t total;
};

std::optional<std::int64_t> whole(const json::Value *value) {
    if (value == nullptr)
        return std::nullopt;
    json::Value number = *value;
    return shape_value::to_integer(number) && number.integer() != nullptr ? std::optional(*number.integer())
                                                                          : std::nullopt;
}

// Which page of how many; nothing where the answer does not say.
std::optional<Place> place_of(const json::Value &body) {
    const json::Value *page = body.find("page");
    const std::optional<std::int64_t> current = page != nullptr ? whole(page->find("current")) : std::nullopt;
    const std::optional<std::int64_t> total = page != nullptr ? whole(page->find("total")) : std::nullopt;
    return current && total ? std::optional(Place{*current, *total}) : std::nullopt;
}

bool is_empty_list(const json::Value &value) { return value.array() != nullptr && value.array()->empty(); }

// What the page's lists and maps hold goes behind what there is. An empty map is a list in PHP.
void add(json::Value &all, json::Value &&page) {
    for (json::Member &member : *page.object()) {
        json::Value *there = all.find(member.key) != nullptr ? all.object()->find(member.key) : nullptr;
        if (there == nullptr) {
            all.object()->append(member.key, std::move(member.value));
        } else if (there->array() != nullptr && member.value.array() != nullptr) {
            for (json::Value &item : *member.value.array())
                there->array()->push_back(std::move(item));
        } else if (there->object() != nullptr && member.value.object() != nullptr) {
            for (json::Member &item : *member.value.object())
                there->object()->set(item.key, std::move(item.value));
        } else if (is_empty_list(*there)) {
            *there = std::move(member.value);
        }
    }
}

Error only_a_part() {
    return Error{.error_class = ErrorClass::protocol,
                 .message =
                     "the portal shows the list in pages that cannot be followed, so that not all of it is known"};
}

} // namespace

Result<json::Value> all_pages(const Options &options, const ReadPage &read) {
    Result<json::Value> all = read(options);
    const std::optional<Place> first = all ? place_of(*all) : std::nullopt;
    if (!first || first->current >= first->total)
        return all;
    if (first->current != 1 || first->total > most_pages)
        return only_a_part();
    for (std::int64_t page = 2, total = first->total; page <= total; ++page) {
        Options asking = options;
        asking.extra.append("page", page);
        Result<json::Value> next = read(std::move(asking));
        if (!next)
            return next;
        const std::optional<Place> place = place_of(*next);
        if (!place || place->current != page || place->total > most_pages)
            return only_a_part();
        total = std::max(total, place->total); // One more may have come meanwhile.
        next->object()->erase("page");
        add(*all, std::move(*next));
    }
    all->object()->erase("page");
    return all;
}

} // namespace hostbill
