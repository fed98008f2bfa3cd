#include "core/answer/answer.hpp"
#include "core/catalog/error.hpp"

#include "support.hpp"

namespace hostbill::test {
namespace {

TEST(ErrorNames, FollowTheStatuses) {
    EXPECT_STREQ(status_name(0), "ok");
    EXPECT_STREQ(status_name(-1), "usage");
    EXPECT_STREQ(status_name(-17), "outcome_unknown");
    EXPECT_STREQ(status_name(-18), "internal");
    EXPECT_EQ(status_name(1), nullptr);
    EXPECT_EQ(status_name(-19), nullptr);
    EXPECT_STREQ(class_name(ErrorClass::rate_limited), "rate_limited");
    EXPECT_EQ(class_retryable(ErrorClass::rate_limited), Retryable::yes);
    EXPECT_EQ(class_retryable(ErrorClass::outcome_unknown), Retryable::no);
}

TEST(ErrorDocument, HasEveryMember) {
    Error error = usage_error("domains.get", {{"domain_id", "is required", "a whole number", ""}});
    error.operation = "domains.get";
    error.portal_errors = {"caf\xC3\xA9"};
    error.portals = {"coloup"};
    error.tag = "t";
    EXPECT_EQ(
        error_document(error),
        R"({"class":"usage","status":-1,"message":"domains.get: domain_id is required","operation":"domains.get",)"
        R"("http_status":0,"portal_errors":["caf\u00e9"],"attempts":0,"retryable":false,)"
        R"("fields":[{"field":"domain_id","problem":"is required","expected":"a whole number","nearest":""}],)"
        R"("portals":["coloup"],"tag":"t"})");
}

TEST(ErrorDocument, LeavesOutATagThatWasNotGiven) {
    EXPECT_EQ(parsed(error_document(usage_error("x"))).find("tag"), nullptr);
}

TEST(UsageError, NamesAFewAndListsAll) {
    std::vector<FieldProblem> problems;
    for (int i = 0; i < 8; ++i)
        problems.push_back({"f" + std::to_string(i), "is unknown", "", "g"});
    const Error error = usage_error("x", problems);
    EXPECT_EQ(error.fields.size(), 8U);
    EXPECT_THAT(error.message, testing::HasSubstr("f0 is unknown (did you mean g?)"));
    EXPECT_THAT(error.message, testing::HasSubstr("and 3 more"));
}

std::string envelope(const Result<Answer> &outcome) {
    json::Out out;
    append_envelope(out, outcome);
    return std::string(out.view());
}

TEST(Envelope, HoldsEitherOutcome) {
    EXPECT_EQ(
        envelope(Answer{.data = json::Value(1), .operation = "a.b", .http_status = 200, .attempts = 1}),
        R"({"ok":true,"data":1,"info":[],"meta":{"operation":"a.b","http_status":200,"attempts":1,"elapsed_ms":0}})");
    const json::Value failed = parsed(envelope(usage_error("no")));
    EXPECT_EQ(*failed.find("ok")->boolean(), false);
    EXPECT_EQ(*failed.find("error")->find("class")->string(), "usage");
}

} // namespace
} // namespace hostbill::test
