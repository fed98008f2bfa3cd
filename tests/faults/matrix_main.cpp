// Runs the matrix: every fault, on every operation that may not happen twice and on some that may, over fresh and over
// reused connections, through the public interfaces of both libraries.
//
// The sandbox's ledger is what really happened. An unsafe operation happens once at most; success says that it did,
// `outcome_unknown` that nobody knows, and every other error that it did not. What an unknown outcome is reconciled to
// must be so too. No answer, journal or line of the log shows a secret. Prints each violation with all that it takes to
// see it again, then what it came to. All of it or a part:
//
//     fault_matrix [--door call|submit|loop] [--fault NAME] [--operation ID] [--portal NAME] [--connection fresh|reused]
//
// The door is how operations are carried out: on the caller's thread, on the client's event loop, or on the
// caller's.
#include "cell_runner.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <map>
#include <thread>
#include <vector>

namespace hostbill::faults {
namespace {

// Many calls do little but wait for their deadline, so that there may be more threads than processors.
constexpr int threads_per_portal = 3;

using Filter = std::map<std::string, std::string>;

Filter read_arguments(int count, char **values) {
    Filter filter;
    for (int i = 1; i < count; i += 2) {
        const std::string name = values[i];
        if (i + 1 == count || (name != "--door" && name != "--fault" && name != "--operation" && name != "--portal" &&
                               name != "--connection"))
            throw std::runtime_error("--door, --fault, --operation, --portal or --connection, with a value");
        filter[name] = values[i + 1];
    }
    return filter;
}

bool is_wanted(const Cell &cell, const Filter &filter) {
    const auto fits = [&](const char *name, const std::string &value) {
        const auto found = filter.find(name);
        return found == filter.end() || found->second == value;
    };
    return fits("--fault", cell.row->name) && fits("--operation", cell.operation->id) &&
           fits("--portal", cell.portal) && fits("--connection", cell.reused ? "reused" : "fresh");
}

// The cells of one portal, taken by several threads, each with a sandbox of its own.
struct Queue {
    std::vector<Cell> cells;
    std::atomic<std::size_t> next{0};
};

void work(const std::string &portal, Queue &queue, Tally &tally) {
    try {
        CellRunner runner(portal, tally);
        for (std::size_t i = queue.next++; i < queue.cells.size(); i = queue.next++)
            runner.run(queue.cells[i]);
    } catch (const std::exception &error) {
        tally.violation("violated: the cells of " + portal + " could not be run: " + error.what());
    }
}

// No line of the log may hold a secret, whatever goes wrong.
struct LogCheck {
    const CanaryFinder canaries;
    Tally &tally;
    std::atomic<std::int64_t> lines{0};
};

void check_log(void *user, const char *line) {
    auto &check = *static_cast<LogCheck *>(user);
    ++check.lines;
    if (const auto form = check.canaries.find(line); !form.empty())
        check.tally.violation("violated: a secret shows in the log: " + std::string(form) + ": " + line);
}

int run(int argument_count, char **arguments) {
    const Filter filter = read_arguments(argument_count, arguments);
    if (const auto door = filter.find("--door"); door != filter.end())
        Client::door = door->second == "loop" ? Door::loop : door->second == "submit" ? Door::submit : Door::call;
    const Matrix matrix = read_matrix(FAULTS_DIR "/matrix.json", FAULTS_DIR "/matrix.schema.json");
    const std::vector<Operation> operations = read_operations(matrix);
    std::map<std::string, Queue> queues;
    for (const Cell &cell : cells_of(matrix, operations)) {
        if (is_wanted(cell, filter))
            queues[cell.portal].cells.push_back(cell);
    }
    Tally tally;
    LogCheck log{.canaries = {}, .tally = tally};
    hostbill_set_log(check_log, &log);
    {
        std::vector<std::jthread> threads;
        for (auto &[portal, queue] : queues) {
            const std::size_t count = std::min<std::size_t>(threads_per_portal, queue.cells.size());
            for (std::size_t i = 0; i < count; ++i)
                threads.emplace_back([&portal, &queue, &tally] { work(portal, queue, tally); });
        }
    }
    hostbill_set_log(nullptr, nullptr);
    if (log.lines == 0)
        tally.violation("violated: nothing was logged");
    if (hostbill_live_objects() != 0)
        tally.violation("violated: something of the library is not freed");
    std::printf("%s\n", tally.summary().c_str());
    return tally.clean() ? 0 : 1;
}

} // namespace
} // namespace hostbill::faults

int main(int argument_count, char **arguments) {
    try {
        return hostbill::faults::run(argument_count, arguments);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
