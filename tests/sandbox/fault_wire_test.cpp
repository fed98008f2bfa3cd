// Faults in the way bytes leave, seen from the other end of the socket.
#include "fault_client.hpp"

#include <chrono>

namespace hostbill::sandbox::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

// An operation that must not happen twice, and how often it did.
class Unsafe {
public:
    Unsafe() : box("time4vps") {
        server_ = json::write_utf8(*box.control(R"({"command":"info"})").find("ids")->find("server_id"));
    }
    std::string path() const { return "/server/" + server_ + "/reboot"; }
    std::int64_t effects() const { return box.ledger("servers.reboot"); }
    std::int64_t add(std::string_view fault) const { return add_fault(box, "servers.reboot", fault); }
    Received call() const { return ask(box, "POST", path()); }
    Box box;

private:
    std::string server_;
};

TEST(DelayFault, HoldsTheAnswerBack) {
    Unsafe unsafe;
    std::int64_t id = unsafe.add(R"({"kind":"delay","ms":300})");
    auto start = steady_clock::now();
    EXPECT_EQ(ask_once(unsafe.box, "POST", unsafe.path()).status(), 200);
    EXPECT_GE(steady_clock::now() - start, milliseconds(300));
    EXPECT_EQ(unsafe.effects(), 1);
    EXPECT_EQ(fired(unsafe.box, id), 1);
}

TEST(DelayFault, HasActedLongBeforeItAnswers) {
    Unsafe unsafe;
    unsafe.add(R"({"kind":"delay","ms":3600000})");
    Connection waiting(unsafe.box);
    waiting.send(request(unsafe.box, "POST", unsafe.path()));
    // One thread serves all: it took the waiting request before it answers this one.
    while (unsafe.effects() == 0)
        ask_once(unsafe.box);
    EXPECT_FALSE(waiting.is_readable());
}

TEST(DelayFault, CanKeepAnOperationFromHappening) {
    Unsafe unsafe;
    unsafe.add(R"({"kind":"delay","ms":10,"act":false})");
    EXPECT_EQ(ask_once(unsafe.box, "POST", unsafe.path()).status(), 503);
    EXPECT_EQ(unsafe.effects(), 0);
}

TEST(DelayFault, HoldsUpNobodyElse) {
    Box box("time4vps");
    add_fault(box, "account.balance", R"({"kind":"delay","ms":3600000})");
    add_fault(box, "account.balance", R"({"kind":"drip","part":"headers","every":3600000})");
    Connection delayed(box), dripped(box);
    delayed.send(request(box, "GET", "/balance"));
    while (box.control(R"({"command":"journal"})").find("requests")->array()->empty()) {
    }
    dripped.send(request(box, "GET", "/balance"));
    EXPECT_EQ(dripped.read(1).bytes, "H");
    Connection busy(box);
    for (int i = 0; i < 20; ++i) {
        busy.send(request(box, "GET", "/details"));
        EXPECT_EQ(busy.read_answer().status(), 200);
    }
    EXPECT_FALSE(delayed.is_readable());
    EXPECT_FALSE(dripped.is_readable());
}

TEST(DripFault, SlowsTheHeadersDown) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "*", R"({"kind":"drip","part":"headers","bytes":20,"every":20})");
    Connection connection(box);
    auto start = steady_clock::now();
    connection.send(request(box, "GET", "/balance"));
    Received answer = connection.read_answer();
    auto pieces = static_cast<std::int64_t>((answer.head().size() + 19) / 20);
    EXPECT_GE(steady_clock::now() - start, milliseconds(20 * (pieces - 1)));
    EXPECT_EQ(answer.status(), 200);
    EXPECT_TRUE(json::parse(answer.body()));
    EXPECT_EQ(fired(box, id), 1);
}

TEST(DripFault, SlowsTheBodyDownAndKeepsTheConnection) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "*", R"({"kind":"drip","bytes":10,"every":20})");
    Connection connection(box);
    auto start = steady_clock::now();
    connection.send(request(box, "GET", "/balance"));
    Received answer = connection.read_answer();
    auto pieces = static_cast<std::int64_t>((answer.body().size() + 9) / 10);
    EXPECT_GT(pieces, 2);
    EXPECT_GE(steady_clock::now() - start, milliseconds(20 * (pieces - 1)));
    EXPECT_EQ(fired(box, id), 1);
    connection.send(request(box, "GET", "/balance"));
    EXPECT_EQ(connection.read_answer().bytes.size(), answer.bytes.size());
}

TEST(TruncateFault, StopsAtAByteOfTheMessage) {
    Unsafe unsafe;
    for (std::size_t at : {0U, 1U, 12U, 60U}) {
        std::int64_t id = unsafe.add(R"({"kind":"truncate","at":)" + std::to_string(at) + "}");
        Received answer = unsafe.call();
        EXPECT_EQ(
            answer.bytes,
            std::string("HTTP/1.1 200 OK\r\nServer: hostbill-sandbox\r\nCache-Control: no-store\r\n").substr(0, at));
        EXPECT_EQ(answer.end, End::closed);
        EXPECT_EQ(fired(unsafe.box, id), 1);
    }
    EXPECT_EQ(unsafe.effects(), 1); // The first reboot's task runs; the others were refused for it.
}

TEST(TruncateFault, StopsAtAByteOfTheBody) {
    Box box("time4vps");
    std::string body = ask_once(box).body();
    for (std::size_t at : {std::size_t{0}, std::size_t{1}, body.size() - 1, body.size() + 100}) {
        std::int64_t id = add_fault(box, "*", R"({"kind":"truncate","body_at":)" + std::to_string(at) + "}");
        Received answer = ask(box);
        EXPECT_EQ(answer.body(), body.substr(0, at));
        EXPECT_THAT(answer.head(), HasSubstr("Content-Length: " + std::to_string(body.size()) + "\r\n"));
        EXPECT_EQ(answer.end, End::closed);
        EXPECT_EQ(fired(box, id), 1);
    }
}

TEST(ResetFault, BeforeActingLeavesNoTrace) {
    Unsafe unsafe;
    std::int64_t id = unsafe.add(R"({"kind":"reset","when":"before"})");
    Received answer = unsafe.call();
    EXPECT_EQ(answer.bytes, "");
    EXPECT_EQ(answer.end, End::reset);
    EXPECT_EQ(unsafe.effects(), 0);
    EXPECT_EQ(fired(unsafe.box, id), 1);
}

TEST(ResetFault, DuringTheAnswerHasActed) {
    Unsafe unsafe;
    std::int64_t id = unsafe.add(R"({"kind":"reset","when":"during"})");
    Received answer = unsafe.call();
    EXPECT_EQ(answer.status(), 200);
    EXPECT_THAT(answer.body(), Not(testing::IsEmpty()));
    EXPECT_FALSE(json::parse(answer.body()));
    EXPECT_EQ(answer.end, End::reset);
    EXPECT_EQ(unsafe.effects(), 1);
    EXPECT_EQ(fired(unsafe.box, id), 1);
}

TEST(ResetFault, AfterActingSaysNothing) {
    Unsafe unsafe;
    std::int64_t id = unsafe.add(R"({"kind":"reset","when":"after"})");
    Received answer = unsafe.call();
    EXPECT_EQ(answer.bytes, "");
    EXPECT_EQ(answer.end, End::reset);
    EXPECT_EQ(unsafe.effects(), 1);
    EXPECT_EQ(fired(unsafe.box, id), 1);
}

TEST(CloseFault, ActsOrDoesNot) {
    for (bool act : {false, true}) {
        Unsafe unsafe;
        std::int64_t id = unsafe.add(std::string(R"({"kind":"close","act":)") + (act ? "true}" : "false}"));
        Received answer = unsafe.call();
        EXPECT_EQ(answer.bytes, "");
        EXPECT_EQ(answer.end, End::closed);
        EXPECT_EQ(unsafe.effects(), act ? 1 : 0);
        EXPECT_EQ(fired(unsafe.box, id), 1);
    }
}

TEST(LostReplyFault, ActsAndSaysNothing) {
    Unsafe unsafe;
    std::int64_t id = unsafe.add(R"({"kind":"lost_reply"})");
    Received answer = unsafe.call();
    EXPECT_EQ(answer.bytes, "");
    EXPECT_EQ(answer.end, End::closed);
    EXPECT_EQ(unsafe.effects(), 1);
    EXPECT_EQ(fired(unsafe.box, id), 1);
}

TEST(GarbageFault, IsNotHttp) {
    Unsafe unsafe;
    std::int64_t id = unsafe.add(R"({"kind":"garbage","act":true})");
    Received answer = unsafe.call();
    EXPECT_THAT(answer.bytes, Not(testing::IsEmpty()));
    EXPECT_THAT(answer.bytes, Not(HasSubstr("HTTP/")));
    EXPECT_EQ(answer.end, End::closed);
    EXPECT_EQ(unsafe.effects(), 1);
    EXPECT_EQ(fired(unsafe.box, id), 1);
    add_fault(unsafe.box, "*", R"({"kind":"garbage","body":"SSH-2.0-OpenSSH_9.2\r\n"})");
    EXPECT_EQ(ask(unsafe.box).bytes, "SSH-2.0-OpenSSH_9.2\r\n");
}

TEST(WrongLengthFault, PromisesMoreThanItSends) {
    Box box("time4vps");
    std::string body = ask_once(box).body();
    std::int64_t id = add_fault(box, "*", R"({"kind":"wrong_length","delta":7})");
    Received answer = ask(box);
    EXPECT_THAT(answer.head(), HasSubstr("Content-Length: " + std::to_string(body.size() + 7) + "\r\n"));
    EXPECT_EQ(answer.body(), body);
    EXPECT_EQ(answer.end, End::closed);
    EXPECT_EQ(fired(box, id), 1);
}

// What is too much stands where the next answer should: a client that reuses the connection would read it as that.
TEST(WrongLengthFault, SendsMoreThanItPromisesOnAConnectionThatStaysOpen) {
    Box box("time4vps");
    Connection connection(box);
    connection.send(request(box, "GET", "/balance"));
    std::string body = connection.read_answer().body();
    std::int64_t id = add_fault(box, "*", R"({"kind":"wrong_length","delta":-7})");
    connection.send(request(box, "GET", "/balance"));
    EXPECT_EQ(connection.read_answer().body(), body.substr(0, body.size() - 7));
    EXPECT_EQ(connection.read(7).bytes, body.substr(body.size() - 7));
    connection.send(request(box, "GET", "/balance"));
    EXPECT_EQ(connection.read_answer().body(), body);
    EXPECT_EQ(fired(box, id), 1);
    add_fault(box, "*", R"({"kind":"wrong_length","delta":-1000000})");
    EXPECT_THAT(ask_once(box).head(), HasSubstr("Content-Length: 0\r\n"));
}

TEST(DualLengthFault, ContradictsItself) {
    Box box("time4vps");
    std::string size = std::to_string(ask_once(box).body().size());
    std::string other = std::to_string(std::stoi(size) - 5);
    std::int64_t id = add_fault(box, "*", R"({"kind":"dual_length","delta":-5})");
    Received answer = ask(box);
    EXPECT_THAT(answer.head(), HasSubstr("Content-Length: " + size + "\r\nContent-Length: " + other + "\r\n"));
    EXPECT_EQ(fired(box, id), 1);
}

TEST(EndlessHeadersFault, DoesNotEndByItself) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "*", R"({"kind":"endless_headers"})");
    Connection connection(box);
    connection.send(request(box, "GET", "/balance"));
    Received answer = connection.read(5'000'000);
    EXPECT_EQ(answer.bytes.size(), 5'000'000U);
    EXPECT_THAT(answer.bytes, Not(HasSubstr("\r\n\r\n")));
    EXPECT_EQ(ask_once(box).status(), 200); // Nobody else waits for it.
    EXPECT_EQ(fired(box, id), 1);
}

TEST(EndlessHeadersFault, EndsWhereItIsToldTo) {
    Box box("time4vps");
    std::string body = ask_once(box).body();
    add_fault(box, "*", R"({"kind":"endless_headers","bytes":300000})");
    Received answer = ask_once(box);
    EXPECT_GT(answer.head().size(), 300'000U);
    EXPECT_LT(answer.head().size(), 301'000U);
    EXPECT_EQ(answer.body(), body);
}

TEST(DropIdleFault, WaitsForAConnectionThatServedBefore) {
    Unsafe unsafe;
    std::int64_t id = add_fault(unsafe.box, "*", R"({"kind":"drop_idle"})");
    Connection connection(unsafe.box);
    connection.send(request(unsafe.box, "GET", "/balance"));
    EXPECT_EQ(connection.read_answer().status(), 200);
    EXPECT_EQ(fired(unsafe.box, id), 0);
    connection.send(request(unsafe.box, "POST", unsafe.path()));
    Received answer = connection.read_all();
    EXPECT_EQ(answer.bytes, "");
    EXPECT_EQ(answer.end, End::reset);
    EXPECT_EQ(unsafe.effects(), 0);
    EXPECT_EQ(fired(unsafe.box, id), 1);
}

TEST(AnswerWithoutFault, KeepsTheConnectionOrClosesItAsAsked) {
    Box box("time4vps");
    Connection connection(box);
    std::string text = request(box, "GET", "/balance");
    connection.send(text + text); // Both at once.
    EXPECT_EQ(connection.read_answer().status(), 200);
    EXPECT_EQ(connection.read_answer().status(), 200);
    text.insert(text.find("Host:"), "Connection: close\r\n");
    connection.send(text);
    Received last = connection.read_all();
    EXPECT_THAT(last.head(), HasSubstr("Connection: close\r\n"));
    EXPECT_EQ(last.end, End::closed);

    Connection old(box);
    text = request(box, "GET", "/balance");
    old.send(text.replace(text.find("1.1"), 3, "1.0"));
    last = old.read_all();
    EXPECT_THAT(last.bytes, testing::StartsWith("HTTP/1.0 200 OK\r\n"));
    EXPECT_EQ(last.end, End::closed);
}

} // namespace
} // namespace hostbill::sandbox::test
