// A call is stopped from another thread in whatever phase it is, within 50 ms. As a busy machine may let a thread wait
// longer than that, the best of several attempts counts.
#include "core/base/clock.hpp"
#include "core/call/log.hpp"

#include "support.hpp"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <thread>

namespace {

// A name server that takes its time for the host "slow.invalid".
struct SlowNames {
    std::mutex mutex;
    std::condition_variable changed;
    int asked = 0;    // look-ups begun
    int answered = 0; // and ended
    bool open = false;

    void look_up() {
        std::unique_lock lock(mutex);
        ++asked;
        changed.notify_all();
        changed.wait(lock, [this] { return open; });
        ++answered;
        changed.notify_all();
    }
    void wait_until_asked(int times) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return asked >= times; });
    }
    // Lets go of those that still wait: they are threads of libcurl's, which nobody joins.
    void release() {
        std::unique_lock lock(mutex);
        open = true;
        changed.notify_all();
        changed.wait(lock, [this] { return answered == asked; });
    }
};

SlowNames &slow_names() {
    static SlowNames names;
    return names;
}

} // namespace

// Takes the place of the C library's for everything in this program.
extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char *node, const char *service,
                                                                  const addrinfo *hints, addrinfo **result) {
    if (node != nullptr && std::string_view(node) == "slow.invalid") {
        slow_names().look_up();
        return EAI_FAIL;
    }
    using Function = int (*)(const char *, const char *, const addrinfo *, addrinfo **);
    static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
    return real(node, service, hints, result);
}

namespace hostbill::test {
namespace {

using std::chrono::milliseconds;

constexpr int tries = 5;
constexpr const char *unsafe_operation = "services.reboot";
constexpr const char *unsafe_params = R"({"service_id":7})";

std::unique_ptr<Client> client_of(const std::string &url, const std::string &more = "") {
    return make_client(R"({"portal":"coloup","auth":"none","base_url":")" + url + "\"" + more + "}");
}

struct Stopped {
    Error error;
    Clock::duration took; // from cancel to the call's return
};

// Calls, cancels as soon as `reached` returns, and tells how the call ended.
template <class Reached>
Stopped stop(Client &client, const Reached &reached) {
    CallControl control;
    Clock::time_point returned;
    std::promise<Error> outcome;
    std::thread caller([&] {
        const Result<std::string> result = client.call(unsafe_operation, unsafe_params, "", control);
        returned = Clock::now();
        outcome.set_value(result ? Error{} : result.error());
    });
    reached();
    const Clock::time_point cancelled = Clock::now();
    control.cancel();
    caller.join();
    return {outcome.get_future().get(), returned - cancelled};
}

// Stops some calls in one phase. `reached` gets the number of the call, counted from 1.
template <class Reached>
void expect_prompt(Client &client, ErrorClass expected, const Reached &reached) {
    Clock::duration best = std::chrono::hours(1);
    for (int number = 1; number <= tries; ++number) {
        const Stopped stopped = stop(client, [&] { reached(number); });
        EXPECT_EQ(stopped.error.error_class, expected) << stopped.error.message;
        EXPECT_THAT(stopped.error.message, testing::HasSubstr("cancelled"));
        best = std::min(best, stopped.took);
    }
    EXPECT_LT(best, milliseconds(50));
}

// A listening socket, with the number of connections that may wait to be accepted.
class Listener {
public:
    explicit Listener(int backlog) {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address_;
        EXPECT_EQ(bind(socket_, generic(), size), 0);
        EXPECT_EQ(listen(socket_, backlog), 0);
        EXPECT_EQ(getsockname(socket_, generic(), &size), 0);
    }
    ~Listener() {
        for (const int each : filling_)
            close(each);
        close(socket_);
    }
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;

    int port() const { return ntohs(address_.sin_port); }

    // From now on the kernel leaves whoever connects without an answer.
    void fill() {
        for (int i = 0; i < 4; ++i) {
            filling_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
            static_cast<void>(connect(filling_.back(), generic(), sizeof address_));
        }
    }

    // Waits for a connection, and for its first bytes.
    int accept_and_read() {
        const int connection = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
        char first = 0;
        EXPECT_EQ(recv(connection, &first, 1, 0), 1);
        return connection;
    }

private:
    sockaddr *generic() { return reinterpret_cast<sockaddr *>(&address_); }

    int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address_{};
    std::vector<int> filling_;
};

TEST(Cancel, StopsALookUpOfTheName) {
    const auto client = client_of("https://slow.invalid/api");
    expect_prompt(*client, ErrorClass::cancelled, [](int number) { slow_names().wait_until_asked(number); });
    slow_names().release();
}

TEST(Cancel, StopsConnecting) {
    Listener listener(0);
    listener.fill();
    const auto client = client_of("http://127.0.0.1:" + std::to_string(listener.port()) + "/api");
    Clock::duration best = std::chrono::hours(1);
    for (int number = 1; number <= tries; ++number) {
        // Nothing can be seen of a connection that is not answered, but that the call keeps asking its interrupt.
        std::atomic<int> asked = 0;
        CallControl control([&] {
            ++asked;
            asked.notify_all();
            return false;
        });
        Clock::time_point returned;
        std::thread caller([&] {
            const Result<std::string> result = client->call(unsafe_operation, unsafe_params, "", control);
            returned = Clock::now();
            ASSERT_FALSE(result);
            EXPECT_EQ(result.error().error_class, ErrorClass::cancelled) << result.error().message;
        });
        for (int seen = 0; seen < 3; seen = asked)
            asked.wait(seen);
        const Clock::time_point cancelled = Clock::now();
        control.cancel();
        caller.join();
        best = std::min<Clock::duration>(best, returned - cancelled);
    }
    EXPECT_LT(best, milliseconds(50));
}

TEST(Cancel, StopsATlsHandshake) {
    Listener listener(16);
    const auto client = client_of("https://127.0.0.1:" + std::to_string(listener.port()) + "/api");
    std::vector<int> connections;
    expect_prompt(*client, ErrorClass::cancelled, [&](int) { connections.push_back(listener.accept_and_read()); });
    for (const int each : connections)
        close(each);
}

TEST(Cancel, StopsWaitingForAnAnswer) {
    std::atomic<bool> hold = true;
    TestServer server([&](const Received &) { return Reply{.hold = hold}; });
    const auto client = client_of(server.url());
    expect_prompt(*client, ErrorClass::outcome_unknown,
                  [&](int number) { server.wait_for(static_cast<std::size_t>(number)); });
    hold = false;
    answer(client->call("domains.list"));
}

TEST(Cancel, StopsInTheMiddleOfTheHeaders) {
    TestServer server({Reply{.raw = "HTTP/1.1 200 OK\r\nContent-Le"}});
    const auto client = client_of(server.url());
    expect_prompt(*client, ErrorClass::outcome_unknown,
                  [&](int number) { server.wait_for(static_cast<std::size_t>(number)); });
}

TEST(Cancel, StopsInTheMiddleOfTheBody) {
    std::atomic<bool> cut = true;
    TestServer server([&](const Received &) {
        return cut ? Reply{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":"} : Reply{.body = "{\"b\":1}"};
    });
    const auto client = client_of(server.url());
    expect_prompt(*client, ErrorClass::outcome_unknown,
                  [&](int number) { server.wait_for(static_cast<std::size_t>(number)); });
    cut = false;
    // The next call reads its own answer, not the rest of this one.
    EXPECT_EQ(*answer(client->call("domains.list")).find("data")->find("b")->integer(), 1);
}

TEST(Cancel, StopsTheWaitBeforeARetry) {
    TestServer server({Reply{.status = 503, .body = "", .headers = {{"Retry-After", "50"}}}});
    const auto client = client_of(server.url(), R"(,"timeout":3600)");
    // The line of the log means that the attempt is over.
    static std::atomic<int> lines;
    lines = 0;
    set_log([](void *, const char *) { ++lines, lines.notify_all(); }, nullptr);
    expect_prompt(*client, ErrorClass::cancelled, [](int number) {
        for (int seen = lines; seen < number; seen = lines)
            lines.wait(seen);
    });
    set_log(nullptr, nullptr);
}

TEST(Cancel, StopsTheWaitForTheRateLimit) {
    TestServer server({Reply{}});
    const auto client = client_of(server.url(), R"(,"timeout":3600,"rate_limit":{"per_second":0.001})");
    answer(client->call("domains.list"));
    expect_prompt(*client, ErrorClass::cancelled, [](int) {});
    EXPECT_EQ(server.received().size(), 1U);
}

} // namespace
} // namespace hostbill::test
