// Requests that are wrong as HTTP, or as what they carry: each gets its refusal, and whoever else is there is served.
#include "bystander.hpp"

#include <sys/resource.h>

namespace hostbill::sandbox::test {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::string_view host = "Host: localhost\r\n";

struct BadRequest {
    std::string_view what;
    std::string bytes;
    std::string_view status;
};

std::string get(std::string_view target, std::string_view headers = host) {
    return "GET " + std::string(target) + " HTTP/1.1\r\n" + std::string(headers) + "Connection: close\r\n\r\n";
}

std::string post(std::string_view headers, std::string_view body) {
    return "POST /api/login HTTP/1.1\r\n" + std::string(host) + std::string(headers) + "\r\n" + std::string(body);
}

std::vector<BadRequest> bad_hosts() {
    return {
        {"no Host", get("/api/details", ""), "400"},
        {"two Hosts", get("/api/details", "Host: localhost\r\nHost: localhost\r\n"), "400"},
        {"another Host", get("/api/details", "Host: portal.example\r\n"), "421"},
        {"a Host that begins well", get("/api/details", "Host: localhost.portal.example\r\n"), "421"},
        {"a Host with a name for a port", get("/api/details", "Host: localhost:80@portal.example\r\n"), "421"},
        {"an address with a tail", get("/api/details", "Host: [::1]portal.example\r\n"), "421"},
        {"another host in the target", get("http://portal.example/api/details"), "421"},
        {"this host in the target", get("http://localhost:1/api/nothing", "Host: portal.example\r\n"), "404"},
        {"another protocol in the target", get("ftp://localhost/api/details"), "404"},
        {"another host's port", get("/api/details", "Host: LOCALHOST:1\r\n"), "401"},
    };
}

std::vector<BadRequest> bad_framing() {
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    return {
        {"both framings", post(chunked + "Content-Length: 5\r\n", "0\r\n\r\n"), "400"},
        {"both framings, turned round", post("Content-Length: 5\r\n" + chunked, "0\r\n\r\n"), "400"},
        {"another coding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), "400"},
        {"no coding", post("Transfer-Encoding: identity\r\n", ""), "400"},
        {"chunked not last", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), "400"},
        {"chunked twice", post(chunked + chunked, "0\r\n\r\n"), "400"},
        {"no size of a chunk", post(chunked, "zz\r\nab\r\n"), "400"},
        {"a size beyond numbers", post(chunked, "fffffffffffffffff\r\n"), "400"},
        {"a chunk longer than it says", post(chunked, "1\r\nabcd\r\n0\r\n\r\n"), "400"},
        {"a length below 0", post("Content-Length: -1\r\n", ""), "400"},
        {"a length with a sign", post("Content-Length: +2\r\n", "{}"), "400"},
        {"a length in hex", post("Content-Length: 0x2\r\n", "{}"), "400"},
        {"a length beyond numbers", post("Content-Length: 99999999999999999999999\r\n", ""), "400"},
        {"two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}x"), "400"},
        {"a blank before the colon", post("Content-Length : 2\r\n", "{}"), "400"},
        {"a length too large", post("Content-Length: 100000000\r\n", ""), "413"},
        {"a length too large that waits", post("Content-Length: 100000000\r\nExpect: 100-continue\r\n", ""), "413"},
    };
}

std::vector<BadRequest> bad_heads() {
    return {
        {"a method nobody knows", "PURGE /api/details HTTP/1.1\r\n"s.append(host) + "Connection: close\r\n\r\n", "404"},
        {"a method in small letters", "get /api/details HTTP/1.1\r\n"s.append(host) + "Connection: close\r\n\r\n",
         "404"},
        {"OPTIONS", "OPTIONS * HTTP/1.1\r\n"s.append(host) + "Connection: close\r\n\r\n", "404"},
        {"TRACE", "TRACE /api/details HTTP/1.1\r\n"s.append(host) + "Connection: close\r\n\r\n", "404"},
        {"CONNECT", "CONNECT localhost:80 HTTP/1.1\r\n"s.append(host) + "Connection: close\r\n\r\n", "404"},
        {"a method of another language", "G\xc3\x89T /api/details HTTP/1.1\r\n"s.append(host) + "\r\n", "400"},
        {"no version", "GET /api/details\r\n\r\n", "400"},
        {"a version to come", "GET /api/details HTTP/2.0\r\n\r\n", "400"},
        {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"},
        {"a blank in the target", get("/api/de tails"), "400"},
        {"NUL in the target", get("/api/de\0tails"sv), "400"},
        {"NUL in a header", get("/api/details", "Host: localhost\r\nX: a\0b\r\n"sv), "400"},
        {"no name of a header", get("/api/details", "Host: localhost\r\n: x\r\n"), "400"},
        {"lines that end in LF", "GET /api/details HTTP/1.1\nHost: localhost\n\n", "400"},
        {"1 MB of target", get("/api/" + std::string(1 << 20, 'a')), "431"},
        {"1 MB in one header", get("/api/details", std::string(host) + "X: " + std::string(1 << 20, 'a') + "\r\n"),
         "431"},
        {"1 MB in many headers",
         [] {
             std::string headers(host);
             while (headers.size() < 1 << 20)
                 headers += "X-" + std::to_string(headers.size()) + ": a\r\n";
             return get("/api/details", headers);
         }(),
         "431"},
    };
}

void expect_refused(const std::vector<BadRequest> &requests) {
    Box box("coloup");
    Bystander bystander(box);
    for (const BadRequest &bad : requests) {
        SCOPED_TRACE(bad.what);
        Socket socket(box);
        socket.write(bad.bytes);
        if (bad.bytes.find("\r\n\r\n") == std::string::npos && bad.status == "400")
            socket.finish();
        const std::string answer = socket.read_all();
        EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 " + std::string(bad.status));
        const std::string body = answer.substr(std::min(answer.find("\r\n\r\n") + 4, answer.size()));
        const auto parsed = json::parse(body);
        EXPECT_TRUE(parsed && parsed->find("error") != nullptr) << body; // So it was answered once.
    }
}

TEST(BadRequests, OfAnotherHostAreRefused) { expect_refused(bad_hosts()); }
TEST(BadRequests, WhoseEndIsUnclearAreRefused) { expect_refused(bad_framing()); }
TEST(BadRequests, WithABadHeadAreRefused) { expect_refused(bad_heads()); }

TEST(AbsoluteTargets, AreServed) {
    Box box("coloup");
    for (std::string_view target : {"http://localhost/api/balance", "HTTP://127.0.0.1:4711/api/balance"})
        EXPECT_TRUE(answer_to(box, get(target, std::string(host) + basic_header(box))).starts_with("HTTP/1.1 200"))
            << target;
}

// What follows a request that was refused may be a part of it: nothing of it is carried out.
TEST(BadRequests, SmuggleNothing) {
    Box box("coloup");
    const std::string inner = "POST /api/service/5120/label HTTP/1.1\r\n"s.append(host) + basic_header(box) +
                              "Content-Type: application/json\r\nContent-Length: 20\r\n\r\n"
                              R"({"label":"smuggled"})";
    for (const BadRequest &bad : bad_framing()) {
        SCOPED_TRACE(bad.what);
        answer_to(box, bad.bytes + inner);
    }
    EXPECT_EQ(box.ledger("services.label.update"), 0);
    const std::string good = answer_to(box, inner + get("/api/nothing"));
    EXPECT_EQ(box.ledger("services.label.update"), 1) << good;
}

TEST(Pipelined, RequestsBeforeABadOneAreAnswered) {
    Box box("coloup");
    std::string bytes;
    for (int i = 0; i < 100; ++i)
        bytes += "GET /api/balance HTTP/1.1\r\n"s.append(host) + basic_header(box) + "\r\n";
    const std::string answers = answer_to(box, bytes + "garbage\r\n\r\n" + bytes);
    std::size_t good = 0;
    for (std::size_t at = 0; (at = answers.find("HTTP/1.1 200", at)) != answers.npos; ++at)
        ++good;
    EXPECT_EQ(good, 100U);
    EXPECT_THAT(answers.substr(answers.rfind("HTTP/1.1")), testing::StartsWith("HTTP/1.1 400"));
}

TEST(EncodedPaths, NameNothingElse) {
    Box box("coloup");
    Bystander bystander(box);
    for (const char *target :
         {"/api/service%2F5120", "/api/service/5120%2Flabel", "/api/%2e%2e/api/details", "/api/x/..%2fdetails",
          "/api/./details", "/api/service/5120/.", "/api//details", "/api/details/", "/api/service/5120%00",
          "/api/service/%c0%b5120", "/api\\details", "/API/details", "/%61pi/details%", "/api/service/5120;x",
          "/api/service/5120%", "/_sandbox/%2e%2e/api/details", "/api/../_sandbox/control", "/_sandbox%2Fcontrol"}) {
        const std::string answer = answer_to(box, get(target, std::string(host) + basic_header(box)));
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 404") || answer.find(R"({"error":[)") != answer.npos)
            << target << ": " << answer;
    }
    // Encoded twice is another name, and what is encoded once is the same one.
    EXPECT_EQ(box.get("/service/%2535120").error(), "Parameter service_id must be a whole number");
    EXPECT_EQ(box.get("/%73ervice/%35120").at({"service", "id"}), box.get("/service/5120").at({"service", "id"}));
}

struct BadBody {
    std::string_view what;
    std::string body;
    std::string_view type = "application/json";
};

std::vector<BadBody> bad_bodies() {
    const auto nested = [](std::size_t depth) {
        std::string text = R"({"label":)";
        for (std::size_t i = 0; i < depth; ++i)
            text += R"({"a":[)";
        return text; // Its end would tell nothing more.
    };
    std::string fields;
    for (int i = 0; i < 1001; ++i)
        fields += "f" + std::to_string(i) + "=1&";
    std::string brackets = "label";
    for (int i = 0; i < 40; ++i)
        brackets += "[a]";
    return {
        {"half", R"({"label":"x)"},
        {"nothing but blanks", "   "},
        {"a list", R"([{"label":"x"}])"},
        {"a text", R"("label")"},
        {"a number", "5"},
        {"two documents", R"({"label":"x"}{"label":"y"})"},
        {"a comment", R"({"label":"x"/* y */})"},
        {"a comma too many", R"({"label":"x",})"},
        {"a key twice", R"({"label":"x","label":"y"})"},
        {"quotes of another kind", "{'label':'x'}"},
        {"no number", R"({"label":NaN})"},
        {"a number with zeros", R"({"label":007})"},
        {"deep", nested(40)},
        {"very deep", nested(100'000)},
        {"half a pair", R"({"label":"\ud83d"})"},
        {"no UTF-8", "{\"label\":\"\xff\"}"},
        {"overlong UTF-8", "{\"label\":\"\xc0\xaf\"}"},
        {"NUL", "{\"label\":\"a\0b\"}"s},
        {"NUL in an escape", R"({"label":"a\u0000b"})"},
        {"NUL in a name", R"({"label":"a","b\u0000":1})"},
        {"NUL far inside", R"({"label":"a","b":[{"c":"\u0000"}]})"},
        {"a control character", "{\"label\":\"a\nb\"}"},
        {"a form with half an escape", "label=%4", "application/x-www-form-urlencoded"},
        {"a form with NUL", "label=a%00b", "application/x-www-form-urlencoded"},
        {"a form with no UTF-8", "label=%ff", "application/x-www-form-urlencoded"},
        {"a form with no name", "=x", "application/x-www-form-urlencoded"},
        {"a form with too many fields", fields, "application/x-www-form-urlencoded"},
        {"a form too deep", brackets + "=x", "application/x-www-form-urlencoded"},
        {"a form with open brackets", "label[=x", "application/x-www-form-urlencoded"},
        {"bytes", std::string("\x89PNG\r\n\x1a\n\0\0", 10), "image/png"},
    };
}

TEST(BadBodies, AreRefusedAndChangeNothing) {
    Box box("coloup");
    Bystander bystander(box);
    ASSERT_EQ(box.post("/service/5120/label", R"({"label":"as it was"})").error(), "");
    for (const BadBody &bad : bad_bodies()) {
        SCOPED_TRACE(bad.what);
        const Answer answer = send({.method = "POST",
                                    .url = box.url() + "/service/5120/label",
                                    .headers = {"Content-Type: " + std::string(bad.type)},
                                    .body = bad.body,
                                    .user = box.user()});
        EXPECT_EQ(answer.status, 400);
        EXPECT_NE(answer.error(), "") << answer.text;
    }
    EXPECT_EQ(box.get("/service/5120/label").word({"label"}), "as it was");
    EXPECT_EQ(box.ledger("services.label.update"), 1);
}

long peak_kilobytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

// Told at once where the length is known, and as soon as it is too much where it is not.
TEST(HugeBodies, AreNotHeldInMemory) {
    Box box("coloup");
    Bystander bystander(box);
    constexpr std::size_t piece_size = 1 << 20, pieces = 100;
    const std::string piece(piece_size, 'a');
    const long before = peak_kilobytes();
    for (std::string_view framing : {"Content-Length: 104857600\r\n", "Transfer-Encoding: chunked\r\n"}) {
        SCOPED_TRACE(framing);
        const bool chunked = framing.starts_with("T");
        Socket socket(box);
        socket.write(post(framing, ""));
        std::size_t sent = 0;
        for (; sent < pieces; ++sent)
            if (!socket.write(chunked ? "100000\r\n" + piece + "\r\n" : piece))
                break;
        EXPECT_TRUE(socket.read_some().starts_with("HTTP/1.1 413"));
    }
#ifndef __SANITIZE_ADDRESS__ // It keeps what was given back.
    EXPECT_LT(peak_kilobytes() - before, 64 * 1024);
#else
    static_cast<void>(before);
#endif
}

} // namespace
} // namespace hostbill::sandbox::test
