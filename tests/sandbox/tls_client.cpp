#include "tls_client.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <memory>

namespace hostbill::sandbox::test {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio open(const std::string &pem) { return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free}; }

void trust(SSL_CTX *context, const std::string &pem) {
    Bio in = open(pem);
    std::unique_ptr<X509, decltype(&X509_free)> ca(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), X509_free);
    EXPECT_NE(ca, nullptr);
    EXPECT_EQ(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get()), 1);
}

void show(SSL_CTX *context, const TlsClient &client) {
    Bio certificate_in = open(client.certificate_pem);
    Bio key_in = open(client.key_pem);
    std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(certificate_in.get(), nullptr, nullptr, nullptr), X509_free);
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    EXPECT_EQ(SSL_CTX_use_certificate(context, certificate.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context, key.get()), 1);
}

Context make_context(const TlsClient &client) {
    Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (client.old_ciphers)
        SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context.get(), client.min_version);
    SSL_CTX_set_max_proto_version(context.get(), client.max_version);
    if (!client.ca_pem.empty())
        trust(context.get(), client.ca_pem);
    if (!client.certificate_pem.empty())
        show(context.get(), client);
    return context;
}

int connect_to(std::uint16_t port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    timeval patience{30, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    return fd;
}

std::string last_error() {
    char text[256] = "";
    ERR_error_string_n(ERR_peek_error(), text, sizeof text);
    return text;
}

} // namespace

TlsAttempt try_tls(const Box &box, const TlsClient &client) {
    ERR_clear_error();
    Context context = make_context(client);
    std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), SSL_free);
    X509_VERIFY_PARAM *wanted = SSL_get0_param(tls.get());
    if (X509_VERIFY_PARAM_set1_ip_asc(wanted, client.host.c_str()) != 1)
        X509_VERIFY_PARAM_set1_host(wanted, client.host.c_str(), 0);
    int fd = connect_to(port_of(box));
    SSL_set_fd(tls.get(), fd);
    TlsAttempt attempt;
    attempt.connected = SSL_connect(tls.get()) == 1;
    attempt.verification = SSL_get_verify_result(tls.get());
    attempt.version = SSL_get_version(tls.get());
    if (attempt.connected) {
        std::string text = request(box, "GET", "/balance");
        SSL_write(tls.get(), text.data(), static_cast<int>(text.size()));
        char part[16384];
        // A server that asks for a certificate refuses a TLS 1.3 client only after the client's part is done.
        int got = SSL_read(tls.get(), part, sizeof part);
        attempt.connected = got > 0;
        attempt.answer.assign(part, static_cast<std::size_t>(std::max(got, 0)));
    }
    if (!attempt.connected)
        attempt.error = last_error();
    close(fd);
    return attempt;
}

} // namespace hostbill::sandbox::test
