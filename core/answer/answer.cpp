#include "core/answer/answer.hpp"

namespace hostbill {
namespace {

// The members of `meta` that most answers do not have.
json::Object rest_of_meta(const Answer &answer) {
    json::Object meta;
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

void append_texts(json::Out &out, const std::vector<std::string> &texts) {
    out += '[';
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0)
            out += ',';
        json::append_ascii_text(out, texts[i]);
    }
    out += ']';
}

// At once, for all of it: what is written of an answer is about as long as what the portal sent.
void make_room(json::Out &out, const Answer &answer) {
    constexpr std::size_t rest = 512;
    out.room_for((answer.raw ? answer.raw->size() : answer.sent_bytes) + rest);
}

void append_members(json::Out &out, const Answer &answer) {
    out += "\"data\":";
    if (answer.raw)
        json::append_raw_ascii(out, *answer.raw);
    else
        json::append_ascii(out, answer.data);
    out += ",\"info\":";
    append_texts(out, answer.info);
    out += ",\"meta\":{\"operation\":";
    json::append_ascii_text(out, answer.operation);
    out += ",\"http_status\":";
    json::append_number(out, answer.http_status);
    out += ",\"attempts\":";
    json::append_number(out, answer.attempts);
    out += ",\"elapsed_ms\":";
    json::append_number(out, answer.elapsed_ms);
    for (const json::Member &member : rest_of_meta(answer)) {
        out += ',';
        json::append_ascii_text(out, member.key);
        out += ':';
        json::append_ascii(out, member.value);
    }
    out += '}';
}

} // namespace

json::Object meta_of(const Answer &answer) {
    json::Object meta{
        {"operation", answer.operation},
        {"http_status", answer.http_status},
        {"attempts", answer.attempts},
        {"elapsed_ms", answer.elapsed_ms},
    };
    for (json::Member &member : rest_of_meta(answer))
        meta.append(member.key, std::move(member.value));
    return meta;
}

void append_document(json::Out &out, const Answer &answer) {
    make_room(out, answer);
    out += '{';
    append_members(out, answer);
    out += '}';
}

std::string answer_document(const Answer &answer) {
    json::Out out;
    append_document(out, answer);
    return std::string(out.view());
}

void append_envelope(json::Out &out, const Result<Answer> &outcome, std::string_view lead) {
    if (outcome)
        make_room(out, *outcome);
    out += '{';
    out += lead;
    if (outcome) {
        out += "\"ok\":true,";
        append_members(out, *outcome);
    } else {
        out += "\"ok\":false,\"error\":";
        json::append_ascii(out, to_json(outcome.error()));
    }
    out += '}';
}

} // namespace hostbill
