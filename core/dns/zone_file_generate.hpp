// $GENERATE of zone files: one line that stands for many.
#pragma once

#include "core/base/result.hpp"
#include "core/dns/dns_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hostbill {

struct GenerateRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t step = 1;
};

// "1-254", "0-100/2".
Result<GenerateRange, Phrase> parse_generate_range(std::string_view text);

// A template with the number in place of "$" and "${offset,width,base}"; "$$" and "\$" are a dollar.
Result<std::string, Phrase> fill_template(std::string_view text, std::int64_t number);

} // namespace hostbill
