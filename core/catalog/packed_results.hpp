// All texts of results, packed: generated/result_data.cpp. result_texts.cpp unpacks them.
#pragma once

#include "core/catalog/catalog.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace hostbill {

std::span<const std::uint8_t> packed_results();
extern const std::size_t unpacked_size;
extern const TextPlace packed_definitions;

} // namespace hostbill
