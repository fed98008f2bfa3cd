// The HTTP/1.1 side: a listener on loopback, one thread, requests in, responses out.
#pragma once

#include "sandbox/faults/fault.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hostbill::sandbox {

struct Request {
    std::string method;
    std::string target; // as on the request line: path and query, still encoded
    std::string host;
    std::string content_type;
    std::string authorization;
    std::string control_token; // X-Sandbox-Token
    std::string body;
    std::string address; // of the client
    bool reused = false; // whether the connection has served a request before
};

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::optional<Fault> fault = std::nullopt; // how it goes wrong on its way
};

enum class TlsVersion : std::uint8_t { tls1_0, tls1_1, tls1_2, tls1_3 };

struct ServerTls {
    std::string certificate_pem; // with whatever chain is to be sent
    std::string key_pem;
    std::string client_ca_pem; // clients must show a certificate of this CA; empty: none is asked for
    TlsVersion max_version = TlsVersion::tls1_3;
    std::chrono::milliseconds handshake_delay{0};
};

// Requests beyond these are refused with 413 or 431 before anything else sees them.
inline constexpr std::uint32_t max_header_bytes = 32 * 1024;
inline constexpr std::uint64_t max_body_bytes = 8 * 1024 * 1024;

// What a server puts up with.
struct HttpLimits {
    // How long a client may take to send a whole request, to take what it is sent, and to think in between.
    std::chrono::milliseconds patience{75'000};
    // Open at once. When there are more, the one that waited longest for its client has to go. 0: as many as is fair
    // in a process that opens other things as well.
    std::size_t connections = 0;
};

// Listens from construction to destruction. The handler runs on the server's one thread, one request at a time.
class HttpServer {
public:
    using Handler = std::function<Response(const Request &)>;

    // Port 0: any free one. Throws std::system_error where the port cannot be had.
    explicit HttpServer(std::uint16_t port, const std::optional<ServerTls> &tls = std::nullopt,
                        HttpLimits limits = HttpLimits());
    ~HttpServer();
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;

    std::uint16_t port() const;
    void start(Handler handler);

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace hostbill::sandbox
