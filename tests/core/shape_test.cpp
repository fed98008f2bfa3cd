#include "core/answer/shape.hpp"
#include "core/answer/shape_value.hpp"
#include "core/catalog/catalog.hpp"
#include "core/dns/dns_text.hpp"

#include "support.hpp"

namespace hostbill {
namespace {

using test::parsed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Given {
    std::string sent; // JSON
    std::string want; // JSON; empty: it does not fit
};

void expect_conversion(bool (*convert)(json::Value &), const std::vector<Given> &rows) {
    for (const Given &row : rows) {
        json::Value value = parsed(row.sent);
        const bool fits = convert(value);
        EXPECT_EQ(fits, !row.want.empty()) << row.sent;
        EXPECT_EQ(json::write_ascii(value), row.want.empty() ? json::write_ascii(parsed(row.sent)) : row.want)
            << row.sent;
    }
}

TEST(ShapeValue, WholeNumbers) {
    expect_conversion(shape_value::to_integer,
                      {{"7", "7"},
                       {"\"7\"", "7"},
                       {"\"007\"", "7"},
                       {"\"12.00\"", "12"},
                       {"1e3", "1000"},
                       {"-0", "0"},
                       {"\"-3\"", "-3"},
                       {"\"9007199254740993\"", "\"9007199254740993\""},
                       {"123456789012345678901234567890", "\"123456789012345678901234567890\""},
                       {"\"12.5\"", ""},
                       {"\"1 2\"", ""},
                       {"\"+7\"", ""},
                       {"\"seven\"", ""},
                       {"true", ""},
                       {"[]", ""},
                       {"1e400", ""}});
}

TEST(ShapeValue, NumbersThatMayBeNames) {
    expect_conversion(shape_value::to_ref, {{"7", "7"},
                                            {"\"7\"", "7"},
                                            {"\"t-121\"", "\"t-121\""},
                                            {"\"007\"", "\"007\""},
                                            {"\"9007199254740993\"", "\"9007199254740993\""},
                                            {"true", ""},
                                            {"{}", ""}});
}

TEST(ShapeValue, AmountsKeepTheirDigits) {
    expect_conversion(shape_value::to_decimal, {{"12.50", "\"12.50\""},
                                                {"\"12.50\"", "\"12.50\""},
                                                {"0", "\"0\""},
                                                {"\"-0.30\"", "\"-0.30\""},
                                                {"\"-0.00\"", "\"0.00\""},
                                                {"1.5e2", "\"150\""},
                                                {"15e-3", "\"0.015\""},
                                                {"1e30", "\"1000000000000000000000000000000\""},
                                                {"\"0012.5\"", "\"12.5\""},
                                                {"12345678901234567890.12", "\"12345678901234567890.12\""},
                                                {"1e31", ""},
                                                {"1e400", ""},
                                                {"\"12,50\"", ""},
                                                {"\"12.50 EUR\"", ""},
                                                {"\"1,234.50\"", ""},
                                                {"\".5\"", ""},
                                                {"\"5.\"", ""},
                                                {"\"NaN\"", ""},
                                                {"false", ""},
                                                {"[12.5]", ""}});
}

TEST(ShapeValue, Flags) {
    for (const char *yes : {"true", "1", "\"1\"", "\"true\"", "\"on\"", "\"Yes\"", "\"TRUE\""})
        expect_conversion(shape_value::to_flag, {{yes, "true"}});
    for (const char *no : {"false", "0", "\"0\"", "\"false\"", "\"OFF\"", "\"no\"", "\"\""})
        expect_conversion(shape_value::to_flag, {{no, "false"}});
    for (const char *neither : {"2", "\"2\"", "\"perhaps\"", "[]", "{}", "1.0"})
        expect_conversion(shape_value::to_flag, {{neither, ""}});
}

TEST(ShapeValue, Dates) {
    expect_conversion(shape_value::to_date, {{"\"2026-02-28\"", "\"2026-02-28\""},
                                             {"\"2028-02-29 00:00:00\"", "\"2028-02-29\""},
                                             {"\"0000-00-00\"", "null"},
                                             {"\"0000-00-00 00:00:00\"", "null"},
                                             {"\"\"", "null"},
                                             {"\"2026-02-29\"", ""},
                                             {"\"2026-13-01\"", ""},
                                             {"\"2026-02-28 10:00:00\"", ""},
                                             {"\"28.02.2026\"", ""},
                                             {"\"2026-2-8\"", ""},
                                             {"20260228", ""}});
}

TEST(ShapeValue, ADayIsOneWhateverByteIsChanged) {
    const std::string day = "2026-11-10";
    for (std::size_t place = 0; place < day.size(); ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string changed = day;
            changed[place] = static_cast<char>(byte);
            const bool digit = byte >= '0' && byte <= '9';
            const bool dash = place == 4 || place == 7;
            const int month = (changed[5] - '0') * 10 + changed[6] - '0',
                      of_month = (changed[8] - '0') * 10 + changed[9] - '0';
            const bool is_day =
                dash ? byte == '-' : digit && month >= 1 && month <= 12 && of_month >= 1 && of_month <= 30;
            json::Value value(changed);
            EXPECT_EQ(shape_value::to_date(value), is_day) << place << " " << byte;
        }
    }
}

TEST(ShapeValue, Times) {
    expect_conversion(shape_value::to_datetime, {{"\"2026-02-28 10:11:12\"", "\"2026-02-28T10:11:12\""},
                                                 {"\"2026-02-28T10:11:12+00:00\"", "\"2026-02-28T10:11:12+00:00\""},
                                                 {"\"2026-02-28T10:11:12+0200\"", "\"2026-02-28T10:11:12+02:00\""},
                                                 {"\"2026-02-28T10:11:12Z\"", "\"2026-02-28T10:11:12Z\""},
                                                 {"\"2026-02-28T10:11:12.250Z\"", "\"2026-02-28T10:11:12.250Z\""},
                                                 {"\"2026-02-28\"", "\"2026-02-28T00:00:00\""},
                                                 {"\"0000-00-00 00:00:00\"", "null"},
                                                 {"\"2026-02-28 24:00:00\"", ""},
                                                 {"\"2026-02-28 10:11\"", ""},
                                                 {"\"2026-02-28T10:11:12 CET\"", ""},
                                                 {"\"2026-02-28x10:11:12\"", ""},
                                                 {"1772269872", ""}});
}

TEST(ShapeValue, QuotesOfTextRecords) {
    const std::vector<Given> rows = {{R"("v=spf1 -all")", "v=spf1 -all"},
                                     {R"("one " "two")", "one two"},
                                     {R"("a \"b\" \\ c")", R"(a "b" \ c)"},
                                     {R"("")", ""},
                                     {"v=spf1 -all", "v=spf1 -all"},
                                     {R"(say "hello")", R"(say "hello")"},
                                     {R"("open)", R"("open)"},
                                     {R"("a" b)", R"("a" b)"}};
    for (const Given &row : rows)
        EXPECT_EQ(text_content(plain_text(row.sent)), row.want);
}

Shaped shaped(std::string_view operation, std::string_view body) {
    return shape_answer(*find_answer_shape(operation), parsed(body));
}

std::string data(std::string_view operation, std::string_view body) {
    const Shaped answer = shaped(operation, body);
    EXPECT_THAT(answer.unshaped, IsEmpty()) << body;
    return json::write_ascii(answer.data);
}

TEST(Shape, WrappersAreTakenOff) {
    const std::string invoice = R"({"id":"1","total":"2.00","duedate":"0000-00-00"})";
    const std::string want = R"([{"id":1,"total":"2.00","duedate":null}])";
    EXPECT_EQ(data("invoices.list", R"({"invoices":[)" + invoice + "]}"), want);
    EXPECT_EQ(data("invoices.list", R"({"success":true,"invoices":{"1":)" + invoice + "}}"), want);
    EXPECT_EQ(data("invoices.list", "[" + invoice + "]"), want);
    EXPECT_EQ(data("invoices.list", R"({"success":true,"1":)" + invoice + "}"), want);
    EXPECT_EQ(data("invoices.list", R"({"invoices":null})"), "[]");
    EXPECT_EQ(data("invoices.list", R"({"success":true,"error":[]})"), "[]");
}

TEST(Shape, OneMachineInAllItsWrappers) {
    const std::string want = R"({"id":7,"label":"x","credentials":[]})";
    EXPECT_EQ(data("vms.get", R"({"vm":{"id":"7","label":"x"}})"), want);
    EXPECT_EQ(data("vms.get", R"({"id":"7","label":"x"})"), want);
    EXPECT_EQ(data("vms.get", R"({"vm":[{"id":"7","label":"x"}]})"), want);
    EXPECT_EQ(data("vms.get", R"({"vms":[{"id":"7","label":"x"}]})"), want);
    EXPECT_EQ(data("vms.get", R"({"vms":{"7":{"label":"x"}}})"), R"({"label":"x","id":7,"credentials":[]})");
    EXPECT_EQ(data("vms.get", R"({"vms":{"ab-1":{"label":"x"}}})"), R"({"label":"x","id":"ab-1","credentials":[]})");
}

TEST(Shape, OneOrSeveral) {
    EXPECT_EQ(data("servers.list", R"({"server_id":"5","domain":""})"), R"([{"server_id":5,"domain":null}])");
    EXPECT_EQ(data("servers.list", R"([{"server_id":"5","domain":""}])"), R"([{"server_id":5,"domain":null}])");
    EXPECT_EQ(data("servers.ips", R"([{"ips":["203.0.113.1"]},{"ips":["203.0.113.2"]}])"),
              R"(["203.0.113.1","203.0.113.2"])");
}

TEST(Shape, NamesById) {
    EXPECT_EQ(data("payment_methods.list", R"({"payments":{"21":"Card"}})"), R"([{"id":21,"name":"Card"}])");
    EXPECT_EQ(data("payment_methods.list", R"({"payments":[]})"), "[]");
    EXPECT_EQ(data("domains.dnssec.flags", R"({"flags":[]})"), "{}");
    EXPECT_EQ(data("domains.nameservers.get", R"({"nameservers":{"1":"ns1.example.org","2":"","3":null}})"),
              R"(["ns1.example.org"])");
}

TEST(Shape, TextRecordsLoseTheirQuotes) {
    EXPECT_EQ(data("domains.dns_records.list", R"({"records":{"4":{"content":"\"a\" \"b\"","type":"TXT"}}})"),
              R"([{"content":"ab","type":"TXT","id":4}])");
    EXPECT_EQ(data("domains.dns_records.list", R"({"records":[{"type":"SRV","content":[0,"5","sip.example.org"]}]})"),
              R"([{"type":"SRV","content":["0","5","sip.example.org"]}])");
    EXPECT_EQ(data("domains.dns_records.list", R"({"records":[{"type":"CAA","content":"0 issue \"x\""}]})"),
              R"([{"type":"CAA","content":"0 issue \"x\""}])");
}

TEST(Shape, WhatTheDocumentsCallDifferentlyHasOneName) {
    EXPECT_EQ(data("auth.login", R"({"access_token":"t","refresh":""})"), R"({"token":"t","refresh":null})");
    EXPECT_EQ(data("auth.login", R"({"access_token":"a","token":"t"})"), R"({"access_token":"a","token":"t"})");
}

TEST(Shape, WhatStandsBesideTheWrapperIsKept) {
    const Shaped answer =
        shaped("invoices.list", R"({"success":true,"invoices":[],"page":{"current":"1","total":3},"new":[1]})");
    EXPECT_EQ(json::write_ascii(answer.data), "[]");
    EXPECT_EQ(json::write_ascii(answer.extra), R"({"page":{"current":1,"total":3},"new":[1]})");
    EXPECT_EQ(data("tickets.get", R"({"ticket":{"ticket_number":"5"},"replies":{"9":{"body":"b"}}})"),
              R"({"ticket_number":5,"replies":[{"body":"b","id":9}]})");
}

TEST(Shape, RemarksBecomeTexts) {
    EXPECT_EQ(data("dns.records.delete", R"({"info":[["dnsrecorddeleted","TXT"],"done"]})"),
              R"({"info":["dnsrecorddeleted: TXT","done"]})");
    EXPECT_EQ(data("dns.records.delete", R"({"info":"done"})"), R"({"info":["done"]})");
}

TEST(Shape, UnknownFieldsStayAsTheyAre) {
    EXPECT_EQ(data("account.balance", R"({"details":{"acc_credit":1,"new":{"id":"5","on":"1"}}})"),
              R"({"acc_credit":"1","new":{"id":"5","on":"1"}})");
}

TEST(Shape, ElementsMayDifferFromTheOneBefore) {
    EXPECT_EQ(data("invoices.list",
                   R"([{"id":"1","mine":"x","total":"1"},{"id":"2","mine":"y","total":"2"},)"
                   R"({"mine":"3","id":"3","total":"3"},{"id":"4","total":"4","mine":"4"},)"
                   R"({"mine":"5"},{"id":"6"},{},{"id":"7","mine":"7","total":"7","paybefore":"2026-01-02"}])"),
              R"([{"id":1,"mine":"x","total":"1"},{"id":2,"mine":"y","total":"2"},)"
              R"({"mine":"3","id":3,"total":"3"},{"id":4,"total":"4","mine":"4"},)"
              R"({"mine":"5"},{"id":6},{},{"id":7,"mine":"7","total":"7","paybefore":"2026-01-02"}])");
}

TEST(Shape, ElementsMayCallAFieldByDifferentNames) {
    static constexpr ShapeField fields[] = {{"mine", "name", {ShapeKind::text}}, {"name", "name", {ShapeKind::text}}};
    Shape thing{};
    thing.fields = fields;
    const ShapeType item{.kind = ShapeKind::object, .shape = &thing};
    AnswerShape things{};
    things.type = {.kind = ShapeKind::list, .item = &item};
    const Shaped answer = shape_answer(
        things, parsed(R"([{"mine":"a"},{"mine":"b"},{"name":"c"},{"mine":"d"},{"mine":"e","name":"f"},{"mine":5}])"));
    EXPECT_EQ(json::write_ascii(answer.data),
              R"([{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"},{"mine":"e","name":"f"},{"name":"5"}])");
}

TEST(Shape, WhatDoesNotFitIsKeptAndNoted) {
    const Shaped answer = shaped(
        "invoices.list", R"({"invoices":[{"id":1},{"id":"x","total":[1],"date":"soon","status":{"a":1},"items":7}]})");
    EXPECT_EQ(json::write_ascii(answer.data),
              R"([{"id":1},{"id":"x","total":[1],"date":"soon","status":{"a":1},"items":7}])");
    EXPECT_THAT(answer.unshaped, ElementsAre("data[1].id: expected a whole number, found other text",
                                             "data[1].total: expected an amount, found a list",
                                             "data[1].date: expected a date, found other text",
                                             "data[1].status: expected text, found an object",
                                             "data[1].items: expected a list, found a whole number"));
}

TEST(Shape, NotesAreFew) {
    std::string body = "[";
    for (int i = 0; i < 1000; ++i)
        body += std::string(i == 0 ? "" : ",") + R"({"total":"secret-looking text"})";
    const Shaped answer = shaped("invoices.list", body + "]");
    EXPECT_THAT(answer.unshaped, SizeIs(21));
    EXPECT_EQ(answer.unshaped.back(), "and 980 more");
    for (const std::string &note : answer.unshaped)
        EXPECT_THAT(note, ::testing::Not(HasSubstr("secret")));
}

TEST(Shape, EveryOperationHasOne) {
    for (const Operation &operation : operations())
        EXPECT_NE(find_answer_shape(operation.id), nullptr) << operation.id;
    EXPECT_EQ(answer_shapes().size(), operations().size());
}

TEST(Shape, TheAnswerSaysWhatDidNotFit) {
    test::TestServer server({test::Reply{.body = R"({"details":{"acc_credit":"a lot"}})"},
                             test::Reply{.body = R"({"details":{"acc_credit":"a lot"}})"}});
    const auto client = test::basic_client(server);
    const json::Value document = test::answer(client->call("account.balance"));
    EXPECT_EQ(json::write_ascii(*document.find("meta")->find("unshaped")),
              R"(["data.acc_credit: expected an amount, found other text"])");
    const json::Value raw = test::answer(client->call("account.balance", "", R"({"raw":true})"));
    EXPECT_EQ(json::write_ascii(*raw.find("data")), R"({"details":{"acc_credit":"a lot"}})");
    EXPECT_EQ(raw.find("meta")->find("unshaped"), nullptr);
}

TEST(Shape, ANumberThatNoDoubleHoldsIsNoReasonToFail) {
    const std::string digits(400, '9');
    test::TestServer server(
        {test::Reply{.body = R"({"details":{"acc_credit":)" + digits + R"(.5,"acc_balance":1e400}})"}});
    const json::Value document = test::answer(test::basic_client(server)->call("account.balance"));
    EXPECT_EQ(*document.find("data")->find("acc_credit")->string(), digits + ".5");
    EXPECT_EQ(*document.find("data")->find("acc_balance")->string(), "1e400");
    EXPECT_THAT(*document.find("meta")->find("unshaped")->array(), SizeIs(1));
}

} // namespace
} // namespace hostbill
