// Undoes one encoding of an answer's body, piece by piece.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace hostbill {

enum class Encoding : unsigned char { gzip, deflate, unknown };

class BodyDecoder {
public:
    explicit BodyDecoder(Encoding encoding);
    ~BodyDecoder();
    BodyDecoder(BodyDecoder &&) noexcept;
    BodyDecoder &operator=(BodyDecoder &&) = delete;

    enum class Outcome : unsigned char { fine, malformed, unwanted };
    // Gives what comes of it to `take`, in pieces of some kilobytes; a piece that is not wanted ends it.
    Outcome add(std::string_view bytes, const std::function<bool(std::string_view)> &take);

    // Whether what has come is all of it. Nothing at all is: a body may be empty, whatever its encoding.
    bool complete() const noexcept;

private:
    struct Stream;

    std::unique_ptr<Stream> stream_;
};

} // namespace hostbill
