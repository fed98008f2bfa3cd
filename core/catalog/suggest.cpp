#include "core/catalog/suggest.hpp"

#include "core/base/ascii.hpp"
#include "core/catalog/catalog.hpp"

#include <algorithm>
#include <vector>

namespace hostbill {
namespace {

// Names are short; anything longer is no misspelt name and not worth the work.
constexpr std::size_t longest_name = 100;

// Takes the last part off a path, up to its slash.
std::string_view take_last_part(std::string_view &path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view part = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
    return part;
}

// "GET /invoice/5" of an operation, with what `wanted` has in place of its parameters, counted from the end.
std::string with_values_of(std::string_view wanted, const Operation &operation) {
    std::string text;
    for (std::string_view rest = operation.path; !rest.empty();) {
        const std::string_view part = take_last_part(rest);
        const std::string_view given = take_last_part(wanted);
        text.insert(0, part.starts_with('{') && !given.empty() ? given : part);
        text.insert(0, "/");
    }
    return std::string(operation.method) + " " + text;
}

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1); // two rows up, for swapped neighbours
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        above[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
    if (name.empty() || name.size() > longest_name)
        return {};
    const std::string wanted = lower(name);
    // A third of the letters may be wrong, at least one.
    std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
    std::string_view best;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(wanted, lower(candidate));
        // A name that lacks its end or its beginning is near however much is missing.
        const bool part = wanted.size() >= 3 && (candidate.starts_with(wanted) || candidate.ends_with(wanted));
        const std::size_t effective = part ? std::min<std::size_t>(distance, 1) : distance;
        if (effective < best_distance) {
            best_distance = effective;
            best = candidate;
        }
    }
    return best;
}

std::string_view nearest_operation(std::string_view name, std::span<const Operation> more) {
    std::vector<const Operation *> known;
    for (const auto &some : {more, operations(), compositions()}) {
        for (const Operation &operation : some)
            known.push_back(&operation);
    }
    const bool by_path = name.find('/') != std::string_view::npos;
    std::vector<std::string> names;
    for (const Operation *operation : known)
        names.push_back(by_path ? with_values_of(name, *operation) : std::string(operation->id));
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string_view found = nearest(name, views);
    const auto at = std::find(views.begin(), views.end(), found);
    return found.empty() ? found : known[static_cast<std::size_t>(at - views.begin())]->id;
}

std::string_view nearest_portal(std::string_view id) {
    std::vector<std::string_view> candidates;
    for (const Portal &portal : portals())
        candidates.push_back(portal.id);
    return nearest(id, candidates);
}

Error unknown_operation(std::string_view name, std::span<const Operation> more) {
    const std::string_view near = nearest_operation(name, more);
    Error error = usage_error("unknown operation", {{.field = "operation",
                                                     .problem = "is not in the catalogue",
                                                     .expected = "an operation's id, or its method and path",
                                                     .nearest = std::string(near)}});
    return error;
}

Error unknown_portal(std::string_view field, std::string_view id) {
    std::string known;
    for (const Portal &portal : portals())
        known += (known.empty() ? "" : ", ") + std::string(portal.id);
    return usage_error("unknown portal", {{.field = std::string(field),
                                           .problem = "is not a portal",
                                           .expected = "one of " + known,
                                           .nearest = std::string(nearest_portal(id))}});
}

} // namespace hostbill
