#include "portal.hpp"

#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

Portal::Portal() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *generic = reinterpret_cast<sockaddr *>(&address);
    if (listener_ < 0 || bind(listener_, generic, size) != 0 || listen(listener_, 64) != 0 ||
        getsockname(listener_, generic, &size) != 0) {
        std::abort();
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread(&Portal::accept_all, this);
}

Portal::~Portal() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        changed_.notify_all();
    }
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    for (Connection &connection : connections_) {
        shutdown(connection.socket, SHUT_RDWR);
        connection.thread.join();
        close(connection.socket);
    }
}

std::string Portal::url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/api"; }

std::string Portal::config(const std::string &more) const {
    return R"({"portal":"coloup","username":"me","password":"s3cret-pass","base_url":")" + url() + "\"" +
           (more.empty() ? "" : "," + more) + "}";
}

void Portal::answer(int status, std::string body) {
    const std::lock_guard lock(mutex_);
    status_ = status;
    body_ = std::move(body);
}

void Portal::hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
}

void Portal::release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
}

int Portal::requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void Portal::wait_for_requests(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return requests_ >= count; });
}

void Portal::accept_all() {
    while (true) {
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) {
            return;
        }
        const std::lock_guard lock(mutex_);
        connections_.push_back({socket, std::thread(&Portal::serve, this, socket)});
    }
}

void Portal::serve(int socket) {
    while (read_request(socket)) {
        std::unique_lock lock(mutex_);
        ++requests_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !held_ || closing_; });
        const std::string answer =
            "HTTP/1.1 " + std::to_string(status_) +
            " X\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body_.size()) + "\r\n\r\n" +
            body_;
        lock.unlock();
        if (send(socket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) {
            return;
        }
    }
}

// Reads one request to its end. What it says does not matter here.
bool Portal::read_request(int socket) {
    std::string text;
    std::array<char, 4096> part{};
    std::size_t wanted = std::string::npos;
    while (text.size() < wanted) {
        const ssize_t size = recv(socket, part.data(), part.size(), 0);
        if (size <= 0) {
            return false;
        }
        text.append(part.data(), static_cast<std::size_t>(size));
        const std::size_t end = text.find("\r\n\r\n");
        if (wanted == std::string::npos && end != std::string::npos) {
            constexpr std::string_view name = "Content-Length: ";
            const std::size_t length = text.find(name);
            wanted = end + 4 + (length < end ? std::stoul(text.substr(length + name.size())) : 0);
        }
    }
    return true;
}
