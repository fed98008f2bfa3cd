// What the tests of the C ABI share. They see the public header and the shared library, nothing of its inside.
#pragma once

#include "hostbill.h"
#include "portal.hpp"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <initializer_list>
#include <memory>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>
#include <string>
#include <string_view>

// An owned string, as a document. It is ASCII and one line, or the test fails.
class Document {
public:
    explicit Document(char *text) : text_(text == nullptr ? "" : text) {
        EXPECT_NE(text, nullptr);
        hostbill_string_free(text);
        document_.Parse<rapidjson::kParseFullPrecisionFlag>(text_.c_str());
        EXPECT_FALSE(document_.HasParseError()) << text_;
        EXPECT_TRUE(std::ranges::all_of(text_, [](char c) { return c >= ' ' && c <= '~'; })) << text_;
    }

    const std::string &text() const { return text_; }

    bool has(const char *pointer) const { return rapidjson::Pointer(pointer).Get(document_) != nullptr; }

    // By JSON Pointer; "" and a failed test where there is none.
    std::string string(const char *pointer) const {
        const rapidjson::Value *value = rapidjson::Pointer(pointer).Get(document_);
        EXPECT_TRUE(value != nullptr && value->IsString()) << pointer << " in " << text_;
        return value != nullptr && value->IsString() ? value->GetString() : "";
    }
    std::int64_t integer(const char *pointer) const {
        const rapidjson::Value *value = rapidjson::Pointer(pointer).Get(document_);
        EXPECT_TRUE(value != nullptr && value->IsInt64()) << pointer << " in " << text_;
        return value != nullptr && value->IsInt64() ? value->GetInt64() : -1;
    }
    bool boolean(const char *pointer) const {
        const rapidjson::Value *value = rapidjson::Pointer(pointer).Get(document_);
        EXPECT_TRUE(value != nullptr && value->IsBool()) << pointer << " in " << text_;
        return value != nullptr && value->IsBool() && value->GetBool();
    }

private:
    std::string text_;
    rapidjson::Document document_;
};

struct Free {
    void operator()(hostbill_client *client) const { hostbill_client_free(client); }
};
using Client = std::unique_ptr<hostbill_client, Free>;

inline Client make_client(const std::string &config) {
    hostbill_client *client = nullptr;
    char *error = nullptr;
    const int status = hostbill_client_new(config.c_str(), &client, &error);
    EXPECT_EQ(status, HOSTBILL_OK) << (error == nullptr ? "" : error);
    EXPECT_NE(client, nullptr);
    hostbill_string_free(error);
    return Client(client);
}

// The next answer, which has to come.
inline Document next(const Client &client) {
    char *text = nullptr;
    EXPECT_EQ(hostbill_client_next(client.get(), 30'000, &text), HOSTBILL_OK);
    return Document(text);
}

inline std::int64_t submit(const Client &client, const char *operation, const char *options = nullptr) {
    std::int64_t id = -1;
    char *error = nullptr;
    EXPECT_EQ(hostbill_client_submit(client.get(), operation, nullptr, options, &id, &error), HOSTBILL_OK);
    EXPECT_EQ(error, nullptr);
    return id;
}

// Every test ends with nothing left.
class CapiTest : public testing::Test {
protected:
    void TearDown() override { EXPECT_EQ(hostbill_live_objects(), 0); }
};
