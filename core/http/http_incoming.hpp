// An answer while it arrives, line by line and piece by piece, kept within limits.
#pragma once

#include "core/http/http.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hostbill {

class HttpIncoming {
public:
    explicit HttpIncoming(std::size_t max_body_bytes) : max_body_bytes_(max_body_bytes) {}

    // False: nothing more of this answer is wanted; `problem` says why. Lines of interim answers and trailers count too.
    bool add_header_line(std::string_view line);
    // The same, for bytes of the body with its encodings undone.
    bool add_body(std::string_view part);

    enum class Problem : std::uint8_t { none, too_large, malformed };
    Problem problem() const noexcept { return problem_; }
    const std::string &message() const noexcept { return message_; }

    // Where the answer's end is open to interpretation, so that nothing else may be read from its connection.
    bool ambiguous_length() const noexcept { return chunked_ && !length_.empty(); }

    std::size_t header_bytes() const noexcept { return header_bytes_; }
    HttpResponse &response() noexcept { return response_; }

private:
    bool refuse(Problem problem, std::string message);
    void begin_answer();
    bool set_length(std::string_view value);
    bool add_encodings(std::string_view list);
    std::size_t expected_bytes() const;

    const std::size_t max_body_bytes_;
    HttpResponse response_;
    std::size_t header_bytes_ = 0;
    int header_lines_ = 0;
    int encodings_ = 0;
    bool chunked_ = false;
    std::string length_; // of Content-Length
    Problem problem_ = Problem::none;
    std::string message_;
};

} // namespace hostbill
