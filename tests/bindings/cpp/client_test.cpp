// What is C++'s own about the client.
#include "portal.hpp"

#include <hostbill.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

using namespace hostbill;
using namespace std::chrono_literals;

namespace {

Client connected(const Portal &portal) {
    Config config;
    config.portal = "time4vps";
    config.base_url = portal.url();
    config.username = "me@example.com";
    config.password = "s3cret-pass";
    return Client(config);
}

Options raw() {
    Options options;
    options.raw = true;
    return options;
}

TEST(Client, MethodsTakeWhatTheLanguageHas) {
    Portal portal;
    Object custom;
    custom["text"] = std::string("é\0\"", 4);
    custom["16"] = Object{{"3", "1"}, {"price", Decimal{"19.990"}}};
    api::OrdersCreateParams order;
    order.custom = custom;
    Config config;
    config.portal = "generic";
    config.base_url = portal.url();
    config.username = "u";
    config.password = "p";
    config.auth = "basic";
    Client(config).orders.create(3, order, raw());
    EXPECT_NE(portal.last().find(R"("custom":{"text":"é\u0000\"","16":{"3":"1","price":19.990}})"), std::string::npos)
        << portal.last();
}

TEST(Client, TheWholeAnswerIsThere) {
    Portal portal(R"({"acc_balance":"0.30","exact":12345678901234.56789,"info":["one"]})");
    const Client client = connected(portal);
    Answer answer;
    Options options = raw();
    options.answer = &answer;
    options.tag = "täg";
    const Value data = client.account.balance(options);
    EXPECT_EQ(data["acc_balance"].text(), "0.30");
    EXPECT_EQ(data["exact"], Value(Decimal{"12345678901234.56789"}));
    EXPECT_EQ(answer.data, data);
    EXPECT_EQ(answer.info, std::vector<std::string>{"one"});
    EXPECT_EQ(answer.meta.operation, "account.balance");
    EXPECT_EQ(answer.meta.http_status, 200);
    EXPECT_EQ(answer.meta.tag, "täg");
}

TEST(Client, ErrorsAreCaughtByClassAndByBase) {
    Portal portal(R"({"error":["nothing here"]})", 404);
    const Client client = connected(portal);
    try {
        client.servers.get(9);
        FAIL();
    } catch (const NotFoundError &error) {
        EXPECT_EQ(error.status(), HOSTBILL_ERROR_NOT_FOUND);
        EXPECT_EQ(error.error_class(), "not_found");
        EXPECT_EQ(error.http_status(), 404);
        EXPECT_EQ(error.operation(), "servers.get");
        EXPECT_EQ(error.portal_errors(), std::vector<std::string>{"nothing here"});
        const NotFoundError copy = error;
        EXPECT_STREQ(copy.what(), error.what());
    }
    EXPECT_THROW(client.servers.get(9), Error);
    EXPECT_THROW(client.servers.get(9), std::runtime_error);
}

TEST(Client, BadInputIsAUsageErrorThatNamesIt) {
    Portal portal;
    const Client client = connected(portal);
    const auto message = [&](const Object &params) -> std::string {
        try {
            client.call("servers.rename", params);
        } catch (const UsageError &error) {
            return error.what();
        }
        return "no error";
    };
    EXPECT_NE(message({{"hostname", "\xff\xfe"}}).find("hostname is not valid UTF-8"), std::string::npos);
    EXPECT_NE(message({{"hostname", "\xed\xa0\x80"}}).find("hostname is not valid UTF-8"), std::string::npos);
    EXPECT_NE(message({{"server_id", Decimal{"1e"}}}).find("server_id is not a number"), std::string::npos);
    EXPECT_NE(message({{"hostnam", "x"}}).find("hostname"), std::string::npos);
    EXPECT_THROW(client.call(std::string("a\0b", 3)), UsageError);
    EXPECT_THROW(Client{Config{}}, UsageError);
    EXPECT_EQ(portal.requests(), 0);
}

TEST(Client, CloseStopsCallsOfOtherThreadsAndRefusesLaterOnes) {
    Portal portal;
    portal.hold();
    const Client client = connected(portal);
    std::vector<std::thread> threads;
    for (int n = 0; n < 8; ++n)
        threads.emplace_back([&] { EXPECT_THROW(client.account.balance(), CancelledError); });
    portal.wait_for_requests(8);
    EXPECT_FALSE(client.closed());
    client.close();
    client.close();
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_TRUE(client.closed());
    EXPECT_THROW(client.account.balance(), UsageError);
}

TEST(Client, GroupsMayOutliveAndClientsMayMove) {
    Portal portal;
    auto first = std::make_unique<Client>(connected(portal));
    Client second = std::move(*first);
    EXPECT_NO_THROW(second.account.balance(raw()));
    EXPECT_TRUE(first->closed());
    EXPECT_THROW(first->call("account.balance"), UsageError);
    EXPECT_THROW(first->account.balance(), UsageError);
    first.reset();
    EXPECT_NO_THROW(second.account.balance(raw()));
    api::Account group = second.account;
    { const Client gone = std::move(second); }
    EXPECT_THROW(group.balance(), UsageError);
}

TEST(Submission, OneIsStoppedAndTheOthersGoOn) {
    Portal portal(R"({"n":1})");
    portal.hold();
    const Client client = connected(portal);
    Submission stopped = client.submit("account.balance", {}, raw());
    Submission kept = client.submit("account.balance", {}, raw());
    portal.wait_for_requests(2);
    stopped.cancel();
    EXPECT_THROW(stopped.get(), CancelledError);
    EXPECT_THROW(stopped.get(), UsageError);
    portal.release();
    EXPECT_EQ(kept.get().data["n"].integer(), 1);
}

TEST(Submission, AnyThreadTakesItsOwn) {
    Portal portal(R"({"n":1})");
    const Client client = connected(portal);
    std::vector<std::thread> threads;
    for (int n = 0; n < 16; ++n)
        threads.emplace_back([&] {
            for (int m = 0; m < 10; ++m) {
                Options options = raw();
                options.tag = std::to_string(m);
                Submission one = client.submit("account.balance", {}, options);
                Submission dropped = client.submit("account.balance", {}, options);
                EXPECT_EQ(one.get().meta.tag, std::to_string(m));
            }
        });
    for (std::thread &thread : threads)
        thread.join();
}

TEST(Submission, ClosingEndsTheWaiting) {
    Portal portal;
    portal.hold();
    const Client client = connected(portal);
    std::vector<std::thread> threads;
    for (int n = 0; n < 4; ++n) {
        Submission one = client.submit("account.balance");
        threads.emplace_back([one = std::move(one)]() mutable { EXPECT_THROW(one.get(), CancelledError); });
    }
    portal.wait_for_requests(4);
    client.close();
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_THROW(client.submit("account.balance"), UsageError);
}

#if defined(__cpp_lib_jthread)
TEST(StopToken, StopsItsOwnCallAlone) {
    Portal portal;
    portal.hold();
    const Client client = connected(portal);
    std::jthread other([&] { EXPECT_NO_THROW(client.account.get(raw())); });
    std::jthread stopped([&](const std::stop_token &stop) {
        EXPECT_THROW(client.servers.reboot(7, {.stop = stop}), OutcomeUnknownError);
    });
    portal.wait_for_requests(2);
    stopped.request_stop();
    stopped.join();
    portal.release();
}

TEST(Cxx20, DesignatedInitializers) {
    Portal portal;
    const Client client({.portal = "time4vps", .base_url = portal.url(), .username = "u", .password = "p"});
    client.servers.rename(7, {.hostname = "a.example.com"}, {.timeout = 5s, .raw = true});
    EXPECT_EQ(portal.last(), R"({"hostname":"a.example.com"})");
}
#endif

TEST(Client, Timeouts) {
    Portal portal;
    portal.hold();
    const Client client = connected(portal);
    Options options;
    options.timeout = 200ms;
    EXPECT_THROW(client.account.balance(options), TimeoutError);
}

TEST(Library, CatalogueVersionAndLeaks) {
    EXPECT_EQ(catalog("time4vps")["operations"].size(), 73U);
    EXPECT_THROW(catalog("nowhere"), UsageError);
    EXPECT_EQ(version(), hostbill_version());
    EXPECT_EQ(live_objects(), 0);
}

} // namespace
