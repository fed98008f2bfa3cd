#include "fault_client.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>

namespace hostbill::sandbox::test {
namespace {

constexpr std::string_view empty_line = "\r\n\r\n";

std::string base64(std::string_view text) {
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        unsigned group = 0;
        for (std::size_t j = i; j < i + 3; ++j)
            group = group << 8 | (j < text.size() ? static_cast<unsigned char>(text[j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            out += i + j <= text.size() ? letters[group >> (18 - 6 * j) & 63U] : '=';
    }
    return out;
}

} // namespace

std::uint16_t port_of(const Box &box) {
    std::string url = box.url();
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

std::string Received::head() const {
    std::size_t last = bytes.find(empty_line);
    return last == std::string::npos ? bytes : bytes.substr(0, last + empty_line.size());
}

std::string Received::body() const { return bytes.substr(head().size()); }

int Received::status() const {
    return bytes.starts_with("HTTP/1.1 ") && bytes.size() > 12 ? std::stoi(bytes.substr(9, 3)) : 0;
}

Connection::Connection(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    timeval patience{30, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
}

Connection::~Connection() { close(fd_); }

void Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return; // The server has ended the connection; reading tells how.
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool Connection::receive(Received &received, std::size_t most) {
    char part[65536];
    ssize_t got = recv(fd_, part, std::min(most, sizeof part), 0);
    if (got > 0) {
        received.bytes.append(part, static_cast<std::size_t>(got));
        return true;
    }
    if (got < 0 && errno != ECONNRESET)
        ADD_FAILURE() << "nothing came in time";
    else
        received.end = got == 0 ? End::closed : End::reset;
    return false;
}

Received Connection::read_all() {
    Received received;
    while (receive(received, 65536)) {
    }
    return received;
}

Received Connection::read(std::size_t bytes) {
    Received received;
    while (received.bytes.size() < bytes && receive(received, bytes - received.bytes.size())) {
    }
    return received;
}

Received Connection::read_answer() {
    Received received;
    while (!received.bytes.ends_with(empty_line))
        if (!receive(received, 1))
            return received;
    const std::string name = "Content-Length: ";
    std::size_t length = received.bytes.find(name);
    std::size_t expected = length == std::string::npos ? 0 : std::stoul(received.bytes.substr(length + name.size()));
    expected += received.bytes.size();
    while (received.bytes.size() < expected && receive(received, expected - received.bytes.size())) {
    }
    return received;
}

bool Connection::is_readable() const {
    pollfd one{fd_, POLLIN, 0};
    return poll(&one, 1, 0) != 0;
}

std::string request(const Box &box, std::string_view method, std::string_view path, std::string_view body) {
    std::string text = std::string(method) + " /api" + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    text += "Authorization: Basic " + base64(box.user()) + "\r\n";
    if (!body.empty())
        text += "Content-Type: application/json\r\n";
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return text + std::string(body);
}

Received ask(const Box &box, std::string_view method, std::string_view path, std::string_view body) {
    Connection connection(box);
    connection.send(request(box, method, path, body));
    return connection.read_all();
}

Received ask_once(const Box &box, std::string_view method, std::string_view path, std::string_view body) {
    Connection connection(box);
    connection.send(request(box, method, path, body));
    return connection.read_answer();
}

std::int64_t add_fault(const Box &box, std::string_view operation, std::string_view fault, std::string_view more) {
    std::string command = R"({"command":"fault","operation":")" + std::string(operation) + R"(","fault":)";
    command += std::string(fault) + (more.empty() ? "" : "," + std::string(more)) + "}";
    json::Value answer = box.control(command);
    const json::Value *id = answer.find("fault_id");
    EXPECT_NE(id, nullptr) << json::write_utf8(answer);
    return id != nullptr ? *id->integer() : 0;
}

std::int64_t fired(const Box &box, std::int64_t fault_id) {
    json::Value answer = box.control(R"({"command":"faults"})");
    for (const json::Value &fault : *answer.find("faults")->array())
        if (*fault.find("fault_id")->integer() == fault_id)
            return *fault.find("fired")->integer();
    ADD_FAILURE() << "there is no fault " << fault_id;
    return -1;
}

} // namespace hostbill::sandbox::test
