#include "core/catalog/result_texts.hpp"

#include "core/catalog/packed_results.hpp"

#include <cstddef>
#include <cstdint>

namespace hostbill {
namespace {

constexpr std::size_t shortest_copy = 4;
constexpr std::size_t goes_on = 15; // a length in four bits that has more bytes behind it

// Reads what tools/packing.py writes, which describes it. It is part of the library: nothing is checked.
class Unpacker {
public:
    explicit Unpacker(std::span<const std::uint8_t> packed) : packed_(packed) {}

    std::string run(std::size_t size) {
        std::string out;
        out.reserve(size);
        while (at_ < packed_.size()) {
            const std::size_t lengths = next();
            for (std::size_t left = length(lengths >> 4U); left > 0; --left)
                out += static_cast<char>(next());
            if (at_ == packed_.size())
                break;
            const std::size_t low = next();
            const std::size_t distance = low | next() << 8U;
            // One by one, because a copy may run into what it has just written.
            for (std::size_t left = length(lengths & 15U) + shortest_copy; left > 0; --left)
                out += out[out.size() - distance];
        }
        return out;
    }

private:
    std::size_t next() { return packed_[at_++]; }

    std::size_t length(std::size_t found) {
        if (found < goes_on)
            return found;
        std::size_t more = 0;
        do {
            more = next();
            found += more;
        } while (more == 255);
        return found;
    }

    std::span<const std::uint8_t> packed_;
    std::size_t at_ = 0;
};

} // namespace

ResultTexts::ResultTexts() : all_(Unpacker(packed_results()).run(unpacked_size)) {}

std::string_view ResultTexts::of(const Operation &operation) const {
    if (!operation.own_result.empty())
        return operation.own_result;
    return std::string_view(all_).substr(operation.result.at, operation.result.size);
}

std::string_view ResultTexts::definitions() const {
    return std::string_view(all_).substr(packed_definitions.at, packed_definitions.size);
}

} // namespace hostbill
