// The mail that the portal sends: nothing leaves the sandbox, control's `mails` shows it. And the links in it.
#pragma once

#include "sandbox/world/call.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

void send_mail(const Moment &moment, std::string_view to, std::string_view subject, std::string_view body);

// {"mails":[{"to","subject","body","time"}]}, the oldest first.
json::Value mails(const Moment &moment);

// What a link in a mail is for, and what happens when it is followed. areas/signup.cpp has them.
inline constexpr std::string_view link_path = "/confirm/";

// A new link for a mail, which is good for one day and once.
std::string make_link(Call &call, std::string_view purpose, std::int64_t subject);

struct Link {
    std::string purpose;
    std::int64_t subject = 0;
};

// Takes what a link leads to; without a purpose where it is not good, or no longer.
Link take_link(const Moment &moment, std::string_view code);

} // namespace hostbill::sandbox
