// The strings that callers own, and the count of everything that is alive.
#pragma once

#include "core/json/json_out.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace hostbill::capi {

// Clients and strings that were given out and are not freed yet.
extern std::atomic<std::int64_t> live_objects;

// A copy that the caller frees with take_back. `text`, which may hold secrets, is overwritten once the copy is made.
char *give(std::string &&text);

// The same without a copy.
char *give(json::Out &&text);

void take_back(char *string) noexcept;

// What is given out when there is no memory for anything else, or after a defect. They cost nothing, are not counted,
// and take_back leaves them alone.
enum class Failure : std::uint8_t { memory, defect };
char *failure_error(Failure failure) noexcept;
char *failure_envelope(Failure failure) noexcept;

} // namespace hostbill::capi
