// A sandbox of one's own for each test, and a client that is not ours: libcurl, over a real socket.
#pragma once

#include "hostbill_sandbox.h"

#include "core/catalog/catalog.hpp"
#include "core/json/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox::test {

struct Answer {
    long status = 0;
    json::Value body = {};
    std::string text = {};
    std::map<std::string, std::string> headers = {}; // names in lower case

    const json::Value &at(std::initializer_list<std::string_view> path) const; // null where there is none
    std::string word(std::initializer_list<std::string_view> path) const;      // of any scalar, as text
    std::string error() const;                                                 // the first of the list; "" without
};

struct Request {
    std::string method = "GET";
    std::string url;
    std::vector<std::string> headers = {};
    std::string body = {};
    std::string user = {}; // "name:password" for Basic; empty: none
};

Answer send(const Request &request);
// Of one that may find nobody there; its status is 0 then.
Answer try_send(const Request &request);

class Box {
public:
    explicit Box(std::string_view portal, std::string_view more_config = "");
    ~Box();
    Box(const Box &) = delete;
    Box &operator=(const Box &) = delete;

    std::string url() const { return hostbill_sandbox_url(box_); }
    json::Value control(std::string_view command) const;
    std::string info(std::string_view key) const;
    std::string user() const { return info("username") + ":" + info("password"); }
    std::int64_t ledger(std::string_view effect) const; // 0 where it never happened

    Answer get(const std::string &path) const;
    Answer send_json(const std::string &method, const std::string &path, const std::string &json_body = "") const;
    Answer post(const std::string &path, const std::string &json_body = "") const;
    Answer put(const std::string &path, const std::string &json_body = "") const;
    Answer del(const std::string &path) const;
    Answer post_form(const std::string &path, const std::string &form) const;
    // With a token instead of a password.
    Answer bearer(const std::string &method, const std::string &path, const std::string &token) const;

private:
    hostbill_sandbox *box_ = nullptr;
};

// One world of a box, as the customer who it belongs to sees it.
struct Customer {
    std::string name;
    std::string url; // of the portal, which is that of all worlds
    std::string own_url;
    std::string user; // "name:password"

    Answer ask(const std::string &method, const std::string &path, const std::string &json_body = "") const;
};

// {"command":"world_create",..} with the given members.
Customer create_world(const Box &box, std::string_view members = "");

// The error that control answered, as text; "" where it is none.
std::string error_message(const json::Value &answer);

inline constexpr std::string_view all_portals[] = {"coloup", "elsecloud", "generic", "internetport", "time4vps"};

} // namespace hostbill::sandbox::test
