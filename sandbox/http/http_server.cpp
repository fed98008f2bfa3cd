// The listener. The only file that sees Boost.Beast's connections: they take long to compile.
#include "sandbox/http/http.hpp"

#include "sandbox/http/session.hpp"

#include <openssl/ssl.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace hostbill::sandbox {
namespace {

constexpr std::chrono::milliseconds accept_pause{50};

// Half of the files that the process may open; the other half is for whoever uses this library.
std::size_t fair_share() {
    constexpr rlim_t most = 16'384;
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    return std::max<rlim_t>(std::min(files.rlim_cur, most) / 2, 1);
}

void require(bool done, const char *what) {
    if (!done)
        throw std::runtime_error(std::string("TLS: ") + what);
}

void limit_version(SSL_CTX *context, TlsVersion version) {
    static constexpr int numbers[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
    // The system's policy forbids the old versions and their ciphers. Somebody who asks for them wants to see them.
    const bool old = version < TlsVersion::tls1_2;
    if (old)
        require(SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0") == 1, "no ciphers");
    require(SSL_CTX_set_min_proto_version(context, old ? TLS1_VERSION : TLS1_2_VERSION) == 1, "no lowest version");
    require(SSL_CTX_set_max_proto_version(context, numbers[static_cast<int>(version)]) == 1, "no highest version");
}

asio::ssl::context make_context(const ServerTls &tls) {
    asio::ssl::context context(asio::ssl::context::tls_server);
    limit_version(context.native_handle(), tls.max_version);
    context.use_certificate_chain(asio::buffer(tls.certificate_pem));
    context.use_private_key(asio::buffer(tls.key_pem), asio::ssl::context::pem);
    if (!tls.client_ca_pem.empty()) {
        context.add_certificate_authority(asio::buffer(tls.client_ca_pem));
        context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    }
    static constexpr unsigned char session_name[] = "hostbill";
    SSL_CTX_set_session_id_context(context.native_handle(), session_name, sizeof session_name - 1);
    return context;
}

} // namespace

class HttpServer::Implementation {
public:
    Implementation(std::uint16_t port, const std::optional<ServerTls> &tls, HttpLimits limits)
        : acceptor_(context_), pause_(context_) {
        service_.limits = limits;
        if (limits.connections == 0)
            service_.limits.connections = fair_share();
        if (tls) {
            tls_.emplace(make_context(*tls));
            handshake_delay_ = tls->handshake_delay;
        }
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
        service_.handler = std::move(handler);
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
            if (error == asio::error::operation_aborted)
                return;
            if (!error)
                serve(std::move(socket));
            // Without an error there may be one too many now; with one, descriptors have run out, most likely.
            const bool full = service_.connections.open() > service_.limits.connections;
            const bool dropped = (error || full) && service_.connections.drop_one();
            if (!error || dropped)
                accept();
            else
                accept_later();
        });
    }

    void accept_later() {
        pause_.expires_after(accept_pause);
        pause_.async_wait([this](beast::error_code stopped) {
            if (!stopped)
                accept();
        });
    }

    void serve(tcp::socket socket) {
        if (tls_)
            start_session(TlsStream(std::move(socket), *tls_));
        else
            start_session(PlainStream(std::move(socket)));
    }

    template <class Stream>
    void start_session(Stream stream) {
        std::make_shared<Session<Stream>>(std::move(stream), service_)->start(handshake_delay_);
    }

    // Sessions refer to the service and to TLS, and the context owns the sessions: it goes first.
    Service service_;
    std::optional<asio::ssl::context> tls_;
    std::chrono::milliseconds handshake_delay_{0};
    asio::io_context context_{1};
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

HttpServer::HttpServer(std::uint16_t port, const std::optional<ServerTls> &tls, HttpLimits limits)
    : implementation_(std::make_unique<Implementation>(port, tls, limits)) {}
HttpServer::~HttpServer() = default;
std::uint16_t HttpServer::port() const { return implementation_->port(); }
void HttpServer::start(Handler handler) { implementation_->start(std::move(handler)); }

} // namespace hostbill::sandbox
