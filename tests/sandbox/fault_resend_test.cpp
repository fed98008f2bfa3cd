// The reason for all this: libcurl sends a request again when a reused connection dies without a byte, and the ledger
// shows what that costs.
#include "fault_client.hpp"

#include <curl/curl.h>

#include <memory>

namespace hostbill::sandbox::test {
namespace {

class Curl {
public:
    explicit Curl(const Box &box) : curl_(curl_easy_init(), curl_easy_cleanup), box_(box), user_(box.user()) {
        curl_easy_setopt(curl_.get(), CURLOPT_USERPWD, user_.c_str());
        curl_easy_setopt(curl_.get(), CURLOPT_PROXY, "");
        curl_easy_setopt(curl_.get(), CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl_.get(), CURLOPT_TIMEOUT, 30L);
        curl_easy_setopt(
            curl_.get(), CURLOPT_WRITEFUNCTION,
            +[](char *, std::size_t size, std::size_t count, void *) { return size * count; });
    }

    CURLcode get(const std::string &path) {
        curl_easy_setopt(curl_.get(), CURLOPT_HTTPGET, 1L);
        return perform(path);
    }
    CURLcode post(const std::string &path, bool fresh) {
        curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDS, "");
        curl_easy_setopt(curl_.get(), CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
        return perform(path);
    }

private:
    CURLcode perform(const std::string &path) {
        curl_easy_setopt(curl_.get(), CURLOPT_URL, (box_.url() + path).c_str());
        return curl_easy_perform(curl_.get());
    }
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
    const Box &box_;
    std::string user_;
};

std::string reboot_path(const Box &box) {
    json::Value info = box.control(R"({"command":"info"})");
    return "/server/" + json::write_utf8(*info.find("ids")->find("server_id")) + "/reboot";
}

std::size_t deliveries(const Box &box) {
    std::size_t count = 0;
    json::Value journal = box.control(R"({"command":"journal"})");
    for (const json::Value &one : *journal.find("requests")->array())
        count += *one.find("operation") == json::Value("servers.reboot") ? 1 : 0;
    return count;
}

TEST(Resend, HappensOnAConnectionThatWasDroppedWhileIdle) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "servers.reboot", R"({"kind":"drop_idle"})");
    Curl curl(box);
    EXPECT_EQ(curl.get("/balance"), CURLE_OK);
    EXPECT_EQ(curl.post(reboot_path(box), false), CURLE_OK);
    EXPECT_EQ(fired(box, id), 1);
    EXPECT_EQ(deliveries(box), 2U);
    EXPECT_EQ(box.ledger("servers.reboot"), 1);
}

TEST(Resend, DeliversTwiceWhereTheReplyIsLost) {
    Box box("time4vps");
    add_fault(box, "servers.reboot", R"({"kind":"lost_reply"})");
    Curl curl(box);
    EXPECT_EQ(curl.get("/balance"), CURLE_OK);
    EXPECT_EQ(curl.post(reboot_path(box), false), CURLE_OK);
    EXPECT_EQ(deliveries(box), 2U);
}

TEST(Resend, DoesNotHappenOnAFreshConnection) {
    for (std::string_view fault : {R"({"kind":"lost_reply"})", R"({"kind":"reset","when":"after"})"}) {
        Box box("time4vps");
        add_fault(box, "servers.reboot", fault);
        Curl curl(box);
        EXPECT_EQ(curl.get("/balance"), CURLE_OK);
        EXPECT_NE(curl.post(reboot_path(box), true), CURLE_OK);
        EXPECT_EQ(deliveries(box), 1U);
        EXPECT_EQ(box.ledger("servers.reboot"), 1);
    }
}

} // namespace
} // namespace hostbill::sandbox::test
