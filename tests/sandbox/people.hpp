// A contact of the account that signs in with a password of its own.
#pragma once

#include "support.hpp"

#include <string>
#include <string_view>

namespace hostbill::sandbox::test {

class Person {
public:
    // `privileges` as JSON; the contact's address is <name>@example.net.
    Person(const Box &box, std::string_view name, std::string_view privileges);

    const std::string &id() const { return id_; }
    std::string email() const { return name_ + "@example.net"; }
    std::string user() const { return email() + ":" + password_; }
    std::string password() const { return password_; }
    void grant(std::string_view privileges) const;

    Answer ask(const std::string &method, const std::string &path, const std::string &json_body = "") const;
    Answer get(const std::string &path) const { return ask("GET", path); }

private:
    const Box &box_;
    std::string name_;
    std::string password_ = "Person-password-1";
    std::string id_;
};

inline constexpr std::string_view no_permission = "You do not have permission to do this";

} // namespace hostbill::sandbox::test
