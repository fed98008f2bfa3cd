// Canaries: secrets planted wherever one can be, which must not come out again anywhere, in whatever spelling.
#include "core/base/base64.hpp"
#include "core/base/secret.hpp"
#include "core/call/log.hpp"

#include "process.hpp"
#include "support.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <mutex>

namespace hostbill::test {
namespace {

// Each holds characters that its spellings write differently.
constexpr const char *canaries[] = {"canary/password+1 \"\\", "canary/token+2", "canary/sent+3 \"\\", "canary/extra+4"};

std::string hex(std::string_view text, const char *digits) {
    std::string out;
    for (const char c : text) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 0xF];
    }
    return out;
}

std::string percent(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            out += c;
        else
            out += "%" + hex(std::string_view(&c, 1), "0123456789ABCDEF");
    }
    return out;
}

std::string escaped(std::string_view text) {
    const std::string quoted = json::write_utf8(json::Value(text));
    return quoted.substr(1, quoted.size() - 2);
}

std::vector<std::string> spellings(std::string_view text) {
    return {std::string(text),
            percent(text),
            escaped(text),
            base64_encode(std::string(text)),
            hex(text, "0123456789abcdef"),
            hex(text, "0123456789ABCDEF")};
}

void expect_no_canary(const std::string &shown, const std::string &where) {
    for (const char *canary : canaries) {
        for (const std::string &spelling : spellings(canary)) {
            EXPECT_EQ(shown.find(spelling), std::string::npos) << where << ": " << shown;
            EXPECT_EQ(shown.find(escaped(spelling)), std::string::npos) << where << ": " << shown;
        }
    }
}

// The lines that the library logs while it lives.
class Log {
public:
    Log() { set_log(&Log::add, this); }
    ~Log() { set_log(nullptr, nullptr); }

    std::string text() {
        const std::lock_guard lock(mutex_);
        return text_;
    }

private:
    static void add(void *self, const char *line) {
        auto *log = static_cast<Log *>(self);
        const std::lock_guard lock(log->mutex_);
        log->text_ += line;
    }

    std::mutex mutex_;
    std::string text_;
};

std::string with_password(const std::string &url, const std::string &auth) {
    return json::write_utf8(json::Value(json::Object{{"portal", "generic"},
                                                     {"base_url", url},
                                                     {"username", "user"},
                                                     {"password", canaries[0]},
                                                     {"auth", auth},
                                                     {"retry", json::Object{{"max_attempts", 1}}}}));
}

std::string with_token(const std::string &url) {
    std::string token = canaries[1];
    return json::write_utf8(json::Value(json::Object{{"portal", "generic"}, {"base_url", url}, {"token", token}}));
}

std::string signup_params() {
    return json::write_utf8(json::Value(json::Object{{"email", "a@example.net"}, {"password", canaries[2]}}));
}

const char *const extra_options = R"({"extra":{"api_secret":"canary/extra+4"}})";

// A portal that repeats all it was sent, in every spelling, in its complaint.
Reply repeating(const Received &request, int status) {
    json::Array words;
    for (const char *canary : canaries) {
        for (const std::string &spelling : spellings(canary))
            words.emplace_back("you sent " + spelling + ", did you");
    }
    words.emplace_back(request.head);
    words.emplace_back(request.body);
    words.emplace_back(request.header("Authorization"));
    return {.status = status, .body = json::write_utf8(json::Value(json::Object{{"error", std::move(words)}}))};
}

TEST(Canary, StaysOutOfErrorsAndLogs) {
    Log log;
    for (const int status : {200, 400, 401, 500}) {
        TestServer server([&](const Received &request) { return repeating(request, status); });
        for (const std::string &config :
             {with_password(server.url(), "basic"), with_password(server.url(), "jwt"), with_token(server.url())}) {
            const auto client = make_client(config);
            const std::size_t before = server.received().size();
            const Result<std::string> result = client->call("contacts.create", signup_params(), extra_options);
            ASSERT_FALSE(result);
            EXPECT_GT(server.received().size(), before);
            // Of what this very client knows.
            const std::string shown = error_document(result.error());
            const bool has_token = config.find("\"token\"") != std::string::npos;
            for (const std::string &spelling : spellings(canaries[has_token ? 1 : 0]))
                EXPECT_EQ(shown.find(escaped(spelling)), std::string::npos) << spelling << " in " << shown;
        }
    }
    expect_no_canary(log.text(), "log");
}

// A portal's long words are cut, and its line breaks become blanks, before secrets are looked for.
TEST(Canary, StaysOutOfWordsThatAreCut) {
    std::string key = "-----BEGIN PRIVATE KEY-----\n";
    for (int line = 0; line < 60; ++line)
        key += "canary" + std::to_string(line) + "/abcdefghijklmnop\n";
    for (const std::string &before : {std::string(), std::string(470, 'x')}) {
        TestServer server([&](const Received &) {
            json::Object body;
            body.append("error", json::Array{json::Value(before + key), json::Value("your key: " + key + " is wrong")});
            return Reply{.body = json::write_utf8(json::Value(std::move(body)))};
        });
        json::Object params{{"email", "a@example.net"}, {"password", key}};
        const auto result = make_client(with_password(server.url(), "basic"))
                                ->call("contacts.create", json::write_utf8(json::Value(std::move(params))));
        ASSERT_FALSE(result);
        EXPECT_EQ(server.received().size(), 1U);
        const std::string shown = error_document(result.error());
        EXPECT_THAT(shown, testing::Not(testing::AnyOf(testing::HasSubstr("canary"), testing::HasSubstr("PRIVATE"))));
    }
}

TEST(Canary, StaysOutOfDryRuns) {
    for (const std::string &config : {with_password("http://127.0.0.1:1", "basic"),
                                      with_password("http://127.0.0.1:1", "jwt"), with_token("http://127.0.0.1:1")}) {
        const Result<std::string> result = make_client(config)->call(
            "contacts.create", signup_params(), R"({"dry_run":true,"extra":{"api_secret":"canary/extra+4"}})");
        ASSERT_TRUE(result);
        EXPECT_THAT(*result, testing::HasSubstr("***"));
        expect_no_canary(*result, "dry run");
    }
}

TEST(Canary, StaysOutOfErrorsOnMalformedInput) {
    const std::string inputs[] = {
        R"({"portal":"time4vps","password":"canary/token+2","username":"u","passwrd":"canary/token+2"})",
        R"({"portal":"time4vps","password":"canary/token+2)",
        R"({"portal":"time4vps","password":["canary/token+2"]})",
        R"({"portal":"time4vps","token":"canary/token+2\n"})",
        R"({"portal":"time4vps","base_url":"https://user:canary/token+2@portal.example","auth":"none"})",
        R"({"portal":"time4vps","auth":"none","proxy":"http://u:canary%2Ftoken%2B2@[bad"})",
        R"({"portal":"time4vps","auth":"none","totp_secret":"canary/token+2"})",
        R"({"portal":"time4vps","auth":"none","client_key":"canary/token+2"})",
        R"({"portal":"time4vps","auth":"none","pinned_public_key":"canary/token+2"})",
    };
    for (const std::string &input : inputs) {
        const auto client = Client::create(input);
        ASSERT_FALSE(client) << input;
        expect_no_canary(error_document(client.error()), input);
    }
    TestServer server({Reply{}});
    const auto client = basic_client(server);
    for (const char *params : {R"({"password":"canary/token+2)", R"({"password":["canary/token+2"]})",
                               R"({"password":{"a":"canary/token+2"}})"}) {
        const Result<std::string> result = client->call("account.update", params);
        ASSERT_FALSE(result);
        expect_no_canary(error_document(result.error()), params);
    }
}

// Reads this process's own memory, and counts where a text stands.
[[maybe_unused]] std::size_t copies_in_memory(const std::string &reversed) {
    std::ifstream maps("/proc/self/maps");
    std::ifstream memory("/proc/self/mem", std::ios::binary);
    std::size_t found = 0;
    for (std::string line; std::getline(maps, line);) {
        if (line.find("[heap]") == std::string::npos && line.find(" 00:00 0 ") == std::string::npos)
            continue;
        unsigned long long from = 0;
        unsigned long long to = 0;
        char write = '-';
        if (std::sscanf(line.c_str(), "%llx-%llx r%c", &from, &to, &write) != 3 || write != 'w' ||
            to - from > (64U << 20))
            continue;
        std::string part(to - from, '\0');
        memory.clear();
        memory.seekg(static_cast<std::streamoff>(from));
        memory.read(part.data(), static_cast<std::streamsize>(part.size()));
        // The text itself is put together nowhere: it is compared backwards.
        for (std::size_t at = 0; (at = part.find(reversed.back(), at)) != part.npos; ++at) {
            if (at + reversed.size() <= part.size() &&
                std::equal(reversed.rbegin(), reversed.rend(), part.begin() + static_cast<std::ptrdiff_t>(at)))
                ++found;
        }
        wipe(part);
    }
    return found;
}

TEST(Zeroing, NoPasswordIsLeftInMemoryWhenTheClientIsGone) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers keep what was freed";
#else
    TestServer server({Reply{}});
    const std::string url = server.url();
    Child child([&] {
        const std::string reversed = "eulb-ni-drow-yranac-gnol-yrev-a";
        const auto plant = [&] {
            std::string config =
                R"({"portal":"time4vps","auth":"basic","username":"user","base_url":")" + url + R"(","password":")";
            config.reserve(500);
            config.append(reversed.rbegin(), reversed.rend());
            config += "\"}";
            auto client = Client::create(config);
            wipe(config);
            return std::move(*client);
        };
        auto client = plant();
        const bool works = bool(client->call("invoices.list"));
        const std::size_t before = copies_in_memory(reversed);
        client.reset();
        const std::size_t after = copies_in_memory(reversed);
        if (!works || before == 0 || after != 0)
            std::fprintf(stderr, "works: %d, copies before: %zu, after: %zu\n", works, before, after);
        return works && before > 0 && after == 0;
    });
    EXPECT_TRUE(child.succeeded());
#endif
}

} // namespace
} // namespace hostbill::test
