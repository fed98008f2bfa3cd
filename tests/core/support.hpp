// What many tests here need.
#pragma once

#include "core/client.hpp"
#include "core/json/json.hpp"

#include "test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::test {

// Parses what a test knows to be JSON.
json::Value parsed(std::string_view text);

// A client that has to come into being.
std::unique_ptr<Client> make_client(const std::string &config_json);

// Basic, as user and password, of a portal that the server stands for. `more` are further members: ",\"read_only\":true".
std::unique_ptr<Client> basic_client(const TestServer &server, const std::string &portal = "time4vps",
                                     const std::string &more = "");

// A JWT client of the generic portal.
std::unique_ptr<Client> jwt_client(const TestServer &server, const std::string &more = "");

// The answer of a call that has to succeed.
json::Value answer(const Result<std::string> &result);

// The names of the fields that an error complains of.
std::vector<std::string> field_names(const Error &error);

// A token as portals give it, ending at that many seconds since 1970; unsigned, as nobody here verifies it.
std::string token_ending_at(long long seconds, const std::string &id = "1");

} // namespace hostbill::test
