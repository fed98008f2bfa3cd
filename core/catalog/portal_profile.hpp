// A portal that the catalogue does not know, made at run time from the Swagger document it publishes. Its operations
// that other portals have too are theirs, by method and path; the others get names made from their paths.
#pragma once

#include "core/base/result.hpp"
#include "core/catalog/catalog.hpp"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

class PortalProfile {
public:
    // The error is a sentence that says where the document stops making sense.
    static Result<std::shared_ptr<const PortalProfile>, std::string> from_swagger(std::string_view text);

    PortalProfile(const PortalProfile &) = delete;
    PortalProfile &operator=(const PortalProfile &) = delete;

    const Portal &portal() const noexcept { return portal_; }
    const std::vector<Operation> &operations() const noexcept { return operations_; } // sorted by id
    const std::vector<std::string> &repaired() const noexcept { return repaired_; }   // a sentence each

    // As the catalogue's function of that name. nullptr: none.
    const Operation *find_operation(std::string_view name) const;

private:
    PortalProfile() = default;
    friend class PortalProfileMaker;

    // What the views of the operations point to.
    std::deque<std::string> texts_;
    std::deque<std::vector<std::string_view>> lists_;
    std::deque<std::vector<Param>> params_;
    std::vector<AuthMode> auth_;

    Portal portal_{};
    std::vector<Operation> operations_;
    std::vector<std::string> repaired_;
};

} // namespace hostbill
