// The sockets that a loop waits for, by epoll, and a bell that ends the wait.
#pragma once

#include "core/base/descriptor.hpp"
#include "core/http/curl_easy.hpp"
#include "core/http/http_loop.hpp"

#include <cstdint>
#include <span>
#include <sys/epoll.h>
#include <vector>

namespace hostbill {

class LoopSockets {
public:
    LoopSockets();
    LoopSockets(const LoopSockets &) = delete;
    LoopSockets &operator=(const LoopSockets &) = delete;

    // Whatever libcurl opens with this handle is watched here until it is closed.
    void adopt(CURL *easy);
    // libcurl's CURLMOPT_SOCKETFUNCTION; its data are these sockets.
    static int on_socket(CURL *, curl_socket_t socket, int what, void *self, void *) noexcept;

    // Of a connection that is open: from now on it is the transfer that waits for it, until it is closed.
    void hand_over(int socket, HttpLoop::Transfer &transfer) { entry(socket).transfer = &transfer; }
    void watch(int socket, std::uint32_t events);

    // What has happened, until that many milliseconds have passed; less than 0: without end.
    std::span<const epoll_event> wait(int milliseconds);
    // Who waits for the socket: a transfer, or libcurl itself, or nobody any more.
    HttpLoop::Transfer *transfer_of(int socket) { return entry(socket).transfer; }
    bool libcurl_waits_for(int socket) { return entry(socket).wanted != 0; }
    // Something came on a connection that nobody waits for: the portal closes it, or says what nobody asked for.
    void let_go(int socket) noexcept;

    void ring() noexcept; // from any thread
    int descriptor() const noexcept { return epoll_.get(); }

private:
    // What a socket is watched for. Between two requests nobody waits for a connection, but it stays with epoll: most
    // have the next request at once, and telling the kernel each time costs as much as all the rest of a round.
    struct Entry {
        bool is_connection = false; // libcurl has others for itself
        std::uint32_t wanted = 0;
        std::uint32_t registered = 0;
        HttpLoop::Transfer *transfer = nullptr;
    };

    static curl_socket_t on_open(void *self, curlsocktype type, curl_sockaddr *address) noexcept;
    static int on_close(void *self, curl_socket_t socket) noexcept;
    Entry &entry(int socket);
    void control(int operation, int socket, std::uint32_t events) const noexcept;
    void silence_bell() noexcept;

    const Descriptor epoll_;
    const Descriptor bell_;
    std::vector<Entry> entries_; // by the socket's number
    std::vector<epoll_event> events_;
};

} // namespace hostbill
