// What the tests of DNS share: names and records in short, and a portal that is one zone in memory.
#pragma once

#include "core/call/run.hpp"
#include "core/tasks/dns_plan.hpp"
#include "support.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hostbill {

void PrintTo(const DnsRecord &record, std::ostream *out);

namespace test {

DnsName dns_name(std::string_view text);

// example.net as zone 640 of service 5130, or as domain 770.
DnsZone test_zone(DnsKind kind);

// {"name":..} and the like, as callers write it; it has to be right.
DnsRecord dns_record(std::string_view json);
std::vector<DnsRecord> dns_records(std::string_view json);

// "www A 192.0.2.1", "@ MX 10 mail.example.net"
std::string brief(const DnsRecord &record);
std::vector<std::string> brief(const std::vector<DnsRecord> &records);

// Holds one zone, of either kind, as a portal does, and does what it is told.
class ZoneRun final : public Run {
public:
    ZoneRun(DnsKind kind, std::vector<DnsRecord> records);

    struct Fault {
        int at;    // the act, counted from 1
        bool acts; // whether it takes effect all the same
        ErrorClass error;
    };

    const DnsZone zone;
    std::vector<DnsRecord> records; // their ids are ids, or, of a domain, mean nothing
    std::vector<std::string> asked; // every operation
    std::vector<std::string> acts;  // "create www A 192.0.2.1"
    std::vector<Fault> faults;
    std::function<void()> before_read = [] {}; // what others do meanwhile

    std::vector<DnsRecord> read(); // as read_zone gives it

    Clock::time_point now() const override { return {}; }
    Clock::time_point deadline() const override { return Clock::time_point::max(); }
    bool wait_until(Clock::time_point) override { return true; }
    void report(const json::Object &) override {}
    double random_fraction() override { return 0; }

private:
    Result<json::Value> perform(std::string_view operation, const json::Object &params, const StepOptions &) override;
    Result<json::Value> act(std::string_view operation, const json::Object &params);

    std::int64_t next_id_ = 100;
};

} // namespace test
} // namespace hostbill
