// Orders, invoices and credit: every cent is somewhere.
#include "csr.hpp"
#include "money_support.hpp"

namespace hostbill::sandbox::test {
namespace {

TEST(Money, SeedHasCreditAndDebt) {
    for (std::string_view portal : all_portals) {
        Box box(portal);
        EXPECT_EQ(credit(box), 50000) << portal;
        EXPECT_EQ(debt(box), 600) << portal;
    }
}

TEST(Order, BecomesAnInvoiceAndThenAService) {
    Box box("elsecloud");
    Answer order = box.post("/order/820", R"({"domain":"vm9.example.net","cycle":"m","pay_method":21})");
    EXPECT_EQ(order.word({"total"}), "8.00");
    std::string invoice = order.word({"invoice_id"}), service = order.word({"items", "id"});
    EXPECT_EQ(debt(box), 600 + 800);
    EXPECT_EQ(box.get("/service/" + service).word({"service", "status"}), "Pending");
    EXPECT_EQ(box.get("/invoice/" + invoice).word({"invoice", "status"}), "Unpaid");

    Answer paid = box.post("/invoice/" + invoice + "/credit");
    EXPECT_EQ(paid.word({"invoice_status"}), "Paid");
    EXPECT_EQ(paid.word({"applied"}), "8");
    EXPECT_EQ(credit(box), 50000 - 800);
    EXPECT_EQ(debt(box), 600);
    EXPECT_EQ(box.get("/service/" + service).word({"service", "status"}), "Active");
    EXPECT_THAT(box.get("/service/" + service + "/vms").text, testing::HasSubstr("vm9"));
    EXPECT_EQ(box.ledger("orders"), 1);
    EXPECT_EQ(box.ledger("invoices"), 1);
    EXPECT_EQ(box.ledger("credits"), 1);
}

TEST(Order, PricesOptionsAndAddons) {
    Box box("elsecloud");
    Answer order = box.post("/order/820", R"({"cycle":"a","custom":{"2201":{"16002":1}},"addon":{"52":1}})");
    // 86.40 a year, 2.00 a month for the disk, 16.20 a year for backups.
    EXPECT_EQ(order.word({"total"}), "126.60");
    EXPECT_THAT(box.post("/order/820", R"({"custom":{"1":{"2":1}}})").error(), testing::HasSubstr("not found"));
}

TEST(Order, TakesAForm) {
    Box box("internetport");
    Answer order = box.post_form("/order/820", "domain=vm9.example.net&cycle=m&custom[2201][16002]=1");
    EXPECT_EQ(order.word({"total"}), "10.00");
}

TEST(Order, RefusesWhatIsNotForSale) {
    Box box("elsecloud");
    EXPECT_EQ(box.post("/order/1").error(), "Product 1 not found");
    EXPECT_EQ(box.post("/order/250").error(), "Product 250 not found"); // A certificate is ordered elsewhere.
    EXPECT_THAT(box.post("/order/820", R"({"cycle":"x"})").error(), testing::HasSubstr("cycle"));
    EXPECT_EQ(box.post("/order/820", R"({"pay_method":7})").error(), "Payment method 7 not found");
    EXPECT_EQ(debt(box), 600);
    EXPECT_EQ(box.ledger("services"), 0);
}

TEST(Quote, CostsWhatTheOrderCosts) {
    Box box("elsecloud", R"("tax_rate":22)");
    std::string cart = R"({"pay_method":22,"items":[
        {"type":"product","product_id":820,"domain":"a.example.net","cycle":"m","custom":{"2301":"17002"}},
        {"type":"certificate","product_id":250,"csr":)" +
                       make_csr("quoted.example.net").json() + R"(,"years":2},
        {"type":"domain","name":"quoted-name.net","action":"register","tld_id":17,"years":2},
        {"type":"domain","domain_id":770,"action":"renew","years":1}]})";
    Answer quote = box.post("/quote", cart);
    // 11.00 + 36.00 + 20.30 + 11.40 = 78.70; the card's fee is 0.25 + 1.4 %: 1.35; 22 % of 80.05 is 17.61.
    EXPECT_EQ(quote.word({"summary", "subtotal"}), "80.05");
    EXPECT_EQ(quote.word({"summary", "tax", "0", "tax"}), "17.61");
    EXPECT_EQ(quote.word({"summary", "total"}), "97.66");
    EXPECT_EQ(debt(box), 600);
    Answer order = box.post("/order", cart);
    EXPECT_EQ(order.word({"total"}), "97.66");
    EXPECT_EQ(order.at({"order_num_list"}).array()->size(), 4U);
    EXPECT_EQ(debt(box), 600 + 9766);
    Answer invoice = box.get("/invoice/" + order.word({"invoice_id"}));
    EXPECT_EQ(invoice.at({"invoice", "items"}).array()->size(), 5U);
    Cents sum = 0;
    for (const json::Value &item : *invoice.at({"invoice", "items"}).array())
        sum += money(*item.find("linetotal")->string());
    EXPECT_EQ(sum, 8005);
}

TEST(Quote, SaysWhichItemIsWrong) {
    Box box("generic");
    Answer quote =
        box.post("/quote", R"({"items":[{"type":"product","product_id":820},{"type":"product","product_id":1}]})");
    EXPECT_EQ(quote.word({"items", "0", "valid"}), "true");
    EXPECT_EQ(quote.word({"items", "1", "valid"}), "false");
    EXPECT_EQ(quote.word({"items", "1", "error", "0"}), "Product 1 not found");
    EXPECT_EQ(quote.word({"summary", "total"}), "8");
}

TEST(Cart, IsAllOrNothingUnlessErrorsAreIgnored) {
    Box box("elsecloud");
    std::string items =
        R"("items":[{"type":"product","product_id":830,"cycle":"m"},{"type":"product","product_id":1}])";
    Answer refused = box.post("/order", "{" + items + "}");
    EXPECT_EQ(refused.error(), "Item 1: Product 1 not found");
    EXPECT_EQ(box.ledger("orders"), 0);
    Answer ordered = box.post("/order", R"({"ignore_errors":true,)" + items + "}");
    EXPECT_EQ(ordered.word({"total"}), "3.00");
    EXPECT_EQ(box.ledger("orders"), 1);
    EXPECT_THAT(box.post("/order", R"({"items":[]})").error(), testing::HasSubstr("items"));
    EXPECT_THAT(box.post("/order", R"({"items":["x"]})").error(), testing::HasSubstr("items[0] must be a map"));
    EXPECT_THAT(box.post("/order", R"({"items":"x"})").error(), testing::HasSubstr("items must be a list"));
}

TEST(Credit, PaysInParts) {
    Box box("coloup");
    Answer first = box.post("/invoice/9002/credit", R"({"amount":1.10})");
    EXPECT_EQ(first.word({"invoice_status"}), "Unpaid");
    EXPECT_EQ(first.word({"applied"}), "1.1");
    EXPECT_EQ(debt(box), 490);
    Answer rest = box.post("/invoice/9002/credit", R"({"amount":"1.90"})");
    EXPECT_EQ(rest.word({"invoice_status"}), "Paid");
    EXPECT_EQ(credit(box), 49700);
    EXPECT_EQ(debt(box), 300);
    EXPECT_EQ(box.get("/service/5119").word({"service", "status"}), "Active");
}

TEST(Credit, IsNeverMoreThanThereIs) {
    Box box("coloup");
    for (const char *amount : {"3.01", "0", "-1", "0.001", "1e2", "99999999999999999999"})
        EXPECT_THAT(box.post("/invoice/9002/credit", std::string(R"({"amount":")") + amount + "\"}").error(),
                    testing::HasSubstr("amount"))
            << amount;
    EXPECT_EQ(credit(box), 50000);
    EXPECT_EQ(debt(box), 600);
    EXPECT_THAT(box.post("/invoice/9001/credit").error(), testing::HasSubstr("not unpaid"));
    EXPECT_EQ(box.post("/invoice/1/credit").error(), "Invoice 1 not found");
}

TEST(Credit, RunsOutToTheCent) {
    Box box("elsecloud");
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(box.post("/order/910", R"({"cycle":"m"})").error(), "");
    // Five at 95.00 leave 25.00 of the 500.00, which then go into the sixth.
    for (int invoice = 9004; invoice < 9009; ++invoice)
        EXPECT_EQ(box.post("/invoice/" + std::to_string(invoice) + "/credit").word({"invoice_status"}), "Paid");
    Answer last = box.post("/invoice/9009/credit");
    EXPECT_EQ(last.word({"invoice_status"}), "Unpaid");
    EXPECT_EQ(last.word({"applied"}), "25");
    EXPECT_EQ(credit(box), 0);
    EXPECT_EQ(debt(box), 600 + 7000);
    EXPECT_EQ(box.post("/invoice/9009/credit").error(), "There is no credit to apply");
}

TEST(Payment, FromOutsideActivatesToo) {
    Box box("elsecloud");
    Answer order = box.post("/order/830", R"({"cycle":"m"})");
    std::string command = R"({"command":"pay","invoice_id":)" + order.word({"invoice_id"}) + "}";
    EXPECT_EQ(box.control(command).find("error"), nullptr);
    EXPECT_EQ(box.get("/service/" + order.word({"items", "id"})).word({"service", "status"}), "Active");
    EXPECT_EQ(credit(box), 50000);
    EXPECT_NE(box.control(command).find("error"), nullptr);
}

TEST(Portal, WithoutCreditOperationPaysByItself) {
    Box box("time4vps", R"("task_polls":0)");
    Answer order = box.post("/order/820", R"({"domain":"new.example.net","cycle":"m"})");
    EXPECT_EQ(credit(box), 49200);
    std::string service = box.get("/service/order/" + order.word({"order_num"})).word({"account_id"});
    EXPECT_EQ(service, order.word({"items", "id"}));
    EXPECT_EQ(box.get("/server/" + service).word({"domain"}), "new.example.net");
    EXPECT_THAT(box.post("/server/" + service + "/reboot").text, testing::HasSubstr("task_id"));
}

TEST(Domain, IsLookedUpOrderedAndRenewed) {
    Box box("coloup");
    EXPECT_EQ(box.post("/domain/lookup", R"({"name":"fresh-name.net"})").word({"available"}), "true");
    std::string body = R"({"name":"fresh-name.net","years":"1","action":"register","tld_id":"17"})";
    Answer order = box.post("/domain/order", body);
    EXPECT_EQ(order.word({"items", "type"}), "Domain Register");
    EXPECT_EQ(box.post("/domain/lookup", R"({"name":"fresh-name.net"})").word({"available"}), "false");
    EXPECT_THAT(box.post("/domain/order", body).error(), testing::HasSubstr("not available"));
    std::string path = "/domain/" + order.word({"items", "id"});
    EXPECT_EQ(box.get(path).word({"details", "status"}), "Pending Registration");
    EXPECT_EQ(box.post(path + "/renew", R"({"years":"1"})").error(), "Domain fresh-name.net is Pending Registration");
    box.post("/invoice/" + order.word({"invoice_id"}) + "/credit");
    EXPECT_EQ(box.get(path).word({"details", "status"}), "Active");
    std::string expires = box.get(path).word({"details", "expires"});
    Answer renewal = box.post(path + "/renew", R"({"years":"2"})");
    EXPECT_EQ(renewal.word({"total"}), "22.80");
    EXPECT_EQ(box.get(path).word({"details", "expires"}), expires);
    box.post("/invoice/" + renewal.word({"invoice_id"}) + "/credit");
    EXPECT_EQ(std::stoi(box.get(path).word({"details", "expires"})), std::stoi(expires) + 2);
}

TEST(Domain, OrdersAreChecked) {
    Box box("coloup");
    auto error = [&](const char *body) { return box.post("/domain/order", body).error(); };
    EXPECT_THAT(error(R"({"name":"example.net","years":"1","action":"register"})"),
                testing::HasSubstr("not available"));
    EXPECT_THAT(error(R"({"name":"a.nothing","years":"1","action":"register"})"), testing::HasSubstr("name"));
    EXPECT_THAT(error(R"({"name":"-a.net","years":"1","action":"register"})"), testing::HasSubstr("name"));
    EXPECT_THAT(error(R"({"name":"ok-name.net","years":"0","action":"register"})"), testing::HasSubstr("years"));
    EXPECT_THAT(error(R"({"name":"ok-name.net","years":"1","action":"steal"})"), testing::HasSubstr("action"));
    EXPECT_THAT(error(R"({"name":"ok-name.net","years":"1","action":"register","tld_id":"18"})"),
                testing::HasSubstr("tld_id"));
    EXPECT_THAT(error("{}"), testing::HasSubstr("name is required"));
}

TEST(Upgrade, IsAnEstimateUntilItIsSent) {
    Box box("generic");
    std::string change = R"("resources":{"2301":"17002"})";
    Answer estimate = box.post("/service/5120/upgrade", "{" + change + "}");
    EXPECT_EQ(estimate.word({"recurring"}), "11.00");
    EXPECT_EQ(debt(box), 600);
    Answer sent = box.post("/service/5120/upgrade", R"({"send":true,)" + change + "}");
    EXPECT_EQ(sent.word({"total"}), estimate.word({"total"}));
    EXPECT_EQ(debt(box), 600 + money(sent.word({"total"})));
    EXPECT_EQ(box.get("/service/5120").word({"service", "total"}), "8.00");
    box.post("/invoice/" + sent.word({"invoice_id"}) + "/credit");
    EXPECT_EQ(box.get("/service/5120").word({"service", "total"}), "11.00");
    EXPECT_EQ(box.get("/service/5120/upgrade").word({"resources", "1", "items", "1", "selected"}), "true");
    EXPECT_THAT(box.post("/service/5117/upgrade", "{" + change + "}").error(), testing::HasSubstr("not active"));
}

TEST(Addon, IsOrderedAndPaid) {
    Box box("time4vps");
    Answer order = box.post("/service/5120/addon", R"({"addon_id":53})");
    EXPECT_EQ(order.word({"total"}), "1.25");
    EXPECT_THAT(box.get("/service/5120/addon").text,
                testing::HasSubstr(R"("name":"Second address","status":"Active")"));
    EXPECT_EQ(box.post("/service/5120/addon", R"({"addon_id":9})").error(), "Addon 9 not found");
}

// Whatever was bought, paid and left unpaid, deposits less payments are the credit, and the credit shown on invoices is
// what left the account.
TEST(Money, Balances) {
    Box box("generic");
    for (const char *product : {"820", "821", "830", "840", "910"})
        EXPECT_EQ(box.post(std::string("/order/") + product, R"({"pay_method":22})").error(), "");
    box.post("/invoice/9004/credit", R"({"amount":3.33})");
    box.post("/invoice/9005/credit");
    box.post("/invoice/9008/credit");
    Cents applied = 0, unpaid = 0;
    const Answer list = box.get("/invoice");
    for (const json::Value &row : *list.at({"invoices"}).array()) {
        Answer invoice = box.get("/invoice/" + *row.find("id")->string());
        Cents paid = money(invoice.word({"invoice", "credit"})), total = money(invoice.word({"invoice", "total"}));
        EXPECT_EQ(total, money(*row.find("total")->string()));
        applied += paid;
        unpaid += invoice.word({"invoice", "status"}) == "Unpaid" ? total - paid : 0;
    }
    EXPECT_EQ(credit(box), 50000 + 4040 - applied);
    EXPECT_EQ(debt(box), unpaid);
}

} // namespace
} // namespace hostbill::sandbox::test
