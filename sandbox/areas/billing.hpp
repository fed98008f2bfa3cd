// Invoices, the account's credit, and what paying does. Every cent that moves, moves here.
#pragma once

#include "sandbox/world/call.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hostbill::sandbox {

inline constexpr std::string_view currency = "EUR";
inline constexpr int days_to_pay = 14;

// A line of an invoice. `details` says what its payment does, by its type.
struct InvoiceLine {
    std::string type; // "Hosting", "Domain Register", "Domain Transfer", "Domain Renew", "Addon", "Upgrade", "Other"
    std::int64_t item_id = 0;
    std::string description;
    Cents amount = 0;
    json::Object details;
};

struct Invoice {
    std::int64_t id = 0;
    Cents total = 0;
    bool paid = false;
};

struct Totals {
    Cents subtotal = 0;
    Cents tax = 0;
    Cents total = 0;
};

// The fee that a payment method adds. Refuses a method that does not exist; 0 is the account's own.
Cents payment_fee(std::int64_t pay_method, Cents amount);
Totals add_up(const Config &config, Cents subtotal);

std::string invoice_number(std::int64_t id, Seconds time); // "2026/11/9001"

// An unpaid invoice, its payment fee included; paid at once where nothing is due or the portal pays from credit.
Invoice make_invoice(const Moment &moment, std::int64_t pay_method, std::vector<InvoiceLine> lines);

Cents credit(Database &db); // money available
Cents debt(Database &db);   // unpaid invoices

// Money that comes or goes, with the reason.
void book(const Moment &moment, Cents amount, std::string_view reason);

// Pays from the account's credit, fully or in part. The caller has checked that both are there.
void apply_credit(const Moment &moment, std::int64_t invoice, Cents amount);

// Pays the rest of an invoice from the credit, if it is unpaid and the credit is enough.
bool pay_from_credit(const Moment &moment, std::int64_t invoice);

// Pays the rest of an invoice with money from elsewhere. Refuses one that is not unpaid.
void settle_from_outside(const Moment &moment, std::int64_t invoice);

// Notes money from elsewhere for the rest of an invoice.
void take_payment(const Moment &moment, std::int64_t invoice);

// Whatever was paid for an invoice becomes credit.
void give_back(const Moment &moment, std::int64_t invoice);

// Nothing is to be paid for it any more; what was paid is given back.
void cancel_invoice(const Moment &moment, std::int64_t invoice);

// Cancels an unpaid invoice when nothing that it is for is wanted any more.
void cancel_idle_invoice(const Moment &moment, std::int64_t invoice);

} // namespace hostbill::sandbox
