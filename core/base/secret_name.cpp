#include "core/base/secret_name.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace hostbill {
namespace {

// As they stand in a name without what joins its words: api_key, apiKey, API-Key.
constexpr std::string_view marks[] = {"pass",      "pwd",        "secret",       "token",      "apikey",
                                      "accesskey", "privatekey", "sharedkey",    "licensekey", "licencekey",
                                      "authcode",  "authinfo",   "transfercode", "eppcode",    "totp"};
// So short that they stand within other words: a "shipping" address is no PIN.
constexpr std::string_view words[] = {"epp", "otp", "pin", "cvv", "cvc"};

bool is_capital(char c) { return c != lower(c); }

// Where a word begins or ends: "epp" in "epp_code" and in "newEpp".
bool is_between_words(std::string_view name, std::size_t at) {
    if (at == 0 || at == name.size() || !is_letter(name[at - 1]) || !is_letter(name[at]))
        return true;
    return is_capital(name[at]) && !is_capital(name[at - 1]);
}

} // namespace

bool is_secret_name(std::string_view name) {
    const std::string small = lower(name);
    std::string joined;
    std::copy_if(small.begin(), small.end(), std::back_inserter(joined), [](char c) { return c != '-' && c != '_'; });
    const auto stands_within = [&](std::string_view mark) { return joined.find(mark) != std::string::npos; };
    const auto stands_alone = [&](std::string_view word) {
        for (std::size_t at = small.find(word); at != std::string::npos; at = small.find(word, at + 1))
            if (is_between_words(name, at) && is_between_words(name, at + word.size()))
                return true;
        return false;
    };
    return std::any_of(std::begin(marks), std::end(marks), stands_within) ||
           std::any_of(std::begin(words), std::end(words), stands_alone);
}

} // namespace hostbill
