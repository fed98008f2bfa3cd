// A row of the table of quirks, which is generated from api/quirks.json.
#pragma once

#include <cstdint>
#include <string_view>

namespace hostbill::sandbox {

// Whether it is part of the hostile mix: chosen for each request, or once for all of them.
enum class Mix : std::uint8_t { never, each, steady };

enum class QuirkValue : std::uint8_t { none, integer, text };

struct QuirkRow {
    std::string_view name;
    QuirkValue value; // what it takes besides on and off
    Mix mix;
    std::string_view source;
    std::string_view summary;
};

} // namespace hostbill::sandbox
