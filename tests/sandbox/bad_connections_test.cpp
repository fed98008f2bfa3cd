// Clients that are slow, silent or too many: they cost a place for a while, and nobody else notices.
#include "bystander.hpp"

#include "sandbox/http/http.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>

namespace hostbill::sandbox::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view hello = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

// A server with nothing behind it.
std::unique_ptr<HttpServer> make_server(HttpLimits limits) {
    auto server = std::make_unique<HttpServer>(0, std::nullopt, limits);
    server->start(
        [](const sandbox::Request &request) { return Response{.status = 200, .headers = {}, .body = request.target}; });
    return server;
}

bool is_served(Socket &socket) {
    socket.write(hello);
    return socket.read_answer().ends_with("/hello");
}

TEST(Patience, EndsForTheSilentAndForTheSlow) {
    using namespace std::chrono_literals;
    auto server = make_server({.patience = 300ms});
    Socket silent(server->port()), slow_head(server->port()), slow_body(server->port()), after_one(server->port());
    EXPECT_TRUE(is_served(after_one));
    slow_body.write("POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
    slow_head.write("GET /hello HTTP/1.1\r\nX: ");
    // A byte now and then, as long as somebody takes it. Others are served in between.
    const auto limit = Clock::now() + 30s;
    bool head_open = true, body_open = true;
    while ((head_open || body_open) && Clock::now() < limit) {
        head_open = head_open && slow_head.write("a") && !slow_head.ends_within(10);
        body_open = body_open && slow_body.write("a") && !slow_body.ends_within(10);
        Socket other(server->port());
        ASSERT_TRUE(is_served(other));
    }
    EXPECT_FALSE(head_open);
    EXPECT_FALSE(body_open);
    EXPECT_TRUE(silent.ends_within(30'000));
    EXPECT_TRUE(after_one.ends_within(30'000));
}

TEST(Patience, EndsForThoseWhoDoNotTakeTheirAnswer) {
    using namespace std::chrono_literals;
    constexpr std::size_t size = 64 << 20;
    HttpServer server(0, std::nullopt, {.patience = 50ms});
    server.start([](const sandbox::Request &) {
        return Response{.status = 200, .headers = {}, .body = std::string(size, 'x')};
    });
    Socket socket(server.port());
    socket.write(hello);
    // The end stands behind what was sent: it is not seen before that is taken.
    EXPECT_FALSE(socket.ends_within(1000));
    EXPECT_LT(socket.read_all().size(), size);
}

TEST(TooManyConnections, CostTheOneThatWaitedLongest) {
    auto server = make_server({.connections = 20});
    std::vector<std::unique_ptr<Socket>> sockets;
    for (int i = 0; i < 100; ++i) {
        sockets.push_back(std::make_unique<Socket>(server->port()));
        ASSERT_TRUE(is_served(*sockets.back())) << i;
    }
    for (std::size_t i = 0; i < 80; ++i)
        EXPECT_TRUE(sockets[i]->ends_within(30'000)) << i;
    for (std::size_t i = 81; i < 100; ++i)
        EXPECT_TRUE(is_served(*sockets[i])) << i;
}

TEST(TooManyConnections, OfHalfRequestsShutNobodyOut) {
    auto server = make_server({.connections = 20});
    std::vector<std::unique_ptr<Socket>> halves;
    for (int i = 0; i < 100; ++i) {
        halves.push_back(std::make_unique<Socket>(server->port()));
        halves.back()->write("POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nab");
    }
    Socket socket(server->port());
    EXPECT_TRUE(is_served(socket));
}

// A process that has no files left, whatever its server would allow.
TEST(TooManyConnections, ForTheProcessAreServedInTurn) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer of undefined behaviour needs a descriptor to look at a type";
#endif
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        const rlimit files{.rlim_cur = 40, .rlim_max = 40};
        setrlimit(RLIMIT_NOFILE, &files);
        auto server = make_server({.connections = 10'000});
        const std::uint16_t port = server->port();
        if (write(ends[1], &port, sizeof port) == sizeof port)
            pause();
        _exit(1);
    }
    std::uint16_t port = 0;
    ASSERT_EQ(read(ends[0], &port, sizeof port), static_cast<ssize_t>(sizeof port));
    {
        std::vector<std::unique_ptr<Socket>> sockets;
        for (int i = 0; i < 200; ++i)
            sockets.push_back(std::make_unique<Socket>(port));
        Socket last(port);
        EXPECT_TRUE(is_served(last));
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ends[0]);
    close(ends[1]);
}

TEST(AThousandIdleConnections, AreKeptAndDisturbNobody) {
    constexpr rlim_t enough = 4500; // Both ends of them are ours, and the server takes half of what there is.
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < enough) {
        files.rlim_cur = std::min(files.rlim_max, enough);
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur < enough)
        GTEST_SKIP() << "this process may only open " << files.rlim_cur << " files";
    Box box("coloup");
    Bystander bystander(box);
    std::vector<std::unique_ptr<Socket>> idle;
    for (int i = 0; i < 1000; ++i)
        idle.push_back(std::make_unique<Socket>(box));
    EXPECT_EQ(box.get("/details").status, 200);
    for (auto &socket : idle) {
        socket->write("GET /api/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
        ASSERT_TRUE(socket->read_answer().starts_with("HTTP/1.1 404"));
    }
}

} // namespace
} // namespace hostbill::sandbox::test
