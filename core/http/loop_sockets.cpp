#include "core/http/loop_sockets.hpp"

#include <algorithm>
#include <sys/eventfd.h>
#include <unistd.h>

namespace hostbill {

LoopSockets::LoopSockets()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), events_(64) {
    control(EPOLL_CTL_ADD, bell_.get(), EPOLLIN);
}

void LoopSockets::adopt(CURL *easy) {
    set(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    set(easy, CURLOPT_OPENSOCKETDATA, static_cast<void *>(this));
    set(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    set(easy, CURLOPT_CLOSESOCKETDATA, static_cast<void *>(this));
}

LoopSockets::Entry &LoopSockets::entry(int socket) {
    const auto place = static_cast<std::size_t>(socket);
    if (entries_.size() <= place)
        entries_.resize(place + 1);
    return entries_[place];
}

void LoopSockets::control(int operation, int socket, std::uint32_t events) const noexcept {
    epoll_event event{};
    event.events = events;
    event.data.fd = socket;
    epoll_ctl(epoll_.get(), operation, socket, &event);
}

void LoopSockets::watch(int socket, std::uint32_t events) {
    Entry &its = entry(socket);
    its.wanted = events;
    if (events == 0 && !its.is_connection && its.registered != 0)
        let_go(socket);
    if (events == 0 || events == its.registered)
        return;
    control(its.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, events);
    its.registered = events;
}

void LoopSockets::let_go(int socket) noexcept {
    control(EPOLL_CTL_DEL, socket, 0);
    entries_[static_cast<std::size_t>(socket)].registered = 0;
}

std::span<const epoll_event> LoopSockets::wait(int milliseconds) {
    const int count = epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), milliseconds);
    const auto end = events_.begin() + std::max(count, 0);
    const auto bell =
        std::find_if(events_.begin(), end, [this](const epoll_event &event) { return event.data.fd == bell_.get(); });
    if (bell == end)
        return {events_.begin(), end};
    silence_bell();
    std::swap(*bell, *(end - 1));
    return {events_.begin(), end - 1};
}

int LoopSockets::on_socket(CURL *, curl_socket_t socket, int what, void *self, void *) noexcept {
    std::uint32_t events = 0;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        events |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        events |= EPOLLOUT;
    try {
        static_cast<LoopSockets *>(self)->watch(socket, events);
    } catch (const std::bad_alloc &) {
        return -1;
    }
    return 0;
}

// Not every socket that had this number was closed by way of `on_close`: one that was still connecting was not.
curl_socket_t LoopSockets::on_open(void *self, curlsocktype type, curl_sockaddr *address) noexcept {
    const curl_socket_t socket = open_socket(nullptr, type, address);
    if (socket == CURL_SOCKET_BAD)
        return socket;
    try {
        static_cast<LoopSockets *>(self)->entry(socket) = {.is_connection = true};
    } catch (const std::bad_alloc &) {
        close(socket);
        return CURL_SOCKET_BAD;
    }
    return socket;
}

// The next socket may have the same number. The kernel forgets this one with its last descriptor, and a child process may
// have inherited one: without a descriptor of our own, nobody could silence it any more.
int LoopSockets::on_close(void *self, curl_socket_t socket) noexcept {
    auto &sockets = *static_cast<LoopSockets *>(self);
    if (static_cast<std::size_t>(socket) < sockets.entries_.size()) {
        Entry &its = sockets.entries_[static_cast<std::size_t>(socket)];
        if (its.registered != 0)
            sockets.let_go(socket);
        its = {};
    }
    return close(socket);
}

void LoopSockets::ring() noexcept {
    const std::uint64_t one = 1;
    // Fails only where the bell rings anyway.
    [[maybe_unused]] const ssize_t written = write(bell_.get(), &one, sizeof one);
}

void LoopSockets::silence_bell() noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t size = read(bell_.get(), &count, sizeof count);
}

} // namespace hostbill
