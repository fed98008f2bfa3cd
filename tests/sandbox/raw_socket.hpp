// A connection that sends whatever bytes it likes.
#pragma once

#include "support.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hostbill::sandbox::test {

class Socket {
public:
    explicit Socket(const Box &box);
    explicit Socket(std::uint16_t port);
    ~Socket();
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;

    // false: the other side has closed, maybe before all of it was sent.
    bool write(std::string_view bytes);
    // Says that no more will be sent.
    void finish();
    // Up to the end of the connection.
    std::string read_all();
    // Whatever comes next; empty: the connection ended.
    std::string read_some();
    // Up to and with the end of one answer that has a Content-Length.
    std::string read_answer();
    // Whether the other side has closed, or does so within that time.
    bool ends_within(int milliseconds);

private:
    int fd_;
    std::string rest_; // what came after an answer
};

// The owner's credentials as a line of a request's head.
std::string basic_header(const Box &box);

// All that comes back on a connection of its own.
std::string answer_to(const Box &box, std::string_view bytes);

} // namespace hostbill::sandbox::test
