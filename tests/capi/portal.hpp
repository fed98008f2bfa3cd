// A portal of a few lines: answers every request alike, counts them, and can keep callers waiting.
#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <string>
#include <thread>

class Portal {
public:
    Portal();
    ~Portal();
    Portal(const Portal &) = delete;
    Portal &operator=(const Portal &) = delete;

    std::string url() const;
    // A client's configuration for this portal, with `more` members, such as R"("timeout":1)".
    std::string config(const std::string &more = "") const;

    void answer(int status, std::string body);
    // From now on requests are received and not answered, until `release`.
    void hold();
    void release();

    int requests();
    void wait_for_requests(int count);

private:
    struct Connection {
        int socket;
        std::thread thread;
    };

    void accept_all();
    void serve(int socket);
    bool read_request(int socket);

    int listener_;
    int port_;
    std::mutex mutex_; // guards all below
    std::condition_variable changed_;
    int status_ = 200;
    std::string body_ = R"({"success":true})";
    bool held_ = false;
    bool closing_ = false;
    int requests_ = 0;
    std::list<Connection> connections_;
    std::thread acceptor_;
};
