// libcurl's handles, and what holds for every request that is made with one. Only the curl_*.cpp and http_curl.cpp
// include this.
#pragma once

#include "core/base/blocked_signals.hpp"
#include "core/http/http_curl.hpp"

#include <curl/curl.h>

#include <memory>
#include <new>
#include <optional>
#include <string>

namespace hostbill {

struct EasyDeleter {
    void operator()(CURL *easy) const noexcept { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

struct MultiDeleter {
    void operator()(CURLM *multi) const noexcept { curl_multi_cleanup(multi); }
};
using Multi = std::unique_ptr<CURLM, MultiDeleter>;

template <class Value>
void set(CURL *easy, CURLoption option, Value value) {
    if (curl_easy_setopt(easy, option, value) == CURLE_OUT_OF_MEMORY)
        throw std::bad_alloc();
}

// How connections are opened: programs that this one starts do not inherit them.
curl_socket_t open_socket(void *, curlsocktype, curl_sockaddr *address) noexcept;

// curl looks up a host name on a thread of its own, which inherits the mask of the one that starts it: signals meant for
// the program must not arrive there.
class ResolverSignals {
public:
    ResolverSignals() = default;
    ResolverSignals(const ResolverSignals &) = delete;
    ResolverSignals &operator=(const ResolverSignals &) = delete;

    // The handle may start such threads; this has to outlive it.
    void watch(CURL *easy) {
        set(easy, CURLOPT_RESOLVER_START_FUNCTION, on_start);
        set(easy, CURLOPT_RESOLVER_START_DATA, static_cast<void *>(this));
    }
    // After curl did what there was to do, on the same thread.
    void end() noexcept { blocked_.reset(); }

private:
    static int on_start(void *, void *, void *self) noexcept {
        static_cast<ResolverSignals *>(self)->blocked_.emplace();
        return 0;
    }

    std::optional<BlockedSignals> blocked_;
};

// Makes handles that are set up alike. Has to outlive them: they refer to its settings.
class CurlSetup {
public:
    explicit CurlSetup(CurlSettings settings);

    Easy make_easy() const;
    static Multi make_multi();

    const CurlSettings &settings() const noexcept { return settings_; }
    // Where the certificates that are trusted come from, in words.
    std::string trust_source() const;

private:
    void set_up_trust(CURL *easy) const;
    void set_up_client_certificate(CURL *easy) const;
    void set_up_proxy(CURL *easy) const;

    const CurlSettings settings_;
    const std::string system_ca_file_;
};

} // namespace hostbill
