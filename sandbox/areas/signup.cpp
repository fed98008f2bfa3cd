// The two requests of people who cannot sign in: for an account, and for a new password. Both go on with a mail.
#include "sandbox/areas/signup.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/mails.hpp"
#include "sandbox/areas/profile.hpp"
#include "sandbox/world/auth.hpp"
#include "sandbox/world/crypto.hpp"

#include <algorithm>
#include <cctype>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view confirms_signup = "signup";
constexpr std::string_view resets_password = "password";

bool all_of(const std::string &text, int (*is)(int)) {
    return std::all_of(text.begin(), text.end(), [&](unsigned char letter) { return is(letter) != 0; });
}

bool chosen(Call &call, std::string_view name) {
    const json::Value *list = call.value(name);
    return list != nullptr && list->array() != nullptr && !list->array()->empty();
}

// Beyond what the catalogue says of each field by itself.
void check_signup(Call &call) {
    check_email(call, -1);
    const std::string email = call.text("email");
    if (email == profile_text(call.db, 0, "email") || call.db.exists("SELECT 1 FROM signups WHERE email = ?", email))
        refuse("Parameter email belongs to another account");
    if (call.text("type") == "Company" && call.text("companyname").empty())
        refuse("Parameter companyname is required of a company");
    if (const std::string country = call.text("country");
        !country.empty() && (country.size() != 2 || !all_of(country, std::isalpha)))
        refuse("Parameter country must be a code of two letters");
    if (!chosen(call, "two_factor_enable"))
        return;
    const std::string secret = call.text("two_factor_secret");
    if (secret.empty())
        refuse("Parameter 2fasecret is required for the second factor");
    if (secret.size() != 16 || !all_of(secret, std::isalnum))
        refuse("Parameter 2fasecret must be sixteen letters and digits");
}

// One world is one account: who signs up is written down, and asked to confirm the address, but cannot sign in here.
json::Value signup(Call &call) {
    check_signup(call);
    const std::int64_t client = call.next("client");
    const std::string email = call.text("email");
    call.db.run("INSERT INTO signups (client, email, date, confirmed) VALUES (?, ?, ?, 0)", client, email, call.now);
    send_mail(call.moment(), email, "Please confirm your e-mail address",
              "Follow this link within a day to open account " + std::to_string(client) + ":\r\n" +
                  make_link(call, confirms_signup, client));
    call.count("signups");
    return json::Object{{"client_id", std::to_string(client)}, {"info", json::Array{"account_created"}}};
}

// Says the same to everybody: it tells no stranger who has an account.
json::Value reset_password(Call &call) {
    const std::string email = call.text("email");
    auto row = call.db.query("SELECT id, contact_id FROM logins WHERE username = ?", email);
    if (row.next()) {
        call.caller = {row.integer(0), row.integer(1)};
        send_mail(call.moment(), email, "A new password was asked for",
                  "Follow this link within a day to be sent one; without it the old one stays:\r\n" +
                      make_link(call, resets_password, call.caller.contact));
        call.log("New password asked for");
    }
    return json::Object{{"status", true}, {"info", json::Array{"password_reset_sent"}}};
}

std::string confirm(const Moment &moment, std::int64_t client) {
    moment.db.run("UPDATE signups SET confirmed = ? WHERE client = ?", moment.now, client);
    send_mail(moment, moment.db.text("SELECT email FROM signups WHERE client = ?", client),
              "Your e-mail address is confirmed",
              "Account " + std::to_string(client) + " will be opened when our staff have looked at it.");
    count_effect(moment.db, "signups_confirmed");
    return "Your e-mail address is confirmed.";
}

std::string send_password(const Moment &moment, Auth &auth, std::int64_t contact) {
    const std::string name = moment.db.text("SELECT username FROM logins WHERE contact_id = ?", contact);
    const std::string password = random_password();
    auth.set_password(contact, name, hash_of(password));
    auth.end_sessions(contact);
    send_mail(moment, name, "Your new password", "Your new password is: " + password);
    count_effect(moment.db, "passwords_reset");
    return "A new password was sent to you.";
}

constexpr HandlerRow handlers[] = {
    {"account.reset_password", reset_password},
    {"account.signup", signup},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE signups (client INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, date INTEGER NOT NULL,
    confirmed INTEGER NOT NULL);
)sql";

constexpr Sample samples[] = {
    {"account.reset_password", R"({"email":"nobody@example.net"})"},
    {"account.signup", R"({"email":"new@example.net","password":"Example-password-1"})"},
};

void seed(const Moment &moment, const SeedRow &) {
    moment.db.run("INSERT INTO sequences (name, value, step) VALUES ('client', 4107, 1)");
}

} // namespace

constinit const Area signup_area{
    .name = "signup", .tables = tables, .seed = seed, .handlers = handlers, .samples = samples};

std::string follow_link(const Moment &moment, Auth &auth, std::string_view code) {
    const Link link = take_link(moment, code);
    if (link.purpose == confirms_signup)
        return confirm(moment, link.subject);
    if (link.purpose == resets_password)
        return send_password(moment, auth, link.subject);
    return {};
}

} // namespace hostbill::sandbox
