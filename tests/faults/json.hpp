// The little that these tests need of JSON. They see the libraries' public headers only, so they bring their own.
#pragma once

#include <cstdint>
#include <rapidjson/document.h>
#include <string>
#include <string_view>

namespace hostbill::faults {

using Value = rapidjson::Value;
using Document = rapidjson::Document;

// Throws where the text is not JSON: what the libraries give out always is.
Document parse(std::string_view text);
std::string write(const Value &value);
std::string quote(std::string_view text);

// Along the names; nullptr where there is nothing.
template <class... Names>
const Value *find(const Value &value, const char *name, Names... names) {
    if (!value.IsObject())
        return nullptr;
    const auto member = value.FindMember(name);
    if (member == value.MemberEnd())
        return nullptr;
    if constexpr (sizeof...(names) == 0)
        return &member->value;
    else
        return find(member->value, names...);
}

// Empty, or 0, where there is none.
template <class... Names>
std::string text(const Value &value, Names... names) {
    const Value *found = find(value, names...);
    return found != nullptr && found->IsString() ? std::string(found->GetString(), found->GetStringLength())
                                                 : std::string();
}
template <class... Names>
std::int64_t number(const Value &value, Names... names) {
    const Value *found = find(value, names...);
    return found != nullptr && found->IsInt64() ? found->GetInt64() : 0;
}

} // namespace hostbill::faults
