// The C functions: guards around a Sandbox, nothing more.
#include "hostbill_sandbox.h"

#include "core/catalog/error.hpp"
#include "sandbox/sandbox.hpp"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <unistd.h>

using hostbill::Error;
using hostbill::ErrorClass;

struct hostbill_sandbox {
    std::unique_ptr<hostbill::sandbox::Sandbox> sandbox;
    pid_t owner; // after fork() there is no thread in the child that could answer
};

namespace {

char *copy(const std::string &text) noexcept {
    auto *out = static_cast<char *>(std::malloc(text.size() + 1));
    if (out != nullptr)
        std::memcpy(out, text.c_str(), text.size() + 1);
    return out;
}

std::string command_error(const Error &error) {
    return hostbill::json::write_ascii(hostbill::json::Object{{"error", to_json(error)}});
}

int fail(const Error &error, char **place) {
    if (place != nullptr)
        *place = copy(error_document(error));
    return static_cast<int>(error.error_class);
}

constexpr int internal = static_cast<int>(ErrorClass::internal);

} // namespace

int hostbill_sandbox_new(const char *config_json, hostbill_sandbox **sandbox, char **error) {
    if (sandbox != nullptr)
        *sandbox = nullptr;
    if (error != nullptr)
        *error = nullptr;
    try {
        try {
            if (sandbox == nullptr)
                return fail(hostbill::usage_error("there is no place for the sandbox"), error);
            auto opened = hostbill::sandbox::Sandbox::open(config_json != nullptr ? config_json : "{}");
            if (!opened)
                return fail(opened.error(), error);
            *sandbox = new hostbill_sandbox{std::move(*opened), getpid()};
            return 0;
        } catch (const std::exception &problem) {
            return fail({.error_class = ErrorClass::internal, .message = problem.what()}, error);
        }
    } catch (...) {
        return internal;
    }
}

const char *hostbill_sandbox_url(const hostbill_sandbox *sandbox) {
    return sandbox != nullptr ? sandbox->sandbox->url().c_str() : nullptr;
}

char *hostbill_sandbox_control(hostbill_sandbox *sandbox, const char *json) {
    try {
        if (sandbox == nullptr)
            return copy(command_error(hostbill::usage_error("there is no sandbox")));
        if (sandbox->owner != getpid())
            return copy(command_error(hostbill::usage_error("the sandbox belongs to the parent process")));
        return copy(sandbox->sandbox->control(json != nullptr ? json : "{}"));
    } catch (...) {
        return nullptr;
    }
}

void hostbill_sandbox_free(hostbill_sandbox *sandbox) {
    if (sandbox != nullptr && sandbox->owner == getpid())
        delete sandbox;
}

void hostbill_sandbox_string_free(char *text) { std::free(text); }
