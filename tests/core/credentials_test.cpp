#include "core/answer/credentials.hpp"
#include "core/base/html_text.hpp"

#include "support.hpp"

#include <chrono>

namespace hostbill {
namespace {

using test::parsed;

std::string member(const json::Value &credential, std::string_view name) {
    const json::Value *value = credential.find(name);
    if (value == nullptr || value->is_null())
        return "-";
    return value->string() != nullptr ? std::string(*value->string()) : json::write_ascii(*value);
}

// "username|password|url|host|port" of each that is found.
std::vector<std::string> found(const json::Array &credentials) {
    std::vector<std::string> lines;
    for (const json::Value &one : credentials) {
        lines.push_back(member(one, "username") + "|" + member(one, "password") + "|" + member(one, "url") + "|" +
                        member(one, "host") + "|" + member(one, "port"));
    }
    return lines;
}

struct Case {
    const char *text;
    std::vector<std::string> want;
};

TEST(Credentials, InPlainText) {
    const std::vector<Case> cases = {
        {"New password: Xy7/k=2", {"-|Xy7/k=2|-|-|-"}},
        {"Password: x\nrest", {"-|x|-|-|-"}},
        {"New root password: s3cret!", {"root|s3cret!|-|-|-"}},
        {"Password for admin: s3cret!", {"admin|s3cret!|-|-|-"}},
        {"Username: root\r\nPassword: a:b\r\n", {"root|a:b|-|-|-"}},
        {"Username: root, Password: abc", {"root|abc|-|-|-"}},
        {"login=root password=abc", {"root|abc|-|-|-"}},
        {"Your new root password is abc.", {"root|abc|-|-|-"}},
        {"Password:\nabc", {"-|abc|-|-|-"}},
        {"Password: \"a b\"", {"-|\"a|-|-|-"}},
        {"User: a\nPassword: 1\nUser: b\nPassword: 2", {"a|1|-|-|-", "b|2|-|-|-"}},
        {"Host: 203.0.113.7\nPort: 5901\nVNC password: abc", {"-|abc|-|203.0.113.7|5901"}},
        {"Console: https://console.example.net/?token=1", {"-|-|https://console.example.net/?token=1|-|-"}},
        {"Open your console at https://console.example.net/x", {"-|-|https://console.example.net/x|-|-"}},
        {"Restarted vps1.example.net", {}},
        {"Password changed: 2026-03-02", {}},
        {"The password was not changed", {}},
        {"See https://help.example.net", {}},
        {"Username: root", {}},
        {"", {}},
    };
    for (const Case &row : cases)
        EXPECT_EQ(found(credentials_in(row.text)), row.want) << row.text;
}

TEST(Credentials, InPages) {
    const std::vector<Case> cases = {
        {"<b>Password:</b> x1", {"-|x1|-|-|-"}},
        {"<p>Username: <code>root</code></p><p>Password: <code>a&amp;b&lt;c&#33;&#x3f;</code></p>",
         {"root|a&b<c!?|-|-|-"}},
        {"<table><tr><td>Username</td><td>root</td></tr>\n<tr><td>Password</td>\n<td>abc</td></tr></table>",
         {"root|abc|-|-|-"}},
        {"<table><tr><th>Username</th><th>Password</th></tr><tr><td>root</td><td>abc</td></tr>"
         "<tr><td>ada</td><td>def</td></tr></table>",
         {"root|abc|-|-|-", "ada|def|-|-|-"}},
        {"<dl><dt>Password</dt><dd>abc</dd></dl>", {"-|abc|-|-|-"}},
        {"Password:&nbsp;abc<br>Please change it.", {"-|abc|-|-|-"}},
        {"<ul><li>Login:&#160;root<li>Password:&#160;abc</ul>", {"root|abc|-|-|-"}},
        {"<label>Password</label>: <input type=\"text\" value=\"a&quot;b\" readonly>", {"-|a\"b|-|-|-"}},
        {"<a href='https://console.example.net/?a=1&amp;b=2'>Open console</a>",
         {"-|-|https://console.example.net/?a=1&b=2|-|-"}},
        {"<script>var password = 'no';</script><!-- Password: no --><i>Password</i>: yes", {"-|yes|-|-|-"}},
        {"Password: a<b&c>d", {"-|a<b&c>d|-|-|-"}},
    };
    for (const Case &row : cases)
        EXPECT_EQ(found(credentials_in(row.text)), row.want) << row.text;
}

json::Value task(const std::string &name, const std::string &results) {
    const std::string body = R"({"name":")" + name + R"(","completed":"","results":)" + results + "}";
    return shape_answer(*find_answer_shape("servers.tasks.get"), parsed(body)).data;
}

TEST(Credentials, OfATask) {
    const auto of = [](const json::Value &data) { return found(*data.find("credentials")->array()); };
    using Lines = std::vector<std::string>;
    EXPECT_EQ(of(task("server_reset_password", "\"Xy7abc\"")), Lines{"-|Xy7abc|-|-|-"});
    EXPECT_EQ(of(task("server_reboot", "\"Restarted\"")), Lines{});
    EXPECT_EQ(of(task("server_recreate", R"({"username":"root","password":"abc"})")), Lines{"root|abc|-|-|-"});
    EXPECT_EQ(of(task("server_recreate", R"(["Username: root","Password: abc"])")), Lines{"root|abc|-|-|-"});
    EXPECT_EQ(of(task("server_web_console", "\"https://c.example.net/x\"")), Lines{"-|-|https://c.example.net/x|-|-"});
    EXPECT_EQ(of(task("server_reboot", "null")), Lines{});
    EXPECT_EQ(of(task("server_reboot", "[[{}]]")), Lines{});
}

TEST(Credentials, OfFieldsOfTheirOwn) {
    const auto data = [](const char *operation, const char *body) {
        return json::write_ascii(shape_answer(*find_answer_shape(operation), parsed(body)).data);
    };
    EXPECT_THAT(data("services.get", R"({"service":{"username":"u","password":"p"}})"),
                ::testing::HasSubstr(R"("credentials":[{"label":null,"username":"u","password":"p")"));
    EXPECT_THAT(data("vpn.get_login", R"({"username":"u","password":"p","shared_key":"k"})"),
                ::testing::HasSubstr(R"("shared_key":"k"}])"));
    EXPECT_THAT(data("services.get", R"({"service":{"username":"u","password":""}})"),
                ::testing::HasSubstr(R"("credentials":[])"));
    // What the portal calls so itself is the portal's.
    EXPECT_THAT(data("services.get", R"({"service":{"password":"p","credentials":"theirs"}})"),
                ::testing::HasSubstr(R"("credentials":"theirs"})"));
}

TEST(HtmlText, IsWhatAReaderSees) {
    EXPECT_EQ(html_to_text("<p>a  b</p><p>c</p>"), "a b\nc\n");
    EXPECT_EQ(html_to_text("a\nb <b>c</b>"), "a\nb c");
    EXPECT_EQ(html_to_text("<div>a\nb</div>"), "a b\n");
    EXPECT_EQ(html_to_text("<tr><td>a<td>b</tr>"), "a\tb\n");
    EXPECT_EQ(html_to_text("1 < 2 & 3 &unknown; &#xZ;<br>"), "1 < 2 & 3 &unknown; &#xZ;\n");
    EXPECT_EQ(html_to_text("&#0;&#x110000;<i>"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(html_to_text("<b title='>'>x</b><style>y</style>z<!-- unfinished"), "xz");
    EXPECT_FALSE(looks_like_html("1 < 2, a<b&c>d and &c;"));
    EXPECT_TRUE(looks_like_html("<BR/>"));
    EXPECT_TRUE(looks_like_html("a&nbsp;b"));
}

// Whatever a portal sends, it takes time by its length alone.
TEST(Credentials, HostileTextIsReadInGoodTime) {
    const auto begin = std::chrono::steady_clock::now();
    for (const std::string part : {"<", "<a ", "<a href='", "&", "&#", ":", "Password: ", "<td>", "\t", "<!--",
                                   "<script>", "x: ", "a is ", "=", "\n", "<input value='a'>", "</"}) {
        std::string text;
        while (text.size() < 300'000)
            text += part;
        credentials_in(text);
        credentials_in("<p>" + text);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

} // namespace
} // namespace hostbill
