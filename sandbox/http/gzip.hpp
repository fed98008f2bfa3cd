// gzip piece by piece: a stream of any length passes through little memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

class Gzip {
public:
    Gzip();
    ~Gzip();
    Gzip(Gzip &&) noexcept;
    Gzip &operator=(Gzip &&) noexcept;

    // Both give what is ready to be sent by then, which may be nothing.
    std::string add(std::string_view bytes);
    std::string finish(); // once, at the end

private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string gzip(std::string_view bytes);

} // namespace hostbill::sandbox
