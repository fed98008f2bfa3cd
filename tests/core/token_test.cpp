#include "core/base/base64.hpp"
#include "core/base/secret.hpp"
#include "core/session/auth.hpp"
#include "core/session/jwt.hpp"

#include "support.hpp"

#include <array>
#include <new>

namespace hostbill::test {
namespace {

TEST(Base64, EncodesWithPadding) {
    EXPECT_EQ(base64_encode(""), "");
    EXPECT_EQ(base64_encode("f"), "Zg==");
    EXPECT_EQ(base64_encode("fo"), "Zm8=");
    EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64_encode("\xff\xff\xfe"), "///+");
}

TEST(Base64, DecodesTheUrlSafeForm) {
    EXPECT_EQ(base64url_decode("Zm9vYmE"), "fooba");
    EXPECT_EQ(base64url_decode("___-"), "\xff\xff\xfe");
    EXPECT_EQ(base64url_decode("Zg=="), std::nullopt);
    EXPECT_EQ(base64url_decode("a"), std::nullopt);
    EXPECT_EQ(base64url_decode("a+b/"), std::nullopt);
}

TEST(Jwt, ReadsTheExpiry) {
    using std::chrono::system_clock;
    EXPECT_EQ(token_expiry(token_ending_at(2'000'000'000)), system_clock::from_time_t(2'000'000'000));
    for (const char *token : {"", "opaque", "a.b", "a.!!.c", "a.e30.c", "a.W10.c"}) {
        EXPECT_EQ(token_expiry(token), std::nullopt) << token;
    }
    EXPECT_EQ(token_expiry(token_ending_at(-5)), std::nullopt);
}

TEST(Basic, EncodesUtf8) {
    EXPECT_EQ(basic_header("Aladdin", "open sesame").view(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    EXPECT_EQ(basic_header("test", "123\xC2\xA3").view(), "Basic dGVzdDoxMjPCow==");
}

TEST(SecretText, LeavesNothingBehindWhenMoved) {
    Secret from("short");
    const Secret to(std::move(from));
    EXPECT_EQ(to.view(), "short");
    EXPECT_TRUE(from.empty()); // NOLINT(bugprone-use-after-move): this is the promise.
    std::string text = "secret text that is not short at all";
    text.reserve(100);
    const char *memory = text.data();
    wipe(text);
    EXPECT_TRUE(text.empty());
    EXPECT_EQ(memory[0], '\0');
}

// Whatever stood in either before, and whether it is kept in the object itself or not.
TEST(SecretText, LeavesNothingBehindWhenAssigned) {
    const std::string texts[] = {"", "SSSSS", "SSSSSSSSSSSSSSS", std::string(100, 'S')};
    struct Place {
        alignas(Secret) std::array<char, sizeof(Secret)> bytes{};
        Secret *hold(const std::string &text) { return new (bytes.data()) Secret(text); }
        bool holds_some() const {
            return std::string_view(bytes.data(), bytes.size()).find("SSS") != std::string_view::npos;
        }
    };
    for (const std::string &before : texts) {
        for (const std::string &after : texts) {
            Place first, second;
            Secret *to = first.hold(before), *from = second.hold(after);
            *to = *from;
            EXPECT_EQ(to->view(), after);
            *to = std::move(*from);
            EXPECT_EQ(to->view(), after);
            EXPECT_TRUE(from->empty()); // NOLINT(bugprone-use-after-move): this is the promise.
            EXPECT_FALSE(second.holds_some()) << before.size() << " " << after.size();
            *to = Secret();
            EXPECT_TRUE(to->empty());
            EXPECT_FALSE(first.holds_some()) << before.size() << " " << after.size();
            *from = Secret(before);
            to->~Secret();
            from->~Secret();
            EXPECT_FALSE(first.holds_some() || second.holds_some()) << before.size() << " " << after.size();
        }
    }
}

} // namespace
} // namespace hostbill::test
