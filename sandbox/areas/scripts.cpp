// Scripts that run when a server is installed.
#include "sandbox/areas/areas.hpp"

namespace hostbill::sandbox {
namespace {

constexpr SeededId seeded_ids[] = {{"", "script_id", "611"}};

} // namespace

constinit const Area scripts_area{.name = "scripts", .seeded_ids = seeded_ids};

} // namespace hostbill::sandbox
