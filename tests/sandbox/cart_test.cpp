// What can be bought, what it costs, and what is refused: a quote, an order and an invoice say the same.
#include "money_support.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

std::string quantity(const Box &box, int category, std::string_view product) {
    const Answer list = box.get("/category/" + std::to_string(category) + "/product");
    for (const json::Value &row : *list.at({"products"}).array())
        if (*row.find("id")->string() == product)
            return *row.find("qty")->string();
    return "none";
}

TEST(Stock, FallsWithOrdersAndRisesWhenTheyEnd) {
    Box box("elsecloud");
    const std::string metal = R"({"cycle":"m","custom":{"2501":"19001","2601":"20001"}})";
    EXPECT_EQ(quantity(box, 49, "911"), "2");
    const Answer first = box.post("/order/911", metal);
    EXPECT_EQ(first.word({"total"}), "228.00"); // 179.00, and 49.00 to set it up
    EXPECT_EQ(quantity(box, 49, "911"), "1");
    EXPECT_EQ(box.post("/order/911", metal).error(), "");
    EXPECT_EQ(quantity(box, 49, "911"), "0");
    EXPECT_EQ(box.post("/order/911", metal).error(), "Product Metal 16 is out of stock");
    EXPECT_EQ(box.ledger("orders"), 2);
    EXPECT_EQ(box.post("/order/912", metal).error(), "Product Metal 32 is out of stock");
    set_state(box, "service", first.word({"items", "id"}), "Fraud");
    EXPECT_EQ(quantity(box, 49, "911"), "1");
    set_state(box, "service", first.word({"items", "id"}), "Terminated");
    set_state(box, "service", first.word({"items", "id"}), "gone");
    EXPECT_EQ(quantity(box, 49, "911"), "1");
    set_state(box, "product", "911", "sold out");
    EXPECT_EQ(box.post("/order/911", metal).error(), "Product Metal 16 is out of stock");
    set_state(box, "product", "912", "in stock");
    EXPECT_EQ(box.post("/order/912", metal).error(), "");
}

TEST(Stock, OfMachinesIsListed) {
    Box box("coloup");
    EXPECT_EQ(box.get("/serverstock").word({"servers", "1", "quantity"}), "2");
    set_state(box, "product", "910", "sold out");
    const Answer list = box.get("/serverstock");
    ASSERT_EQ(list.at({"servers"}).array()->size(), 1U) << list.text;
    EXPECT_EQ(list.word({"servers", "0", "id"}), "911");
    set_state(box, "service", "5229", "Terminated");
    EXPECT_EQ(box.get("/serverstock").word({"servers", "0", "quantity"}), "3");
}

TEST(Stock, IsCountedWithinOneCart) {
    Box box("elsecloud");
    const std::string metal = R"({"type":"product","product_id":911,"custom":{"2501":"19001","2601":"20001"}})";
    const std::string cart = R"({"items":[)" + metal + "," + metal + "," + metal + "]}";
    EXPECT_EQ(box.post("/quote", cart).word({"items", "2", "error", "0"}), "Product Metal 16 is out of stock");
    EXPECT_EQ(box.post("/order", cart).error(), "Item 2: Product Metal 16 is out of stock");
    EXPECT_EQ(quantity(box, 49, "911"), "2");
    EXPECT_EQ(box.post("/order", R"({"items":[)" + metal + "," + metal + "]}").error(), "");
    EXPECT_EQ(quantity(box, 49, "911"), "0");
}

TEST(Options, MayBeRequiredOrCounted) {
    Box box("elsecloud");
    EXPECT_EQ(box.post("/order/911").error(), "Option 2501 (Hall) is required");
    EXPECT_EQ(box.post("/order/911", R"({"custom":{"2501":"19001"}})").error(), "Option 2601 (System) is required");
    const Answer form = box.get("/order/911");
    EXPECT_EQ(form.word({"product", "config", "forms", "0", "required"}), "true");
    EXPECT_EQ(form.word({"product", "config", "forms", "0", "items", "0", "selected"}), "false");
    EXPECT_EQ(form.word({"product", "setup"}), "49");
    const Answer counted = box.get("/order/822");
    EXPECT_EQ(counted.word({"product", "config", "forms", "2", "type"}), "qty");
    EXPECT_EQ(counted.word({"product", "config", "forms", "2", "config", "maxvalue"}), "8");
    EXPECT_EQ(box.post("/order/822", R"({"custom":{"2401":{"18001":3}}})").word({"total"}), "35.75");
    EXPECT_EQ(box.post("/order/822", R"({"custom":{"2401":3}})").word({"total"}), "35.75");
    for (std::string_view wrong : {R"({"18001":9})", R"({"18001":-1})", R"({"1":3})", R"("many")", "[]"})
        EXPECT_EQ(box.post("/order/822", R"({"custom":{"2401":)" + std::string(wrong) + "}}").error(),
                  "Option 2401 (More addresses) must be 0 to 8")
            << wrong;
    EXPECT_EQ(box.post("/order/822", R"({"custom":{"2201":"7"}})").error(), "Choice 7 of Option 2201 not found");
}

TEST(Addons, FollowTheirService) {
    Box box("elsecloud");
    EXPECT_EQ(box.post("/order/822", R"({"cycle":"q","addon":{"52":1}})").error(), "Addon 52 has no billing period q");
    EXPECT_THAT(box.post("/order/820", R"({"cycle":"m","addon":{"52":1},"addon_cycles":{"52":"a"}})").error(),
                HasSubstr("billing period of its service"));
    const Answer order = box.post("/order/820", R"({"cycle":"a","addon":{"52":1},"addon_cycles":{"52":"a"}})");
    EXPECT_EQ(order.word({"total"}), "102.60");
    EXPECT_EQ(service_word(box, order.word({"items", "id"}), "total"), "86.40");
}

TEST(Promotion, TakesSomethingOff) {
    Box box("elsecloud");
    const Answer quote =
        box.post("/quote", R"({"items":[{"type":"product","product_id":820,"cycle":"m","promocode":"CLOUD3"}]})");
    EXPECT_EQ(quote.word({"summary", "cost"}), "8");
    EXPECT_EQ(quote.word({"summary", "discount"}), "3");
    EXPECT_EQ(quote.word({"summary", "total"}), "5");
    EXPECT_EQ(quote.word({"summary", "recurring", "0", "price"}), "8");
    EXPECT_EQ(quote.word({"items", "0", "coupon", "code"}), "CLOUD3");
    const Answer order = box.post("/order/820", R"({"cycle":"m","promocode":"CLOUD3"})");
    EXPECT_EQ(order.word({"total"}), "5.00");
    const Answer invoice = box.get("/invoice/" + order.word({"invoice_id"}));
    EXPECT_EQ(invoice.word({"invoice", "items", "1", "linetotal"}), "-3.00");
    EXPECT_EQ(service_word(box, order.word({"items", "id"}), "firstpayment"), "5.00");
    EXPECT_EQ(service_word(box, order.word({"items", "id"}), "total"), "8.00");
}

TEST(Promotion, MayLast) {
    Box box("elsecloud");
    const Answer order = box.post("/order/820", R"({"cycle":"a","promocode":"YEARLY15"})");
    EXPECT_EQ(order.word({"total"}), "73.44");
    const std::string service = order.word({"items", "id"});
    EXPECT_EQ(service_word(box, service, "total"), "73.44");
    box.post("/invoice/" + order.word({"invoice_id"}) + "/credit");
    // 36.00 more a year, less the same 15 %.
    const Answer estimate = box.post("/service/" + service + "/upgrade", R"({"resources":{"2301":"17002"}})");
    EXPECT_EQ(estimate.word({"recurring"}), "104.04");
}

TEST(Promotion, IsRefusedInWords) {
    Box box("elsecloud", R"("clock":"virtual","clock_start":"2027-01-01T00:00:00Z")");
    auto error = [&](const std::string &product, const std::string &cycle, const std::string &code) {
        return box.post("/order/" + product, R"({"cycle":")" + cycle + R"(","promocode":")" + code + "\"}").error();
    };
    EXPECT_EQ(error("820", "m", "nothing"), "Parameter promocode is not a valid promotion code");
    EXPECT_EQ(error("820", "m", "SPRING24"), "Promotion code SPRING24 has expired");
    EXPECT_EQ(error("830", "m", "CLOUD3"), "Promotion code CLOUD3 is not for product 830");
    EXPECT_EQ(error("820", "m", "YEARLY15"), "Promotion code YEARLY15 is not for the billing period m");
    EXPECT_EQ(error("820", "m", "WELCOME10"), "");
    EXPECT_EQ(error("830", "m", "WELCOME10"), "Promotion code WELCOME10 has been used already");
    EXPECT_EQ(error("830", "m", "LONGSTAY"), "");
    box.control(R"({"command":"clock","set":"2040-06-30T23:59:59Z"})");
    EXPECT_EQ(error("830", "m", "LONGSTAY"), "");
    box.control(R"({"command":"clock","set":"2040-07-01"})");
    EXPECT_EQ(error("830", "m", "LONGSTAY"), "Promotion code LONGSTAY has expired");
}

TEST(Promotion, ForOnceIsOnceInACartToo) {
    Box box("elsecloud");
    const std::string item = R"({"type":"product","product_id":830,"promocode":"WELCOME10"})";
    const Answer quote = box.post("/quote", R"({"items":[)" + item + "," + item + "]}");
    EXPECT_EQ(quote.word({"items", "0", "valid"}), "true");
    EXPECT_THAT(quote.word({"items", "1", "error", "0"}), HasSubstr("used already"));
}

TEST(Cart, HoldsADomainOnce) {
    Box box("elsecloud");
    const std::string domain = R"({"type":"domain","name":"twice-ordered.net","action":"register","years":1})";
    const std::string cart = R"({"items":[)" + domain +
                             R"(,{"type":"product","product_id":830,"domain":"twice-ordered.net"},)" + domain + "]}";
    EXPECT_EQ(box.post("/order", cart).error(), "Item 2: Domain twice-ordered.net is in this order already");
    EXPECT_EQ(box.ledger("orders"), 0);
}

TEST(Quote, GivesMoreWhenAskedFor) {
    Box box("elsecloud");
    auto quote = [&](const std::string &output) {
        return box.post("/quote", R"({"output":")" + output + R"(","items":[{"type":"product","product_id":911,
            "custom":{"2501":"19001","2601":"20003"}}]})");
    };
    EXPECT_TRUE(quote("short").at({"items", "0", "product", "config"}).is_null());
    EXPECT_EQ(quote("config").word({"items", "0", "product", "config", "forms", "0", "id"}), "2501");
    EXPECT_EQ(quote("full").word({"items", "0", "product", "price"}), "246");
    EXPECT_EQ(quote("full").word({"items", "0", "product", "recurring_price"}), "197");
    EXPECT_THAT(quote("long").error(), HasSubstr("output"));
}

// A choice for each option: the dearest, or all that can be had.
json::Object dearest_options(const Answer &form) {
    json::Object custom;
    for (const json::Value &option : *form.at({"product", "config", "forms"}).array()) {
        const json::Value &last = option.find("items")->array()->back();
        const json::Value *most = option.find("config")->find("maxvalue");
        custom.append(*option.find("id")->string(),
                      json::Object{{std::to_string(*last.find("id")->integer()),
                                    most != nullptr ? *most : json::Value(std::int64_t{1})}});
    }
    return custom;
}

json::Object all_addons(const Answer &form) {
    json::Object addons;
    for (const json::Value &addon : *form.at({"product", "config", "addons"}).array())
        addons.append(*addon.find("id")->string(), 1);
    return addons;
}

// Every product, period, choice, addon, code and way to pay: what the quote said is what the order and its invoice say.
TEST(Quote, IsTheOrderIsTheInvoice) {
    Box box("elsecloud", R"("tax_rate":"8.1")");
    int compared = 0;
    for (const char *product : {"820", "821", "822", "830", "831", "840", "860", "910", "911"}) {
        const Answer form = box.get("/order/" + std::string(product));
        for (const json::Value &period : *form.at({"product", "config", "product", "0", "items"}).array())
            for (const char *code : {"", "CLOUD3", "YEARLY15", "LONGSTAY"})
                for (const auto &[method, plain] : {std::pair{"21", true}, {"22", false}}) {
                    json::Object item{{"type", "product"},
                                      {"product_id", std::string(product)},
                                      {"cycle", *period.find("value")},
                                      {"promocode", code}};
                    if (!plain || std::string_view(product) == "911")
                        item.append("custom", dearest_options(form));
                    if (!plain)
                        item.append("addon", all_addons(form));
                    const std::string cart =
                        json::write_utf8(json::Object{{"pay_method", method}, {"items", json::Array{std::move(item)}}});
                    const Answer quote = box.post("/quote", cart);
                    const Answer order = box.post("/order", cart);
                    if (quote.word({"items", "0", "valid"}) == "false") {
                        EXPECT_EQ(order.error(), "Item 0: " + quote.word({"items", "0", "error", "0"})) << cart;
                        continue;
                    }
                    ASSERT_EQ(order.error(), "") << cart;
                    const Answer invoice = box.get("/invoice/" + order.word({"invoice_id"}));
                    const Cents total = money(order.word({"total"}));
                    EXPECT_EQ(money(quote.word({"summary", "total"})), total) << cart;
                    EXPECT_EQ(money(invoice.word({"invoice", "total"})), total) << cart;
                    EXPECT_EQ(quote.word({"summary", "subtotal"}), invoice.word({"invoice", "subtotal"})) << cart;
                    EXPECT_EQ(quote.word({"summary", "tax", "0", "tax"}), invoice.word({"invoice", "tax"})) << cart;
                    Cents lines = 0;
                    for (const json::Value &line : *invoice.at({"invoice", "items"}).array())
                        lines += money(*line.find("linetotal")->string());
                    EXPECT_EQ(lines, money(invoice.word({"invoice", "subtotal"}))) << cart;
                    set_state(box, "product", product, "in stock");
                    ++compared;
                }
    }
    EXPECT_GT(compared, 80);
}

// What an estimate says is what is asked for, whatever changes.
TEST(Upgrade, CostsWhatTheEstimateSaid) {
    int compared = 0;
    for (const char *change :
         {R"("resources":{"2301":"17002"})", R"("resources":{"2201":{"16003":1}})", R"("package":821)",
          R"("package":822,"resources":{"2401":4})", R"("cycle":"a")", R"("package":822,"cycle":"q")"}) {
        Box box("generic", R"("tax_rate":"8.1")");
        const Answer estimate = box.post("/service/5214/upgrade", "{" + std::string(change) + "}");
        ASSERT_EQ(estimate.error(), "") << change;
        const Answer sent = box.post("/service/5214/upgrade", R"({"send":true,)" + std::string(change) + "}");
        EXPECT_EQ(sent.word({"total"}), estimate.word({"total"})) << change;
        const std::string invoice = sent.word({"invoice_id"});
        EXPECT_EQ(money(box.get("/invoice/" + invoice).word({"invoice", "total"})), money(sent.word({"total"})));
        if (money(sent.word({"total"})) > 0) {
            EXPECT_THAT(box.post("/service/5214/upgrade", R"({"send":true,)" + std::string(change) + "}").error(),
                        HasSubstr("waits for its payment"));
            EXPECT_EQ(box.post("/invoice/" + invoice + "/credit").word({"invoice_status"}), "Paid");
        }
        EXPECT_EQ(service_word(box, "5214", "total"), estimate.word({"recurring"})) << change;
        ++compared;
    }
    EXPECT_EQ(compared, 6);
}

} // namespace
} // namespace hostbill::sandbox::test
