#include "core/http/http_incoming.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace hostbill {
namespace {

using Kind = HttpFailure::Kind;

constexpr std::size_t max_header_bytes = 256 * 1024;
constexpr int max_header_lines = 500;

bool same_word(std::string_view a, std::string_view lower_case) {
    return a.size() == lower_case.size() &&
           std::equal(a.begin(), a.end(), lower_case.begin(), [](char x, char y) { return lower(x) == y; });
}

// The names of a list in a header's value, without the blanks around them.
template <class Use>
void for_each_name(std::string_view list, const Use &use) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        use(trimmed(list.substr(0, comma)));
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
}

} // namespace

bool HttpIncoming::refuse(HttpFailure::Kind kind, std::string message) {
    if (!failure_)
        failure_ = HttpFailure{kind, true, std::move(message)};
    return false;
}

void HttpIncoming::begin_answer() {
    response_ = HttpResponse();
    encoding_count_ = 0;
    transfer_encoded_ = chunked_ = false;
    keeps_connection_.reset();
    length_.clear();
}

bool HttpIncoming::add_header_line(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > max_header_bytes || ++header_lines_ > max_header_lines)
        return refuse(Kind::too_large, "the answer has more headers than the limit");
    // A status line begins another answer, behind an interim one.
    if (line.starts_with("HTTP/")) {
        begin_answer();
        return true;
    }
    std::string_view value;
    const auto is = [&](std::string_view name) {
        if (line.size() <= name.size() || line[name.size()] != ':' || !same_word(line.substr(0, name.size()), name))
            return false;
        value = trimmed(line.substr(name.size() + 1));
        return true;
    };
    if (is("location")) {
        response_.location = value;
    } else if (is("retry-after")) {
        response_.retry_after = value;
    } else if (is("date")) {
        response_.date = value;
    } else if (is("content-length")) {
        return set_length(value);
    } else if (is("content-encoding")) {
        return add_encodings(value, false);
    } else if (is("transfer-encoding")) {
        transfer_encoded_ = true;
        return add_encodings(value, true);
    } else if (is("connection")) {
        set_connection(value);
    }
    return true;
}

// What stands in between may have made a list of two equal headers.
bool HttpIncoming::set_length(std::string_view value) {
    if (value.empty())
        return refuse(Kind::malformed, "the answer names a length that is none");
    bool same = true;
    for_each_name(value, [&](std::string_view length) {
        same &= length_.empty() || length_ == length;
        length_ = length;
    });
    return same || refuse(Kind::malformed, "the answer names two different lengths");
}

bool HttpIncoming::add_encodings(std::string_view list, bool of_transfer) {
    bool too_many = false;
    for_each_name(list, [&](std::string_view name) {
        if (of_transfer && same_word(name, "chunked")) {
            chunked_ = true;
        } else if (!name.empty() && !same_word(name, "identity") && !same_word(name, "none")) {
            too_many |= encoding_count_ == encodings_.size();
            if (too_many)
                return;
            const bool is_gzip = same_word(name, "gzip") || same_word(name, "x-gzip");
            encodings_[encoding_count_++] = is_gzip                      ? Encoding::gzip
                                            : same_word(name, "deflate") ? Encoding::deflate
                                                                         : Encoding::unknown;
        }
    });
    return !too_many || refuse(Kind::malformed, "the answer is encoded more than twice over");
}

void HttpIncoming::set_connection(std::string_view list) {
    for_each_name(list, [&](std::string_view name) {
        if (same_word(name, "close"))
            keeps_connection_ = false;
        else if (same_word(name, "keep-alive") && !keeps_connection_)
            keeps_connection_ = true;
    });
}

bool HttpIncoming::add_body(std::string_view part) {
    if (part.size() > max_body_bytes_ - response_.body.size())
        return refuse(Kind::too_large,
                      "the answer is larger than the limit of " + std::to_string(max_body_bytes_) + " bytes");
    if (response_.body.empty())
        response_.body.reserve(std::max(part.size(), expected_bytes()));
    response_.body.append(part);
    return true;
}

// Room that is worth having at once: what the answer says of its length is a claim.
std::size_t HttpIncoming::expected_bytes() const {
    constexpr std::size_t most = std::size_t{1} << 20;
    std::size_t bytes = 0;
    const auto [end, code] = std::from_chars(length_.data(), length_.data() + length_.size(), bytes);
    return code == std::errc() ? std::min({bytes, most, max_body_bytes_}) : 0;
}

} // namespace hostbill
