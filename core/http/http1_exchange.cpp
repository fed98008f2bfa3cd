#include "core/http/http1_exchange.hpp"

#include "core/http/curl_failure.hpp"

#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace hostbill {
namespace {

using Kind = HttpFailure::Kind;

constexpr std::size_t longest_url = 8'000'000;
// Between two looks at the time, and at who wants it cancelled.
constexpr int most_reads = 16;
// TLS takes a piece as a whole or not at all: until then, nothing of it would count as moved.
constexpr std::size_t longest_piece = 16 * 1024;

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

struct UrlParts {
    std::string_view origin; // "https://portal.example:8443"
    std::string_view host;   // "portal.example:8443"
    std::string_view target; // "/api/invoice?page=2"
};

// Nothing where it is none that can be sent.
std::optional<UrlParts> split(std::string_view url) {
    const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
    if (scheme == 0 || url.size() > longest_url || !std::all_of(url.begin(), url.end(), is_visible))
        return std::nullopt;
    const std::size_t slash = std::min(url.find('/', scheme), url.size());
    UrlParts parts{url.substr(0, slash), url.substr(scheme, slash - scheme), url.substr(slash)};
    if (parts.host.empty())
        return std::nullopt;
    if (parts.target.empty())
        parts.target = "/";
    return parts;
}

} // namespace

Http1Exchange::Http1Exchange(const CurlSetup &setup)
    : setup_(setup), common_headers_("\r\nAccept: application/json\r\nUser-Agent: " + setup.settings().user_agent +
                                     "\r\nAccept-Encoding: gzip, deflate\r\n") {}

void Http1Exchange::begin(const HttpRequest &request) {
    deadline_ = request.deadline;
    watch_.reset();
    reader_.emplace(setup_.settings().max_response_bytes);
    failure_.reset();
    sent_ = has_more_ = false;
    written_ = 0;
    if (request.url != url_) {
        url_.clear();
        const std::optional<UrlParts> parts = split(request.url);
        if (!parts)
            return fail({Kind::internal, false, "the request's URL is none that can be sent"});
        origin_ = parts->origin;
        host_ = parts->host;
        target_ = parts->target;
        url_ = request.url;
    }
    write_down(request);
}

void Http1Exchange::write_down(const HttpRequest &request) {
    const std::string_view authorization = request.authorization.view();
    const std::string_view body = request.body.value_or(std::string_view());
    constexpr std::size_t names = 160; // and more than what stands between them
    request_.clear();
    // At once: what grows leaves copies of the credentials behind.
    request_.reserve(request.method.size() + target_.size() + host_.size() + common_headers_.size() +
                     authorization.size() + request.content_type.size() + body.size() + names);
    const auto add = [this](std::initializer_list<std::string_view> parts) {
        for (const std::string_view part : parts)
            request_.append(part);
    };
    add({request.method, " ", target_, " HTTP/1.1\r\nHost: ", host_, common_headers_});
    if (!authorization.empty())
        add({"Authorization: ", authorization, "\r\n"});
    if (request.body)
        add({"Content-Type: ", request.content_type, "\r\n"});
    if (request.body || request.method == "POST" || request.method == "PUT")
        add({"Content-Length: ", std::to_string(body.size()), "\r\n"});
    add({"\r\n", body});
}

bool Http1Exchange::move(Connection &connection) {
    if (wants_to_write()) {
        write(connection);
        // The answer takes a while, and whoever waits sees it come; but what came with the connection may lie within it.
        if (!wants_to_write() && !connection.is_new())
            return over();
    }
    read(connection);
    return over();
}

void Http1Exchange::write(Connection &connection) {
    // TLS may have sent a part of what it says it has not taken yet.
    const bool sent_before = std::exchange(sent_, true);
    if (!sent_before)
        watch_.emplace(setup_.settings().stall_timeout, Clock::now());
    while (wants_to_write()) {
        const Connection::Moved moved = connection.write(std::string_view(request_).substr(written_, longest_piece));
        written_ += moved.bytes;
        if (moved.state == Connection::State::blocked)
            return;
        if (moved.state == Connection::State::gone) {
            sent_ = sent_before || written_ > 0;
            return fail({sent_ ? Kind::broken : Kind::connect, sent_, "the connection was lost"});
        }
        if (moved.state != Connection::State::fine) {
            // A portal that refuses a long request may have answered before it ended the connection.
            read(connection);
            return fail({Kind::broken, true, "the connection broke while the request was sent"});
        }
    }
}

void Http1Exchange::read(Connection &connection) {
    std::array<char, 32 * 1024> buffer;
    has_more_ = false;
    for (int reads = 0; !over(); ++reads) {
        // What unfolds twice keeps the processor busy for a thousand times as long.
        if (reads >= (reader_->incoming().encodings().size() > 1 ? 1 : most_reads)) {
            has_more_ = true;
            return;
        }
        const Connection::Moved moved = connection.read(buffer.data(), buffer.size());
        switch (moved.state) {
        case Connection::State::fine:
            reader_->add({buffer.data(), moved.bytes});
            break;
        case Connection::State::blocked:
            return;
        case Connection::State::ended:
            if (!reader_->begun())
                return fail({Kind::broken, true, "the connection ended without an answer"});
            reader_->add_end();
            break;
        case Connection::State::broken:
        case Connection::State::gone:
            return fail({Kind::broken, true, "the connection broke"});
        }
        if (reader_->incoming().failure())
            return fail(*reader_->incoming().failure());
    }
}

bool Http1Exchange::late(Clock::time_point now) {
    if (over())
        return true;
    if (now >= deadline_)
        fail({Kind::timeout, sent_, "the deadline passed"});
    else if (watch_ && watch_->stalled(sent_, written_ + reader_->bytes(), now))
        fail(stalled_failure(sent_, setup_.settings().stall_timeout));
    return over();
}

void Http1Exchange::fail(HttpFailure failure) {
    if (!over())
        failure_ = std::move(failure);
}

Result<HttpResponse, HttpFailure> Http1Exchange::end() {
    wipe(request_);
    if (failure_)
        return std::move(*failure_);
    return std::move(reader_->incoming().response());
}

} // namespace hostbill
