// A transport that looks at the portal's clock in passing.
#pragma once

#include "core/http.hpp"
#include "core/http_date.hpp"
#include "core/server_clock.hpp"

#include <memory>
#include <utility>

namespace hostbill {

class ClockedTransport final : public HttpTransport {
public:
    // `clock` has to outlive it.
    ClockedTransport(std::unique_ptr<HttpTransport> transport, ServerClock &clock)
        : transport_(std::move(transport)), clock_(clock) {}

    Result<HttpResponse, HttpFailure> perform(const HttpRequest &request, CallControl &control) override {
        Result<HttpResponse, HttpFailure> outcome = transport_->perform(request, control);
        if (const auto date = outcome ? parse_http_date(outcome->date) : std::nullopt)
            clock_.learn(*date);
        return outcome;
    }

    void drop_idle() noexcept override { transport_->drop_idle(); }

private:
    const std::unique_ptr<HttpTransport> transport_;
    ServerClock &clock_;
};

} // namespace hostbill
