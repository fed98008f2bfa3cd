#include "sandbox/world/journal.hpp"

#include "sandbox/http/form.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::size_t max_entries = 10'000;
constexpr std::size_t max_target = 2'000;

bool is_plain(std::string_view field, const Operation *operation) {
    if (operation == nullptr)
        return false; // Nobody knows what it may be.
    auto name = percent_decode(field.substr(0, field.find('=')), true);
    if (!name)
        return false;
    std::string_view base = std::string_view(*name).substr(0, name->find('['));
    bool known = false;
    for (const Param &param : operation->params) {
        bool named = param.wire == base || param.name == base ||
                     std::find(param.aliases.begin(), param.aliases.end(), base) != param.aliases.end();
        if (named && param.sensitive)
            return false;
        known = known || named;
    }
    return known;
}

std::string mask(std::string_view query, const Operation *operation) {
    std::string out;
    while (!query.empty()) {
        std::size_t end = query.find('&');
        std::string_view field = query.substr(0, end);
        query = end == query.npos ? std::string_view() : query.substr(end + 1);
        out += out.empty() ? '?' : '&';
        if (is_plain(field, operation))
            out += field;
        else
            out += std::string(field.substr(0, field.find('='))) + "=***";
    }
    return out;
}

} // namespace

void Journal::add(Seconds now, std::string_view method, std::string_view path, std::string_view query,
                  const Operation *operation, int status, json::Value fault) {
    std::string target = std::string(path) + mask(query, operation);
    target.resize(std::min(target.size(), max_target));
    // Whatever came on the request line, the journal is text.
    std::replace_if(
        target.begin(), target.end(), [](char byte) { return byte < '!' || byte > '~'; }, '?');
    entries_.push_back({++added_, now, std::string(method.substr(0, 32)), std::move(target),
                        operation != nullptr ? std::string(operation->id) : std::string(), status, std::move(fault)});
    if (entries_.size() > max_entries)
        entries_.pop_front();
}

void Journal::clear() {
    entries_.clear();
    added_ = 0;
}

json::Value Journal::to_json(std::int64_t since) const {
    json::Array requests;
    for (const Entry &entry : entries_) {
        if (entry.number <= since)
            continue;
        requests.push_back(json::Object{{"number", entry.number},
                                        {"time", iso_time(entry.time)},
                                        {"method", entry.method},
                                        {"target", entry.target},
                                        {"operation", entry.operation.empty() ? json::Value() : entry.operation},
                                        {"status", entry.status},
                                        {"fault", entry.fault}});
    }
    auto dropped = added_ - static_cast<std::int64_t>(entries_.size());
    return json::Object{{"requests", std::move(requests)}, {"dropped", dropped}};
}

} // namespace hostbill::sandbox
