// Reads a Swagger 2.0 document as portals publish it: real ones are not quite JSON, not quite Swagger, and say in words
// what they should say in data. What was put right is told.
#pragma once

#include "core/base/result.hpp"
#include "core/json/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

struct SwaggerParam {
    std::string name;
    std::string written; // the same as the document has it
    std::string place;   // "path", "query" or "body"
    std::string type;    // a type of Swagger; empty where it says none
    std::string items;   // of an array's elements
    std::string summary;
    bool required = false;
    std::vector<std::string> allowed;
};

struct SwaggerOperation {
    std::string method;
    std::string path; // "/dns/{zone_id}"
    std::string document_path;
    std::string summary;
    std::vector<SwaggerParam> params;
    bool has_form_fields = false;
    bool form = false;  // its body is a form
    json::Value sample; // an answer; null where the document shows none

    bool has_body() const { return has_form_fields || (method != "GET" && method != "DELETE"); }
};

struct SwaggerDocument {
    std::string title;
    std::string base_url; // empty: the document does not say
    bool basic = false;
    bool bearer = false;
    bool form = false; // most bodies are forms
    std::vector<SwaggerOperation> operations;
    std::vector<std::string> repaired; // a sentence each
};

// The error is a sentence that says where the document stops making sense.
Result<SwaggerDocument, std::string> read_swagger(std::string_view text);

} // namespace hostbill
