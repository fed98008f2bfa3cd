// A socket that listens on loopback, for portals that do what no server does.
#pragma once

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace hostbill::test {

// Where it listens then: any free port.
inline sockaddr_in listen_on_loopback(int socket, int backlog) {
    sockaddr_in address = {.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    auto *plain = reinterpret_cast<sockaddr *>(&address);
    EXPECT_EQ(bind(socket, plain, size), 0);
    EXPECT_EQ(listen(socket, backlog), 0);
    EXPECT_EQ(getsockname(socket, plain, &size), 0);
    return address;
}

} // namespace hostbill::test
