// Text messages.
#include "sandbox/areas/areas.hpp"

namespace hostbill::sandbox {
namespace {

constexpr Sample samples[] = {{"sms.send", R"({"to":"+3725550187","text":"sample"})"}};

} // namespace

constinit const Area sms_area{.name = "sms", .samples = samples};

} // namespace hostbill::sandbox
