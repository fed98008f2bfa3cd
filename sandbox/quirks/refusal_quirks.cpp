#include "sandbox/quirks/refusal_quirks.hpp"

#include <array>

namespace hostbill::sandbox {
namespace {

json::Array list_of(const std::vector<std::string> &errors) {
    json::Array list;
    for (const std::string &error : errors)
        list.push_back(error);
    return list;
}

json::Value flagged(const ActiveQuirks &quirks, const Operation *operation, const std::vector<std::string> &errors) {
    // `status` is data in what is read.
    const bool acts = operation != nullptr && operation->effect != Effect::read;
    constexpr std::array names = {"success", "ok", "status"};
    const char *name = names[quirks.turn() % (acts ? 3 : 2)];
    json::Object body;
    body.append(name, false);
    if (errors.size() == 1)
        body.append("message", errors.front());
    else
        body.append("message", list_of(errors));
    return body;
}

int status_of(const std::string &error) {
    if (error.find("not found") != std::string::npos)
        return 404;
    return error.find("privilege") != std::string::npos || error.find("permission") != std::string::npos ? 403 : 400;
}

} // namespace

RefusalForm refusal_form(const ActiveQuirks &quirks, const Operation *operation, const std::vector<std::string> &errors,
                         int status) {
    RefusalForm form{status, json::Object{{"error", list_of(errors)}}, false};
    if (quirks.none() || errors.empty())
        return form;
    if (status == 401) {
        form.empty = quirks.has(Quirk::empty_401);
        if (quirks.has(Quirk::unauthorized_as_200))
            form.status = 200;
        return form;
    }
    if (quirks.has(Quirk::refusal_with_status) && status == 200)
        form.status = status_of(errors.front());
    if (quirks.has(Quirk::failure_flag))
        form.body = flagged(quirks, operation, errors);
    else if (quirks.has(Quirk::error_with_arguments) && errors.size() == 1)
        form.body = json::Object{{"error", json::Array{json::Value(list_of(errors))}}};
    else if (quirks.has(Quirk::error_as_text) && errors.size() == 1)
        form.body = json::Object{{"error", errors.front()}};
    return form;
}

} // namespace hostbill::sandbox
