// What one portal can be asked for: the operation of a request, its handler, its documented answer. Of all worlds.
#pragma once

#include "sandbox/areas/area.hpp"
#include "sandbox/world/router.hpp"

#include <map>
#include <optional>
#include <string_view>

namespace hostbill::sandbox {

class Operations {
public:
    struct Shape { // an operation's documented answer
        json::Value example;
        bool documented;
    };

    explicit Operations(const Portal &portal);

    const Router &router() const { return router_; }
    // nullptr: it has none, and answers its example.
    json::Value (*handler(const Operation &operation) const)(Call &);
    const Shape &shape(const Operation &operation);

private:
    Router router_;
    std::map<std::string_view, json::Value (*)(Call &)> handlers_;
    std::map<const Operation *, Shape> shapes_; // read at first use
};

} // namespace hostbill::sandbox
