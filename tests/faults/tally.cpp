#include "tally.hpp"

#include <algorithm>
#include <cstdio>

namespace hostbill::faults {

void Tally::cell(std::int64_t effects_of_unsafe) {
    const std::lock_guard lock(mutex_);
    ++cells_;
    worst_ = std::max(worst_, effects_of_unsafe);
}

void Tally::violation(const std::string &line) {
    const std::lock_guard lock(mutex_);
    ++violations_;
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

void Tally::verdict(const std::string &word) {
    const std::lock_guard lock(mutex_);
    ++verdicts_[word];
}

void Tally::false_verdict() {
    const std::lock_guard lock(mutex_);
    ++false_verdicts_;
}

std::string Tally::summary() const {
    const std::lock_guard lock(mutex_);
    const auto count = [&](const char *word) {
        const auto found = verdicts_.find(word);
        return std::to_string(found != verdicts_.end() ? found->second : 0);
    };
    return "faults: " + std::to_string(cells_) + " cells, worst effect count " + std::to_string(worst_) + ", " +
           std::to_string(violations_) + " violations\nreconciled: " + count("happened") + " happened, " +
           count("did_not_happen") + " did not, " + count("ambiguous") + " ambiguous, " +
           std::to_string(false_verdicts_) + " false";
}

bool Tally::clean() const {
    const std::lock_guard lock(mutex_);
    return cells_ > 0 && violations_ == 0 && worst_ <= 1 && false_verdicts_ == 0;
}

} // namespace hostbill::faults
