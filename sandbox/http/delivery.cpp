#include "sandbox/http/delivery.hpp"

#include "sandbox/http/gzip.hpp"
#include "sandbox/world/dates.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <memory>
#include <strings.h>
#include <vector>

namespace hostbill::sandbox {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t piece_size = 64 * 1024;
constexpr std::string_view line_end = "\r\n";

// Nothing that an HTTP client could take for an answer, with control characters and bytes beyond ASCII.
constexpr std::string_view noise = "\x16\x03\x01\0\xff\xfe not HTTP \x80\x81\r\n\r\n{]"sv;

bool has_header(const Response &response, const char *name) {
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [&](const auto &header) { return strcasecmp(header.first.c_str(), name) == 0; });
}

Seconds wall_clock() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

std::string length_line(std::size_t length) { return "Content-Length: " + std::to_string(length) + "\r\n"; }

// Up to and without the empty line. `framing` says how the end of the body is to be known.
std::string head(const Response &response, unsigned version, bool keep_alive, const std::string &framing) {
    auto status = static_cast<boost::beast::http::status>(response.status);
    std::string_view reason(boost::beast::http::obsolete_reason(status).data(),
                            boost::beast::http::obsolete_reason(status).size());
    std::string text = version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
    text += std::to_string(response.status) + " " + std::string(reason) + "\r\n";
    if (!has_header(response, "Server"))
        text += "Server: hostbill-sandbox\r\n";
    if (!has_header(response, "Date"))
        text += "Date: " + http_date(wall_clock()) + "\r\n";
    if (!has_header(response, "Cache-Control"))
        text += "Cache-Control: no-store\r\n";
    for (const auto &[name, value] : response.headers)
        text += name + ": " + value + "\r\n";
    if (!has_header(response, "Content-Length") && !has_header(response, "Transfer-Encoding"))
        text += framing;
    if (!keep_alive)
        text += "Connection: close\r\n";
    else if (version == 10)
        text += "Connection: keep-alive\r\n";
    return text;
}

Delivery framed(const Response &response, unsigned version, bool keep_alive, const std::string &framing) {
    Delivery delivery;
    delivery.bytes = head(response, version, keep_alive, framing);
    delivery.bytes += line_end;
    delivery.bytes += response.body;
    delivery.ending = keep_alive ? Ending::keep : Ending::close;
    return delivery;
}

Delivery plain(const Response &response, unsigned version, bool keep_alive) {
    const bool bodiless = response.body.empty() && (response.status == 204 || response.status == 304);
    return framed(response, version, keep_alive, bodiless ? std::string() : length_line(response.body.size()));
}

void drip(Delivery &delivery, const Fault &fault, std::size_t body_start) {
    const bool headers = fault.part == MessagePart::headers;
    delivery.drip.from = headers ? 0 : body_start;
    delivery.drip.to = headers ? body_start : delivery.bytes.size();
    delivery.drip.bytes = static_cast<std::size_t>(fault.bytes);
    delivery.drip.every = std::chrono::milliseconds(fault.milliseconds);
}

void cut(Delivery &delivery, std::int64_t end, Ending ending) {
    delivery.bytes.resize(std::min(delivery.bytes.size(), static_cast<std::size_t>(end)));
    delivery.ending = ending;
}

// The length that the fault claims; never below 0.
std::size_t claimed_length(const Response &response, const Fault &fault) {
    auto claimed = static_cast<std::int64_t>(response.body.size()) + fault.delta;
    return static_cast<std::size_t>(std::max<std::int64_t>(claimed, 0));
}

Delivery wrong_length(const Response &response, const Fault &fault, unsigned version, bool keep_alive) {
    Delivery delivery = framed(response, version, keep_alive, length_line(claimed_length(response, fault)));
    // Too few bytes can only be told by the end. Too many stay in the way of the connection's next answer.
    if (fault.delta > 0)
        delivery.ending = Ending::close;
    return delivery;
}

Delivery dual_length(const Response &response, const Fault &fault, unsigned version, bool keep_alive) {
    std::string lines = length_line(response.body.size()) + length_line(claimed_length(response, fault));
    Delivery delivery = framed(response, version, keep_alive, lines);
    delivery.ending = Ending::close;
    return delivery;
}

// Blanks with an empty object behind them, which is JSON, through several gzips in a row.
class Bomb {
public:
    Bomb(std::int64_t bytes, std::int64_t layers)
        : blanks_(bytes - static_cast<std::int64_t>(object.size())), layers_(static_cast<std::size_t>(layers)) {}

    std::optional<std::string> next() {
        if (finished_)
            return std::nullopt;
        std::string out;
        for (int step = 0; step < steps && blanks_ > 0; ++step) {
            auto count = std::min(static_cast<std::int64_t>(block.size()), blanks_);
            blanks_ -= count;
            out += pass(std::string_view(block).substr(0, static_cast<std::size_t>(count)));
        }
        if (blanks_ == 0) {
            finished_ = true;
            out += pass(object);
            out += finish();
        }
        return out;
    }

private:
    static constexpr std::string_view object = "{}";
    static constexpr int steps = 16; // The server has others to serve in between.

    std::string pass(std::string_view bytes, std::size_t layer = 0) {
        std::string text(bytes);
        for (; layer < layers_.size() && !text.empty(); ++layer)
            text = layers_[layer].add(text);
        return text;
    }

    std::string finish() {
        std::string out;
        for (std::size_t layer = 0; layer < layers_.size(); ++layer)
            out += pass(layers_[layer].finish(), layer + 1);
        return out;
    }

    const std::string block = std::string(piece_size, ' ');
    std::int64_t blanks_;
    std::vector<Gzip> layers_;
    bool finished_ = false;
};

Delivery gzip_bomb(Response response, const Fault &fault, unsigned version) {
    std::string names = "gzip";
    for (std::int64_t layer = 1; layer < fault.layers; ++layer)
        names += ", gzip";
    response.headers.emplace_back("Content-Encoding", names);
    response.body.clear();
    Delivery delivery = framed(response, version, false, ""); // Its length is known to nobody: the end tells.
    delivery.more = [bomb = std::make_shared<Bomb>(fault.bytes, fault.layers)] { return bomb->next(); };
    return delivery;
}

// Headers without a meaning, some kilobytes at a time.
class Filler {
public:
    Filler(std::int64_t bytes, std::string rest) : endless_(bytes == 0), left_(bytes), rest_(std::move(rest)) {}

    std::optional<std::string> next() {
        if (finished_)
            return std::nullopt;
        std::string out;
        while (out.size() < piece_size && (endless_ || left_ > 0)) {
            const std::size_t before = out.size();
            out += "X-Filler-" + std::to_string(++lines_) + ": " + std::string(60, 'x') + "\r\n";
            left_ -= static_cast<std::int64_t>(out.size() - before);
        }
        if (!endless_ && left_ <= 0) {
            finished_ = true;
            out += rest_;
        }
        return out;
    }

private:
    bool endless_;
    std::int64_t left_;
    std::string rest_;
    std::int64_t lines_ = 0;
    bool finished_ = false;
};

Delivery endless_headers(const Response &response, const Fault &fault, unsigned version, bool keep_alive) {
    Delivery delivery;
    delivery.bytes = head(response, version, keep_alive, length_line(response.body.size()));
    delivery.more = [filler = std::make_shared<Filler>(fault.bytes, std::string(line_end) + response.body)] {
        return filler->next();
    };
    delivery.ending = keep_alive ? Ending::keep : Ending::close;
    return delivery;
}

Delivery garbage(const Fault &fault) {
    Delivery delivery;
    delivery.bytes = fault.body.value_or(std::string(noise));
    delivery.ending = Ending::close;
    return delivery;
}

Delivery nothing(Ending ending) {
    Delivery delivery;
    delivery.ending = ending;
    return delivery;
}

} // namespace

Delivery deliver(const Response &response, unsigned version, bool keep_alive) {
    if (!response.fault)
        return plain(response, version, keep_alive);
    const Fault &fault = *response.fault;
    switch (fault.kind) {
    case FaultKind::close:
    case FaultKind::lost_reply:
        return nothing(Ending::close);
    case FaultKind::drop_idle:
        return nothing(Ending::reset);
    case FaultKind::reset:
        if (fault.when != ResetTime::during)
            return nothing(Ending::reset);
        break;
    case FaultKind::garbage:
        return garbage(fault);
    case FaultKind::wrong_length:
        return wrong_length(response, fault, version, keep_alive);
    case FaultKind::dual_length:
        return dual_length(response, fault, version, keep_alive);
    case FaultKind::gzip_bomb:
        return gzip_bomb(response, fault, version);
    case FaultKind::endless_headers:
        return endless_headers(response, fault, version, keep_alive);
    default:
        break;
    }
    // What is left sends the whole answer, or its beginning.
    Delivery delivery = plain(response, version, keep_alive);
    const std::size_t body_start = delivery.bytes.size() - response.body.size();
    switch (fault.kind) {
    case FaultKind::delay:
        delivery.delay = std::chrono::milliseconds(fault.milliseconds);
        break;
    case FaultKind::drip:
        drip(delivery, fault, body_start);
        break;
    case FaultKind::truncate:
        cut(delivery, fault.at ? *fault.at : static_cast<std::int64_t>(body_start) + *fault.body_at, Ending::close);
        break;
    case FaultKind::reset:
        cut(delivery, static_cast<std::int64_t>(body_start + response.body.size() / 2), Ending::reset);
        break;
    default:
        break; // Only the answer itself is another one.
    }
    return delivery;
}

} // namespace hostbill::sandbox
