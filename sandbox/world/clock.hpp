// The portal's clock. It goes with the machine's, or stands still; either way it can be moved forward, and where it was
// moved to is kept in the database.
#pragma once

#include "sandbox/config.hpp"
#include "sandbox/world/database.hpp"
#include "sandbox/world/dates.hpp"

namespace hostbill::sandbox {

class Clock {
public:
    explicit Clock(const Config &config);

    Seconds now() const;
    Seconds beginning() const; // as if it had never been moved
    Seconds advanced() const { return advanced_; }

    // Goes on from where the database says that the clock stood; where it says nothing, from the beginning.
    void load(Database &db);
    // Moves it forward, and tells the database.
    void advance(Database &db, Seconds seconds);

private:
    void save(Database &db) const;

    const bool stands_still_;
    Seconds start_;        // of a clock that stands still
    Seconds skew_;         // of one that goes with the machine's
    Seconds advanced_ = 0; // by how much it was moved
};

} // namespace hostbill::sandbox
