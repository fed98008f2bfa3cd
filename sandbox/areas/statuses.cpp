// What is wrong with the host's own network, or will be.
#include "sandbox/areas/areas.hpp"

namespace hostbill::sandbox {
namespace {

constexpr SeededId seeded_ids[] = {{"", "status_id", "18"}};

} // namespace

constinit const Area statuses_area{.name = "statuses", .seeded_ids = seeded_ids};

} // namespace hostbill::sandbox
