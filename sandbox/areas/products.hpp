// The order form of a product.
#pragma once

#include "sandbox/areas/shop.hpp"

namespace hostbill::sandbox {

// As GET /order/{product_id} shows it: the basics, the forms and the addons.
json::Object product_forms(const Product &product);

} // namespace hostbill::sandbox
