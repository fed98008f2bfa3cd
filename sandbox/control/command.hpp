// The commands of the control API, as api/control.json has them, and whether one that was given is right.
#pragma once

#include "core/base/result.hpp"
#include "core/json/json.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

enum class ControlType : std::uint8_t { text, name, flag, integer, object, status };

struct ControlMember {
    std::string_view name;
    ControlType type;
    bool required;
    std::int64_t minimum;
    std::int64_t maximum;
    std::span<const std::string_view> words; // all that it may be, where that is a few words
    std::string_view expected;               // as errors call it
};

struct ControlCommand {
    std::string_view name;
    std::span<const ControlMember> members;
};

const ControlCommand *find_command(std::string_view name); // nullptr: there is none

// The row of a command of which every member is as it has to be. An error names each field that is not.
Result<const ControlCommand *> check_command(const json::Value &command);

// A member of a command that was checked; "" where it was not given.
std::string text_member(const json::Value &command, std::string_view name);

// The document that describes the commands, compiled in.
std::string_view control_openapi();

} // namespace hostbill::sandbox
