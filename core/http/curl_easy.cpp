#include "core/http/curl_easy.hpp"

#include <mutex>
#include <sys/socket.h>
#include <utility>

namespace hostbill {
namespace {

void initialise_curl_once() {
    // Never undone: other code in the process may use libcurl too.
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// A view that has to last as long as the handle does.
curl_blob view_blob(std::string_view data) {
    return {.data = const_cast<char *>(data.data()), .len = data.size(), .flags = CURL_BLOB_NOCOPY};
}

} // namespace

curl_socket_t open_socket(void *, curlsocktype, curl_sockaddr *address) noexcept {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CurlSetup::CurlSetup(CurlSettings settings)
    : settings_(std::move(settings)),
      system_ca_file_(settings_.tls.ca_file.empty() && settings_.tls.ca_pem.empty() ? system_ca_file() : "") {
    initialise_curl_once();
}

Multi CurlSetup::make_multi() {
    Multi multi(curl_multi_init());
    if (!multi)
        throw std::bad_alloc();
    return multi;
}

Easy CurlSetup::make_easy() const {
    Easy made(curl_easy_init());
    if (!made)
        throw std::bad_alloc();
    CURL *easy = made.get();
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(easy, CURLOPT_PATH_AS_IS, 1L);
    set(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate"); // to have it undone
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count()));
    set_up_trust(easy);
    set_up_client_certificate(easy);
    set_up_proxy(easy);
    set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    // A cancelled call does not wait for a slow name server.
    set(easy, CURLOPT_QUICK_EXIT, 1L);
    return made;
}

// The portal and a proxy are checked alike. curl's own idea of where certificates are is that of the machine it was
// built on, and would be trusted besides ours.
void CurlSetup::set_up_trust(CURL *easy) const {
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_CAPATH, static_cast<char *>(nullptr));
    set(easy, CURLOPT_PROXY_CAPATH, static_cast<char *>(nullptr));
    const TlsConfig &tls = settings_.tls;
    const std::string &file = tls.ca_file.empty() ? system_ca_file_ : tls.ca_file;
    const char *const trusted = file.empty() ? nullptr : file.c_str();
    // curl copies what is set for a proxy at every request, whether there is one or not.
    const bool has_proxy = !settings_.proxy.url.empty();
    set(easy, CURLOPT_CAINFO, trusted);
    set(easy, CURLOPT_PROXY_CAINFO, has_proxy ? trusted : nullptr);
    if (!tls.ca_pem.empty()) {
        curl_blob pem = view_blob(tls.ca_pem);
        set(easy, CURLOPT_CAINFO_BLOB, &pem);
        if (has_proxy)
            set(easy, CURLOPT_PROXY_CAINFO_BLOB, &pem);
    }
    if (!tls.pinned_public_key.empty())
        set(easy, CURLOPT_PINNEDPUBLICKEY, tls.pinned_public_key.c_str());
}

void CurlSetup::set_up_client_certificate(CURL *easy) const {
    const TlsConfig &tls = settings_.tls;
    if (tls.client_certificate.empty())
        return;
    if (is_pem(tls.client_certificate)) {
        curl_blob pem = view_blob(tls.client_certificate);
        set(easy, CURLOPT_SSLCERT_BLOB, &pem);
    } else {
        set(easy, CURLOPT_SSLCERT, tls.client_certificate.c_str());
    }
    if (is_pem(tls.client_key.view())) {
        curl_blob pem = view_blob(tls.client_key.view());
        set(easy, CURLOPT_SSLKEY_BLOB, &pem);
    } else {
        set(easy, CURLOPT_SSLKEY, std::string(tls.client_key.view()).c_str());
    }
    // Without one, a key that wants a password would ask for it on the terminal.
    set(easy, CURLOPT_KEYPASSWD, "");
}

// Nothing here is left to curl's own reading of the environment.
void CurlSetup::set_up_proxy(CURL *easy) const {
    const Proxy &proxy = settings_.proxy;
    set(easy, CURLOPT_PROXY, proxy.url.c_str());
    set(easy, CURLOPT_NOPROXY, proxy.no_proxy.c_str());
    if (!proxy.username.empty()) {
        set(easy, CURLOPT_PROXYUSERNAME, std::string(proxy.username.view()).c_str());
        set(easy, CURLOPT_PROXYPASSWORD, std::string(proxy.password.view()).c_str());
        set(easy, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
    }
    // Our headers are for the portal, not for the proxy in between.
    set(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

std::string CurlSetup::trust_source() const {
    if (!settings_.tls.ca_pem.empty())
        return "checked against ca_pem";
    if (!settings_.tls.ca_file.empty())
        return "checked against " + settings_.tls.ca_file;
    if (!system_ca_file_.empty())
        return "checked against the system's certificates in " + system_ca_file_;
    return "the system's certificates are in none of " + system_ca_places() + "; name them with ca_file";
}

} // namespace hostbill
