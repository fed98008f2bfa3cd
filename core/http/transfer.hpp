// A request of a loop's, and what carries it: over HTTP/1.1 a connection that the loop watches, over HTTP/2 libcurl, which
// puts many on one connection. Each can take one request after another.
#pragma once

#include "core/http/connection.hpp"
#include "core/http/curl_exchange.hpp"
#include "core/http/http1_exchange.hpp"
#include "core/http/http_loop.hpp"
#include "core/http/loop_sockets.hpp"

#include <algorithm>
#include <list>
#include <memory>

namespace hostbill {

class HttpLoop::Transfer {
public:
    Transfer() = default;
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;
    virtual ~Transfer() = default;

    // Each of these tells whether it is over. The request's views have to last until `end`.
    virtual bool begin(const HttpRequest &request) = 0;
    // libcurl has done what this had it do.
    virtual bool told(CURLcode code) = 0;
    // Something has happened on the connection that was handed over to this.
    virtual bool ready() = 0;
    virtual bool late(Clock::time_point now) = 0;

    // It is ready again, though nothing new may happen.
    virtual bool has_more() const { return false; }
    // When `late` is to be asked again.
    virtual Clock::time_point late_at(Clock::time_point now) const = 0;
    virtual void cancel() = 0;
    // What came of it.
    virtual Result<HttpResponse, HttpFailure> end() = 0;
    // Whether the next request need not wait for a connection.
    virtual bool is_connected() const = 0;

    using List = std::list<std::unique_ptr<Transfer>>;
    Done done;
    bool over = false;    // since its beginning
    List *idle = nullptr; // where it is while it has no request
    List::iterator place;
};

// The multi handle and the sockets have to outlive these.

class CurlTransfer final : public HttpLoop::Transfer {
public:
    CurlTransfer(const CurlSetup &setup, CURLM *multi, LoopSockets &sockets, ResolverSignals &resolving);
    ~CurlTransfer() override;

    bool begin(const HttpRequest &request) override;
    bool told(CURLcode code) override;
    bool ready() override { return false; }
    bool late(Clock::time_point now) override;
    Clock::time_point late_at(Clock::time_point now) const override { return now + check_interval_; }
    void cancel() override { code_ = CURLE_ABORTED_BY_CALLBACK; }
    Result<HttpResponse, HttpFailure> end() override;
    bool is_connected() const override { return true; }

private:
    bool add();

    CURLM *const multi_;
    const std::chrono::milliseconds check_interval_;
    CurlExchange exchange_;
    CURLcode code_ = CURLE_OK;
    bool waited_ = false; // for another's answer
};

class Http1Transfer final : public HttpLoop::Transfer {
public:
    Http1Transfer(const CurlSetup &setup, CURLM *multi, LoopSockets &sockets, ResolverSignals &resolving);

    bool begin(const HttpRequest &request) override;
    bool told(CURLcode code) override;
    bool ready() override;
    bool late(Clock::time_point now) override;
    bool has_more() const override { return under_way_ && exchange_.has_more(); }
    // It may come to a standstill once it is sent, which nobody tells the loop.
    Clock::time_point late_at(Clock::time_point now) const override {
        return std::min(exchange_.late_at(), now + setup_.settings().stall_timeout);
    }
    void cancel() override;
    Result<HttpResponse, HttpFailure> end() override;
    bool is_connected() const override { return connection_.is_open(); }

private:
    bool move();
    bool fail(CURLcode code);
    template <class Step>
    bool guarded(const Step &step);

    const CurlSetup &setup_;
    LoopSockets &sockets_;
    Connection connection_;
    Http1Exchange exchange_;
    bool keeps_connection_ = false;
    bool under_way_ = false;
};

} // namespace hostbill
