// From a method and a path to the operation of one portal.
#pragma once

#include "core/catalog/catalog.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hostbill::sandbox {

struct Route {
    const Operation *operation;
    std::vector<std::pair<std::string_view, std::string>> values; // of the path's parameters, decoded
};

class Router {
public:
    explicit Router(const Portal &portal);

    // The path starts with "/" and is still encoded. Literal segments win over parameters.
    std::optional<Route> find(std::string_view method, std::string_view path) const;

private:
    struct Node {
        std::map<std::string_view, std::unique_ptr<Node>> literals;
        std::unique_ptr<Node> any; // a parameter; its name is each operation's own affair
        std::map<std::string_view, const Operation *> methods;
    };
    void add(const Operation &operation);
    static const Operation *walk(const Node &node, std::string_view method, const std::vector<std::string> &segments,
                                 std::size_t at);

    Node root_;
};

// "/a/{b}" is {"a", "{b}"}.
std::vector<std::string_view> split_path(std::string_view path);

} // namespace hostbill::sandbox
