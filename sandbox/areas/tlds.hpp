// The top level domains on sale: their prices, how long a name may be taken for, and what their registries want to know.
#pragma once

#include "sandbox/world/call.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

// A choice of an order form's field.
struct FormChoice {
    std::int64_t id;
    std::string_view title;
    Cents price = 0; // for each year
};

// A field of the order form. One that has a title alone as its choice is filled with text.
struct FormField {
    std::int64_t id;
    std::string_view type; // "select", "input", "domaindnssupport"
    std::string_view title;
    std::string_view description;
    bool required;
    std::span<const FormChoice> choices;
    std::string_view letters = {}; // of an input: what it may be made of
    std::size_t length = 0;        // and how long it is; 0: any up to 100
};

struct Tld {
    std::int64_t id;
    std::string_view name; // ".net"
    Cents registration;    // for the first year; more years cost what renewing does
    Cents renewal;         // for each year
    Cents redemption;      // on top, for renewing what has expired
    std::int64_t years;    // at most
    bool epp;              // whether a transfer wants a code
    std::span<const FormField> form;
};

std::span<const Tld> tlds();
const Tld *find_tld(std::int64_t id); // nullptr: there is none

// Of a name that can be ordered; nullptr: it is no domain name, or not right below a top level domain on sale.
const Tld *tld_to_order(const std::string &name);

// As GET /domain/order/{tld_id}/form shows it.
json::Array order_form(const Tld &tld);

// The answers to an order form as they are kept, {"2101":"15001"}, and what they cost each year.
struct FormAnswers {
    json::Object answers;
    Cents price = 0;
};

// {"2101":"15001"}, {"custom[2101]":"15001"} and {"custom":{"2101":{"15001":1}}} mean the same. Refuses what does not fit
// the form.
FormAnswers read_form(const Tld &tld, const json::Value *data);

} // namespace hostbill::sandbox
