// Whatever is bought, paid, refunded, cancelled or left to time, in whatever order: every cent is somewhere.
#include "money_support.hpp"

#include <random>

namespace hostbill::sandbox::test {
namespace {

class Account {
public:
    Account(std::string_view portal, unsigned seed, std::string_view config)
        : box_(portal, std::string(config) + R"(,"clock":"virtual","clock_start":"2027-01-01T00:00:00Z")"),
          dice_(seed) {
        money_ = credit(box_) + applied();
        units_ = units();
    }

    void live(int steps) {
        for (int i = 1; i <= steps; ++i) {
            do_something();
            if (i % 30 == 0)
                check("after " + std::to_string(i) + " steps");
            if (testing::Test::HasFailure())
                return;
        }
    }

    const Box &box() const { return box_; }

private:
    int roll(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(dice_); }
    template <class List>
    std::string one_of(const List &list) {
        const auto size = static_cast<int>(std::size(list));
        return size == 0 ? "1" : std::string(list[static_cast<std::size_t>(roll(size))]);
    }

    std::vector<std::string> ids(const std::string &path, std::string_view list) {
        std::vector<std::string> found;
        const Answer answer = box_.get(path);
        for (const json::Value &row : *answer.at({list}).array())
            found.push_back(*row.find("id")->string());
        return found;
    }
    // Those of the past were all paid from outside, and are left alone.
    std::vector<std::string> invoices() {
        std::vector<std::string> all = ids("/invoice", "invoices");
        std::erase_if(all, [](const std::string &id) { return std::stoi(id) < 9000; });
        return all;
    }
    std::string any_invoice() {
        std::vector<std::string> all = invoices();
        all.resize(std::min<std::size_t>(all.size(), 25)); // the latest
        return one_of(all);
    }
    std::string any_service() { return one_of(ids("/service", "services")); }

    void do_something() {
        static constexpr std::string_view products[] = {"820", "821", "822", "830", "831", "840", "860", "910"};
        static constexpr std::string_view codes[] = {"", "", "WELCOME10", "CLOUD3", "YEARLY15", "LONGSTAY"};
        static constexpr std::string_view cycles[] = {"m", "m", "q", "a"};
        static constexpr std::string_view methods[] = {"21", "22"};
        const std::string product = R"({"type":"product","product_id":)" + one_of(products) + R"(,"cycle":")" +
                                    one_of(cycles) + R"(","promocode":")" + one_of(codes) + "\"}";
        switch (roll(14)) {
        case 0:
        case 1:
            box_.post("/order", R"({"pay_method":)" + one_of(methods) + R"(,"items":[)" + product + "]}");
            break;
        case 2:
            box_.post("/order", R"({"items":[)" + product + R"(,{"type":"domain","name":"name)" +
                                    std::to_string(roll(1000)) + R"(.net","action":"register","years":)" +
                                    std::to_string(1 + roll(3)) + "}]}");
            break;
        case 3:
        case 4:
            box_.post("/invoice/" + any_invoice() + "/credit");
            break;
        case 5:
            box_.post("/invoice/" + any_invoice() + "/credit",
                      R"({"amount":)" + std::to_string(roll(30)) + "." + std::to_string(10 + roll(90)) + "}");
            break;
        case 6:
            box_.control(R"({"command":"pay","invoice_id":)" + any_invoice() + "}");
            break;
        case 7:
            set_invoice(any_invoice());
            break;
        case 8:
            box_.post("/service/" + any_service() + "/cancel",
                      roll(2) == 0 ? R"({"immediate":"true"})" : R"({"immediate":"false"})");
            break;
        case 9: {
            static constexpr std::string_view states[] = {"Active", "Suspended", "Terminated", "Fraud", "Pending"};
            set_state(box_, "service", any_service(), one_of(states));
            break;
        }
        case 10:
            box_.post("/service/" + any_service() + "/upgrade",
                      R"({"send":true,"resources":{"2301":"1700)" + std::to_string(1 + roll(2)) + "\"}}");
            break;
        case 11:
            box_.post("/service/" + any_service() + "/upgrade", R"({"send":true,"package":)" + one_of(products) + "}");
            break;
        case 12:
            box_.post("/domain/770/renew", R"({"years":"1"})");
            break;
        default:
            advance_days(box_, roll(20));
        }
    }

    // Money that came from outside stays in the account when it is given back.
    void set_invoice(const std::string &id) {
        static constexpr std::string_view states[] = {"Unpaid", "Paid", "Cancelled", "Refunded", "gone"};
        const std::string state = one_of(states);
        const Answer invoice = box_.get("/invoice/" + id);
        if (state != "Paid" && invoice.word({"invoice", "status"}) == "Paid")
            money_ += money(invoice.word({"invoice", "total"})) - money(invoice.word({"invoice", "credit"}));
        set_state(box_, "invoice", id, state);
    }

    Cents applied() {
        Cents sum = 0;
        for (const std::string &id : invoices())
            sum += money(box_.get("/invoice/" + id).word({"invoice", "credit"}));
        return sum;
    }

    // Of products with plenty in stock: what is left and what is running.
    std::map<std::string, std::int64_t> units() {
        std::map<std::string, std::int64_t> sums;
        for (const char *category : {"44", "45", "47", "50"}) {
            const Answer list = box_.get("/category/" + std::string(category) + "/product");
            for (const json::Value &row : *list.at({"products"}).array())
                sums[*row.find("name")->string()] += std::stoll(*row.find("qty")->string());
        }
        const Answer services = box_.get("/service");
        for (const json::Value &row : *services.at({"services"}).array()) {
            const std::string &status = *row.find("status")->string(), &name = *row.find("name")->string();
            const bool runs = status == "Pending" || status == "Active" || status == "Suspended";
            if (sums.count(name) != 0 && runs)
                ++sums[name];
        }
        return sums;
    }

    void check(const std::string &when) {
        SCOPED_TRACE(when);
        Cents unpaid = 0, from_credit = 0;
        const Answer list = box_.get("/invoice");
        for (const json::Value &row : *list.at({"invoices"}).array()) {
            const std::string id = *row.find("id")->string();
            if (std::stoi(id) < 9000)
                continue;
            const Answer answer = box_.get("/invoice/" + id);
            auto cents = [&](std::string_view name) { return money(answer.word({"invoice", name})); };
            const std::string status = answer.word({"invoice", "status"});
            SCOPED_TRACE("invoice " + id + " " + status);
            EXPECT_EQ(status, *row.find("status")->string());
            EXPECT_EQ(cents("total"), money(*row.find("total")->string()));
            EXPECT_EQ(cents("total"), cents("subtotal") + cents("tax"));
            EXPECT_EQ(cents("tax"), percentage(cents("subtotal"), cents("taxrate")));
            Cents lines = 0;
            for (const json::Value &item : *answer.at({"invoice", "items"}).array())
                lines += money(*item.find("linetotal")->string());
            EXPECT_EQ(lines, cents("subtotal"));
            EXPECT_GE(cents("total"), 0);
            EXPECT_GE(cents("credit"), 0);
            EXPECT_LE(cents("credit"), cents("total"));
            if (status == "Cancelled" || status == "Refunded") {
                EXPECT_EQ(cents("credit"), 0);
            }
            unpaid += status == "Unpaid" ? cents("total") - cents("credit") : 0;
            from_credit += cents("credit");
        }
        EXPECT_EQ(debt(box_), unpaid);
        EXPECT_EQ(credit(box_), money_ - from_credit);
        EXPECT_GE(credit(box_), 0);
        EXPECT_EQ(units(), units_);
    }

    Box box_;
    std::mt19937 dice_;
    Cents money_ = 0; // all that ever came in, where it was not for one invoice
    std::map<std::string, std::int64_t> units_;
};

class Books : public testing::TestWithParam<unsigned> {};

TEST_P(Books, Balance) {
    const unsigned seed = GetParam();
    Account account(seed % 2 == 0 ? "elsecloud" : "generic", seed,
                    seed == 3 ? R"("tax_rate":"22","auto_credit":true)" : R"("tax_rate":"8.1")");
    account.live(150);
    EXPECT_GT(account.box().ledger("orders"), 10);
    EXPECT_GT(account.box().ledger("invoices_paid"), 10);
    EXPECT_GT(account.box().ledger("payments"), 0);
    EXPECT_GT(account.box().ledger("renewals_invoiced"), 20);
    EXPECT_GT(account.box().ledger("cancellations"), 2);
}

INSTANTIATE_TEST_SUITE_P(Lives, Books, testing::Values(1U, 2U, 3U));

TEST(Refund, BecomesCredit) {
    Box box("elsecloud");
    set_state(box, "invoice", "9001", "Refunded");
    EXPECT_EQ(credit(box), 50000 + 800);
    EXPECT_EQ(box.get("/invoice/9001").word({"invoice", "credit"}), "0");
    box.control(R"({"command":"pay","invoice_id":9002})");
    EXPECT_EQ(credit(box), 50800);
    set_state(box, "invoice", "9002", "Refunded");
    EXPECT_EQ(credit(box), 50800 + 300) << "money from outside comes back as credit too";
    set_state(box, "invoice", "9003", "Paid");
    EXPECT_EQ(debt(box), 0);
    EXPECT_EQ(box.get("/service/5117").word({"service", "status"}), "Suspended");
}

} // namespace
} // namespace hostbill::sandbox::test
