#include "sandbox/http/tls_config.hpp"

#include "core/catalog/suggest.hpp"
#include "core/generated/settings.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace hostbill::sandbox {
namespace {

using Problems = std::vector<FieldProblem>;
using Words = std::span<const std::string_view>;

constexpr std::int64_t one_hour = 3'600'000; // in milliseconds

// In the order of their enumerations.
constexpr std::string_view certificates[] = {"good",       "expired",     "not_yet_valid",
                                             "wrong_host", "self_signed", "untrusted"};
constexpr std::string_view versions[] = {"1.0", "1.1", "1.2", "1.3"};
constexpr std::string_view client_certificates[] = {"none", "required"};

std::string list(Words words) {
    std::string text;
    for (std::string_view word : words)
        text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

// Which of the words the member is.
std::size_t read_word(const json::Value &object, std::string_view key, Words words, std::size_t fallback,
                      Problems &problems) {
    const json::Value *value = object.find(key);
    if (value == nullptr || value->is_null())
        return fallback;
    const json::Text *text = value->string();
    auto found = text != nullptr ? std::find(words.begin(), words.end(), *text) : words.end();
    if (found != words.end())
        return static_cast<std::size_t>(found - words.begin());
    problems.push_back({"tls." + std::string(key), "must be one of the allowed values", list(words),
                        text != nullptr ? std::string(nearest(*text, words)) : ""});
    return fallback;
}

std::int64_t read_delay(const json::Value &object, Problems &problems) {
    const json::Value *value = object.find("handshake_delay_ms");
    if (value == nullptr || value->is_null())
        return 0;
    if (const std::int64_t *number = value->integer(); number != nullptr && *number >= 0 && *number <= one_hour)
        return *number;
    problems.push_back({"tls.handshake_delay_ms", "must be a whole number", "0 to " + std::to_string(one_hour), ""});
    return 0;
}

} // namespace

TlsConfig read_tls_config(const json::Value &value, Problems &problems) {
    TlsConfig config;
    if (value.object() == nullptr) {
        problems.push_back({"tls", "must be an object", list(settings::sandbox_tls_names), ""});
        return config;
    }
    for (const json::Member &member : *value.object())
        if (std::ranges::find(settings::sandbox_tls_names, member.key.view()) == std::end(settings::sandbox_tls_names))
            problems.push_back({"tls." + member.key, "is not a key of the sandbox's TLS",
                                list(settings::sandbox_tls_names),
                                std::string(nearest(member.key, settings::sandbox_tls_names))});
    config.certificate = static_cast<Certificate>(read_word(value, "certificate", certificates, 0, problems));
    config.max_version = static_cast<TlsVersion>(read_word(value, "max_version", versions, 3, problems));
    config.client_certificate = read_word(value, "client_certificate", client_certificates, 0, problems) == 1;
    config.handshake_delay = read_delay(value, problems);
    return config;
}

} // namespace hostbill::sandbox
