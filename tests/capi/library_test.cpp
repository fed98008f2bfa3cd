// The functions that need no client.
#include "support.hpp"

#include <fstream>
#include <sstream>

namespace {

using LibraryTest = CapiTest;

TEST_F(LibraryTest, TellsItsVersions) {
    EXPECT_EQ(hostbill_abi_version(), HOSTBILL_ABI_VERSION);
    EXPECT_STREQ(hostbill_version(), EXPECTED_VERSION);
    rapidjson::Document info;
    info.Parse(hostbill_build_info());
    ASSERT_TRUE(info.IsObject());
    EXPECT_STREQ(info["version"].GetString(), hostbill_version());
    EXPECT_EQ(info["abi_version"].GetInt(), HOSTBILL_ABI_VERSION);
    EXPECT_TRUE(info["compiler"].IsString());
}

// Programs have these numbers compiled in: they never change.
TEST_F(LibraryTest, StatusesKeepTheirNumbers) {
    const std::pair<int, const char *> statuses[] = {
        {0, "ok"},
        {-1, "usage"},
        {-2, "unsupported"},
        {-3, "read_only"},
        {-4, "authentication"},
        {-5, "permission"},
        {-6, "not_found"},
        {-7, "validation"},
        {-8, "conflict"},
        {-9, "rate_limited"},
        {-10, "portal_error"},
        {-11, "maintenance"},
        {-12, "network"},
        {-13, "timeout"},
        {-14, "tls"},
        {-15, "protocol"},
        {-16, "cancelled"},
        {-17, "outcome_unknown"},
        {-18, "internal"},
    };
    for (const auto &[status, name] : statuses) {
        EXPECT_STREQ(hostbill_status_name(status), name);
    }
    EXPECT_EQ(HOSTBILL_OK, 0);
    EXPECT_EQ(HOSTBILL_ERROR_USAGE, -1);
    EXPECT_EQ(HOSTBILL_ERROR_TIMEOUT, -13);
    EXPECT_EQ(HOSTBILL_ERROR_INTERNAL, -18);
    for (const int status : {1, 1000, -10'000, INT32_MIN, INT32_MAX}) {
        EXPECT_STREQ(hostbill_status_name(status), "unknown") << status;
    }
}

TEST_F(LibraryTest, CatalogHasOnePortalOrAll) {
    const Document one(hostbill_catalog("time4vps"));
    EXPECT_EQ(one.string("/portal"), "time4vps");
    EXPECT_TRUE(one.has("/operations/72"));
    EXPECT_FALSE(one.has("/operations/73"));
    const Document all(hostbill_catalog(nullptr));
    EXPECT_TRUE(all.has("/portals/4"));
    EXPECT_FALSE(all.has("/portals/5"));
    EXPECT_EQ(Document(hostbill_catalog("")).text(), all.text());
}

TEST_F(LibraryTest, CatalogOfAnUnknownPortalIsAnError) {
    const Document answer(hostbill_catalog("time4vpz"));
    EXPECT_FALSE(answer.boolean("/ok"));
    EXPECT_EQ(answer.string("/error/class"), "usage");
    EXPECT_NE(answer.text().find("time4vps"), std::string::npos) << answer.text();
    EXPECT_FALSE(Document(hostbill_catalog("\xff\xfe\x80")).boolean("/ok"));
}

TEST_F(LibraryTest, CountsWhatIsAlive) {
    const Portal portal;
    EXPECT_EQ(hostbill_live_objects(), 0);
    Client client = make_client(portal.config());
    EXPECT_EQ(hostbill_live_objects(), 1);
    char *text = hostbill_client_call_json(client.get(), "account.balance", nullptr, nullptr);
    EXPECT_EQ(hostbill_live_objects(), 2);
    client.reset();
    EXPECT_EQ(hostbill_live_objects(), 1);
    hostbill_string_free(text);
}

} // namespace
