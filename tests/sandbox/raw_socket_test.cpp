// Bytes that are no request, or half of one, or too much of one: refused, and nobody else notices.
#include "raw_socket.hpp"

namespace hostbill::sandbox::test {
namespace {

TEST(Garbage, IsRefused) {
    Box box("coloup");
    std::string zeros(2000, '\0');
    for (std::string_view bytes :
         {std::string_view("garbage\r\n\r\n"), std::string_view("GET\r\n\r\n"),
          std::string_view("GET / HTTP/9.9\r\n\r\n"), std::string_view("\x16\x03\x01\x02\x00\x01"),
          std::string_view("GET / HTTP/1.1\r\nbad header\r\n\r\n"), std::string_view(zeros),
          std::string_view("POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n"),
          std::string_view(
              "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")})
        EXPECT_TRUE(answer_to(box, bytes).starts_with("HTTP/1.1 400")) << bytes.substr(0, 40);
    EXPECT_EQ(box.get("/details").status, 200);
}

TEST(TooMuch, IsRefused) {
    Box box("coloup");
    EXPECT_TRUE(
        answer_to(box, "GET /api/details HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(1 << 20, 'a') + "\r\n\r\n")
            .starts_with("HTTP/1.1 431"));
    EXPECT_TRUE(answer_to(box, "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n")
                    .starts_with("HTTP/1.1 413"));
    std::string chunked = "POST /api/login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 10; ++i)
        chunked += "100000\r\n" + std::string(1 << 20, 'a') + "\r\n";
    EXPECT_TRUE(answer_to(box, chunked).starts_with("HTTP/1.1 413"));
    EXPECT_EQ(box.get("/details").status, 200);
}

TEST(HalfARequest, BlocksNobody) {
    Box box("coloup");
    Socket half(box), silent(box);
    half.write("POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nab");
    EXPECT_EQ(box.get("/details").status, 200);
}

TEST(ManyConnections, StayOpen) {
    Box box("coloup");
    std::vector<std::unique_ptr<Socket>> idle;
    for (int i = 0; i < 300; ++i)
        idle.push_back(std::make_unique<Socket>(box));
    EXPECT_EQ(box.get("/details").status, 200);
    idle.back()->write("GET /api/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_TRUE(idle.back()->read_some().starts_with("HTTP/1.1 404"));
}

TEST(KeepAlive, ServesOneRequestAfterAnother) {
    Box box("coloup");
    Socket socket(box);
    for (int i = 0; i < 3; ++i) {
        socket.write("GET /api/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
        EXPECT_TRUE(socket.read_some().starts_with("HTTP/1.1 404"));
    }
    socket.write("GET /api/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(socket.read_all(), testing::HasSubstr("Connection: close"));
}

TEST(Pipelined, RequestsAreAnsweredInOrder) {
    Box box("coloup");
    std::string answers = answer_to(box, "GET /api/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                         "GET /api/details HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_LT(answers.find("404"), answers.find("401"));
}

TEST(Expect, IsAnswered) {
    Box box("coloup");
    Socket socket(box);
    socket.write("POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                 "Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(socket.read_some().starts_with("HTTP/1.1 100"));
    socket.write("{}");
    EXPECT_THAT(socket.read_all(), testing::HasSubstr("username is required"));
}

TEST(OddPaths, AreNotFound) {
    Box box("coloup");
    for (const char *target : {"/", "//", "/api", "/api/", "/api//", "/api/../api/details", "/api/%2e%2e/details",
                               "/api/service/%00", "/api/service/%zz", "*", "/_sandbox", "/_sandbox/../api/details"}) {
        std::string answer =
            answer_to(box, std::string("GET ") + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 404")) << target << ": " << answer.substr(0, 60);
    }
}

TEST(Bytes, ThatAreNoUtf8AreRefused) {
    Box box("coloup", R"("username":"a","password":"b")");
    const std::string end = " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic YTpi\r\nConnection: close\r\n\r\n";
    for (const char *name : {"%ff", "%c0%af", "%ed%a0%80", "%f5%80%80%80", "%e2%82"})
        EXPECT_TRUE(answer_to(box, "GET /api/domain/name/" + std::string(name) + end).starts_with("HTTP/1.1 404"))
            << name;
    EXPECT_TRUE(answer_to(box, "GET /api/notifications?rel_type=%ff" + end).starts_with("HTTP/1.1 400"));
    EXPECT_THAT(answer_to(box, "GET /api/domain/name/%c3%b5.net" + end),
                testing::HasSubstr("Domain \\u00f5.net not found"));
    answer_to(box, "GET /api/\xff\xfe" + end);
    EXPECT_NE(box.control(R"({"command":"journal"})").find("requests"), nullptr);
}

TEST(Head, HasNoBody) {
    Box box("coloup");
    Socket socket(box);
    socket.write("HEAD /api/details HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::string answer = socket.read_some();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 404"));
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST(Http10, Works) {
    Box box("coloup");
    EXPECT_THAT(answer_to(box, "GET /api/nothing HTTP/1.0\r\nHost: localhost\r\n\r\n"), testing::HasSubstr("404"));
}

} // namespace
} // namespace hostbill::sandbox::test
