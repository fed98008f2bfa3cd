// Things that belong to the process that made them.
#pragma once

#include "core/base/process_id.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace hostbill {

// One T for each process. After a fork, the child makes its own when it first needs it and leaves alone what it
// inherited, for ever: its locks may be held by threads that the child does not have, and its connections are the
// parent's, who goes on talking on them. From any thread.
template <class T>
class PerProcess {
public:
    using Make = std::function<std::unique_ptr<T>()>;

    // Made at once for this process, and with `make` again for its children: what that uses must stay as it is.
    explicit PerProcess(Make make) : make_(std::move(make)), current_(new Slot{process_id(), make_(), nullptr}) {}

    // After the last use.
    ~PerProcess() {
        Slot *slot = current_.load(std::memory_order_acquire);
        if (is_ours(*slot))
            delete slot;
    }
    PerProcess(const PerProcess &) = delete;
    PerProcess &operator=(const PerProcess &) = delete;

    T &get() {
        Slot *slot = current_.load(std::memory_order_acquire);
        while (!is_ours(*slot)) {
            auto made = std::make_unique<Slot>(Slot{process_id(), make_(), slot});
            if (current_.compare_exchange_strong(slot, made.get(), std::memory_order_acq_rel))
                return *made.release()->value;
        }
        return *slot->value;
    }

    // nullptr: this process has none yet.
    T *find() noexcept {
        Slot *slot = current_.load(std::memory_order_acquire);
        return is_ours(*slot) ? slot->value.get() : nullptr;
    }

private:
    struct Slot {
        pid_t process;
        std::unique_ptr<T> value;
        Slot *inherited; // keeps it reachable, and says that it was not lost by mistake
    };

    static bool is_ours(const Slot &slot) noexcept { return slot.process == process_id(); }

    const Make make_;
    std::atomic<Slot *> current_;
};

} // namespace hostbill
