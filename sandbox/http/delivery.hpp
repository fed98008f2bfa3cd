// How an answer leaves: its bytes, their pace, and what becomes of the connection.
#pragma once

#include "sandbox/http/http.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace hostbill::sandbox {

enum class Ending : std::uint8_t {
    keep,  // the next request may come
    close, // as a server ends a connection: nothing that was sent is lost
    reset, // at once, and the peer is told so
};

struct Delivery {
    std::chrono::milliseconds delay{0}; // before the first byte
    std::string bytes;
    // After `bytes`: the next piece each time, which may be empty while there is more to come; nullopt at the end.
    std::function<std::optional<std::string>()> more;
    // This range of `bytes` leaves in small pieces.
    struct Drip {
        std::size_t from = 0;
        std::size_t to = 0;
        std::size_t bytes = 0;
        std::chrono::milliseconds every{0};
    } drip;
    Ending ending = Ending::keep;
};

// The answer as it is, or as its fault spoils it. `version` is the request's: 10 or 11.
Delivery deliver(const Response &response, unsigned version, bool keep_alive);

} // namespace hostbill::sandbox
