#include "sandbox/world/router.hpp"

#include "core/catalog/internal_operations.hpp"
#include "sandbox/http/form.hpp"

namespace hostbill::sandbox {
namespace {

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

} // namespace

std::vector<std::string_view> split_path(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        path.remove_prefix(1);
        std::size_t end = path.find('/');
        segments.push_back(path.substr(0, end));
        path = end == path.npos ? std::string_view() : path.substr(end);
    }
    return segments;
}

Router::Router(const Portal &portal) {
    for (const Operation &operation : operations())
        if ((operation.portals & portal.bit) != 0)
            add(operation);
    // Those that documents do not show, and that exist where a quirk says so.
    for (const Operation &operation : internal_operations())
        add(operation);
}

void Router::add(const Operation &operation) {
    Node *node = &root_;
    for (std::string_view segment : split_path(operation.path)) {
        std::unique_ptr<Node> &next = is_parameter(segment) ? node->any : node->literals[segment];
        if (!next)
            next = std::make_unique<Node>();
        node = next.get();
    }
    node->methods[operation.method] = &operation;
}

const Operation *Router::walk(const Node &node, std::string_view method, const std::vector<std::string> &segments,
                              std::size_t at) {
    if (at == segments.size()) {
        auto found = node.methods.find(method);
        return found == node.methods.end() ? nullptr : found->second;
    }
    if (auto literal = node.literals.find(segments[at]); literal != node.literals.end())
        if (const Operation *operation = walk(*literal->second, method, segments, at + 1))
            return operation;
    return node.any && !segments[at].empty() ? walk(*node.any, method, segments, at + 1) : nullptr;
}

std::optional<Route> Router::find(std::string_view method, std::string_view path) const {
    std::vector<std::string> segments;
    for (std::string_view segment : split_path(path)) {
        auto decoded = percent_decode(segment, false);
        if (!decoded)
            return std::nullopt;
        segments.push_back(std::move(*decoded));
    }
    const Operation *operation = walk(root_, method, segments, 0);
    if (operation == nullptr)
        return std::nullopt;
    Route route{operation, {}};
    std::size_t i = 0;
    for (std::string_view segment : split_path(operation->path)) {
        if (is_parameter(segment))
            route.values.emplace_back(segment.substr(1, segment.size() - 2), std::move(segments[i]));
        ++i;
    }
    return route;
}

} // namespace hostbill::sandbox
