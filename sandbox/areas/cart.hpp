// What can be ordered: read, checked and priced the same way for a quote and for an order.
#pragma once

#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/plan.hpp"
#include "sandbox/areas/tlds.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace hostbill::sandbox {

struct CartItem {
    Plan plan;                  // of a product or certificate
    const Tld *tld = nullptr;   // of a domain
    std::string name;           // domain or host name; may be empty for a product
    std::string action;         // of a domain: "register", "transfer", "renew"
    std::int64_t domain_id = 0; // of a renewal
    std::int64_t years = 0;     // of a domain or certificate
    std::vector<const Addon *> addons;
    Cents price = 0;     // of the first term, without addons and tax
    Cents setup = 0;     // part of the price
    Cents recurring = 0; // of each later term, without addons
    const Promotion *promotion = nullptr;
    Cents discount = 0;  // off the price
    json::Object fields; // everything that was given

    Cents addons_price() const;
    Cents cost() const { return price + addons_price(); } // before the discount
    Cents to_pay() const { return cost() - discount; }    // now, without tax
    Cents each_term() const { return recurring + addons_price(); }
};

// Each refuses what cannot be ordered.
CartItem read_product(Call &call, const json::Object &fields);
CartItem read_certificate(Call &call, const json::Object &fields);
CartItem read_domain(Call &call, const json::Object &fields);
CartItem read_item(Call &call, const json::Object &fields); // by its "type"

// What one order holds so far.
class Basket {
public:
    // Refuses an item for which there is too little left, or which is in the order already.
    void add(Call &call, const CartItem &item);

private:
    std::map<std::int64_t, std::int64_t> taken_; // of each product
    std::set<std::string> names_;                // of domains
    std::set<std::string> codes_;                // of promotions
};

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
