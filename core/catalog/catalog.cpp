#include "core/catalog/catalog.hpp"

#include "core/catalog/composition_rows.hpp"

#include <algorithm>

namespace hostbill {
namespace {

bool is_placeholder(std::string_view segment) {
    return segment.starts_with('@') || segment.starts_with(':') || (segment.starts_with('{') && segment.ends_with('}'));
}

// Takes the next part of a path, up to its next slash, off the front.
std::string_view take_segment(std::string_view &path) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    return segment;
}

const Operation *find_by_path(std::string_view method, std::string_view path) {
    for (const Operation &operation : operations()) {
        if (operation.method == method && same_path(operation.path, path))
            return &operation;
    }
    return nullptr;
}

const Operation *find_by_id(std::span<const Operation> sorted, std::string_view id) {
    const auto found =
        std::lower_bound(sorted.begin(), sorted.end(), id,
                         [](const Operation &operation, std::string_view name) { return operation.id < name; });
    return found != sorted.end() && found->id == id ? &*found : nullptr;
}

// A program mostly asks for the same again.
thread_local const Operation *last_found = nullptr;

bool is_last_found(std::string_view id) { return last_found != nullptr && last_found->id == id; }

} // namespace

bool same_path(std::string_view a, std::string_view b) {
    if (std::count(a.begin(), a.end(), '/') != std::count(b.begin(), b.end(), '/'))
        return false;
    while (!a.empty() || !b.empty()) {
        const std::string_view left = take_segment(a);
        const std::string_view right = take_segment(b);
        if (left != right && !(is_placeholder(left) && is_placeholder(right)))
            return false;
    }
    return true;
}

const Portal *find_portal(std::string_view id) {
    for (const Portal &portal : portals()) {
        if (portal.id == id)
            return &portal;
    }
    return nullptr;
}

const Operation *find_operation(std::string_view name) {
    if (const std::size_t space = name.find(' '); space != std::string_view::npos) {
        return find_by_path(name.substr(0, space), name.substr(space + 1));
    }
    if (!is_last_found(name))
        last_found = find_by_id(operations(), name);
    return last_found;
}

const CompositionRow &composition_row(const Operation &composition) {
    return composition_rows()[static_cast<std::size_t>(&composition - compositions().data())];
}

const Operation *find_composition(std::string_view id) {
    // No operation has the name of a composition.
    return is_last_found(id) ? nullptr : find_by_id(compositions(), id);
}

const Param *find_param(std::span<const Param> params, PortalSet portal, std::string_view name) {
    // A canonical name wins over another row's alias, such as `id`.
    for (const Param &param : params) {
        if ((param.portals & portal) != 0 && param.name == name)
            return &param;
    }
    for (const Param &param : params) {
        if ((param.portals & portal) == 0)
            continue;
        if (param.wire == name || std::find(param.aliases.begin(), param.aliases.end(), name) != param.aliases.end()) {
            return &param;
        }
    }
    return nullptr;
}

const Param *find_param(const Operation &operation, PortalSet portal, std::string_view name) {
    return find_param(operation.params, portal, name);
}

} // namespace hostbill
