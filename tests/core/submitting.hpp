// Operations that are submitted, and what comes of them.
#pragma once

#include "core/client.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

namespace hostbill::test {

struct Outcome {
    std::int64_t id = 0;
    std::string word; // "ok", or the error's class
    int attempts = 0;
    std::string message;
};

inline std::int64_t submit(const std::unique_ptr<Client> &client, const std::string &operation,
                           const std::string &params = "", const std::string &options = "") {
    Result<std::int64_t> id = client->submit({operation, params, options});
    EXPECT_TRUE(id);
    return id ? *id : 0;
}

inline Outcome next(const std::unique_ptr<Client> &client) {
    Outcome outcome;
    const std::optional<Error> none = client->next(30'000, [&](Taken &taken) {
        outcome.id = taken.id;
        outcome.word = taken.outcome ? "ok" : class_name(taken.outcome.error().error_class);
        outcome.attempts = taken.outcome ? taken.outcome->attempts : taken.outcome.error().attempts;
        outcome.message = taken.outcome ? "" : taken.outcome.error().message;
    });
    EXPECT_EQ(none, std::nullopt) << error_document(*none);
    return outcome;
}

} // namespace hostbill::test
