// DNSSEC: the keys that the registry publishes for a domain, as keys or as their digests.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/domains.hpp"
#include "sandbox/areas/host_names.hpp"
#include "sandbox/world/crypto.hpp"

#include <algorithm>
#include <charconv>

namespace hostbill::sandbox {
namespace {

constexpr std::int64_t most_keys = 8;
constexpr std::int64_t key_signing = 257;
constexpr std::int64_t sha256 = 2;

struct Named {
    std::int64_t number;
    std::string_view name;
    std::size_t bytes = 0; // of a key or digest; 0: an RSA key, of no fixed length
};

constexpr Named flags[] = {{256, "Zone signing key"}, {key_signing, "Key signing key"}};
constexpr Named algorithms[] = {
    {5, "RSA/SHA-1"},        {7, "RSASHA1-NSEC3-SHA1"}, {8, "RSA/SHA-256"},  {10, "RSA/SHA-512"},
    {13, "ECDSA P-256", 64}, {14, "ECDSA P-384", 96},   {15, "Ed25519", 32}, {16, "Ed448", 57},
};
constexpr Named digests[] = {{1, "SHA-1", 20}, {sha256, "SHA-256", 32}, {4, "SHA-384", 48}};
constexpr std::size_t shortest_rsa = 66; // 512 bits, with an exponent in front
constexpr std::size_t longest_rsa = 516;

std::int64_t domain(Call &call) { return call.integer("domain_id"); }

const Named &one_of(Call &call, std::string_view parameter, std::span<const Named> rows) {
    const json::Value *given = call.given.find(parameter);
    const std::string text = given != nullptr ? scalar_text(*given).value_or("") : "";
    std::string known;
    for (const Named &row : rows) {
        if (text == std::to_string(row.number))
            return row;
        known += (known.empty() ? "" : ", ") + std::to_string(row.number);
    }
    refuse("Parameter " + std::string(parameter) + " must be one of: " + known);
}

std::string given_text(Call &call, std::string_view parameter) {
    const json::Value *given = call.given.find(parameter);
    std::string text = given != nullptr ? scalar_text(*given).value_or("") : "";
    std::erase_if(text, [](char letter) { return letter == ' ' || letter == '\n' || letter == '\r'; });
    return text;
}

struct KeyRow {
    std::int64_t flags = 0; // 0: only its digest is known
    std::int64_t algorithm = 0;
    std::string key; // in base64
    std::int64_t tag = 0;
    std::int64_t digest_type = 0;
    std::string digest; // in hexadecimal digits
};

// What a DNSKEY record holds, RFC 4034.
std::string record_data(const KeyRow &row, std::string_view key) {
    std::string data;
    for (const std::int64_t byte : {row.flags >> 8, row.flags & 255, std::int64_t{3}, row.algorithm})
        data += static_cast<char>(byte);
    return data.append(key);
}

std::int64_t tag_of(std::string_view data) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < data.size(); ++i)
        sum += static_cast<std::uint32_t>(static_cast<unsigned char>(data[i])) << (i % 2 == 0 ? 8 : 0);
    return (sum + (sum >> 16)) & 0xffff;
}

std::string wire_name(std::string_view name) {
    std::string wire;
    while (!name.empty()) {
        const std::string_view label = name.substr(0, name.find('.'));
        wire += static_cast<char>(label.size());
        wire += label;
        name.remove_prefix(std::min(name.size(), label.size() + 1));
    }
    return wire + '\0';
}

std::string hexadecimal(std::string_view bytes) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string text;
    for (unsigned char byte : bytes) {
        text += digits[byte / 16];
        text += digits[byte % 16];
    }
    return text;
}

// What a digest says of a key, worked out as anyone who knows the key can.
void work_out(KeyRow &row, std::string_view name, std::string_view key) {
    const std::string data = record_data(row, key);
    row.tag = tag_of(data);
    row.digest_type = sha256;
    row.digest = hexadecimal(sha256_of(wire_name(name) + data));
}

void read_key(Call &call, KeyRow &row, const Named &algorithm) {
    row.flags = one_of(call, "flags", flags).number;
    if (call.given.find("protocol") != nullptr && given_text(call, "protocol") != "3")
        refuse("Parameter protocol must be 3");
    row.key = given_text(call, "publickey");
    const auto bytes = base64_decode(row.key);
    if (!bytes || bytes->empty() || row.key.find_first_of("-_") != std::string::npos)
        refuse("Parameter publickey is not base64");
    const bool fits = algorithm.bytes != 0 ? bytes->size() == algorithm.bytes
                                           : bytes->size() >= shortest_rsa && bytes->size() <= longest_rsa;
    if (!fits)
        refuse("Parameter publickey has " + std::to_string(bytes->size()) + " bytes, which no key of algorithm " +
               std::to_string(algorithm.number) + " (" + std::string(algorithm.name) + ") has");
    work_out(row, domain_name(call), *bytes);
}

std::int64_t read_tag(Call &call) {
    const std::string text = given_text(call, "keytag");
    std::int64_t tag = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), tag);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || tag < 0 || tag > 65535)
        refuse("Parameter keytag must be 0 to 65535");
    return tag;
}

void read_digest(Call &call, KeyRow &row) {
    const std::int64_t tag = read_tag(call);
    if (row.flags != 0 && tag != row.tag)
        refuse("Parameter keytag is not that of the public key, which is " + std::to_string(row.tag));
    const Named &type = one_of(call, "digesttype", digests);
    std::string digest = given_text(call, "digest");
    std::transform(digest.begin(), digest.end(), digest.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'f' ? static_cast<char>(letter - 32) : letter;
    });
    if (digest.size() != type.bytes * 2 || digest.find_first_not_of("0123456789ABCDEF") != std::string::npos)
        refuse("Parameter digest must have " + std::to_string(type.bytes * 2) + " hexadecimal digits");
    if (row.flags != 0 && type.number == sha256 && digest != row.digest)
        refuse("Parameter digest is not that of the public key");
    row.tag = tag;
    row.digest_type = type.number;
    row.digest = std::move(digest);
}

KeyRow read_row(Call &call) {
    const bool has_key = call.given.find("publickey") != nullptr || call.given.find("flags") != nullptr;
    const bool has_digest = call.given.find("digest") != nullptr || call.given.find("keytag") != nullptr;
    KeyRow row;
    if (!has_key && !has_digest && call.given.find("algorithm") == nullptr) {
        // Where the documents know no parameters, the portal signs with a key of its own.
        row.flags = key_signing;
        row.algorithm = 13;
        const std::string key = new_p256_point();
        row.key = base64(key);
        work_out(row, domain_name(call), key);
        return row;
    }
    if (!has_key && !has_digest)
        refuse("Parameter publickey is required, or else keytag, digesttype and digest");
    const Named &algorithm = one_of(call, "algorithm", algorithms);
    row.algorithm = algorithm.number;
    if (has_key)
        read_key(call, row, algorithm);
    if (has_digest)
        read_digest(call, row);
    return row;
}

json::Value add(Call &call) {
    require_active_domain(call);
    const KeyRow row = read_row(call);
    if (call.db.exists("SELECT 1 FROM dnssec_keys WHERE domain_id = ? AND tag = ? AND algorithm = ? AND digest = ?",
                       domain(call), row.tag, row.algorithm, row.digest))
        refuse("Domain " + domain_name(call) + " has that key already");
    if (call.db.number("SELECT COUNT(*) FROM dnssec_keys WHERE domain_id = ?", domain(call)) >= most_keys)
        refuse("Domain " + domain_name(call) + " has its " + std::to_string(most_keys) + " keys already");
    call.db.run("INSERT INTO dnssec_keys (domain_id, flags, algorithm, public_key, tag, digest_type, digest) VALUES "
                "(?, ?, ?, ?, ?, ?, ?)",
                domain(call), row.flags, row.algorithm, row.key, row.tag, row.digest_type, row.digest);
    return domain_saved(call);
}

json::Value list(Call &call) {
    json::Array keys;
    for (auto row = call.db.query("SELECT id, flags, algorithm, public_key, tag, digest_type, digest FROM dnssec_keys "
                                  "WHERE domain_id = ? ORDER BY id",
                                  domain(call));
         row.next();) {
        const bool has_key = row.integer(1) != 0;
        keys.push_back(json::Object{{"key", row.text(0)},
                                    {"flags", has_key ? json::Value(row.integer(1)) : json::Value("")},
                                    {"protocol", has_key ? json::Value(3) : json::Value("")},
                                    {"algorithm", row.integer(2)},
                                    {"publickey", row.text(3)},
                                    {"keytag", row.text(4)},
                                    {"digesttype", row.integer(5)},
                                    {"digest", row.text(6)}});
    }
    return json::Object{{"keys", std::move(keys)}};
}

json::Value remove(Call &call) {
    require_active_domain(call);
    if (call.db.change("DELETE FROM dnssec_keys WHERE domain_id = ? AND id = ?", domain(call), call.text("key")) == 0)
        not_found("Key", call.text("key"));
    return domain_saved(call);
}

json::Object names(std::span<const Named> rows) {
    json::Object map;
    for (const Named &row : rows)
        map.append(std::to_string(row.number), row.name);
    return map;
}

json::Value accepted(Call &) {
    return json::Object{{"flags", names(flags)}, {"algorithms", names(algorithms)}, {"digests", names(digests)}};
}

constexpr HandlerRow handlers[] = {
    {"domains.dnssec.add", add},
    {"domains.dnssec.delete", remove},
    {"domains.dnssec.flags", accepted},
    {"domains.dnssec.list", list},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE dnssec_keys (id INTEGER PRIMARY KEY, domain_id INTEGER NOT NULL REFERENCES domains (id),
    flags INTEGER NOT NULL, algorithm INTEGER NOT NULL, public_key TEXT NOT NULL, tag INTEGER NOT NULL,
    digest_type INTEGER NOT NULL, digest TEXT NOT NULL);
CREATE INDEX keys_of_domain ON dnssec_keys (domain_id);
)sql";

constexpr SeededId seeded_ids[] = {
    {"", "key", R"("1")"},
};

constexpr Sample samples[] = {
    {"domains.dnssec.add",
     R"({"flags":257,"protocol":3,"algorithm":13,"publickey":"mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &domain : document.rows("domains"))
        for (const SeedRow &key : domain.rows("dnssec"))
            moment.db.run("INSERT INTO dnssec_keys (id, domain_id, flags, algorithm, public_key, tag, digest_type, "
                          "digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                          key.integer("id"), domain.integer("id"), key.integer("flags"), key.integer("algorithm"),
                          key.text("publickey"), key.integer("keytag"), key.integer("digesttype"), key.text("digest"));
}

} // namespace

constinit const Area domain_dnssec_area{.name = "domain_dnssec",
                                        .tables = tables,
                                        .seed = seed,
                                        .handlers = handlers,
                                        .seeded_ids = seeded_ids,
                                        .samples = samples};

} // namespace hostbill::sandbox
