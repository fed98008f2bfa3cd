// The loop of connections by itself, round by round.
#include "core/http/http_loop.hpp"

#include "loopback.hpp"
#include "transport.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace hostbill::test {
namespace {

constexpr std::string_view reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]";

// Accepts when the test says so.
class Portal {
public:
    Portal() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const sockaddr_in address = listen_on_loopback(listener_, 8);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/api";
    }
    ~Portal() {
        close(connection_);
        close(listener_);
    }
    Portal(const Portal &) = delete;
    Portal &operator=(const Portal &) = delete;

    const std::string &url() const { return url_; }
    void accept_one() { connection_ = accept(listener_, nullptr, nullptr); }
    void answer() const { EXPECT_EQ(write(connection_, reply.data(), reply.size()), ssize_t(reply.size())); }
    // What has come on the connection by now; empty where it was closed.
    std::string received() const {
        std::string text(4096, '\0');
        const ssize_t size = read(connection_, text.data(), text.size());
        return text.substr(0, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }

private:
    int listener_;
    int connection_ = -1;
    std::string url_;
};

// That libcurl waited for the connection to become writable is over when it is there: the answer may be, too.
TEST(CurlLoop, KeepsAConnectionWhoseFirstAnswerCameAtOnce) {
    Portal portal;
    const auto loop = make_curl_loop(transport_settings());
    int answers = 0;
    const HttpRequest request = get(portal.url());
    const auto start = [&] {
        loop->start(request, [&](const Result<HttpResponse, HttpFailure> &answer) { answers += answer ? 1 : 0; });
    };
    start();
    loop->run_until(Clock::time_point::min()); // It begins to connect.
    portal.accept_one();
    portal.answer(); // before it was asked
    while (answers < 1)
        loop->run_until(Clock::now() + std::chrono::seconds(10));
    EXPECT_TRUE(portal.received().starts_with("GET /api "));
    for (int round = 0; round < 3; ++round)
        loop->run_until(Clock::time_point::min()); // Nothing is to happen.
    start();
    ASSERT_TRUE(portal.received().starts_with("GET /api ")) << "on the same connection";
    portal.answer();
    while (answers < 2)
        loop->run_until(Clock::now() + std::chrono::seconds(10));
}

} // namespace
} // namespace hostbill::test
