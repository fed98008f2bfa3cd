// The open connections. Those that wait for their clients stand in a row, the longest waiting first: where there is no
// room for another connection, that one goes.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <utility>

namespace hostbill::sandbox {

class Connections {
    struct Entry {
        std::function<void()> drop; // closes it at once
        bool waits = false;
    };
    using Row = std::list<Entry>;

public:
    // A connection's place, from its beginning to its end.
    class Place {
    public:
        Place(Connections &all, std::function<void()> drop)
            : all_(all), entry_(all.working_.insert(all.working_.end(), {std::move(drop)})) {}
        ~Place() { all_.row_of(*entry_).erase(entry_); }
        Place(const Place &) = delete;
        Place &operator=(const Place &) = delete;

        void waits(bool waits = true) { all_.move(entry_, waits); }
        void works() { waits(false); }

    private:
        Connections &all_;
        Row::iterator entry_;
    };

    std::size_t open() const { return working_.size() + waiting_.size(); }

    // false: all are at work.
    bool drop_one() {
        if (waiting_.empty())
            return false;
        auto oldest = waiting_.begin();
        move(oldest, false);
        oldest->drop();
        return true;
    }

private:
    Row &row_of(const Entry &entry) { return entry.waits ? waiting_ : working_; }
    void move(Row::iterator entry, bool waits) {
        Row &to = waits ? waiting_ : working_;
        to.splice(to.end(), row_of(*entry), entry);
        entry->waits = waits;
    }

    Row working_;
    Row waiting_;
};

} // namespace hostbill::sandbox
