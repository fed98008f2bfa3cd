// A sandbox, and clients of it.
#pragma once

#include "support.hpp"

#include <hostbill_sandbox.h>

#include <cstdint>
#include <string>

namespace hostbill::test {

class Box {
public:
    explicit Box(std::string portal, const std::string &more = "") : portal_(std::move(portal)) {
        char *error = nullptr;
        const std::string config =
            R"({"portal":")" + portal_ + R"(","username":"user","password":"s3cret-word")" + more + "}";
        if (hostbill_sandbox_new(config.c_str(), &sandbox_, &error) != 0)
            ADD_FAILURE() << error;
        hostbill_sandbox_string_free(error);
    }
    ~Box() { hostbill_sandbox_free(sandbox_); }
    Box(const Box &) = delete;
    Box &operator=(const Box &) = delete;

    json::Value control(const std::string &command) const {
        char *text = hostbill_sandbox_control(sandbox_, command.c_str());
        json::Value answer = parsed(text);
        hostbill_sandbox_string_free(text);
        EXPECT_EQ(answer.find("error"), nullptr) << json::write_utf8(answer);
        return answer;
    }
    void set_state(const std::string &kind, const std::string &id, const std::string &state) const {
        control(R"({"command":"set_state","kind":")" + kind + R"(","id":)" + id + R"(,"state":")" + state + "\"}");
    }
    void fault(const std::string &operation, const std::string &fault, int times = 1, int skip = 0) const {
        control(R"({"command":"fault","operation":")" + operation + R"(","times":)" + std::to_string(times) +
                R"(,"skip":)" + std::to_string(skip) + R"(,"fault":)" + fault + "}");
    }
    // How often something happened.
    std::int64_t count(std::string_view what) const {
        const json::Value ledger = control(R"({"command":"ledger"})");
        const json::Value *number = ledger.find(what);
        return number != nullptr ? *number->integer() : 0;
    }

    std::unique_ptr<Client> client(const std::string &more = "") const {
        return make_client(R"({"portal":")" + portal_ + R"(","base_url":")" + hostbill_sandbox_url(sandbox_) +
                           R"(","auth":"basic","username":"user","password":"s3cret-word",)"
                           R"("retry":{"base_delay":0.001})" +
                           more + "}");
    }

private:
    const std::string portal_;
    hostbill_sandbox *sandbox_ = nullptr;
};

// The data of a call that has to succeed.
inline json::Value call_data(Client &client, std::string_view operation, const std::string &params = "",
                             const std::string &options = "") {
    const Result<std::string> result = client.call(operation, params, options);
    EXPECT_TRUE(result) << operation << ": " << (result ? "" : error_document(result.error()));
    return result ? *parsed(*result).find("data") : json::Value();
}

// The error of one that has to fail.
inline Error call_error(Client &client, std::string_view operation, const std::string &params = "",
                        const std::string &options = "") {
    const Result<std::string> result = client.call(operation, params, options);
    EXPECT_FALSE(result) << operation << ": " << (result ? *result : "");
    return result ? Error{} : result.error();
}

inline std::string text_at(const json::Value &value, std::string_view name) {
    const json::Value *found = value.find(name);
    return found == nullptr             ? "nothing"
           : found->string() != nullptr ? std::string(*found->string())
                                        : json::write_utf8(*found);
}

} // namespace hostbill::test
