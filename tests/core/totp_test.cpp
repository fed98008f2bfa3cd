// Hashes and one-time passwords, against the examples of their standards.
#include "core/base/digest.hpp"
#include "core/base/totp.hpp"

#include <gtest/gtest.h>

namespace hostbill::test {
namespace {

std::string hex(const auto &bytes) {
    std::string out;
    for (const std::uint8_t byte : bytes) {
        constexpr char digits[] = "0123456789abcdef";
        out += digits[byte >> 4];
        out += digits[byte & 0xF];
    }
    return out;
}

TEST(Digest, FollowsTheStandardsExamples) {
    EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hex(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    EXPECT_EQ(hex(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Digest, KeysItsHash) {
    EXPECT_EQ(hex(hmac_sha1(std::string(20, '\x0b'), "Hi There")), "b617318655057264e28bc0b6fb378c8ef146be00");
    EXPECT_EQ(hex(hmac_sha1(std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

TEST(Totp, FollowsRfc6238) {
    const std::optional<Secret> secret = read_totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->view(), "12345678901234567890");
    const std::pair<std::int64_t, const char *> examples[] = {
        {59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {2000000000, "279037"}};
    for (const auto &[seconds, code] : examples) {
        EXPECT_EQ(totp_code(*secret, std::chrono::system_clock::time_point(std::chrono::seconds(seconds))), code);
    }
}

TEST(Totp, TakesASecretAsPeopleWriteIt) {
    for (const char *written :
         {"JBSWY3DPEHPK3PXP", "jbsw y3dp ehpk 3pxp", "JBSW-Y3DP-EHPK-3PXP", "JBSWY3DPEHPK3PXP===="})
        EXPECT_EQ(read_totp_secret(written).value_or(Secret()).view(), "Hello!\xDE\xAD\xBE\xEF") << written;
    for (const char *wrong : {"", "====", "JBSW1", "JBSW0", "JB=SW", "J", "pässwort"})
        EXPECT_FALSE(read_totp_secret(wrong)) << wrong;
}

} // namespace
} // namespace hostbill::test
