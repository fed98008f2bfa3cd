// What a call answers, before it becomes text or a language's own values.
#pragma once

#include "core/catalog/error.hpp"
#include "core/json/json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

struct Answer {
    json::Value data = {};
    std::optional<std::string> raw = {}; // instead of `data`: the portal's own text, valid JSON in UTF-8
    std::vector<std::string> info = {};  // the portal's remarks
    std::size_t sent_bytes = 0;          // how long the portal's text was

    // What `meta` says.
    std::string_view operation = {}; // lasts as long as the client
    int http_status = 0;
    int attempts = 0;
    std::int64_t elapsed_ms = 0;
    std::vector<Attempt> history = {}; // told where there was more than one request
    std::string tag = {};
    json::Object extra = {};                // what stood beside the data
    std::vector<std::string> unshaped = {}; // what did not fit its form
};

json::Object meta_of(const Answer &answer);

// {"data":..,"info":[..],"meta":{..}}, in ASCII.
void append_document(json::Out &out, const Answer &answer);
std::string answer_document(const Answer &answer);

// One envelope for either outcome: {"ok":true,"data":..,"info":..,"meta":..} or {"ok":false,"error":{..}}. `lead` are
// members to put in front, with a comma after each.
void append_envelope(json::Out &out, const Result<Answer> &outcome, std::string_view lead = {});

} // namespace hostbill
