// Many calls at once, with a portal that answers when the test says so.
#include "portal.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <hostbill.hpp>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <vector>
#if __has_include(<ranges>)
#include <ranges>
#endif

namespace {

using namespace hostbill;

class BatchTest : public testing::Test {
protected:
    void TearDown() override { EXPECT_EQ(live_objects(), 0); }

    static Client connected(const Portal &portal) {
        Config config;
        config.portal = "time4vps";
        config.base_url = portal.url();
        config.token = "t";
        return Client(config);
    }

    static BatchCall call(std::size_t number, bool dry) {
        Options options;
        options.dry_run = dry;
        options.raw = !dry;
        return {"servers.get", {{"server_id", static_cast<std::int64_t>(number)}}, options};
    }
};

TEST_F(BatchTest, OutcomesComeInOrderAndCallsNoSoonerThanTheWindowAllows) {
    const Portal portal;
    const Client client = connected(portal);
    std::size_t asked = 0;
    const auto endless = [&]() -> std::optional<BatchCall> {
        ++asked;
        return asked % 10 == 0 ? BatchCall{"no.such"} : call(asked, true);
    };
    Batch batch(client, endless, 5);
    for (std::size_t seen = 0; seen < 100; ++seen) {
        const std::optional<Outcome> outcome = batch.next();
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->index, seen);
        EXPECT_LE(asked, seen + 5);
        if (seen % 10 == 9) {
            EXPECT_THROW(outcome->data(), UsageError);
        } else {
            const std::string url(outcome->data()["url"].text());
            EXPECT_EQ(url.substr(url.rfind('/') + 1), std::to_string(seen + 1));
        }
    }
    EXPECT_THROW(Batch(client, endless, 0), UsageError);
}

TEST_F(BatchTest, OutcomesAsCallsEnd) {
    Portal portal;
    portal.hold();
    const Client client = connected(portal);
    std::vector<std::size_t> seen;
    std::size_t asked = 0;
    Batch batch(
        client,
        [&]() -> std::optional<BatchCall> {
            if (asked == 3)
                return std::nullopt;
            ++asked;
            return call(asked, asked != 1);
        },
        64, false);
    while (const std::optional<Outcome> outcome = batch.next()) {
        EXPECT_FALSE(outcome->error);
        seen.push_back(outcome->index);
        if (seen.size() == 2)
            portal.release();
    }
    EXPECT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen.back(), 0U);
    EXPECT_FALSE(batch.next());
}

TEST_F(BatchTest, ItsEndStopsTheRest) {
    Portal portal;
    portal.hold();
    const Client client = connected(portal);
    const auto started = std::chrono::steady_clock::now();
    {
        std::size_t asked = 0;
        Batch batch(
            client,
            [&]() -> std::optional<BatchCall> {
                ++asked;
                return call(asked, asked == 1);
            },
            8);
        EXPECT_EQ(batch.next()->index, 0U);
        portal.wait_for_requests(7);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
    portal.release();
}

// What was begun before a fork is the parent's, also where a child begins something of its own.
TEST_F(BatchTest, AChildProcessNeitherWaitsForWhatIsItsParentsNorTakesItForItsOwn) {
    Portal portal;
    portal.hold();
    const Client client = connected(portal);
    std::size_t asked = 0;
    std::optional<Batch> batch(std::in_place, client, [&]() -> std::optional<BatchCall> {
        ++asked;
        return call(asked, asked == 1);
    });
    EXPECT_EQ(batch->next()->index, 0U);
    std::optional<Submission> submission(client.submit("servers.list"));
    portal.wait_for_requests(64);
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        int refused = 0;
        for (const std::function<void()> &take :
             {std::function<void()>([&] { batch->next(); }), std::function<void()>([&] { submission->get(); })}) {
            try {
                take();
            } catch (const UsageError &) {
                ++refused;
            }
        }
        batch.reset();
        submission.reset();
        Options dry;
        dry.dry_run = true;
        const Answer own = client.submit("servers.list", {}, dry).get();
        _exit(refused == 2 && own.data["method"].text() == "GET" ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    portal.release();
    EXPECT_FALSE(submission->get().data.is_null());
}

// Whole numbers without end, as a range that counts how many were taken.
struct Endless {
    struct Iterator {
        std::size_t *taken;
        std::size_t at;

        std::size_t operator*() const {
            ++*taken;
            return at;
        }
        Iterator &operator++() {
            ++at;
            return *this;
        }
        bool operator==(const Iterator &) const { return false; }
    };

    std::size_t *taken;
    Iterator begin() const { return {taken, 1}; }
    Iterator end() const { return {taken, 0}; }
};

// Settings with which nothing is sent.
MapSettings planned() {
    MapSettings settings;
    settings.options.dry_run = true;
    settings.window = 5;
    return settings;
}

std::string path_of(const Outcome &outcome) {
    const std::string url(outcome.data()["url"].text());
    return url.substr(url.find("/server/"));
}

TEST_F(BatchTest, MapMakesOneOperationWithEachValueOfARange) {
    const Portal portal;
    const Client client = connected(portal);
    std::size_t taken = 0;
    Batch batch = client.map("servers.get", "server_id", Endless{&taken}, planned());
    EXPECT_EQ(taken, 0U);
    for (std::size_t seen = 0; seen < 100; ++seen) {
        const std::optional<Outcome> outcome = batch.next();
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->index, seen);
        EXPECT_LE(taken, seen + 5);
        EXPECT_EQ(path_of(*outcome), "/server/" + std::to_string(seen + 1));
    }

    MapSettings settings = planned();
    settings.params = {{"server_id", 7}};
    settings.ordered = false;
    Batch renaming = client.map("servers.rename", "hostname", std::vector<std::string>{"a", "b"}, settings);
    std::vector<std::string> bodies(2);
    for (std::size_t n = 0; n < bodies.size(); ++n) {
        const std::optional<Outcome> outcome = renaming.next();
        ASSERT_TRUE(outcome);
        bodies[outcome->index] = outcome->data()["body"].text();
    }
    EXPECT_FALSE(renaming.next());
    EXPECT_EQ(bodies, (std::vector<std::string>{R"({"hostname":"a"})", R"({"hostname":"b"})"}));
}

#if defined(__cpp_lib_ranges)
TEST_F(BatchTest, MapTakesAView) {
    const Portal portal;
    const Client client = connected(portal);
    std::istringstream ids("7 8 9");
    const auto more = [](int id) { return std::to_string(id + 10); };
    Batch batch = client.map("servers.get", "server_id",
                             std::ranges::istream_view<int>(ids) | std::views::transform(more), planned());
    for (const char *path : {"/server/17", "/server/18", "/server/19"}) {
        const std::optional<Outcome> outcome = batch.next();
        ASSERT_TRUE(outcome);
        EXPECT_EQ(path_of(*outcome), path);
    }
    EXPECT_FALSE(batch.next());
}
#endif

TEST_F(BatchTest, MapTakesAFunctionAndWhatIsNoValueFailsAlone) {
    const Portal portal;
    const Client client = connected(portal);
    std::size_t asked = 0;
    const auto endless = [&]() -> std::optional<double> {
        ++asked;
        return asked % 10 == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(asked);
    };
    Batch batch = client.map("servers.get", "server_id", endless, planned());
    for (std::size_t seen = 0; seen < 100; ++seen) {
        const std::optional<Outcome> outcome = batch.next();
        ASSERT_TRUE(outcome);
        EXPECT_LE(asked, seen + 5);
        if (seen % 10 == 9)
            EXPECT_THROW(outcome->data(), UsageError);
        else
            EXPECT_EQ(path_of(*outcome), "/server/" + std::to_string(seen + 1));
    }
    Batch none = client.map("servers.get", "server_id", [] { return std::optional<int>(); });
    EXPECT_FALSE(none.next());

    asked = 0;
    MapSettings twice;
    twice.params = {{"server_id", 7}};
    try {
        client.map("servers.get", "server_id", endless, twice);
        ADD_FAILURE() << "the parameter was given twice";
    } catch (const UsageError &error) {
        EXPECT_NE(std::string(error.what()).find("server_id is given twice"), std::string::npos) << error.what();
    }
    EXPECT_EQ(asked, 0U);
}

} // namespace
