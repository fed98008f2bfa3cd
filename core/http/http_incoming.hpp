// An answer while it arrives, line by line and piece by piece, kept within limits.
#pragma once

#include "core/http/body_decoder.hpp"
#include "core/http/http.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hostbill {

class HttpIncoming {
public:
    explicit HttpIncoming(std::size_t max_body_bytes) : max_body_bytes_(max_body_bytes) {}

    // False: nothing more of this answer is wanted; `failure` says why. Lines of interim answers and trailers count too.
    bool add_header_line(std::string_view line);
    // The same, for bytes of the body with its encodings undone.
    bool add_body(std::string_view part);

    // Always false; the first reason stays.
    bool refuse(HttpFailure::Kind kind, std::string message);
    const std::optional<HttpFailure> &failure() const noexcept { return failure_; }

    // What the headers say of the body that follows them.
    bool is_chunked() const noexcept { return chunked_; }
    std::string_view length() const noexcept { return length_; } // as it stands there; empty: not named
    // From the first that was applied to the last.
    std::span<const Encoding> encodings() const noexcept { return {encodings_.data(), encoding_count_}; }
    // Of Connection; nothing: not named.
    std::optional<bool> keeps_connection() const noexcept { return keeps_connection_; }

    // Where the answer's end is open to interpretation, so that nothing else may be read from its connection.
    bool ambiguous_length() const noexcept { return transfer_encoded_ && !length_.empty(); }

    std::size_t header_bytes() const noexcept { return header_bytes_; }
    HttpResponse &response() noexcept { return response_; }

private:
    void begin_answer();
    bool set_length(std::string_view value);
    bool add_encodings(std::string_view list, bool of_transfer);
    void set_connection(std::string_view list);
    std::size_t expected_bytes() const;

    const std::size_t max_body_bytes_;
    HttpResponse response_;
    std::size_t header_bytes_ = 0;
    int header_lines_ = 0;
    // Each encoding multiplies what a few bytes can become.
    std::array<Encoding, 2> encodings_{};
    std::size_t encoding_count_ = 0;
    bool transfer_encoded_ = false;
    bool chunked_ = false;
    std::optional<bool> keeps_connection_;
    std::string length_; // of Content-Length
    std::optional<HttpFailure> failure_;
};

} // namespace hostbill
