#include "core/answer/classify.hpp"

#include "support.hpp"

#include <optional>

namespace hostbill::test {
namespace {

const Operation &read_operation() { return *find_operation("domains.list"); }
const Operation &idempotent_operation() { return *find_operation("account.update"); }
const Operation &unsafe_operation() { return *find_operation("tickets.create"); }

std::string class_of(const Operation &operation, int status, const std::string &body,
                     const std::string &retry_after = "") {
    const Result<json::Value> result =
        classify(operation, {.status = status, .body = body, .location = "", .retry_after = retry_after});
    return result ? "ok" : class_name(result.error().error_class);
}

struct Row {
    int status;
    const char *body;
    const char *of_read;   // class for a read
    const char *of_unsafe; // class for an unsafe operation
};

// What portals were seen to answer, and what it means.
constexpr Row rows[] = {
    // Success needs both status and body.
    {200, R"({"domains":[]})", "ok", "ok"},
    {200, "[]", "ok", "ok"},
    {200, "{}", "ok", "ok"},
    {201, R"({"id":1})", "ok", "ok"},
    {204, "", "ok", "ok"},
    {200, R"("text")", "ok", "ok"},
    {200, R"({"error":[],"id":1})", "ok", "ok"},
    {200, R"({"error":null})", "ok", "ok"},
    {200, R"({"error":""})", "ok", "ok"},
    {200, R"({"error":false,"success":true})", "ok", "ok"},
    {200, R"({"error":"0"})", "ok", "ok"},
    {200, R"({"error":"false"})", "ok", "ok"},
    {200, R"({"success":true})", "ok", "ok"},
    {200, "\xEF\xBB\xBF{}", "ok", "ok"},
    {200, R"({"name":"\ud800"})", "ok", "ok"},
    // An error in the body of a 200, in all its forms.
    {200, R"({"error":["something happened"]})", "portal_error", "portal_error"},
    {200, R"({"error":"something happened"})", "portal_error", "portal_error"},
    {200, R"({"error":["key","argument"]})", "portal_error", "portal_error"},
    {200, R"({"error":[["not found",5]]})", "not_found", "not_found"},
    {200, R"({"error":[17,null]})", "portal_error", "portal_error"},
    {200, R"({"error":true})", "portal_error", "portal_error"},
    {200, R"({"error":{"field":"is required"}})", "validation", "validation"},
    {200, R"({"success":false})", "portal_error", "portal_error"},
    {200, R"({"success":false,"message":"Server is busy"})", "conflict", "conflict"},
    {200, R"({"ok":false})", "portal_error", "portal_error"},
    {200, R"({"success":0})", "portal_error", "portal_error"},
    {200, R"({"success":"0"})", "portal_error", "portal_error"},
    {200, R"({"success":"No"})", "portal_error", "portal_error"},
    {200, R"({"success":""})", "portal_error", "portal_error"}, // PHP's false as a text.
    {200, R"({"errors":["something happened"]})", "portal_error", "portal_error"},
    {200, R"({"errors":{"name":["is required"]}})", "validation", "validation"},
    {200, R"({"errors":"Access denied"})", "permission", "permission"},
    {200, R"({"result":"error","message":"Server is busy"})", "conflict", "conflict"},
    {200, R"({"errors":[]})", "ok", "ok"},
    {200, R"({"sent":5,"errors":2})", "ok", "ok"},
    {200, R"({"success":true,"errors":["a warning"]})", "ok", "ok"},
    {200, R"({"result":"2 domains"})", "ok", "ok"},
    {200, "false", "portal_error", "portal_error"},
    // A member that stands twice: a read takes the last, for an unsafe operation neither can be believed.
    {200, R"({"success":true,"id":1,"success":false})", "portal_error", "outcome_unknown"},
    {200, R"({"success":false,"id":1,"success":true})", "ok", "outcome_unknown"},
    // A redirect may point to the result of what was done; 307 and 308 ask to do it elsewhere.
    {301, "", "protocol", "outcome_unknown"},
    {302, "", "protocol", "outcome_unknown"},
    {303, "", "protocol", "outcome_unknown"},
    {307, "", "protocol", "protocol"},
    {308, "", "protocol", "protocol"},
    // `status` is data in a read and an outcome in an action.
    {200, R"({"status":false})", "ok", "portal_error"},
    {200, R"({"status":"error","message":"Server is busy"})", "ok", "conflict"},
    {200, R"({"status":"Failed"})", "ok", "portal_error"},
    {200, R"({"status":0})", "ok", "portal_error"},
    {200, R"({"status":"0"})", "ok", "portal_error"},
    {200, R"({"status":"false"})", "ok", "portal_error"},
    {200, R"({"status":""})", "ok", "portal_error"},
    {200, R"({"result":false})", "ok", "portal_error"},
    {200, R"({"status":"off"})", "ok", "ok"}, // A machine's.
    {200, R"({"status":1})", "ok", "ok"},
    {200, R"({"result":0})", "ok", "ok"},
    {200, R"({"status":true})", "ok", "ok"},
    {200, R"({"status":"Active"})", "ok", "ok"},
    // Known codes and words.
    {200, R"({"error":["wronglogin"]})", "authentication", "authentication"},
    {200, R"({"error":["unauthorized"]})", "authentication", "authentication"},
    {200, R"({"error":["token_expired"]})", "authentication", "authentication"},
    {200, R"({"error":["invalid method"]})", "unsupported", "unsupported"},
    {200, R"({"error":["Invalid task ID"]})", "not_found", "not_found"},
    {200, R"({"error":["internal_error_0"]})", "portal_error", "portal_error"},
    {200, R"({"error":["Too many requests"]})", "rate_limited", "rate_limited"},
    {200, R"({"error":["Domain does not exist"]})", "not_found", "not_found"},
    {200, R"({"error":["Access denied"]})", "permission", "permission"},
    {200, R"({"error":["Server is busy with another task"]})", "conflict", "conflict"},
    // What cannot be trusted.
    {200, "", "protocol", "outcome_unknown"},
    {200, " \r\n", "protocol", "outcome_unknown"},
    {200, "null", "protocol", "outcome_unknown"},
    {200, R"({"domains":[{"id":1)", "protocol", "outcome_unknown"},
    {200, "Fatal error", "protocol", "outcome_unknown"},
    {200, "<!DOCTYPE html><html>We are down</html>", "maintenance", "outcome_unknown"},
    // Statuses.
    {400, "", "validation", "validation"},
    {400, R"({"error":["Domain not found"]})", "not_found", "not_found"},
    {401, "", "authentication", "authentication"},
    {401, R"({"error":["whatever"]})", "authentication", "authentication"},
    {401, "<html>", "authentication", "authentication"},
    {403, "", "permission", "permission"},
    {403, R"({"error":["wronglogin"]})", "authentication", "authentication"},
    {404, "", "not_found", "not_found"},
    {404, R"({"error":["invalid method"]})", "unsupported", "unsupported"},
    {405, "", "unsupported", "unsupported"},
    {408, "", "timeout", "outcome_unknown"},
    {409, R"({"error":["x"]})", "conflict", "conflict"},
    {422, R"({"errors":{"name":["taken"]}})", "validation", "validation"},
    {429, "", "rate_limited", "rate_limited"},
    {429, "<html>slow down</html>", "rate_limited", "rate_limited"},
    {418, "", "portal_error", "portal_error"},
    {500, R"({"error":["internal_error_0"]})", "portal_error", "outcome_unknown"},
    {500, R"({"error":["Domain not found"]})", "not_found", "outcome_unknown"},
    {500, R"({"error":["unauthorized"]})", "authentication", "authentication"},
    {501, R"({"error":["not here"]})", "unsupported", "unsupported"},
    {503, R"({"error":["Too many requests"]})", "rate_limited", "outcome_unknown"},
    {500, "", "portal_error", "outcome_unknown"},
    {500, "{}", "portal_error", "outcome_unknown"},
    {502, "<html>Bad gateway</html>", "portal_error", "outcome_unknown"},
    {503, "<html>Maintenance</html>", "maintenance", "outcome_unknown"},
    {504, "", "portal_error", "outcome_unknown"},
};

TEST(Classify, KnowsEveryForm) {
    for (const Row &row : rows) {
        EXPECT_EQ(class_of(read_operation(), row.status, row.body), row.of_read) << row.status << " " << row.body;
        EXPECT_EQ(class_of(unsafe_operation(), row.status, row.body), row.of_unsafe) << row.status << " " << row.body;
    }
}

// POST /order with ignore_errors orders what it can and tells what it could not: both are in one answer.
TEST(Classify, AFailureBesideWhatWasMadeIsNoRefusal) {
    for (const char *made : {R"("order_num":563647679)", R"("order_num_list":[7,8])", R"("invoice_id":"503425")",
                             R"("task_id":12)", R"("contact_id":"1")", R"("ticket":865650)", R"("applied":2.1)"}) {
        for (const char *failure : {R"("error":["Item 2: invalid domain"])", R"("success":false)"}) {
            const std::string body = std::string("{") + made + "," + failure + "}";
            EXPECT_EQ(class_of(unsafe_operation(), 200, body), "outcome_unknown") << body;
            EXPECT_NE(class_of(read_operation(), 200, body), "outcome_unknown") << body;
        }
    }
    EXPECT_EQ(class_of(unsafe_operation(), 200, R"({"order_num":7,"error":["unauthorized"]})"), "outcome_unknown");
    EXPECT_EQ(class_of(unsafe_operation(), 422, R"({"order_num":7,"error":["invalid domain"]})"), "outcome_unknown");
    // Whatever the status, and without a word.
    for (const int status : {400, 401, 403, 404, 409, 422, 429, 501, 503}) {
        EXPECT_EQ(class_of(unsafe_operation(), status, R"({"order_num":7,"total":"9.99"})", "5"), "outcome_unknown")
            << status;
        EXPECT_NE(class_of(read_operation(), status, R"({"order_num":7,"total":"9.99"})", "5"), "outcome_unknown")
            << status;
    }
    for (const char *nothing : {"null", "0", R"("0")", R"("")", "[]", "false"}) {
        const std::string body = R"({"error":["invalid domain"],"order_num":)" + std::string(nothing) + "}";
        EXPECT_EQ(class_of(unsafe_operation(), 200, body), "validation") << body;
    }
    const Result<json::Value> result =
        classify(unsafe_operation(),
                 {.status = 200,
                  .body = R"({"order_num_list":[7,8],"invoice_id":"503425","error":["Item 2: no such domain"]})"});
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, testing::HasSubstr("a failure beside order_num_list [7,8], invoice_id 503425"));
    EXPECT_THAT(result.error().portal_errors, testing::ElementsAre("Item 2: no such domain"));
}

TEST(Classify, TrustsA503ThatSaysWhenToComeBack) {
    EXPECT_EQ(class_of(unsafe_operation(), 503, "", "30"), "maintenance");
    EXPECT_EQ(class_of(unsafe_operation(), 503, R"({"error":["closed"]})", "30"), "maintenance");
    EXPECT_EQ(class_of(unsafe_operation(), 503, "", "soon"), "outcome_unknown");
    EXPECT_EQ(class_of(unsafe_operation(), 503, "", "-1"), "outcome_unknown");
    // A page is no portal's answer: a cache in front of it names a time where the portal did not answer, too.
    EXPECT_EQ(class_of(unsafe_operation(), 503, "<html>Guru Meditation</html>", "5"), "outcome_unknown");
    EXPECT_EQ(class_of(read_operation(), 503, "<html>Guru Meditation</html>", "5"), "maintenance");
}

TEST(Classify, KeepsThePortalsWordsInOneLine) {
    const Result<json::Value> result =
        classify(read_operation(), {.status = 200, .body = R"({"error":["first\nline",["second","a",5],{"c":1}]})"});
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().portal_errors, testing::ElementsAre("first line", "second: a, 5", R"({"c":1})"));
    EXPECT_EQ(result.error().message.find('\n'), std::string::npos);
    EXPECT_EQ(result.error().http_status, 200);
    EXPECT_EQ(result.error().operation, "domains.list");
}

TEST(Classify, ShortensLongWordsBetweenCharacters) {
    std::string text;
    for (int i = 0; i < 400; ++i)
        text += "\xC3\xA9";
    const Result<json::Value> result =
        classify(read_operation(), {.status = 200, .body = R"({"error":["x)" + text + R"("]})"});
    ASSERT_FALSE(result);
    const std::string &word = result.error().portal_errors.at(0);
    EXPECT_LT(word.size(), 510U);
    EXPECT_TRUE(json::parse("\"" + word + "\""));
}

TEST(Classify, NamesARedirectsTargetWithoutItsQuery) {
    const auto message = [](const std::string &location) {
        const Result<json::Value> result =
            classify(read_operation(), {.status = 302, .body = "", .location = location});
        return result ? "" : result.error().message;
    };
    EXPECT_THAT(message("https://other.example/login?token=abc#x"), testing::HasSubstr("https://other.example"));
    EXPECT_THAT(message("https://other.example/login?token=abc#x"), testing::Not(testing::HasSubstr("abc")));
    EXPECT_THAT(message("https://user:pw@other.example"), testing::Not(testing::HasSubstr("pw")));
    EXPECT_THAT(message("/login?token=abc"), testing::Not(testing::HasSubstr("abc")));
    EXPECT_THAT(message("/login?token=abc&next=https://portal.example/"), testing::Not(testing::HasSubstr("abc")));
    EXPECT_THAT(message("//other.example/login?token=abc"), testing::HasSubstr("to //other.example,"));
    EXPECT_THAT(message("/login//x"), testing::HasSubstr("another path of the same host"));
}

TEST(Classify, SaysWhetherToTryAgain) {
    const auto retryable = [](const Operation &operation, int status, const std::string &body) {
        const Result<json::Value> result = classify(operation, {.status = status, .body = body});
        return !result && result.error().retryable;
    };
    EXPECT_TRUE(retryable(read_operation(), 500, ""));
    EXPECT_TRUE(retryable(idempotent_operation(), 500, ""));
    EXPECT_FALSE(retryable(unsafe_operation(), 500, ""));
    EXPECT_TRUE(retryable(unsafe_operation(), 429, ""));
    EXPECT_FALSE(retryable(unsafe_operation(), 200, R"({"error":["Registrar: too many requests"]})"));
    EXPECT_TRUE(retryable(read_operation(), 200, R"({"error":["Registrar: too many requests"]})"));
    EXPECT_FALSE(retryable(unsafe_operation(), 200, R"({"error":["Registrar is under maintenance"]})"));
    EXPECT_TRUE(retryable(read_operation(), 200, R"({"error":["Registrar is under maintenance"]})"));
    EXPECT_FALSE(retryable(read_operation(), 404, ""));
}

TEST(ClassifyFailure, TellsWhetherTheRequestLeft) {
    using Kind = HttpFailure::Kind;
    const auto class_of_failure = [](const Operation &operation, Kind kind, bool sent) {
        return std::string(class_name(classify_failure(operation, {kind, sent, "why"}).error_class));
    };
    for (const bool sent : {false, true}) {
        const std::string unknown = "outcome_unknown";
        EXPECT_EQ(class_of_failure(read_operation(), Kind::broken, sent), "network");
        EXPECT_EQ(class_of_failure(read_operation(), Kind::timeout, sent), "timeout");
        EXPECT_EQ(class_of_failure(read_operation(), Kind::malformed, sent), "protocol");
        EXPECT_EQ(class_of_failure(read_operation(), Kind::too_large, sent), "protocol");
        EXPECT_EQ(class_of_failure(unsafe_operation(), Kind::broken, sent), sent ? unknown : "network");
        EXPECT_EQ(class_of_failure(unsafe_operation(), Kind::timeout, sent), sent ? unknown : "timeout");
        EXPECT_EQ(class_of_failure(read_operation(), Kind::cancelled, sent), "cancelled");
        EXPECT_EQ(class_of_failure(unsafe_operation(), Kind::cancelled, sent), sent ? unknown : "cancelled");
    }
    EXPECT_EQ(class_of_failure(unsafe_operation(), Kind::resolve, false), "network");
    EXPECT_EQ(class_of_failure(unsafe_operation(), Kind::connect, false), "network");
    EXPECT_EQ(class_of_failure(unsafe_operation(), Kind::tls, false), "tls");
    EXPECT_TRUE(classify_failure(unsafe_operation(), {Kind::connect, false, "why"}).retryable);
    EXPECT_FALSE(classify_failure(unsafe_operation(), {Kind::broken, true, "why"}).retryable);
    EXPECT_TRUE(classify_failure(read_operation(), {Kind::broken, true, "why"}).retryable);
}

TEST(Info, BecomesAListOfTexts) {
    EXPECT_THAT(info_texts(parsed(R"({"info":[["dnsnewrecordadded","TXT"],"plain"]})")),
                testing::ElementsAre("dnsnewrecordadded: TXT", "plain"));
    EXPECT_THAT(info_texts(parsed(R"({"info":"one"})")), testing::ElementsAre("one"));
    EXPECT_THAT(info_texts(parsed(R"({"info":[]})")), testing::IsEmpty());
    EXPECT_THAT(info_texts(parsed("[]")), testing::IsEmpty());
}

} // namespace
} // namespace hostbill::test
