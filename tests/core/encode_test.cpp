#include "core/answer/scrub.hpp"
#include "core/base/percent_encode.hpp"
#include "core/base/secret_name.hpp"
#include "core/call/encode.hpp"
#include "core/call/mask.hpp"

#include "support.hpp"

namespace hostbill::test {
namespace {

std::string form_body(const std::string &operation, const std::string &params, const std::string &extra = "{}") {
    std::vector<FieldProblem> problems;
    const Operation &row = *find_operation(operation);
    const std::vector<BoundParam> bound =
        bind_params(row, find_portal("internetport")->bit, *parsed(params).object(), problems);
    EXPECT_TRUE(problems.empty());
    const json::Value fields = parsed(extra);
    return encode(row, BodyForm::form, bound, *fields.object()).body.value_or("(none)");
}

TEST(Encode, WritesNestedValuesInBrackets) {
    EXPECT_EQ(
        form_body("orders.create", R"({"product_id":5,"cycle":"m","custom":{"1618":{"10330":1},"a b":["x","y z"]}})"),
        "cycle=m&custom[1618][10330]=1&custom[a+b][0]=x&custom[a+b][1]=y+z");
    EXPECT_EQ(form_body("orders.create", R"({"product_id":5})",
                        R"({"t":true,"f":false,"n":null,"d":1.50,"e":{},"x[]":"&="})"),
              "t=1&f=0&d=1.50&x%5B%5D=%26%3D");
}

TEST(Encode, SendsNoBodyWithoutFields) { EXPECT_EQ(form_body("orders.create", R"({"product_id":5})"), "(none)"); }

TEST(Encode, EscapesEverythingButUnreservedCharacters) {
    EXPECT_EQ(percent_encode("aZ0-._~"), "aZ0-._~");
    EXPECT_EQ(percent_encode(" !*'()/\xC3\xA9%"), "%20%21%2A%27%28%29%2F%C3%A9%25");
}

TEST(Mask, TellsSecretNames) {
    for (const char *name : {"password",    "rootPassword", "api_token",      "client_secret", "epp",       "PIN",
                             "epp_code",    "newEpp",       "eppCode",        "pin[0]",        "API-Key",   "rootpwd",
                             "card_cvv",    "eppcode",      "authInfo",       "transfer_code", "auth_info", "totp_code",
                             "license-key", "LicenceKey",   "pre_shared_key", "sharedKey",     "access_key"}) {
        EXPECT_TRUE(is_secret_name(name)) << name;
    }
    for (const char *name : {"shipping", "name", "opinion", "stepping", "keepPinned", "spin_pins", "ssh_key",
                             "publickey", "license", "author"})
        EXPECT_FALSE(is_secret_name(name)) << name;
}

TEST(Mask, HidesNestedSecrets) {
    EXPECT_EQ(
        json::write_utf8(mask_unknown("custom", parsed(R"({"a":{"password":["x"]},"b":1,"list":[{"token":5}]})"))),
        R"({"a":{"password":"***"},"b":1,"list":[{"token":"***"}]})");
}

TEST(Mask, ScrubsWordsButNotShortOnes) {
    const std::vector<std::string> secrets = {"hunter2", "ab", ""};
    EXPECT_EQ(scrub("hunter2 is bad, hunter2! ab", secrets), "*** is bad, ***! ab");
}

TEST(Mask, ScrubsWhatIsLeftOfASecretWhereATextWasCut) {
    const std::vector<std::string> secrets = {"hunter2", "hunting"};
    EXPECT_EQ(scrub("is hunter... bad; hunt...; hun...; hunter2...", secrets), "is ***... bad; ***...; hun...; ***...");
}

TEST(Mask, KnowsHowPortalsSpellSecrets) {
    const std::string secret = "a/b\n<c>&'\"";
    std::vector<std::string> secrets = {secret};
    add_spellings(secrets);
    for (const char *shown : {"a/b <c>&'\"", "a/b &lt;c&gt;&amp;'&quot;", "a/b &lt;c&gt;&amp;&#039;&quot;",
                              "a\\/b\\n<c>&'\\\"", R"(a\\\/b\\n<c>&'\\\")", "a%2Fb%0A%3Cc%3E%26%27%22"})
        EXPECT_EQ(scrub(shown, secrets), "***") << shown;
}

TEST(Mask, QuotesForTheShell) { EXPECT_EQ(shell_quote("it's $HOME"), "'it'\\''s $HOME'"); }

} // namespace
} // namespace hostbill::test
