// NULL, and things that are no client, at every place of every function.
#include "support.hpp"

namespace {

using NullTest = CapiTest;

TEST_F(NullTest, NewWantsAConfigurationAndAPlaceForTheClient) {
    hostbill_client *client = reinterpret_cast<hostbill_client *>(1);
    char *error = nullptr;
    EXPECT_EQ(hostbill_client_new(nullptr, &client, &error), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(client, nullptr);
    EXPECT_EQ(Document(error).string("/class"), "usage");

    const Portal portal;
    EXPECT_EQ(hostbill_client_new(portal.config().c_str(), nullptr, &error), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(Document(error).integer("/status"), HOSTBILL_ERROR_USAGE);

    client = reinterpret_cast<hostbill_client *>(1);
    EXPECT_EQ(hostbill_client_new("{", &client, nullptr), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(client, nullptr);
    EXPECT_EQ(hostbill_client_new(nullptr, nullptr, nullptr), HOSTBILL_ERROR_USAGE);
}

// Every function that takes a client, with one that is none.
void expect_refused(hostbill_client *client) {
    char *text = nullptr;
    EXPECT_EQ(hostbill_client_call(client, "account.balance", nullptr, nullptr, &text), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(Document(text).string("/class"), "usage");
    EXPECT_EQ(hostbill_client_call(client, "account.balance", nullptr, nullptr, nullptr), HOSTBILL_ERROR_USAGE);

    const Document envelope(hostbill_client_call_json(client, "account.balance", nullptr, nullptr));
    EXPECT_FALSE(envelope.boolean("/ok"));
    EXPECT_EQ(envelope.string("/error/class"), "usage");

    std::int64_t id = 77;
    text = nullptr;
    EXPECT_EQ(hostbill_client_submit(client, "account.balance", nullptr, nullptr, &id, &text), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(id, 0);
    EXPECT_EQ(Document(text).string("/class"), "usage");
    EXPECT_EQ(hostbill_client_submit(client, "account.balance", nullptr, nullptr, nullptr, nullptr),
              HOSTBILL_ERROR_USAGE);

    text = nullptr;
    EXPECT_EQ(hostbill_client_next(client, -1, &text), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(Document(text).string("/class"), "usage");
    EXPECT_EQ(hostbill_client_next(client, -1, nullptr), HOSTBILL_ERROR_USAGE);

    EXPECT_EQ(hostbill_client_fd(client), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(hostbill_client_loop_fd(client), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(hostbill_client_cancel(client, 0), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(hostbill_client_cancel(client, 1), HOSTBILL_ERROR_USAGE);
    hostbill_client_close(client);
    hostbill_client_free(client);
}

TEST_F(NullTest, NullIsNoClient) { expect_refused(nullptr); }

TEST_F(NullTest, OtherMemoryIsNoClient) {
    alignas(64) char memory[4096] = "this is not a client";
    expect_refused(reinterpret_cast<hostbill_client *>(memory));
}

TEST_F(NullTest, OperationIsWantedAndTheRestMayBeMissing) {
    const Portal portal;
    const Client client = make_client(portal.config());
    char *text = nullptr;
    EXPECT_EQ(hostbill_client_call(client.get(), nullptr, nullptr, nullptr, &text), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(Document(text).string("/class"), "usage");
    EXPECT_EQ(Document(hostbill_client_call_json(client.get(), nullptr, nullptr, nullptr)).string("/error/class"),
              "usage");
    std::int64_t id = 77;
    EXPECT_EQ(hostbill_client_submit(client.get(), nullptr, nullptr, nullptr, &id, nullptr), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(id, 0);

    EXPECT_EQ(hostbill_client_call(client.get(), "account.balance", nullptr, nullptr, nullptr), HOSTBILL_OK);
    EXPECT_EQ(hostbill_client_call(client.get(), "account.balance", "", "", nullptr), HOSTBILL_OK);
    EXPECT_EQ(hostbill_client_submit(client.get(), "account.balance", nullptr, nullptr, nullptr, nullptr), HOSTBILL_OK);
    EXPECT_EQ(next(client).integer("/id"), 1);
    EXPECT_EQ(hostbill_client_next(client.get(), 0, nullptr), HOSTBILL_ERROR_USAGE);
}

TEST_F(NullTest, FreeingNothingIsFine) {
    hostbill_client_close(nullptr);
    hostbill_client_free(nullptr);
    hostbill_string_free(nullptr);
    hostbill_set_log(nullptr, nullptr);
}

} // namespace
