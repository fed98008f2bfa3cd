#include "core/answer.hpp"

namespace hostbill {
namespace {

void append_members(std::string &out, const Answer &answer) {
    out += "\"data\":";
    if (answer.raw)
        json::append_raw_ascii(out, *answer.raw);
    else
        json::append_ascii(out, answer.data);
    out += ",\"info\":[";
    for (std::size_t i = 0; i < answer.info.size(); ++i) {
        if (i > 0)
            out += ',';
        json::append_ascii_text(out, answer.info[i]);
    }
    out += "],\"meta\":";
    json::append_ascii(out, json::Value(meta_of(answer)));
}

} // namespace

json::Object meta_of(const Answer &answer) {
    json::Object meta{
        {"operation", answer.operation},
        {"http_status", answer.http_status},
        {"attempts", answer.attempts},
        {"elapsed_ms", answer.elapsed_ms},
    };
    if (answer.attempts > 1)
        meta.append("history", to_json(answer.history));
    if (!answer.tag.empty())
        meta.append("tag", answer.tag);
    if (!answer.extra.empty())
        meta.append("extra", answer.extra);
    if (!answer.unshaped.empty()) {
        json::Array notes;
        for (const std::string &note : answer.unshaped)
            notes.emplace_back(note);
        meta.append("unshaped", std::move(notes));
    }
    return meta;
}

void append_document(std::string &out, const Answer &answer) {
    out += '{';
    append_members(out, answer);
    out += '}';
}

std::string answer_document(const Answer &answer) {
    std::string out;
    append_document(out, answer);
    return out;
}

std::string envelope(const Result<Answer> &outcome, std::string_view lead) {
    std::string out = "{" + std::string(lead);
    if (outcome) {
        out += "\"ok\":true,";
        append_members(out, *outcome);
    } else {
        out += "\"ok\":false,\"error\":" + error_document(outcome.error());
    }
    out += '}';
    return out;
}

} // namespace hostbill
