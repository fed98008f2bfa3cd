// The oddities of what requests have to be like, and how many of them there may be.
#pragma once

#include "sandbox/world/call.hpp"

namespace hostbill::sandbox {

// So many requests in a minute of the portal's clock.
class RateWindow {
public:
    // 0: the request may pass; else how many seconds to wait.
    Seconds take(std::int64_t limit, Seconds now);

private:
    Seconds began_ = 0;
    std::int64_t taken_ = 0;
};

// Refuses what the request's quirks forbid, before anything else is looked at.
void check_request_quirks(const Call &call);

// A list as its page: `page` of the query says which. What is no list stays as it is.
json::Value page_of(json::Value body, const Call &call);

} // namespace hostbill::sandbox
