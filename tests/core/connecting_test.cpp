// A connection that is given up while it is being made: the next one may have the same number.
#include "loopback.hpp"
#include "process.hpp"
#include "submitting.hpp"
#include "support.hpp"

#include <arpa/inet.h>
#include <fstream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sstream>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace hostbill::test {
namespace {

// A portal with as many connections waiting as it has room for: whoever comes now is not answered.
class FullPortal {
public:
    FullPortal() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const sockaddr_in address = listen_on_loopback(listener_, 0);
        port_ = ntohs(address.sin_port);
        while (!is_full()) {
            waiting_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
            EXPECT_EQ(connect(waiting_.back(), reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
        }
    }
    ~FullPortal() {
        for (const int socket : waiting_)
            close(socket);
        close(listener_);
    }

    int port() const { return port_; }

    // Returns as soon as somebody's first packet to this portal has no answer.
    void wait_until_asked() const {
        std::ostringstream wanted;
        wanted << ":" << std::uppercase << std::hex << port_ << " 02 "; // SYN_SENT
        for (std::string text; text.find(wanted.str()) == std::string::npos; std::this_thread::yield()) {
            std::ifstream file("/proc/net/tcp");
            text.assign(std::istreambuf_iterator<char>(file), {});
        }
    }

    // Takes those that wait, and answers whoever comes next.
    bool answer_one() const {
        for (std::size_t i = 0; i < waiting_.size(); ++i)
            accept(listener_, nullptr, nullptr);
        const int connection = accept(listener_, nullptr, nullptr);
        std::string head;
        for (char byte = 0; !head.ends_with("\r\n\r\n") && read(connection, &byte, 1) == 1;)
            head += byte;
        constexpr std::string_view reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]";
        return write(connection, reply.data(), reply.size()) == static_cast<ssize_t>(reply.size());
    }

private:
    bool is_full() const {
        tcp_info info{};
        socklen_t size = sizeof info;
        EXPECT_EQ(getsockopt(listener_, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
        return info.tcpi_unacked > info.tcpi_sacked; // of a listener: how many wait, and how many may
    }

    int listener_;
    int port_ = 0;
    std::vector<int> waiting_;
};

TEST(Connecting, TheNextConnectionIsHeardOf) {
    const FullPortal portal;
    int begin[2];
    ASSERT_EQ(pipe(begin), 0);
    // Another process answers: what it opens takes no number here.
    Child child([&] {
        char byte = 0;
        return read(begin[0], &byte, 1) == 1 && portal.answer_one();
    });
    const auto client = make_client(
        R"({"portal":"coloup","base_url":"http://127.0.0.1:)" + std::to_string(portal.port()) +
        R"(/api","username":"u","password":"p","retry":{"max_attempts":1},)" + R"("connect_timeout":60,"timeout":15})");
    submit(client, "domains.list");
    portal.wait_until_asked();
    client->cancel_all();
    EXPECT_EQ(next(client).word, "cancelled");
    submit(client, "domains.list");
    portal.wait_until_asked(); // So that no timer of libcurl's start looks at it by chance when it is made.
    ASSERT_EQ(write(begin[1], "x", 1), 1);
    EXPECT_EQ(next(client).word, "ok");
    EXPECT_TRUE(child.succeeded());
    close(begin[0]);
    close(begin[1]);
}

} // namespace
} // namespace hostbill::test
