#include "core/http/http1_reader.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace hostbill {
namespace {

using Kind = HttpFailure::Kind;

constexpr std::size_t longest_line = 100 * 1024;
constexpr std::string_view version_prefix = "HTTP/1.";

// All of the text; false where it is no such number, or too large.
bool read_number(std::string_view text, int base, std::uint64_t &number) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    return code == std::errc() && end == text.data() + text.size();
}

bool has_no_body(int status) { return status == 204 || status == 304; }

} // namespace

bool Http1Reader::malformed(std::string_view why) {
    return incoming_.refuse(Kind::malformed, "the answer was cut off or not HTTP (" + std::string(why) + ")");
}

bool Http1Reader::add(std::string_view bytes) {
    bytes_ += bytes.size();
    while (!bytes.empty()) {
        switch (state_) {
        case State::body:
        case State::body_until_end:
        case State::chunk:
            if (!add_body(bytes))
                return false;
            break;
        case State::done:
            excess_ = true;
            return true;
        default:
            if (!add_line(bytes))
                return false;
        }
    }
    return true;
}

// Takes the line that `bytes` begins with, or keeps what there is of it.
bool Http1Reader::add_line(std::string_view &bytes) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line_.size() + part.size() > longest_line)
        return incoming_.refuse(Kind::too_large, "a header of the answer is too long");
    if (end != std::string_view::npos && line_.empty())
        return take_line(part);
    line_.append(part);
    if (end != std::string_view::npos) {
        const std::string line = std::exchange(line_, {});
        return take_line(line);
    }
    // What is not HTTP may have no lines at all.
    const std::size_t known = std::min(line_.size(), version_prefix.size());
    if (state_ == State::status_line && line_.compare(0, known, version_prefix, 0, known) != 0)
        return malformed("no status line");
    return true;
}

// A line without its end; some servers leave out the carriage return.
bool Http1Reader::take_line(std::string_view line) {
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    // Others may see the end of a line there.
    if (line.find('\r') != std::string_view::npos || line.find('\0') != std::string_view::npos)
        return malformed("a control character in a line");
    switch (state_) {
    case State::status_line:
        return take_status_line(line);
    case State::chunk_size:
        return take_chunk_size(line);
    case State::chunk_end:
        state_ = State::chunk_size;
        return line.empty() || malformed("a chunk of another size");
    default:
        break;
    }
    if (line.empty())
        return state_ == State::headers ? take_end_of_headers() : finish();
    // A line that begins with a blank goes on with the one before.
    const bool goes_on = line.front() == ' ' || line.front() == '\t';
    // What looks like a status line would begin another answer.
    if (goes_on ? !in_header_ : line.find(':') == std::string_view::npos || line.starts_with("HTTP/"))
        return malformed("a header without a name");
    in_header_ = true;
    return incoming_.add_header_line(line);
}

// "HTTP/1.1 200 OK", where the last word may be missing.
bool Http1Reader::take_status_line(std::string_view line) {
    constexpr std::size_t status_at = version_prefix.size() + 2;
    std::uint64_t status = 0;
    if (!line.starts_with(version_prefix) || line.size() < status_at + 3 ||
        (line[status_at - 2] != '0' && line[status_at - 2] != '1') || line[status_at - 1] != ' ' ||
        !read_number(line.substr(status_at, 3), 10, status) || status < 100 ||
        (line.size() > status_at + 3 && line[status_at + 3] != ' '))
        return malformed("no status line");
    if (!incoming_.add_header_line(line))
        return false;
    incoming_.response().status = static_cast<int>(status);
    is_http_1_0_ = line[status_at - 2] == '0';
    in_header_ = false;
    state_ = State::headers;
    return true;
}

bool Http1Reader::take_end_of_headers() {
    const int status = incoming_.response().status;
    if (status == 101)
        return malformed("another protocol");
    if (status < 200) {
        state_ = State::status_line;
        return true;
    }
    for (const Encoding encoding : incoming_.encodings())
        decoders_.emplace_back(encoding);
    if (has_no_body(status))
        return finish();
    if (incoming_.is_chunked()) {
        state_ = State::chunk_size;
        return true;
    }
    if (incoming_.length().empty()) {
        state_ = State::body_until_end;
        return true;
    }
    if (!read_number(incoming_.length(), 10, left_))
        return malformed("a length that is none");
    state_ = State::body;
    return left_ > 0 || finish();
}

// "1f;extension=1"
bool Http1Reader::take_chunk_size(std::string_view line) {
    if (!read_number(trimmed(line.substr(0, line.find(';'))), 16, left_))
        return malformed("a chunk without a size");
    in_header_ = false;
    state_ = left_ > 0 ? State::chunk : State::trailers;
    return true;
}

bool Http1Reader::add_body(std::string_view &bytes) {
    std::string_view part = bytes;
    if (state_ != State::body_until_end) {
        part = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
        left_ -= part.size();
    }
    bytes.remove_prefix(part.size());
    if (!decode(part, decoders_.size()))
        return false;
    if (left_ > 0 || state_ == State::body_until_end)
        return true;
    if (state_ == State::body)
        return finish();
    state_ = State::chunk_end;
    return true;
}

// Undoes that many encodings, the last one first.
bool Http1Reader::decode(std::string_view part, std::size_t encodings) {
    if (encodings == 0)
        return incoming_.add_body(part);
    const BodyDecoder::Outcome outcome = decoders_[encodings - 1].add(
        part, [this, encodings](std::string_view decoded) { return decode(decoded, encodings - 1); });
    return outcome == BodyDecoder::Outcome::fine || malformed("an encoding that is broken or unknown");
}

bool Http1Reader::finish() {
    if (!std::all_of(decoders_.begin(), decoders_.end(), [](const BodyDecoder &decoder) { return decoder.complete(); }))
        return malformed("an encoding without its end");
    state_ = State::done;
    return true;
}

bool Http1Reader::add_end() {
    ended_ = true;
    if (state_ == State::body_until_end)
        return finish();
    return done() || malformed("the connection ended before it");
}

bool Http1Reader::keeps_connection() const noexcept {
    return done() && !ended_ && !excess_ && !incoming_.failure() && !incoming_.ambiguous_length() &&
           incoming_.keeps_connection().value_or(!is_http_1_0_);
}

} // namespace hostbill
