// What can be ordered: read, checked and priced the same way for a quote and for an order.
#pragma once

#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/shop.hpp"
#include "sandbox/areas/tlds.hpp"

#include <string>
#include <vector>

namespace hostbill::sandbox {

struct CartItem {
    const Product *product = nullptr; // of a product or certificate
    const Tld *tld = nullptr;         // of a domain
    std::string name;                 // domain or host name; may be empty for a product
    std::string action;               // of a domain: "register", "transfer", "renew"
    std::int64_t domain_id = 0;       // of a renewal
    std::int64_t years = 0;           // of a domain or certificate
    const Cycle *cycle = nullptr;     // of what recurs
    Cents price = 0;                  // now, without tax
    Cents recurring = 0;              // each cycle
    json::Object options;             // option id -> choice id
    std::vector<const Addon *> addons;
    json::Object fields; // everything that was given
};

// Each refuses what cannot be ordered.
CartItem read_product(Call &call, const json::Object &fields);
CartItem read_certificate(Call &call, const json::Object &fields);
CartItem read_domain(Call &call, const json::Object &fields);
CartItem read_item(Call &call, const json::Object &fields); // by its "type"

struct Placed {
    std::int64_t order_num = 0;
    std::vector<InvoiceLine> lines;
    json::Object answer; // {"type","id","name","product_id"}
};

// Makes the service or domain, which waits for its invoice to be paid.
Placed place(Call &call, const CartItem &item);

// Ties the order to its invoice.
void bill(Call &call, std::int64_t order_num, std::int64_t invoice);

// What an item's fields hold. Each refuses what is none, naming the field.
std::string field_text(const json::Object &fields, std::string_view name);    // "" where absent
std::int64_t field_number(const json::Object &fields, std::string_view name); // 0 where absent
std::int64_t read_years(const json::Object &fields);                          // 1 where absent
const Product &product_of(const json::Object &fields, bool certificate);

} // namespace hostbill::sandbox
