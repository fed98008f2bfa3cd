// What a fault script may say, and what its author is told where it says something else.
#include "fault_client.hpp"

#include "sandbox/control/command.hpp"
#include "sandbox/faults/fault_script.hpp"

namespace hostbill::sandbox::test {
namespace {

const Portal &time4vps = *find_portal("time4vps");

json::Value command(std::string_view text) {
    auto parsed = json::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? std::move(*parsed) : json::Value();
}

// As control reads it.
Result<FaultScript> read_script(const json::Value &given) {
    auto checked = check_command(given);
    if (!checked)
        return std::move(checked.error());
    return parse_fault_script(given, time4vps);
}

struct Mistake {
    std::string_view script; // members besides "command"
    std::string_view field;
    std::string_view expected; // part of it
    std::string_view nearest;
};

constexpr Mistake mistakes[] = {
    {R"("fault":{"kind":"close"})", "operation", "METHOD /path", ""},
    {R"("operation":7,"fault":{"kind":"close"})", "operation", "METHOD /path", ""},
    {R"("operation":"orders.creat","fault":{"kind":"close"})", "operation", "METHOD /path", "orders.create"},
    {R"("operation":"vms.create","fault":{"kind":"close"})", "operation", "METHOD /path", ""},
    {R"("operation":"*","fault":{"kind":"close"},"time":1)", "time", "times", "times"},
    {R"("operation":"*","fault":{"kind":"close"},"times":-1)", "times", "0 to", ""},
    {R"("operation":"*","fault":{"kind":"close"},"times":"1")", "times", "0 to", ""},
    {R"("operation":"*","fault":{"kind":"close"},"skip":1.5)", "skip", "0 to", ""},
    {R"("operation":"*")", "fault", "kind", ""},
    {R"("operation":"*","fault":"close")", "fault", "kind", ""},
    {R"("operation":"*","fault":{})", "fault.kind", "lost_reply", ""},
    {R"("operation":"*","fault":{"kind":"lost_repyl"})", "fault.kind", "lost_reply", "lost_reply"},
    {R"("operation":"*","fault":{"kind":3})", "fault.kind", "lost_reply", ""},
    {R"("operation":"*","fault":{"kind":"delay"})", "fault.ms", "milliseconds", ""},
    {R"("operation":"*","fault":{"kind":"delay","ms":1,"mss":2})", "fault.mss", "ms", "ms"},
    {R"("operation":"*","fault":{"kind":"delay","ms":3600001})", "fault.ms", "3600000", ""},
    {R"("operation":"*","fault":{"kind":"close","act":"yes"})", "fault.act", "true, false", ""},
    {R"("operation":"*","fault":{"kind":"lost_reply","act":true})", "fault.act", "", ""},
    {R"("operation":"*","fault":{"kind":"drop_idle","act":true})", "fault.act", "", ""},
    {R"("operation":"*","fault":{"kind":"reset"})", "fault.when", "before, during, after", ""},
    {R"("operation":"*","fault":{"kind":"reset","when":"durign"})", "fault.when", "before, during, after", "during"},
    {R"("operation":"*","fault":{"kind":"drip","part":"bodi"})", "fault.part", "headers, body", "body"},
    {R"("operation":"*","fault":{"kind":"drip","bytes":0})", "fault.bytes", "1 or more", ""},
    {R"("operation":"*","fault":{"kind":"truncate"})", "fault.at", "body_at", ""},
    {R"("operation":"*","fault":{"kind":"truncate","at":1,"body_at":1})", "fault.at", "body_at", ""},
    {R"("operation":"*","fault":{"kind":"truncate","at":-1})", "fault.at", "0 or more", ""},
    {R"("operation":"*","fault":{"kind":"wrong_length","delta":0})", "fault.delta", "not 0", ""},
    {R"("operation":"*","fault":{"kind":"status"})", "fault.status", "200 to 599", ""},
    {R"("operation":"*","fault":{"kind":"status","status":100})", "fault.status", "200 to 599", ""},
    {R"("operation":"*","fault":{"kind":"status","status":500,"headers":{"A B":"c"}})", "fault.headers", "header names",
     ""},
    {R"("operation":"*","fault":{"kind":"status","status":500,"headers":{"A":"b\r\nC: d"}})", "fault.headers",
     "header names", ""},
    {R"("operation":"*","fault":{"kind":"status","status":500,"headers":["A"]})", "fault.headers", "header names", ""},
    {R"("operation":"*","fault":{"kind":"redirect"})", "fault.to", "without line breaks", ""},
    {R"("operation":"*","fault":{"kind":"redirect","to":"x","status":200})", "fault.status", "300 to 399", ""},
    {R"("operation":"*","fault":{"kind":"rate_limit","status":500})", "fault.status", "429", ""},
    {R"("operation":"*","fault":{"kind":"rate_limit","retry_after":5})", "fault.retry_after", "text", ""},
    {R"("operation":"*","fault":{"kind":"gzip_bomb","bytes":1})", "fault.bytes", "2 to", ""},
    {R"("operation":"*","fault":{"kind":"gzip_bomb","bytes":10,"layers":6})", "fault.layers", "1 to 5", ""},
    {R"("operation":"*","fault":{"kind":"encodings"})", "fault.encodings", "gzip, gzip", ""},
    {R"("operation":"*","fault":{"kind":"invalid_json","how":"depp"})", "fault.how", "duplicate_keys", "deep"}};

TEST(FaultScript, WithAMistakeNamesTheFieldAndTheWayOut) {
    for (const Mistake &mistake : mistakes) {
        SCOPED_TRACE(mistake.script);
        auto script = read_script(command("{\"command\":\"fault\"," + std::string(mistake.script) + "}"));
        ASSERT_FALSE(script);
        const Error &error = script.error();
        EXPECT_EQ(error.error_class, ErrorClass::usage);
        ASSERT_EQ(error.fields.size(), 1U) << error.message;
        EXPECT_EQ(error.fields[0].field, mistake.field);
        EXPECT_THAT(error.fields[0].expected, testing::HasSubstr(std::string(mistake.expected)));
        EXPECT_EQ(error.fields[0].nearest, mistake.nearest);
        EXPECT_THAT(error.message, testing::HasSubstr(std::string(mistake.field)));
    }
}

TEST(FaultScript, ReportsAllMistakesAtOnce) {
    const auto mistaken = [](std::string_view text) {
        std::vector<std::string> fields;
        if (auto script = read_script(command(text)); !script)
            for (const FieldProblem &problem : script.error().fields)
                fields.push_back(problem.field);
        return fields;
    };
    EXPECT_THAT(mistaken(R"({"command":"fault","operation":"nothing","fault":{"kind":"delay","m":1}})"),
                testing::UnorderedElementsAre("operation", "fault.m", "fault.ms"));
    EXPECT_THAT(mistaken(R"({"command":"fault","operation":"*","times":-1,"extra":1,"fault":1})"),
                testing::UnorderedElementsAre("times", "extra", "fault"));
}

TEST(FaultScript, TakesAnOperationByIdByPathOrAny) {
    for (std::string_view name : {"servers.reboot", "POST /server/{server_id}/reboot", "POST /server/@id/reboot"}) {
        auto script = parse_fault_script(command("{\"command\":\"fault\",\"operation\":\"" + std::string(name) +
                                                 "\",\"fault\":{\"kind\":\"close\"}}"),
                                         time4vps);
        ASSERT_TRUE(script) << script.error().message;
        EXPECT_EQ(script->operation->id, "servers.reboot");
    }
    auto any = parse_fault_script(command(R"({"command":"fault","operation":"*","fault":{"kind":"close"}})"), time4vps);
    ASSERT_TRUE(any);
    EXPECT_EQ(any->operation, nullptr);
    EXPECT_EQ(any->times, 1);
    EXPECT_EQ(any->skip, 0);
}

// Answers of the portal that are spoiled come from acting; answers of the fault's own do not, unless told so.
TEST(FaultScript, KnowsWhetherAnOperationIsCarriedOut) {
    const std::pair<std::string_view, bool> kinds[] = {
        {R"("kind":"status","status":500)", false},
        {R"("kind":"status","status":500,"act":true)", true},
        {R"("kind":"delay","ms":1)", true},
        {R"("kind":"delay","ms":1,"act":false)", false},
        {R"("kind":"drip")", true},
        {R"("kind":"truncate","at":1)", true},
        {R"("kind":"reset","when":"before")", false},
        {R"("kind":"reset","when":"during")", true},
        {R"("kind":"reset","when":"after")", true},
        {R"("kind":"close")", false},
        {R"("kind":"garbage")", false},
        {R"("kind":"wrong_length","delta":1)", true},
        {R"("kind":"dual_length")", true},
        {R"("kind":"gzip_bomb","bytes":100)", true},
        {R"("kind":"encodings","encodings":"gzip")", true},
        {R"("kind":"endless_headers")", true},
        {R"("kind":"redirect","to":"/")", false},
        {R"("kind":"expired_token")", false},
        {R"("kind":"rate_limit")", false},
        {R"("kind":"html")", false},
        {R"("kind":"lost_reply")", true},
        {R"("kind":"invalid_json","how":"deep")", true},
        {R"("kind":"drop_idle")", false},
    };
    for (const auto &[fault, act] : kinds) {
        SCOPED_TRACE(fault);
        auto script = parse_fault_script(
            command(R"({"command":"fault","operation":"*","fault":{)" + std::string(fault) + "}}"), time4vps);
        ASSERT_TRUE(script) << script.error().message;
        EXPECT_EQ(script->fault.act, act);
    }
}

TEST(FaultScript, ThatIsWrongChangesNothing) {
    Box box("time4vps");
    json::Value answer = box.control(R"({"command":"fault","operation":"*","fault":{"kind":"closed"}})");
    ASSERT_NE(answer.find("error"), nullptr);
    EXPECT_EQ(json::write_utf8(box.control(R"({"command":"faults"})")), R"({"faults":[]})");
    EXPECT_EQ(ask_once(box).status(), 200);
}

} // namespace
} // namespace hostbill::sandbox::test
