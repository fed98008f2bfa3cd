// A portal in a box: a simulator behind an HTTP server.
#pragma once

#include "core/base/result.hpp"
#include "sandbox/config.hpp"
#include "sandbox/http/http.hpp"
#include "sandbox/http/tls.hpp"
#include "sandbox/world/simulator.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

class Sandbox {
public:
    static Result<std::unique_ptr<Sandbox>> open(std::string_view config_json);

    const std::string &url() const { return url_; }
    std::string control(std::string_view command_json); // an ASCII document, always

private:
    explicit Sandbox(Config config);

    std::optional<TlsIdentity> tls_;
    // The server goes first: its thread uses the simulator.
    Simulator simulator_;
    HttpServer server_;
    std::string url_;
};

} // namespace hostbill::sandbox
