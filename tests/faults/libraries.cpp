#include "libraries.hpp"

#include "canary.hpp"

#include <poll.h>
#include <stdexcept>

namespace hostbill::faults {
namespace {

std::string with(std::string_view more) { return more.empty() ? std::string() : "," + std::string(more); }

// False: nothing came in half a minute.
bool take_from_loop(hostbill_client *client, char *&out) {
    pollfd ready{.fd = hostbill_client_loop_fd(client), .events = POLLIN, .revents = 0};
    while (hostbill_client_next(client, 0, &out) != 0) {
        hostbill_string_free(out);
        if (poll(&ready, 1, 30'000) != 1)
            return false;
    }
    return true;
}

} // namespace

Box::Box(std::string_view portal, std::string_view more) : portal_(portal) {
    const std::string config =
        R"({"portal":)" + quote(portal) + R"(,"password":)" + quote(password_canary) + with(more) + "}";
    hostbill_sandbox *sandbox = nullptr;
    char *error = nullptr;
    if (hostbill_sandbox_new(config.c_str(), &sandbox, &error) != 0) {
        const std::string message = error;
        hostbill_sandbox_string_free(error);
        throw std::runtime_error(message);
    }
    sandbox_.reset(sandbox);
    info_ = parse(control(R"({"command":"info"})"));
}

std::string Box::control(std::string_view command) const {
    char *answer = hostbill_sandbox_control(sandbox_.get(), std::string(command).c_str());
    std::string text = answer;
    hostbill_sandbox_string_free(answer);
    if (text.starts_with(R"({"error":)"))
        throw std::runtime_error(std::string(command) + " was refused: " + text);
    return text;
}

std::int64_t Box::add_fault(std::string_view operation, std::string_view fault, std::int64_t times) const {
    const Document answer = parse(control(R"({"command":"fault","operation":)" + quote(operation) + R"(,"times":)" +
                                          std::to_string(times) + R"(,"fault":)" + std::string(fault) + "}"));
    return number(answer, "fault_id");
}

std::int64_t Box::fired(std::int64_t fault_id) const {
    const Document answer = parse(control(R"({"command":"faults"})"));
    for (const Value &fault : answer["faults"].GetArray()) {
        if (number(fault, "fault_id") == fault_id)
            return number(fault, "fired");
    }
    throw std::runtime_error("the sandbox has forgotten a fault");
}

std::int64_t Box::requests(std::string_view operation) const {
    const Document journal = parse(control(R"({"command":"journal"})"));
    std::int64_t count = 0;
    for (const Value &request : journal["requests"].GetArray())
        count += text(request, "operation") == operation ? 1 : 0;
    return count;
}

Client::Client(const std::string &config) {
    hostbill_client *client = nullptr;
    char *error = nullptr;
    if (hostbill_client_new(config.c_str(), &client, &error) != 0) {
        const std::string message = error;
        hostbill_string_free(error);
        throw std::runtime_error(message);
    }
    client_.reset(client);
}

Answer Client::submit_and_take(const std::string &operation, const std::string &params,
                               const std::string &options) const {
    if (hostbill_client_submit(client_.get(), operation.c_str(), params.c_str(), options.c_str(), nullptr, nullptr) !=
        0)
        throw std::runtime_error(operation + " could not be submitted");
    char *out = nullptr;
    if (door == Door::submit ? hostbill_client_next(client_.get(), -1, &out) != 0 : !take_from_loop(client_.get(), out))
        throw std::runtime_error(operation + " could not be taken");
    Document envelope = parse(out);
    hostbill_string_free(out);
    const bool ok = envelope["ok"].GetBool();
    Answer answer;
    answer.document.CopyFrom(ok ? envelope : envelope["error"], answer.document.GetAllocator());
    answer.text = write(answer.document);
    answer.word = ok ? "success" : text(answer.document, "class");
    return answer;
}

Answer Client::call(const std::string &operation, const std::string &params, const std::string &options) const {
    if (door != Door::call)
        return submit_and_take(operation, params, options);
    char *out = nullptr;
    const int status = hostbill_client_call(client_.get(), operation.c_str(), params.c_str(), options.c_str(), &out);
    Answer answer;
    answer.text = out;
    hostbill_string_free(out);
    answer.document = parse(answer.text);
    answer.word = status == 0 ? "success" : text(answer.document, "class");
    return answer;
}

std::string config_for(const Box &box, std::string_view more) {
    return R"({"portal":)" + quote(box.portal()) + R"(,"base_url":)" + quote(box.url()) + R"(,"username":)" +
           quote(text(box.info(), "username")) + R"(,"password":)" + quote(password_canary) +
           R"(,"max_response_bytes":1000000,"retry":{"base_delay":0.001,"throttled_delay":0.001,"max_delay":0.002})" +
           with(more) + "}";
}

} // namespace hostbill::faults
