#include "sandbox/world/tokens.hpp"

namespace hostbill::sandbox {

std::string Tokens::sign(json::Object claims) {
    if (known_key() == nullptr) { // The first login.
        key_ = SigningKey::generate();
        registry_.set_signing_key(key_->pem());
    }
    std::string text =
        base64url(R"({"typ":"JWT","alg":"RS256"})") + '.' + base64url(json::write_utf8(std::move(claims)));
    return text + '.' + base64url(key_->sign(text));
}

json::Value Tokens::read(std::string_view token) {
    const std::size_t dot = token.rfind('.');
    if (dot == token.npos)
        return {};
    auto signature = base64_decode(token.substr(dot + 1));
    const SigningKey *key = known_key();
    if (!signature || key == nullptr || !key->verify(token.substr(0, dot), *signature))
        return {};
    return peek(token);
}

json::Value Tokens::peek(std::string_view token) {
    const std::size_t first = token.find('.'), second = token.find('.', first + 1);
    if (first == token.npos || second == token.npos)
        return {};
    auto claims = base64_decode(token.substr(first + 1, second - first - 1));
    auto parsed = json::parse(claims ? *claims : std::string());
    return parsed ? std::move(*parsed) : json::Value();
}

const SigningKey *Tokens::known_key() {
    if (!key_)
        key_ = SigningKey::from_pem(registry_.signing_key());
    return key_ ? &*key_ : nullptr;
}

std::string text_claim(const json::Value &claims, std::string_view name) {
    const json::Value *value = claims.find(name);
    return value != nullptr && value->string() != nullptr ? std::string(*value->string()) : std::string();
}

std::int64_t claim(const json::Value &claims, std::string_view name) {
    const json::Value *value = claims.find(name);
    return value != nullptr && value->integer() != nullptr ? *value->integer() : 0;
}

} // namespace hostbill::sandbox
