// One request after another on one libcurl handle, by HTTP/2 where the portal speaks it: what goes in, what arrives, and
// what came of it. Whoever drives the handle uses this.
#pragma once

#include "core/base/secret.hpp"
#include "core/http/curl_easy.hpp"
#include "core/http/http_incoming.hpp"
#include "core/http/stall.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>

namespace hostbill {

struct UrlDeleter {
    void operator()(CURLU *url) const noexcept { curl_url_cleanup(url); }
};

class CurlExchange {
public:
    // `setup` has to outlive it.
    explicit CurlExchange(const CurlSetup &setup);
    CurlExchange(const CurlExchange &) = delete;
    CurlExchange &operator=(const CurlExchange &) = delete;
    ~CurlExchange() { wipe(authorization_); } // Where a request was given up, nobody called `end`.

    // Sets the handle up for the request, whose views have to last until `end`.
    void begin(const HttpRequest &request);

    // What is left until the request's deadline.
    void set_time_limit(Clock::time_point now);
    // Where libcurl gave it up: that it had not even looked for the portal's address.
    bool has_only_waited() const;

    // True: it has come to a standstill and should be taken off. To be asked now and then while it is under way.
    bool stalled(Clock::time_point now);

    // What came of it, once it is done or taken off. Nothing of the request stays reachable from the handle.
    Result<HttpResponse, HttpFailure> end(CURLcode code);

    CURL *easy() const noexcept { return easy_.get(); }

private:
    static int on_sending(void *user, char *, char *, int, int) noexcept;
    static std::size_t on_body(char *data, std::size_t, std::size_t size, void *user) noexcept;
    static std::size_t on_header(char *data, std::size_t, std::size_t size, void *user) noexcept;
    template <class Add>
    static std::size_t take(void *user, std::size_t size, const Add &add) noexcept;

    void set_url(const std::string &url);
    void set_method(const HttpRequest &request);
    void set_headers(const HttpRequest &request);
    void add_header(const char *line);
    std::size_t bytes_moved() const;
    Result<HttpResponse, HttpFailure> conclude(CURLcode code);

    const CurlSetup &setup_;
    const Easy easy_;
    std::unique_ptr<CURLU, UrlDeleter> parsed_url_;
    // What the handle is set to, as far as it stays from one request to the next.
    std::string url_;
    std::string method_;
    bool has_body_ = false;
    bool forbids_reuse_ = false;

    // The list of headers, as libcurl takes it, and the texts that it points to.
    std::array<curl_slist, 7> headers_{};
    std::size_t header_count_ = 0;
    std::string user_agent_;
    std::string authorization_;
    std::string content_type_;

    // Of the request under way.
    Clock::time_point deadline_;
    std::optional<StallWatch> watch_;
    std::optional<HttpIncoming> incoming_;
    bool sent_ = false;
    bool sent_twice_ = false; // but for our refusal
    bool stalled_ = false;
    bool no_memory_ = false;
};

} // namespace hostbill
