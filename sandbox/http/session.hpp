// One connection: read a request, answer it, and again while the client keeps it open. Slow answers wait for timers:
// the thread serves the other connections meanwhile. Only http_server.cpp includes this: Boost.Beast takes long.
#pragma once

#include "sandbox/http/connections.hpp"
#include "sandbox/http/delivery.hpp"
#include "sandbox/http/http.hpp"
#include "sandbox/http/target.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hostbill::sandbox {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

// What the sessions of one server share.
struct Service {
    HttpServer::Handler handler;
    HttpLimits limits;
    Connections connections;
};

template <class Stream>
class Session : public std::enable_shared_from_this<Session<Stream>> {
public:
    Session(Stream stream, Service &service)
        : stream_(std::move(stream)), timer_(stream_.get_executor()), service_(service),
          place_(service.connections, [this] { drop(); }) {
        beast::error_code ignored;
        socket().set_option(tcp::no_delay(true), ignored);
        auto peer = socket().remote_endpoint(ignored);
        address_ = peer.address().to_string(ignored);
    }

    void start(std::chrono::milliseconds handshake_delay) {
        if constexpr (is_tls)
            after(handshake_delay, &Session::shake_hands);
        else
            read();
    }

private:
    // One type for all that wait for reads and writes: for each there is, Asio and Beast are compiled once more.
    using Done = std::function<void(beast::error_code, std::size_t)>;

    static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;
    static constexpr std::chrono::seconds drain_limit{2};

    beast::tcp_stream &lowest() { return beast::get_lowest_layer(stream_); }
    tcp::socket &socket() { return lowest().socket(); }

    // From here on it is the client's turn, for so long.
    void wait_for_client(std::chrono::milliseconds patience) {
        place_.waits();
        lowest().expires_after(patience);
    }

    void after(std::chrono::milliseconds pause, void (Session::*next)()) {
        if (pause.count() == 0) {
            (this->*next)();
            return;
        }
        timer_.expires_after(pause);
        timer_.async_wait([self = this->shared_from_this(), next](beast::error_code error) {
            if (!error)
                (self.get()->*next)();
        });
    }

    void shake_hands() {
        if constexpr (is_tls) {
            wait_for_client(service_.limits.patience);
            stream_.async_handshake(asio::ssl::stream_base::server,
                                    [self = this->shared_from_this()](beast::error_code error) {
                                        // What went wrong was said in an alert, which must not be lost.
                                        error ? self->end() : self->read();
                                    });
        }
    }

    void read() {
        parser_.emplace();
        parser_->header_limit(max_header_bytes);
        parser_->body_limit(max_body_bytes);
        wait_for_client(service_.limits.patience);
        http::async_read_header(stream_, buffer_, *parser_,
                                Done([self = this->shared_from_this()](beast::error_code error, std::size_t) {
                                    error ? self->refuse(error) : self->on_header();
                                }));
    }

    void on_header() {
        if (std::string_view problem = find_problem(); !problem.empty()) {
            refuse(400, problem);
            return;
        }
        const auto &header = parser_->get();
        if (header.version() < 11 || !beast::iequals(header[http::field::expect], "100-continue")) {
            read_body();
            return;
        }
        static constexpr std::string_view go_ahead = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(stream_, asio::buffer(go_ahead),
                          Done([self = this->shared_from_this()](beast::error_code error, std::size_t) {
                              if (!error)
                                  self->read_body();
                          }));
    }

    // What Boost.Beast reads in one way and others may read in another.
    std::string_view find_problem() const {
        const auto &header = parser_->get();
        const auto hosts = header.count(http::field::host);
        if (hosts > 1 || (hosts == 0 && header.version() > 10))
            return "one Host is needed";
        if (header.count(http::field::transfer_encoding) != 0 && !parser_->chunked())
            return "bad Transfer-Encoding";
        return {};
    }

    void read_body() {
        if (parser_->is_done()) { // Most requests have none.
            answer();
            return;
        }
        http::async_read(stream_, buffer_, *parser_,
                         Done([self = this->shared_from_this()](beast::error_code error, std::size_t) {
                             error ? self->refuse(error) : self->answer();
                         }));
    }

    void answer() {
        place_.works();
        auto message = parser_->release();
        Request request;
        request.method = std::string(message.method_string());
        request.target = std::string(message.target());
        request.host = std::string(message[http::field::host]);
        request.content_type = std::string(message[http::field::content_type]);
        request.authorization = std::string(message[http::field::authorization]);
        request.control_token = std::string(message["X-Sandbox-Token"]);
        request.accept_encoding = std::string(message[http::field::accept_encoding]);
        request.if_none_match = std::string(message[http::field::if_none_match]);
        request.body = std::move(message.body());
        request.address = address_;
        request.reused = std::exchange(reused_, true);
        resolve_target(request);
        begin(deliver(handle(request), message.version(), message.keep_alive()));
    }

    // Whatever goes wrong with one request, the others are served.
    Response handle(const Request &request) {
        try {
            return service_.handler(request);
        } catch (const std::exception &) {
            return {.status = 500,
                    .headers = {{"Content-Type", "application/json"}},
                    .body = R"({"error":["internal_error_0"]})"};
        }
    }

    void begin(Delivery delivery) {
        delivery_ = std::move(delivery);
        sent_ = 0;
        after(delivery_.delay, &Session::send);
    }

    void send() {
        if (sent_ == delivery_.bytes.size() && !refill()) {
            finish();
            return;
        }
        const std::size_t size = piece();
        wait_for_client(service_.limits.patience);
        asio::async_write(stream_, asio::buffer(delivery_.bytes.data() + sent_, size),
                          Done([self = this->shared_from_this()](beast::error_code error, std::size_t written) {
                              if (!error)
                                  self->sent(written);
                          }));
    }

    void sent(std::size_t written) {
        sent_ += written;
        const Delivery::Drip &drip = delivery_.drip;
        after(sent_ > drip.from && sent_ < drip.to ? drip.every : std::chrono::milliseconds(0), &Session::send);
    }

    // How many bytes go at once.
    std::size_t piece() const {
        const Delivery::Drip &drip = delivery_.drip;
        if (sent_ < drip.from)
            return drip.from - sent_;
        if (sent_ < drip.to)
            return std::min(drip.bytes, drip.to - sent_);
        return delivery_.bytes.size() - sent_;
    }

    // More bytes to send, maybe none for now; false: there are no more.
    bool refill() {
        auto next = delivery_.more ? delivery_.more() : std::nullopt;
        if (!next)
            return false;
        delivery_.bytes = std::move(*next);
        delivery_.drip = {};
        sent_ = 0;
        return true;
    }

    void finish() {
        const Ending ending = delivery_.ending;
        delivery_ = {};
        if (ending == Ending::keep)
            read();
        else if (ending == Ending::close)
            close();
        else
            reset();
    }

    // What is not a request, or too large for one, is told so where the client can still hear it.
    void refuse(beast::error_code error) {
        if (error == http::error::end_of_stream ||
            error.category() != make_error_code(http::error::bad_method).category())
            close();
        else if (error == http::error::header_limit || error == http::error::buffer_overflow)
            refuse(431, error.message());
        else
            refuse(error == http::error::body_limit ? 413 : 400, error.message());
    }

    void refuse(int status, std::string_view problem) {
        Response response;
        response.status = status;
        response.headers = {{"Content-Type", "application/json"}};
        response.body = R"({"error":["request refused: )" + std::string(problem) + R"("]})";
        begin(deliver(response, 11, false));
    }

    void close() {
        if constexpr (is_tls) {
            wait_for_client(drain_limit);
            stream_.async_shutdown([self = this->shared_from_this()](beast::error_code) { self->end(); });
        } else {
            end();
        }
    }

    // Closing with bytes unread would reset the connection and take the answer away from the client: they are read
    // first, for a short while.
    void end() {
        beast::error_code ignored;
        socket().shutdown(tcp::socket::shutdown_send, ignored);
        wait_for_client(drain_limit);
        drain();
    }

    void drain() {
        lowest().async_read_some(asio::buffer(scrap_),
                                 [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                                     if (!error)
                                         self->drain();
                                 });
    }

    void drop() {
        beast::error_code ignored;
        socket().close(ignored);
    }

    void reset() {
        beast::error_code ignored;
        socket().set_option(asio::socket_base::linger(true, 0), ignored);
        drop();
    }

    Stream stream_;
    asio::steady_timer timer_;
    Service &service_;
    Connections::Place place_;
    std::string address_;
    beast::flat_buffer buffer_{max_header_bytes + 64 * 1024};
    boost::optional<http::request_parser<http::string_body>> parser_;
    Delivery delivery_;
    std::size_t sent_ = 0; // of the delivery's bytes
    bool reused_ = false;
    std::array<char, 4096> scrap_{};
};

} // namespace hostbill::sandbox
