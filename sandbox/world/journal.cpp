#include "sandbox/world/journal.hpp"

#include "sandbox/http/form.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::size_t max_entries = 10'000;
constexpr std::size_t max_target = 2'000;
constexpr std::size_t max_errors = 20;
constexpr std::size_t max_error = 500;

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

void shorten(std::string &text) {
    if (text.size() <= max_error)
        return;
    std::size_t end = max_error;
    while ((text[end] & 0xc0) == 0x80) // Not within a letter.
        --end;
    text.resize(end);
    text += " ..";
}

// `*` stands for any text.
bool matches(std::string_view text, std::string_view pattern) {
    std::size_t at = 0, star = pattern.npos, retry = 0, i = 0;
    while (i < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            retry = i;
        } else if (at < pattern.size() && pattern[at] == text[i]) {
            ++at;
            ++i;
        } else if (star != pattern.npos) {
            at = star + 1;
            i = ++retry;
        } else {
            return false;
        }
    }
    while (at < pattern.size() && pattern[at] == '*')
        ++at;
    return at == pattern.size();
}

bool fits_path(std::string_view target, std::string_view wanted) {
    const std::string_view path = target.substr(0, target.find('?'));
    return wanted.find('*') != wanted.npos ? matches(path, wanted) : path.find(wanted) != path.npos;
}

// "4xx" is all of the four hundreds.
bool fits_status(int status, std::string_view wanted) {
    const std::string text = std::to_string(status);
    return wanted.ends_with("xx") ? text.size() == 3 && text.front() == wanted.front() : text == wanted;
}

bool fits(const Journal::Entry &entry, const JournalFilter &filter) {
    return (filter.world.empty() || entry.world == filter.world) &&
           (filter.method.empty() || entry.method == filter.method) &&
           (filter.operation == nullptr || entry.operation == filter.operation) &&
           (filter.path.empty() || fits_path(entry.target, filter.path)) &&
           (filter.status.empty() || fits_status(entry.status, filter.status)) &&
           (!filter.fault || *filter.fault == !entry.fault.is_null()) &&
           (!filter.refused || *filter.refused == entry.refused) &&
           (!filter.unmatched || *filter.unmatched == (entry.operation == nullptr));
}

json::Value to_json(const Journal::Entry &entry) {
    json::Object row{{"number", entry.number},
                     {"time", iso_time(entry.time)},
                     {"world", entry.world},
                     {"method", entry.method},
                     {"target", entry.target},
                     {"operation", entry.operation != nullptr ? json::Value(entry.operation->id) : json::Value()},
                     {"status", entry.status},
                     {"duration_us", entry.duration_us},
                     {"fault", entry.fault},
                     {"refused", entry.refused}};
    if (!entry.errors.empty())
        row.append("errors", json::Array(entry.errors.begin(), entry.errors.end()));
    if (entry.operation != nullptr)
        return row;
    json::Array near;
    for (const Near &one : entry.near)
        near.push_back(json::Object{{"method", one.operation->method},
                                    {"path", one.operation->path},
                                    {"operation", one.operation->id},
                                    {"why", why_text(one.why)}});
    row.append("near", std::move(near));
    return row;
}

} // namespace

void Journal::add(Entry entry, std::string_view path, std::string_view query) {
    entry.number = ++added_;
    entry.method.resize(std::min<std::size_t>(entry.method.size(), 32));
    entry.target = std::string(path) + mask(query, entry.operation);
    entry.target.resize(std::min(entry.target.size(), max_target));
    // Whatever came on the request line, the journal is text.
    std::replace_if(
        entry.target.begin(), entry.target.end(), [](char byte) { return byte < '!' || byte > '~'; }, '?');
    entry.errors.resize(std::min(entry.errors.size(), max_errors));
    for (std::string &error : entry.errors)
        shorten(error);
    entries_.push_back(std::move(entry));
    if (entries_.size() > max_entries) {
        entries_.pop_front();
        ++dropped_;
    }
}

void Journal::forget(std::string_view world) {
    std::erase_if(entries_, [&](const Entry &entry) { return entry.world == world; });
    dropped_ = entries_.empty() ? 0 : dropped_;
}

json::Value Journal::to_json(const JournalFilter &filter) const {
    std::vector<const Entry *> wanted;
    const auto limit = static_cast<std::size_t>(filter.limit.value_or(max_entries));
    for (auto entry = entries_.rbegin(); entry != entries_.rend() && wanted.size() < limit; ++entry) {
        if (entry->number <= filter.since)
            break;
        if (fits(*entry, filter))
            wanted.push_back(&*entry);
    }
    json::Array requests;
    for (auto entry = wanted.rbegin(); entry != wanted.rend(); ++entry)
        requests.push_back(sandbox::to_json(**entry));
    return json::Object{{"requests", std::move(requests)}, {"dropped", dropped_}, {"last", added_}};
}

} // namespace hostbill::sandbox
