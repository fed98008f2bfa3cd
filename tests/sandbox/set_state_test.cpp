// What happens at a portal without its customers.
#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

std::string set(Box &box, const std::string &members) {
    return json::write_utf8(box.control(R"({"command":"set_state",)" + members + "}"));
}

TEST(SetState, MistakesNameWhatThereIsAndChangeNothing) {
    Box box("time4vps");
    EXPECT_THAT(set(box, R"("kind":"servic","id":5120,"state":"Fraud")"), HasSubstr(R"("nearest":"service")"));
    EXPECT_THAT(set(box, R"("kind":"service","id":5120,"state":"Fraude")"), HasSubstr(R"("nearest":"Fraud")"));
    EXPECT_THAT(set(box, R"("kind":"service","id":"5120","state":"Fraud")"), HasSubstr("whole number"));
    EXPECT_THAT(set(box, R"("kind":"service","id":1,"state":"Fraud")"), HasSubstr("not found"));
    EXPECT_THAT(set(box, R"("kind":"service","id":5120,"state":"Fraud","status":1)"), HasSubstr("status"));
    EXPECT_EQ(box.get("/service/5120").word({"service", "status"}), "Active");
}

TEST(SetState, ChangesWhatNoRequestCan) {
    Box box("time4vps");
    EXPECT_THAT(set(box, R"("kind":"service","id":5120,"state":"Fraud")"), HasSubstr(R"("state":"Fraud")"));
    EXPECT_EQ(box.get("/service/5120").word({"service", "status"}), "Fraud");
    set(box, R"("kind":"task","id":78100,"state":"failed")");
    EXPECT_EQ(box.get("/server/2210/task/78100").word({"status"}), "failed");
    set(box, R"("kind":"task","id":78100,"state":"gone")");
    EXPECT_EQ(box.get("/server/2210/task/78100").error(), "Invalid task ID");
    set(box, R"("kind":"invoice","id":9002,"state":"Cancelled")");
    EXPECT_EQ(box.get("/invoice/9002").word({"invoice", "status"}), "Cancelled");
}

TEST(SetState, RemovesAnythingWithAllThatHangsOnIt) {
    Box box("elsecloud");
    for (const auto &[kind, id] : {std::pair{"service", "5120"},
                                   {"service", "5130"},
                                   {"service", "5140"},
                                   {"invoice", "9001"},
                                   {"domain", "770"}}) {
        const std::string members = R"("kind":")" + std::string(kind) + R"(","id":)" + id + R"(,"state":"gone")";
        EXPECT_THAT(set(box, members), HasSubstr(R"("state":"gone")"));
        EXPECT_THAT(set(box, members), HasSubstr("not found"));
    }
    EXPECT_EQ(*box.control(R"({"command":"reset"})").find("reset"), json::Value(true));
    EXPECT_EQ(box.get("/service/5120").word({"service", "status"}), "Active");
}

TEST(Jobs, TakeAsManyQuestionsAsTheyAreToldTo) {
    Box box("coloup", R"("task_polls":2)");
    EXPECT_EQ(box.get("/service/5150/reinstall").word({"status"}), "idle");
    box.post("/service/5150/reinstall", R"({"hostname":"a.example.net","template":"71"})");
    EXPECT_EQ(box.post("/service/5150/reinstall", R"({"hostname":"a.example.net","template":"71"})").error(),
              "Server is busy: reinstall is still running");
    EXPECT_EQ(box.get("/service/5150/reinstall").word({"progress"}), "50");
    EXPECT_EQ(box.get("/service/5150/reinstall").word({"status"}), "finished");
    box.post("/service/5150/rescue", R"({"template":"81"})");
    EXPECT_EQ(box.get("/service/5150/rescue").word({"status"}), "running");
    box.post("/service/5150/rescue/cancel");
    EXPECT_EQ(box.get("/service/5150/rescue").word({"status"}), "idle");
}

} // namespace
} // namespace hostbill::sandbox::test
