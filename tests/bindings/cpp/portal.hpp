// A portal of a few lines: answers each request with what the test says, or keeps the caller waiting.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <list>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

class Portal {
public:
    explicit Portal(std::string body = "{}", int status = 200) : body_(std::move(body)), status_(status) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto *generic = reinterpret_cast<sockaddr *>(&address);
        if (bind(listener_, generic, size) != 0 || listen(listener_, 64) != 0 ||
            getsockname(listener_, generic, &size) != 0)
            std::abort();
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { accept_all(); });
    }
    ~Portal() {
        release();
        shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        close(listener_);
        for (Connection &one : connections_) {
            shutdown(one.socket, SHUT_RDWR);
            one.thread.join();
            close(one.socket);
        }
    }
    Portal(const Portal &) = delete;
    Portal &operator=(const Portal &) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/api"; }

    void hold() {
        const std::lock_guard lock(mutex_);
        held_ = true;
    }
    void release() {
        const std::lock_guard lock(mutex_);
        held_ = false;
        changed_.notify_all();
    }
    void wait_for_requests(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return requests_ >= count; });
    }
    int requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    std::string last() {
        const std::lock_guard lock(mutex_);
        return last_;
    }

private:
    struct Connection {
        int socket;
        std::thread thread;
    };

    void accept_all() {
        while (true) {
            const int socket = accept(listener_, nullptr, nullptr);
            if (socket < 0)
                return;
            Connection &one = connections_.emplace_back();
            one.socket = socket;
            one.thread = std::thread([this, socket] { serve(socket); });
        }
    }

    void serve(int socket) {
        std::string text;
        char part[4096];
        while (true) {
            const ssize_t size = recv(socket, part, sizeof part, 0);
            if (size <= 0)
                return;
            text.append(part, static_cast<std::size_t>(size));
            const std::size_t head = text.find("\r\n\r\n");
            if (head == std::string::npos)
                continue;
            const std::size_t found = text.find("Content-Length: ");
            const std::size_t body = found < head ? std::stoul(text.substr(found + 16)) : 0;
            if (text.size() < head + 4 + body)
                continue;
            {
                std::unique_lock lock(mutex_);
                last_ = text.substr(head + 4);
                ++requests_;
                changed_.notify_all();
                changed_.wait(lock, [&] { return !held_; });
            }
            text.clear();
            const std::string answer =
                "HTTP/1.1 " + std::to_string(status_) +
                " X\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body_.size()) + "\r\n\r\n" +
                body_;
            if (send(socket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0)
                return;
        }
    }

    const std::string body_;
    const int status_;
    int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int port_ = 0;
    std::mutex mutex_; // guards held_, requests_, last_
    std::condition_variable changed_;
    bool held_ = false;
    int requests_ = 0;
    std::string last_;
    std::list<Connection> connections_; // the acceptor's until it has ended
    std::thread acceptor_;
};
