#include "sandbox/world/near.hpp"

#include "core/catalog/suggest.hpp"
#include "sandbox/world/router.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace hostbill::sandbox {
namespace {

using Segments = std::vector<std::string_view>;

constexpr std::size_t most_shown = 3;
constexpr std::size_t most_segments = 12; // longer paths are no misspelt ones
constexpr std::size_t longest_segment = 40;

// Costs of what has to be done to the request.
constexpr int other_method = 30;    // one that changes something instead of another one that does
constexpr int opposite_method = 40; // one that reads instead of one that changes something, or the reverse
constexpr int other_portal = 30;
constexpr int empty_value = 20;
constexpr int slash_at_end = 10;
constexpr int misspelt = 10; // and 100 for as many letters as the word has
constexpr int another_word = 100;
constexpr int segment_more_or_less = 80;

// Whatever costs more is another path altogether. The longer a path, the more of it can be right.
int furthest(std::size_t segments) { return 40 + 30 * static_cast<int>(segments); }

int method_cost(std::string_view given, std::string_view wanted) {
    if (given == wanted)
        return 0;
    return (given == "GET") == (wanted == "GET") ? other_method : opposite_method;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

// {id}, :id, $id and @id are how people write what they meant to replace.
bool is_unfilled(std::string_view segment) {
    return segment.empty() || std::string_view("{:$@<").find(segment.front()) != std::string_view::npos;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

int word_cost(std::string_view given, std::string_view wanted) {
    if (given == wanted)
        return 0;
    const std::string a = lower(given.substr(0, longest_segment)), b = lower(wanted);
    const int longest = static_cast<int>(std::max(a.size(), b.size()));
    const int edits = static_cast<int>(edit_distance(a, b));
    // A third of the letters wrong is still the same word.
    return edits * 3 > longest + 2 ? another_word + edits : misspelt + 100 * edits / longest;
}

int segment_cost(std::string_view given, std::string_view wanted) {
    if (!is_parameter(wanted))
        return word_cost(given, wanted);
    if (is_unfilled(given))
        return empty_value;
    // Ids are numbers; a word in the place of one is rather another path.
    const bool number = given.find_first_not_of("0123456789") == given.npos;
    return number || !wanted.ends_with("_id}") ? 0 : empty_value;
}

// The cheapest way from one path to the other.
int path_cost(const Segments &given, const Segments &wanted) {
    std::array<int, most_segments + 1> above{}, row{};
    for (std::size_t j = 0; j <= wanted.size(); ++j)
        above[j] = static_cast<int>(j) * segment_more_or_less;
    for (std::size_t i = 1; i <= given.size(); ++i) {
        row[0] = static_cast<int>(i) * segment_more_or_less;
        const bool last_and_empty = i == given.size() && given[i - 1].empty();
        for (std::size_t j = 1; j <= wanted.size(); ++j)
            row[j] =
                std::min({above[j] + (last_and_empty ? slash_at_end : segment_more_or_less),
                          row[j - 1] + segment_more_or_less, above[j - 1] + segment_cost(given[i - 1], wanted[j - 1])});
        std::swap(above, row);
    }
    return above[wanted.size()];
}

bool fits(const Segments &given, const Segments &wanted, bool unfilled) {
    return given.size() == wanted.size() &&
           std::equal(given.begin(), given.end(), wanted.begin(), [&](std::string_view one, std::string_view other) {
               return is_parameter(other) ? unfilled || !one.empty() : one == other;
           });
}

NearWhy why(const Segments &given, const Segments &wanted, bool same_portal, bool prefixed) {
    if (!prefixed)
        return NearWhy::prefix;
    if (fits(given, wanted, false))
        return same_portal ? NearWhy::method : NearWhy::portal;
    if (fits(given, wanted, true))
        return NearWhy::placeholder;
    Segments shorter = given;
    if (!shorter.empty() && shorter.back().empty())
        shorter.pop_back();
    return shorter.size() < given.size() && fits(shorter, wanted, false) ? NearWhy::trailing_slash : NearWhy::path;
}

} // namespace

std::string_view why_text(NearWhy why) {
    constexpr std::string_view texts[] = {"method", "trailing slash", "placeholder", "portal", "prefix", "path"};
    return texts[static_cast<std::size_t>(why)];
}

std::vector<Near> near_misses(const Portal &portal, std::string_view method, std::string_view path) {
    Segments given = split_path(path);
    if (given.size() > most_segments)
        return {};
    const bool prefixed = !given.empty() && given.front() == "api";
    if (prefixed)
        given.erase(given.begin());
    struct Candidate {
        int cost;
        Near near;
    };
    std::vector<Candidate> found;
    for (const Operation &operation : operations()) {
        const Segments wanted = split_path(operation.path);
        if (wanted.size() > most_segments)
            continue;
        const bool ours = (operation.portals & portal.bit) != 0;
        const int cost = path_cost(given, wanted) + method_cost(method, operation.method) + (ours ? 0 : other_portal);
        // Elsewhere counts only what is just as it is there.
        if (cost <= furthest(given.size()) && (ours || cost == other_portal))
            found.push_back({cost, {&operation, why(given, wanted, ours, prefixed)}});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Candidate &one, const Candidate &other) { return one.cost < other.cost; });
    std::vector<Near> nearest;
    for (const Candidate &one : found)
        // Twice as far as the nearest one is far.
        if (nearest.size() < most_shown && one.cost <= 2 * found.front().cost + opposite_method)
            nearest.push_back(one.near);
    return nearest;
}

} // namespace hostbill::sandbox
