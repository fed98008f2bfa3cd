#include "core/json/small_text.hpp"

#include "core/json/json_memory.hpp"

#include <limits>
#include <stdexcept>

namespace hostbill::json {

void Text::put_far(std::string_view text) {
    parts_ = {};
    if (text.size() > std::numeric_limits<std::uint32_t>::max())
        throw std::length_error("json::Text");
    char *data = static_cast<char *>(take_block(text.size()));
    std::memcpy(data, text.data(), text.size());
    const auto size = static_cast<std::uint32_t>(text.size());
    std::memcpy(parts_.bytes, &data, sizeof data);
    std::memcpy(parts_.bytes + sizeof data, &size, sizeof size);
    parts_.size = far;
}

void Text::release() noexcept {
    give_block(far_data(), far_size());
    parts_ = {};
}

} // namespace hostbill::json
