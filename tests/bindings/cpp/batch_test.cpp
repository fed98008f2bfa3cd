// Many calls at once, with a portal that answers when the test says so.
#include "portal.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <hostbill.hpp>
#include <optional>
#include <thread>
#include <vector>

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

} // namespace
