// Throws damaged answers at the reader of HTTP/1.1: fuzz_http WIRE_FOLDER SECONDS [SEED]
//
// Whatever pieces the bytes come in, the same has to come of them. The sanitizers watch the rest. A failure prints the
// seed that repeats it.
#include "core/http/http1_reader.hpp"
#include "damage.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

namespace {

using namespace std::string_view_literals;

constexpr std::string_view answers[] = {
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}"sv,
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n{\"a\r\n4\r\n\":1}\r\n0\r\nA: b\r\n\r\n"sv,
    "HTTP/1.1 103 Early Hints\r\nLocation: /\r\n\r\nHTTP/1.0 503 No\r\nRetry-After: 7\r\nConnection: close\r\n\r\n{}"sv,
    // {"a":1} by gzip, and by gzip as two chunks
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 27\r\n\r\n"
    "\x1f\x8b\x08\0\0\0\0\0\x02\x03\xabVJT\xb2"
    "2\xac\x05\0\xaf\xac\x1bV\x07\0\0\0"sv,
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    "4\r\n\x1f\x8b\x08\0\r\n17\r\n\0\0\0\0\x02\x03\xabVJT\xb2"
    "2\xac\x05\0\xaf\xac\x1bV\x07\0\0\0\r\n0\r\n\r\n"sv};

// What became of it, as text.
std::string outcome(hostbill::Http1Reader &reader) {
    if (reader.incoming().failure())
        return "refused"; // Why, may depend on what is seen first.
    const hostbill::HttpResponse &response = reader.incoming().response();
    return std::to_string(response.status) + (reader.done() ? " done " : " not done ") +
           (reader.keeps_connection() ? "kept " : "") + response.retry_after + response.location + response.body;
}

bool round(Damage &damage) {
    std::string bytes(answers[damage.below(std::size(answers))]);
    if (damage.below(8) > 0)
        bytes = damage.of(std::move(bytes));
    const bool ends = damage.below(2) == 0;
    hostbill::Http1Reader whole(5000);
    if (whole.add(bytes) && ends)
        whole.add_end();
    hostbill::Http1Reader pieces(5000);
    bool fine = true;
    for (std::string_view rest = bytes; fine && !rest.empty();) {
        const std::string piece(rest.substr(0, damage.below(20) + 1)); // of its own, for what reads beyond it
        rest.remove_prefix(piece.size());
        fine = pieces.add(piece);
    }
    if (fine && ends)
        pieces.add_end();
    return outcome(whole) == outcome(pieces);
}

} // namespace

int main(int count, char **arguments) {
    if (count < 3) {
        std::fprintf(stderr, "usage: fuzz_http WIRE_FOLDER SECONDS [SEED]\n");
        return 2;
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(std::atoi(arguments[2]));
    unsigned seed = count > 3 ? static_cast<unsigned>(std::atoi(arguments[3])) : std::random_device()();
    long rounds = 0;
    do {
        Damage damage(seed);
        if (!round(damage)) {
            std::fprintf(stderr, "failed; repeat with seed %u and 0 seconds\n", seed);
            return 1;
        }
        ++rounds;
        ++seed;
    } while (std::chrono::steady_clock::now() < end);
    std::printf("%ld rounds, nothing wrong\n", rounds);
    return 0;
}
