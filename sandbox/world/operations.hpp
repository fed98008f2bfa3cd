// What one portal can be asked for: the operation of a request, its handler, whether its answer is documented. Of all
// worlds.
#pragma once

#include "sandbox/areas/area.hpp"
#include "sandbox/world/router.hpp"

#include <map>
#include <string_view>

namespace hostbill::sandbox {

class Operations {
public:
    using Handler = json::Value (*)(Call &);

    explicit Operations(const Portal &portal);

    const Router &router() const { return router_; }
    Handler handler(const Operation &operation) const; // every operation has one
    bool documented(const Operation &operation);       // the form of its answer

private:
    Router router_;
    std::map<std::string_view, Handler> handlers_;
    std::map<const Operation *, bool> documented_; // read at first use
};

} // namespace hostbill::sandbox
