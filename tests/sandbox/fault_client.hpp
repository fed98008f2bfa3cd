// A client that looks at bytes and at how connections end, which no HTTP library shows.
#pragma once

#include "support.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace hostbill::sandbox::test {

std::uint16_t port_of(const Box &box);

enum class End { open, closed, reset };

struct Received {
    std::string bytes;
    End end = End::open;

    std::string head() const; // with the empty line; all of it where there is none
    std::string body() const;
    // Of the first line; 0 where it is none.
    int status() const;
};

class Connection {
public:
    explicit Connection(std::uint16_t port);
    explicit Connection(const Box &box) : Connection(port_of(box)) {}
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    void send(std::string_view bytes);
    // Until the server ends the connection. A server that does not within half a minute fails the test.
    Received read_all();
    // One whole answer of a known length; less where the connection ends before.
    Received read_answer();
    // As many bytes, or as many as come before the end.
    Received read(std::size_t bytes);
    // Whether bytes, or the end, can be read at this moment.
    bool is_readable() const;

private:
    bool receive(Received &received, std::size_t most);
    int fd_;
};

// A request with the owner's credentials; a body is JSON.
std::string request(const Box &box, std::string_view method, std::string_view path, std::string_view body = "");

// Asks once on a connection of its own and reads until it ends.
Received ask(const Box &box, std::string_view method = "GET", std::string_view path = "/balance",
             std::string_view body = "");
// The same, but only one answer is read.
Received ask_once(const Box &box, std::string_view method = "GET", std::string_view path = "/balance",
                  std::string_view body = "");

// {"command":"fault",..} with `fault` and other members as JSON text; its number, or 0 where it is refused.
std::int64_t add_fault(const Box &box, std::string_view operation, std::string_view fault, std::string_view more = "");
// How often it fired.
std::int64_t fired(const Box &box, std::int64_t fault_id);

} // namespace hostbill::sandbox::test
