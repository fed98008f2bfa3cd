// The only file that sees Boost.Beast: it takes long to compile.
#include "http.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>

namespace hostbill::sandbox {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

constexpr std::chrono::seconds idle_limit{75};
constexpr std::chrono::seconds drain_limit{2};
constexpr std::chrono::milliseconds accept_pause{50};

// One connection: read a request, answer it, and again while the client keeps it open.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(tcp::socket socket, const HttpServer::Handler &handler) : stream_(std::move(socket)), handler_(handler) {
        beast::error_code ignored;
        stream_.socket().set_option(tcp::no_delay(true), ignored);
        auto peer = stream_.socket().remote_endpoint(ignored);
        address_ = peer.address().to_string(ignored);
    }

    void read() {
        parser_.emplace();
        parser_->header_limit(max_header_bytes);
        parser_->body_limit(max_body_bytes);
        stream_.expires_after(idle_limit);
        http::async_read_header(stream_, buffer_, *parser_,
                                [self = shared_from_this()](beast::error_code error, std::size_t) {
                                    error ? self->refuse(error) : self->on_header();
                                });
    }

private:
    void on_header() {
        if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
            read_body();
            return;
        }
        go_ahead_ = http::response<http::empty_body>(http::status::continue_, parser_->get().version());
        http::async_write(stream_, go_ahead_, [self = shared_from_this()](beast::error_code error, std::size_t) {
            if (!error)
                self->read_body();
        });
    }

    void read_body() {
        http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](beast::error_code error, std::size_t) {
            error ? self->refuse(error) : self->answer();
        });
    }

    void answer() {
        auto message = parser_->release();
        Request request;
        request.method = std::string(message.method_string());
        request.target = std::string(message.target());
        request.host = std::string(message[http::field::host]);
        request.content_type = std::string(message[http::field::content_type]);
        request.authorization = std::string(message[http::field::authorization]);
        request.control_token = std::string(message["X-Sandbox-Token"]);
        request.body = std::move(message.body());
        request.address = address_;
        write(handler_(request), message.version(), message.keep_alive());
    }

    void write(Response response, unsigned version, bool keep_alive) {
        response_ = http::response<http::string_body>(static_cast<http::status>(response.status), version);
        response_.set(http::field::server, "hostbill-sandbox");
        response_.set(http::field::cache_control, "no-store");
        for (const auto &[name, value] : response.headers)
            response_.set(name, value);
        response_.body() = std::move(response.body);
        response_.keep_alive(keep_alive);
        response_.prepare_payload();
        http::async_write(stream_, response_,
                          [self = shared_from_this(), keep_alive](beast::error_code error, std::size_t) {
                              if (error)
                                  return;
                              keep_alive ? self->read() : self->close();
                          });
    }

    // What is not a request, or too large for one, is told so where the client can still hear it.
    void refuse(beast::error_code error) {
        int status = 400;
        if (error == http::error::header_limit || error == http::error::buffer_overflow)
            status = 431;
        else if (error == http::error::body_limit)
            status = 413;
        else if (error == http::error::end_of_stream ||
                 error.category() != make_error_code(http::error::bad_method).category()) {
            close();
            return;
        }
        Response response;
        response.status = status;
        response.headers = {{"Content-Type", "application/json"}};
        response.body = R"({"error":["request refused: )" + error.message() + R"("]})";
        stream_.expires_after(idle_limit);
        write(std::move(response), 11, false);
    }

    // Closing with bytes unread would reset the connection and take the answer away from the client: they are read
    // first, for a short while.
    void close() {
        beast::error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        stream_.expires_after(drain_limit);
        drain();
    }

    void drain() {
        stream_.async_read_some(asio::buffer(scrap_),
                                [self = shared_from_this()](beast::error_code error, std::size_t) {
                                    if (!error)
                                        self->drain();
                                });
    }

    beast::tcp_stream stream_;
    const HttpServer::Handler &handler_;
    std::string address_;
    beast::flat_buffer buffer_{max_header_bytes + 64 * 1024};
    boost::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::empty_body> go_ahead_;
    http::response<http::string_body> response_;
    std::array<char, 4096> scrap_{};
};

} // namespace

class HttpServer::Implementation {
public:
    explicit Implementation(std::uint16_t port) : acceptor_(context_), pause_(context_) {
        try {
            tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
            acceptor_.open(endpoint.protocol());
            acceptor_.set_option(asio::socket_base::reuse_address(true));
            acceptor_.bind(endpoint);
            acceptor_.listen();
            port_ = acceptor_.local_endpoint().port();
        } catch (const boost::system::system_error &error) {
            throw std::system_error(error.code().value(), std::system_category());
        }
    }

    ~Implementation() {
        context_.stop();
        if (thread_.joinable())
            thread_.join();
    }

    std::uint16_t port() const { return port_; }

    void start(Handler handler) {
        handler_ = std::move(handler);
        accept();
        // Signals belong to the program that uses this library, never to our thread.
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        thread_ = std::thread([this] { context_.run(); });
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

private:
    void accept() {
        acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
            if (!error) {
                std::make_shared<Session>(std::move(socket), handler_)->read();
                accept();
            } else if (error != asio::error::operation_aborted) {
                // Out of descriptors, most likely: others close soon.
                pause_.expires_after(accept_pause);
                pause_.async_wait([this](beast::error_code stopped) {
                    if (!stopped)
                        accept();
                });
            }
        });
    }

    // Sessions refer to the handler, and the context owns the sessions: it goes first.
    Handler handler_;
    asio::io_context context_{1};
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

HttpServer::HttpServer(std::uint16_t port) : implementation_(std::make_unique<Implementation>(port)) {}
HttpServer::~HttpServer() = default;
std::uint16_t HttpServer::port() const { return implementation_->port(); }
void HttpServer::start(Handler handler) { implementation_->start(std::move(handler)); }

} // namespace hostbill::sandbox
