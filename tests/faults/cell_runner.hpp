// Runs cells, one after the other, on a portal of its own.
#pragma once

#include "canary.hpp"
#include "libraries.hpp"
#include "matrix.hpp"
#include "tally.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace hostbill::faults {

class CellRunner {
public:
    CellRunner(std::string portal, Tally &tally);

    void run(const Cell &cell);

private:
    // What is known of a cell once its call has returned.
    struct Outcome {
        std::string params; // as the call was given them
        Answer answer;
        std::int64_t fired = 0;
        std::int64_t requests = 0;
        Document ledger;
        std::int64_t effects = 0;
        double seconds = 0;
    };

    void new_box();
    // Once, for comparison, on a portal that nothing goes wrong with.
    const Answer &good_answer(const Cell &cell);
    Document params_of(const Cell &cell) const;
    Outcome call(const Cell &cell, Client &client, double timeout);
    void judge(const Cell &cell, const Outcome &outcome);
    void judge_class(const Cell &cell, const Outcome &outcome);
    void judge_effects(const Cell &cell, const Outcome &outcome);
    void judge_data(const Cell &cell, const Outcome &outcome);
    void judge_fired(const Cell &cell, const Outcome &outcome);
    void judge_secrets(const Cell &cell, const Outcome &outcome);
    void judge_next(const Cell &cell, const Outcome &outcome, const Client &client);
    void reconcile(const Cell &cell, const Outcome &outcome, const Client &client);
    void report(const Cell &cell, const Outcome &outcome, const std::string &what);

    const std::string portal_;
    Tally &tally_;
    const CanaryFinder canaries_;
    std::unique_ptr<Box> box_;
    std::string neighbour_; // what a call right afterwards has to be answered
    struct Good {
        Answer answer;
        Document ledger;
        Answer raw; // in the portal's own form; of a read
    };
    std::map<std::string, Good> good_; // by operation
};

} // namespace hostbill::faults
