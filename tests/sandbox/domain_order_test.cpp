// What is ordered at a registry: what it costs, what it wants to know, and when it is refused.
#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

std::string path_of(const Answer &order) { return "/domain/" + order.word({"items", "id"}); }

void pay(const Box &box, const Answer &order) {
    box.control(R"({"command":"pay","invoice_id":)" + order.word({"invoice_id"}) + "}");
}

std::string status(const Box &box, const std::string &path) { return box.get(path).word({"details", "status"}); }

void advance(const Box &box, long days) {
    box.control(R"({"command":"clock","advance":)" + std::to_string(days * 86400) + "}");
}

TEST(Lookup, TellsWhatIsFreeAndWhatItCosts) {
    Box box("coloup");
    auto lookup = [&](const std::string &name) { return box.post("/domain/lookup", R"({"name":")" + name + "\"}"); };
    const Answer free = lookup("Some-Name.net");
    EXPECT_EQ(free.word({"available"}), "true");
    EXPECT_EQ(free.word({"name"}), "some-name.net");
    EXPECT_EQ(free.word({"premium"}), "false");
    EXPECT_EQ(free.word({"periods", "1", "register"}), "20.30");
    EXPECT_EQ(free.at({"periods"}).array()->size(), 10U);
    EXPECT_EQ(lookup("abc.net").word({"premium"}), "true");
    EXPECT_EQ(lookup("abc.net").word({"periods", "0", "register"}), "222.50");
    EXPECT_EQ(lookup("taken-name.net").word({"available"}), "false");
    EXPECT_EQ(lookup("example-works.com").word({"available"}), "false") << "the account's own";
    EXPECT_EQ(lookup("old-example.org").word({"available"}), "false") << "it can still be renewed";
    EXPECT_EQ(lookup("lost-example.com").word({"available"}), "true") << "it can no longer";
    EXPECT_EQ(lookup("name.co.uk").word({"periods", "0", "id"}), "22");
    for (const char *bad : {"www.some-name.net", "some_name.net", "no-such.tld", ".net", "net", "co.uk."})
        EXPECT_THAT(lookup(bad).error(), HasSubstr("name")) << bad;
    const Answer order = box.post("/domain/order", R"({"name":"abc.net","years":"2","action":"register"})");
    EXPECT_EQ(order.word({"total"}), lookup("abc.net").word({"periods", "1", "register"}));
}

TEST(OrderForm, IsWhatTheOrderWants) {
    Box box("elsecloud");
    const Answer form = box.get("/domain/order/20/form");
    EXPECT_EQ(form.word({"forms", "0", "title"}), "Registrant kind");
    EXPECT_EQ(form.word({"forms", "0", "required"}), "true");
    EXPECT_EQ(box.get("/domain/order/99/form").error(), "TLD 99 not found");
    auto order = [&](const std::string &name, const std::string &data) {
        return box.post("/domain/order",
                        R"({"name":")" + name + R"(","years":"1","action":"register","data":)" + data + "}");
    };
    EXPECT_THAT(order("form-name.eu", "{}").error(), HasSubstr("Registrant kind (2101) is required for .eu"));
    EXPECT_THAT(order("form-name.eu", R"({"2101":"15001"})").error(), HasSubstr("Country of residence (2103)"));
    EXPECT_THAT(order("form-name.eu", R"({"2101":"7","2103":"15021"})").error(), HasSubstr("one of: 15001, 15002"));
    EXPECT_THAT(order("form-name.eu", R"({"2101":"15001","2103":"15021","9":"1"})").error(), HasSubstr("no field 9"));
    EXPECT_THAT(order("form-name.ee", R"({"2104":"abc"})").error(), HasSubstr("Registry code (2104)"));
    EXPECT_THAT(order("form-name.co.uk", R"({"2105":"A1","2106":"15051"})").error(), HasSubstr("must have 8 letters"));
    EXPECT_EQ(box.ledger("orders"), 0);

    const Answer plain = order("form-name.eu", R"({"2101":"15001","custom[2103]":"15022"})");
    EXPECT_EQ(plain.error(), "");
    EXPECT_EQ(plain.word({"total"}), "6.50");
    EXPECT_EQ(json::write_utf8(box.get(path_of(plain)).at({"details", "custom"})),
              R"({"2101":"15001","2103":"15022"})");
    // Hosted DNS costs 1.50 each year.
    const Answer more = order("form-name.ee", R"({"custom":{"2104":{"15031":"12345678"},"2102":{"15010":1}}})");
    EXPECT_EQ(more.word({"total"}), "8.50");
    EXPECT_EQ(box.get(path_of(more)).word({"details", "recurring_amount"}), "8.50");
    EXPECT_EQ(box.get(path_of(more)).word({"details", "custom", "2104"}), "12345678");
}

TEST(OrderForm, ComesInAFormAsWell) {
    Box box("internetport");
    const Answer order = box.post_form(
        "/domain/order", "name=php-name.eu&years=1&action=register&data[2101]=15002&data[custom][2103][15025]=1");
    EXPECT_EQ(order.error(), "");
    EXPECT_EQ(box.get(path_of(order)).word({"details", "custom", "2103"}), "15025");
}

TEST(Orders, OfDomainsAreChecked) {
    Box box("elsecloud");
    auto error = [&](const std::string &more) {
        return box.post("/domain/order", R"({"name":"checked-name.ee","action":"register","data":{"2104":"1"},)" + more)
            .error();
    };
    EXPECT_THAT(error(R"("years":"4"})"), HasSubstr("years must be 1 to 3 for .ee"));
    EXPECT_THAT(error(R"("years":"1","nameservers":["a.example.org"]})"), HasSubstr("list of 2 to 4 names"));
    EXPECT_THAT(error(R"("years":"1","nameservers":["a.example.org","A.example.org"]})"), HasSubstr("twice"));
    EXPECT_EQ(error(R"("years":"1","tech":77})"), "Contact 77 not found");
    const Answer order = box.post("/domain/order", R"({"name":"checked-name.ee","action":"register","years":"3",
        "data":{"2104":"1"},"tech":4220,"nameservers":["A.example.org","b.example.org"]})");
    EXPECT_EQ(order.word({"total"}), "21.00");
    pay(box, order);
    EXPECT_EQ(status(box, path_of(order)), "Active");
    EXPECT_EQ(box.get(path_of(order) + "/ns").word({"nameservers", "0"}), "a.example.org");
    EXPECT_EQ(box.get(path_of(order) + "/contact").word({"contact_info", "tech", "firstname"}), "Grace");
    EXPECT_EQ(box.get(path_of(order) + "/contact").word({"contact_info", "registrant", "firstname"}), "Ada");
}

TEST(Transfer, WantsTheCodeAndTakesItsTime) {
    Box box("elsecloud");
    auto transfer = [&](const std::string &name, const std::string &more) {
        return box.post("/domain/order", R"({"years":"1","action":"transfer","name":")" + name + "\"" + more + "}");
    };
    EXPECT_THAT(transfer("free-name.net", R"(,"epp":"epp-free-name.net")").error(), HasSubstr("is not registered"));
    EXPECT_THAT(transfer("example-works.com", "").error(), HasSubstr("already in this account"));
    EXPECT_THAT(transfer("taken-locked.net", R"(,"epp":"epp-taken-locked.net")").error(), HasSubstr("is locked"));
    EXPECT_THAT(transfer("taken-name.net", "").error(), HasSubstr("epp is required"));
    EXPECT_THAT(transfer("taken-name.net", R"(,"epp":"epp-other.net")").error(), HasSubstr("epp is not the code"));
    EXPECT_EQ(box.ledger("orders"), 0);

    const Answer order = transfer("taken-name.net", R"(,"epp":"epp-taken-name.net")");
    const std::string path = path_of(order);
    EXPECT_EQ(order.word({"items", "type"}), "Domain Transfer");
    EXPECT_EQ(status(box, path), "Pending Transfer");
    advance(box, 6);
    EXPECT_EQ(status(box, path), "Pending Transfer") << "nobody has paid";
    pay(box, order);
    EXPECT_EQ(status(box, path), "Pending Transfer");
    EXPECT_THAT(box.put(path + "/reglock").error(), HasSubstr("is Pending Transfer"));
    advance(box, 4);
    EXPECT_EQ(status(box, path), "Pending Transfer");
    advance(box, 1);
    EXPECT_EQ(status(box, path), "Active");
    EXPECT_EQ(box.ledger("domains_activated"), 2) << "and the one of the seed";
    // Without a code where the top level domain knows none.
    EXPECT_EQ(transfer("taken-name.uk", R"(,"data":{"2106":"15051"})").error(), "");
}

TEST(Transfer, IsDoneAtOnceWhereTasksAre) {
    Box box("elsecloud", R"("task_polls":0)");
    const Answer order = box.post(
        "/domain/order", R"({"years":"1","action":"transfer","name":"taken-name.net","epp":"epp-taken-name.net"})");
    pay(box, order);
    EXPECT_EQ(status(box, path_of(order)), "Active");
}

TEST(Renewal, HasItsLimitsAndItsPrice) {
    Box box("elsecloud");
    auto renew = [&](const std::string &domain, const std::string &years) {
        return box.post("/domain/" + domain + "/renew", R"({"years":")" + years + "\"}");
    };
    EXPECT_THAT(renew("770", "11").error(), HasSubstr("years must be 1 to 10"));
    EXPECT_THAT(renew("770", "10").error(), HasSubstr("more than 10 years from now"));
    EXPECT_THAT(renew("777", "1").error(), HasSubstr("can no longer be renewed"));
    EXPECT_THAT(renew("779", "1").error(), HasSubstr("is Pending Transfer"));
    EXPECT_THAT(renew("781", "1").error(), HasSubstr("is Cancelled"));
    EXPECT_EQ(box.ledger("orders"), 0);
    EXPECT_EQ(renew("770", "2").word({"total"}), "22.80");
    // 12.00 a year, and 75.00 to get it back.
    const std::string expired = box.get("/domain/776").word({"details", "expires"});
    const Answer back = renew("776", "1");
    EXPECT_EQ(back.word({"total"}), "87.00");
    EXPECT_EQ(status(box, "/domain/776"), "Expired");
    pay(box, back);
    EXPECT_EQ(status(box, "/domain/776"), "Active");
    EXPECT_EQ(box.get("/domain/776").word({"details", "expires"}).substr(4), expired.substr(4));
    EXPECT_EQ(std::stoi(box.get("/domain/776").word({"details", "expires"})), std::stoi(expired) + 1);
}

} // namespace
} // namespace hostbill::sandbox::test
