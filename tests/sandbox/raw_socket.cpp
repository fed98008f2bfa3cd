#include "raw_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace hostbill::sandbox::test {
namespace {

std::string base64(std::string_view text) {
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        unsigned bits = 0;
        for (std::size_t j = i; j < i + 3; ++j)
            bits = bits << 8U | (j < text.size() ? static_cast<unsigned char>(text[j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            out += i + j > text.size() ? '=' : letters[bits >> (18 - 6 * j) & 63U];
    }
    return out;
}

} // namespace

Socket::Socket(const Box &box) : Socket(static_cast<std::uint16_t>(std::stoi(box.url().substr(17)))) {}

Socket::Socket(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
}

Socket::~Socket() { close(fd_); }

bool Socket::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void Socket::finish() { shutdown(fd_, SHUT_WR); }

std::string Socket::read_all() {
    std::string text = std::move(rest_);
    for (std::string part; !(part = read_some()).empty();)
        text += part;
    return text;
}

std::string Socket::read_some() {
    if (!rest_.empty())
        return std::exchange(rest_, {});
    char part[4096];
    const ssize_t got = recv(fd_, part, sizeof part, 0);
    return {part, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

std::string Socket::read_answer() {
    constexpr std::string_view length_name = "\r\nContent-Length: ";
    std::string text = std::move(rest_);
    std::size_t size = std::string::npos;
    while (text.size() < size) {
        if (const std::size_t head = text.find("\r\n\r\n"); head != text.npos && size == text.npos) {
            const std::size_t length = text.find(length_name);
            size = head + 4 + (length < head ? std::stoul(text.substr(length + length_name.size())) : 0);
            continue;
        }
        const std::string part = read_some();
        if (part.empty())
            return text;
        text += part;
    }
    rest_ = text.substr(size);
    text.resize(size);
    return text;
}

bool Socket::ends_within(int milliseconds) {
    pollfd one{.fd = fd_, .events = POLLRDHUP, .revents = 0};
    return poll(&one, 1, milliseconds) > 0 && (one.revents & (POLLHUP | POLLRDHUP | POLLERR)) != 0;
}

std::string basic_header(const Box &box) { return "Authorization: Basic " + base64(box.user()) + "\r\n"; }

std::string answer_to(const Box &box, std::string_view bytes) {
    Socket socket(box);
    socket.write(bytes);
    return socket.read_all();
}

} // namespace hostbill::sandbox::test
