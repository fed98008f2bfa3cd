// What all cells came to; from any number of threads.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace hostbill::faults {

class Tally {
public:
    void cell(std::int64_t effects_of_unsafe);
    // Prints it at once.
    void violation(const std::string &line);
    void verdict(const std::string &word);
    void false_verdict();

    // "faults: ..." and "reconciled: ..."
    std::string summary() const;
    bool clean() const;

private:
    mutable std::mutex mutex_;
    std::int64_t cells_ = 0;
    std::int64_t worst_ = 0;
    std::int64_t violations_ = 0;
    std::int64_t false_verdicts_ = 0;
    std::map<std::string, std::int64_t> verdicts_;
};

} // namespace hostbill::faults
