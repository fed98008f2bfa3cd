// What happens to domains by itself, as the portal's clock goes on.
#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

void advance(const Box &box, long days) {
    box.control(R"({"command":"clock","advance":)" + std::to_string(days * 86400) + "}");
}

std::string detail(const Box &box, const std::string &domain, std::string_view name) {
    return box.get("/domain/" + domain).word({"details", name});
}

// The invoice for the renewal of a domain; empty: there is none.
std::string renewal_of(const Box &box, const std::string &name, std::string_view status) {
    const Answer list = box.get("/invoice");
    for (const json::Value &row : *list.at({"invoices"}).array()) {
        const Answer invoice = box.get("/invoice/" + *row.find("id")->string());
        if (invoice.word({"invoice", "status"}) == status &&
            invoice.word({"invoice", "items", "0", "description"}).find("Domain Renew " + name) == 0)
            return *row.find("id")->string();
    }
    return {};
}

TEST(Calendar, ADomainExpires) {
    Box box("elsecloud");
    EXPECT_EQ(detail(box, "775", "status"), "Active");
    advance(box, 17);
    EXPECT_EQ(detail(box, "775", "status"), "Active");
    advance(box, 1);
    EXPECT_EQ(detail(box, "775", "status"), "Expired");
    EXPECT_EQ(box.ledger("domains_expired"), 1);
    EXPECT_EQ(renewal_of(box, "example-shop.net", "Unpaid"), "") << "it was not to renew itself";
    for (const char *operation :
         {"/reglock", "/idprotection", "/autorenew", "/contact", "/emforwarding", "/forwarding"})
        EXPECT_EQ(box.put(std::string("/domain/775") + operation).error(), "Domain example-shop.net is Expired");
    EXPECT_EQ(box.put("/domain/775/ns", R"({"nameservers":["a.example.org","b.example.org"]})").error(),
              "Domain example-shop.net is Expired");
    EXPECT_EQ(box.post("/domain/775/reg").error(), "Domain example-shop.net is Expired");
    EXPECT_EQ(box.post("/domain/775/dns", R"({"type":"A","content":"203.0.113.1"})").error(),
              "Domain example-shop.net is Expired");
    EXPECT_EQ(box.get("/domain/775/epp").error(), "Domain example-shop.net is Expired");
    EXPECT_EQ(box.put("/domain/775/dnssec").error(), "Domain example-shop.net is Expired");
    EXPECT_EQ(box.get("/domain/775/dns").at({"records"}).array()->size(), 0U);
}

TEST(Calendar, ADomainThatRenewsItselfIsInvoicedAheadAndPaidFromCredit) {
    Box box("elsecloud", R"("auto_credit":false)");
    const std::string expires = detail(box, "770", "expires");
    const std::string announced = detail(box, "770", "next_invoice");
    advance(box, 139);
    EXPECT_EQ(renewal_of(box, "example.net", "Unpaid"), "");
    advance(box, 1);
    const std::string invoice = renewal_of(box, "example.net", "Unpaid");
    ASSERT_NE(invoice, "");
    EXPECT_EQ(box.get("/invoice/" + invoice).word({"invoice", "total"}), "11.4");
    EXPECT_EQ(box.get("/invoice/" + invoice).word({"invoice", "date"}), announced);
    advance(box, 29);
    EXPECT_EQ(detail(box, "770", "expires"), expires);
    EXPECT_EQ(box.ledger("domain_renewals_invoiced"), 1);
    advance(box, 1);
    EXPECT_EQ(box.get("/invoice/" + invoice).word({"invoice", "status"}), "Paid");
    EXPECT_EQ(detail(box, "770", "status"), "Active");
    EXPECT_EQ(std::stoi(detail(box, "770", "expires")), std::stoi(expires) + 1);
    EXPECT_EQ(box.ledger("domains_renewed"), 1);
}

TEST(Calendar, WithoutCreditItExpires) {
    Box box("elsecloud", R"("auto_credit":false)");
    // Nearly all there is: eleven times 43.10, and 20.30.
    for (int i = 0; i < 12; ++i) {
        const Answer order =
            box.post("/domain/order", R"({"name":"spend)" + std::to_string(i) + R"(-name.net","years":")" +
                                          (i < 11 ? "4" : "2") + R"(","action":"register"})");
        box.post("/invoice/" + order.word({"invoice_id"}) + "/credit");
    }
    ASSERT_EQ(box.get("/balance").word({"details", "acc_credit"}), "5.60");
    advance(box, 171);
    EXPECT_EQ(detail(box, "770", "status"), "Expired");
    const std::string invoice = renewal_of(box, "example.net", "Unpaid");
    ASSERT_NE(invoice, "");
    // Paid late, it is renewed all the same.
    box.control(R"({"command":"pay","invoice_id":)" + invoice + "}");
    EXPECT_EQ(detail(box, "770", "status"), "Active");
}

TEST(Calendar, AJumpOfYearsPlaysEveryYear) {
    Box box("elsecloud", R"("auto_credit":true)");
    // Nothing else is to be paid for.
    const Answer services = box.get("/service");
    for (const json::Value &service : *services.at({"services"}).array())
        box.control(R"({"command":"set_state","kind":"service","state":"Terminated","id":)" +
                    *service.find("id")->string() + "}");
    const std::string expires = detail(box, "770", "expires");
    advance(box, 1100);
    EXPECT_EQ(detail(box, "770", "status"), "Active");
    EXPECT_EQ(std::stoi(detail(box, "770", "expires")), std::stoi(expires) + 3);
    EXPECT_EQ(detail(box, "770", "expires").substr(4), expires.substr(4));
    EXPECT_EQ(detail(box, "771", "status"), "Expired");
}

TEST(Calendar, ATransferOfTheSeedComesIn) {
    Box box("elsecloud");
    EXPECT_EQ(detail(box, "779", "status"), "Pending Transfer");
    EXPECT_THAT(box.get("/domain/779/sync").word({"details", "expires"}), HasSubstr("0000"));
    advance(box, 3);
    EXPECT_EQ(detail(box, "779", "status"), "Active");
    EXPECT_EQ(box.get("/domain/779/sync").word({"details", "expires"}), detail(box, "779", "expires"));
}

TEST(Calendar, WhoSwitchesItOffIsNotInvoiced) {
    Box box("elsecloud");
    box.put("/domain/770/autorenew", R"({"autorenew":0})");
    advance(box, 171);
    EXPECT_EQ(detail(box, "770", "status"), "Expired");
    EXPECT_EQ(renewal_of(box, "example.net", "Unpaid"), "");
    EXPECT_EQ(renewal_of(box, "example.net", "Paid"), "");
}

} // namespace
} // namespace hostbill::sandbox::test
