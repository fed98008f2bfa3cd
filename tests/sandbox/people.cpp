#include "people.hpp"

namespace hostbill::sandbox::test {

Person::Person(const Box &box, std::string_view name, std::string_view privileges) : box_(box), name_(name) {
    Answer created = box.post("/contact", R"({"email":")" + email() + R"(","firstname":"Pat","lastname":")" + name_ +
                                              R"(","password":")" + password_ + R"(","privileges":)" +
                                              std::string(privileges) + "}");
    EXPECT_EQ(created.error(), "");
    id_ = created.word({"contact_id"});
}

void Person::grant(std::string_view privileges) const {
    EXPECT_EQ(box_.put("/contact/" + id_, R"({"privileges":)" + std::string(privileges) + "}").error(), "");
}

Answer Person::ask(const std::string &method, const std::string &path, const std::string &json_body) const {
    return send({.method = method,
                 .url = box_.url() + path,
                 .headers = {"Content-Type: application/json"},
                 .body = json_body,
                 .user = user()});
}

} // namespace hostbill::sandbox::test
