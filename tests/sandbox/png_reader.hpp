// Reads the pictures that the sandbox draws, strictly: whatever a real reader would complain about is a failure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox::test {

struct Picture {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::string problem;              // empty: a picture
    std::vector<std::string> rows;    // a palette index for each pixel
    std::uint32_t curve_rows() const; // how many rows from the top the curve's colour first stands; height: nowhere
};

Picture read_png(std::string_view bytes);
Picture read_base64_png(std::string_view text);

} // namespace hostbill::sandbox::test
