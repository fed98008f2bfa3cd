#include "core/catalog/suggest.hpp"

#include <gtest/gtest.h>

namespace hostbill {
namespace {

TEST(Suggest, CountsEdits) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("abc", ""), 3U);
    EXPECT_EQ(edit_distance("abc", "abd"), 1U);
    EXPECT_EQ(edit_distance("abc", "acb"), 1U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Suggest, FindsTheNearestName) {
    constexpr std::string_view names[] = {"username", "password", "timeout"};
    EXPECT_EQ(nearest("usrname", names), "username");
    EXPECT_EQ(nearest("TIMEOUT", names), "timeout");
    EXPECT_EQ(nearest("pasword", names), "password");
    EXPECT_EQ(nearest("time", names), "timeout");
    EXPECT_EQ(nearest("zzz", names), "");
    EXPECT_EQ(nearest("", names), "");
    EXPECT_EQ(nearest(std::string(10'000, 'a'), names), "");
}

TEST(Suggest, KnowsOperationsAndPortals) {
    EXPECT_EQ(nearest_operation("domain.get"), "domains.get");
    EXPECT_EQ(nearest_operation("invoice.list"), "invoices.list");
    EXPECT_EQ(nearest_operation("GET /domian"), "domains.list");
    EXPECT_EQ(nearest_operation("GET /invoice/5"), "invoices.get");
    EXPECT_EQ(nearest_operation("get /api/invoice/@id"), "invoices.get");
    EXPECT_EQ(nearest_operation("POST /invoice/{id}"), "invoices.get");
    EXPECT_EQ(nearest_operation("GET /service/12/dns/7"), "dns.zones.get");
    EXPECT_EQ(nearest_operation("something else entirely"), "");
    EXPECT_EQ(nearest_portal("colo-up"), "coloup");
}

} // namespace
} // namespace hostbill
