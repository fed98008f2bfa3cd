// Pictures of curves, as portals draw them of processors and traffic.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace hostbill::sandbox {

// A PNG file of that size, at most 4096 each way, with the values from left to right as a filled curve over a grid. The
// upper edge stands for `top`, or for a little more than the highest value where that is 0; nothing is drawn below 0.
std::string line_chart_png(std::uint32_t width, std::uint32_t height, std::span<const double> values, double top = 0);

} // namespace hostbill::sandbox
