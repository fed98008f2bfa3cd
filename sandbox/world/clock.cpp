#include "sandbox/world/clock.hpp"

#include <algorithm>
#include <chrono>

namespace hostbill::sandbox {
namespace {

constexpr Seconds furthest = 1'000'000'000; // about thirty years

Seconds machine_time() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace

Clock::Clock(const Config &config)
    : stands_still_(config.virtual_clock), start_(config.start != 0 ? config.start : machine_time()),
      skew_(config.clock_skew) {}

Seconds Clock::now() const { return beginning() + advanced_; }

Seconds Clock::beginning() const { return stands_still_ ? start_ : machine_time() + skew_; }

void Clock::load(Database &db) {
    advanced_ = 0;
    if (!db.exists("SELECT 1 FROM settings WHERE name = 'clock_advanced'"))
        return save(db);
    advanced_ = db.number("SELECT value FROM settings WHERE name = 'clock_advanced'");
    start_ = db.number("SELECT value FROM settings WHERE name = 'clock_start'");
}

void Clock::advance(Database &db, Seconds seconds) {
    advanced_ += std::min(seconds, furthest - advanced_);
    save(db);
}

void Clock::save(Database &db) const {
    db.run("INSERT OR REPLACE INTO settings (name, value) VALUES ('clock_advanced', ?), ('clock_start', ?)", advanced_,
           start_);
}

} // namespace hostbill::sandbox
