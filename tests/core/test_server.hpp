// An HTTP server on a real loopback socket that answers what a test tells it to and keeps every byte it was sent.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace hostbill::test {

struct Received {
    std::string head; // request line and headers, as they came
    std::string body;
    std::string method;
    std::string target;
    int connection = 0; // which connection it came on, counted from 1

    std::optional<std::string> find_header(std::string_view name) const;
    // Empty where there is none.
    std::string header(std::string_view name) const;
    bool has_header(std::string_view name) const;
};

struct Reply {
    int status = 200;
    std::string body = "{}";
    std::vector<std::pair<std::string, std::string>> headers = {};
    // Sent as it is instead of all the above.
    std::string raw = {};
    bool close = false;      // end the connection afterwards
    bool reset = false;      // instead of answering
    bool hold = false;       // say nothing until the client goes away or the server ends
    bool hold_after = false; // the same, after this reply
    std::string drip = {};   // and then this, again and again, until the client goes away or the server ends
    std::string flood = {};  // the same, as fast as it goes
};

// A request whose target ends in "/unread" is answered before its body is read.
class TestServer {
public:
    using Handler = std::function<Reply(const Received &)>;

    explicit TestServer(Handler handler);
    // Answers one after the other, and the last one ever after.
    explicit TestServer(std::vector<Reply> replies);
    ~TestServer();
    TestServer(const TestServer &) = delete;
    TestServer &operator=(const TestServer &) = delete;

    int port() const { return port_; }
    std::string url() const; // "http://127.0.0.1:PORT/api"
    std::vector<Received> received() const;
    // Returns once that many requests have come in completely; false after ten seconds.
    bool wait_for(std::size_t requests) const;

private:
    void accept_connections();
    void serve(int socket, int number);

    Handler handler_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    mutable std::condition_variable arrived_;
    std::vector<Received> received_;
    std::vector<int> sockets_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

} // namespace hostbill::test
