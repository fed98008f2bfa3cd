#include "sandbox/quirks/request_quirks.hpp"

#include <algorithm>
#include <charconv>

namespace hostbill::sandbox {
namespace {

constexpr Seconds minute = 60;

bool is_word(std::string_view words, std::string_view wanted) {
    while (!words.empty()) {
        const std::string_view word = words.substr(0, words.find(' '));
        if (word == wanted)
            return true;
        words.remove_prefix(std::min(words.size(), word.size() + 1));
    }
    return false;
}

// The first where none, or none that makes sense, is asked for.
std::int64_t wanted_page(const Call &call) {
    const json::Value *value = call.given.find("page");
    const auto text = value != nullptr ? scalar_text(*value) : std::nullopt;
    std::int64_t page = 0;
    if (text)
        std::from_chars(text->data(), text->data() + text->size(), page);
    return std::max<std::int64_t>(page, 1);
}

} // namespace

Seconds RateWindow::take(std::int64_t limit, Seconds now) {
    if (now < began_ || now >= began_ + minute) {
        began_ = now;
        taken_ = 0;
    }
    return ++taken_ > limit ? began_ + minute - now : 0;
}

void check_request_quirks(const Call &call) {
    if (call.quirks.has(Quirk::missing_methods) &&
        is_word(call.all_quirks.text(Quirk::missing_methods), call.operation.id))
        refuse("invalid method");
}

json::Value page_of(json::Value body, const Call &call) {
    json::Object *object = body.object();
    if (object == nullptr || call.operation.effect != Effect::read || object->find("page") != nullptr)
        return body;
    const auto lists =
        std::ranges::count_if(*object, [](const json::Member &row) { return row.value.array() != nullptr; });
    const auto member =
        std::ranges::find_if(*object, [](const json::Member &row) { return row.value.array() != nullptr; });
    if (lists != 1)
        return body;
    json::Array &all = *member->value.array();
    const auto size = static_cast<std::size_t>(call.all_quirks.number(Quirk::pages));
    const std::size_t total = std::max<std::size_t>((all.size() + size - 1) / size, 1);
    const auto page = static_cast<std::size_t>(wanted_page(call));
    const std::size_t begin = std::min((page - 1) * size, all.size());
    const std::size_t end = std::min(begin + size, all.size());
    json::Array part(std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(begin)),
                     std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(end)));
    member->value = std::move(part);
    object->append("page", json::Object{{"current", static_cast<std::int64_t>(page)},
                                        {"total", static_cast<std::int64_t>(total)}});
    return body;
}

} // namespace hostbill::sandbox
