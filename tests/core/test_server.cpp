#include "test_server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hostbill::test {
namespace {

bool read_more(int socket, std::string &buffer) {
    char chunk[16 * 1024];
    const ssize_t count = recv(socket, chunk, sizeof chunk, 0);
    if (count <= 0)
        return false;
    buffer.append(chunk, static_cast<std::size_t>(count));
    return true;
}

bool write_all(int socket, std::string_view data) {
    while (!data.empty()) {
        const ssize_t count = send(socket, data.data(), data.size(), MSG_NOSIGNAL);
        if (count <= 0)
            return false;
        data.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

// Until the other side has gone.
void keep_dripping(int socket, std::string_view drop) {
    constexpr int pause_ms = 20;
    pollfd gone{.fd = socket, .events = POLLIN, .revents = 0};
    while (poll(&gone, 1, pause_ms) == 0) {
        if (!write_all(socket, drop))
            return;
    }
}

// Takes one request off the front of the buffer, reading as much as it needs.
bool read_request(int socket, std::string &buffer, Received &request) {
    std::size_t end = buffer.find("\r\n\r\n");
    while (end == std::string::npos) {
        if (!read_more(socket, buffer))
            return false;
        end = buffer.find("\r\n\r\n");
    }
    request.head = buffer.substr(0, end + 2);
    buffer.erase(0, end + 4);
    const std::size_t first = request.head.find(' ');
    const std::size_t second = request.head.find(' ', first + 1);
    request.method = request.head.substr(0, first);
    request.target = request.head.substr(first + 1, second - first - 1);
    const std::string length = request.header("Content-Length");
    const std::size_t size = length.empty() || request.target.ends_with("/unread") ? 0 : std::stoul(length);
    while (buffer.size() < size) {
        if (!read_more(socket, buffer))
            return false;
    }
    request.body = buffer.substr(0, size);
    buffer.erase(0, size);
    return true;
}

std::string text_of(const Reply &reply) {
    if (!reply.raw.empty())
        return reply.raw;
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " Reason\r\n";
    for (const auto &[name, value] : reply.headers)
        text += name + ": " + value + "\r\n";
    if (reply.status != 204)
        text += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
    return text + "\r\n" + (reply.status == 204 ? "" : reply.body);
}

void reset_connection(int socket) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

TestServer::Handler in_turn(std::vector<Reply> replies) {
    auto next = std::make_shared<std::atomic<std::size_t>>(0);
    return [replies = std::move(replies), next](const Received &) {
        return replies[std::min(next->fetch_add(1), replies.size() - 1)];
    };
}

} // namespace

std::optional<std::string> Received::find_header(std::string_view name) const {
    std::size_t at = head.find("\r\n");
    while (at != std::string::npos && at + 2 < head.size()) {
        const std::size_t start = at + 2;
        at = head.find("\r\n", start);
        const std::string line = head.substr(start, at - start);
        const std::size_t colon = line.find(':');
        if (colon == name.size() && strncasecmp(line.data(), name.data(), colon) == 0) {
            const std::size_t value = line.find_first_not_of(' ', colon + 1);
            return value == std::string::npos ? "" : line.substr(value);
        }
    }
    return std::nullopt;
}

std::string Received::header(std::string_view name) const { return find_header(name).value_or(""); }
bool Received::has_header(std::string_view name) const { return find_header(name).has_value(); }

TestServer::TestServer(std::vector<Reply> replies) : TestServer(in_turn(std::move(replies))) {}

TestServer::TestServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener_ < 0 || bind(listener_, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
        listen(listener_, 64) != 0 || getsockname(listener_, reinterpret_cast<sockaddr *>(&address), &size) != 0) {
        throw std::runtime_error("the test server could not listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_connections(); });
}

TestServer::~TestServer() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int socket : sockets_)
            shutdown(socket, SHUT_RDWR);
    }
    for (std::thread &thread : threads_)
        thread.join();
    for (const int socket : sockets_)
        close(socket);
    close(listener_);
}

std::string TestServer::url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/api"; }

std::vector<Received> TestServer::received() const {
    const std::lock_guard lock(mutex_);
    return received_;
}

bool TestServer::wait_for(std::size_t requests) const {
    std::unique_lock lock(mutex_);
    return arrived_.wait_for(lock, std::chrono::seconds(10), [&] { return received_.size() >= requests; });
}

void TestServer::accept_connections() {
    for (int number = 1; !stopping_; ++number) {
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0)
            return;
        const std::lock_guard lock(mutex_);
        sockets_.push_back(socket);
        threads_.emplace_back([this, socket, number] { serve(socket, number); });
    }
}

// The socket stays open, for the destructor to close, so that its number is not given to another one meanwhile.
void TestServer::serve(int socket, int number) {
    std::string buffer;
    for (;;) {
        Received request;
        request.connection = number;
        if (!read_request(socket, buffer, request))
            break;
        {
            const std::lock_guard lock(mutex_);
            received_.push_back(request);
        }
        arrived_.notify_all();
        const Reply reply = handler_(request);
        if (reply.hold) {
            while (read_more(socket, buffer)) {
            }
            break;
        }
        if (reply.reset) {
            reset_connection(socket);
            // Only closing makes the reset; another socket takes the number's place until the destructor.
            const int placeholder = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            dup2(placeholder, socket);
            close(placeholder);
            return;
        }
        write_all(socket, text_of(reply));
        if (!reply.drip.empty())
            keep_dripping(socket, reply.drip);
        while (!reply.flood.empty() && write_all(socket, reply.flood)) {
        }
        while (reply.hold_after && read_more(socket, buffer)) {
        }
        if (reply.close || reply.hold_after || !reply.drip.empty() || !reply.flood.empty())
            break;
    }
    shutdown(socket, SHUT_RDWR);
}

} // namespace hostbill::test
