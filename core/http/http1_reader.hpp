// An answer as HTTP/1.1 frames it on a connection: where its headers end, and its body.
#pragma once

#include "core/http/body_decoder.hpp"
#include "core/http/http_incoming.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

class Http1Reader {
public:
    explicit Http1Reader(std::size_t max_body_bytes) : incoming_(max_body_bytes) {}

    // What has come. False: it is no answer, or one that is not wanted; `incoming().failure()` says why.
    bool add(std::string_view bytes);
    // The portal has ended the connection. False: in the middle of the answer.
    bool add_end();

    bool done() const noexcept { return state_ == State::done; }
    bool begun() const noexcept { return bytes_ > 0; }
    std::size_t bytes() const noexcept { return bytes_; }
    // Whether the next answer on this connection would be that of the next request. To be asked when it is done.
    bool keeps_connection() const noexcept;

    HttpIncoming &incoming() noexcept { return incoming_; }

private:
    enum class State : std::uint8_t {
        status_line,
        headers,
        body, // of `left_` bytes
        body_until_end,
        chunk_size,
        chunk, // of `left_` bytes
        chunk_end,
        trailers,
        done
    };

    bool add_line(std::string_view &bytes);
    bool take_line(std::string_view line);
    bool take_status_line(std::string_view line);
    bool take_end_of_headers();
    bool take_chunk_size(std::string_view line);
    bool add_body(std::string_view &bytes);
    bool decode(std::string_view part, std::size_t encodings);
    bool finish();
    bool malformed(std::string_view why);

    HttpIncoming incoming_;
    State state_ = State::status_line;
    std::string line_;       // the beginning of one whose end has not come yet
    bool in_header_ = false; // which the next line may go on with
    std::uint64_t left_ = 0;
    std::vector<BodyDecoder> decoders_; // from the first encoding that was applied to the last
    std::size_t bytes_ = 0;
    bool is_http_1_0_ = false;
    bool ended_ = false;  // the connection
    bool excess_ = false; // more came than the answer has
};

} // namespace hostbill
