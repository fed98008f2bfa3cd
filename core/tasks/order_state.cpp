#include "core/tasks/order_state.hpp"

#include "core/base/digest.hpp"
#include "core/call/mask.hpp"

namespace hostbill {
namespace {

// Without the secrets in it: a state is kept, and what is short could be guessed from its hash.
std::string digest_of(const json::Value &subject) {
    return sha256_hex(json::write_utf8(mask_unknown({}, subject))).substr(0, 32);
}

} // namespace

json::Object to_json(const CompositionCall &call, const OrderState &state, const json::Value &subject) {
    return json::Object{{"operation", call.composition.id},
                        {"subject", digest_of(subject)},
                        {"since", state.since},
                        {"before", state.before}};
}

std::optional<OrderState> read_order_state(const CompositionCall &call, const json::Value &subject,
                                           std::vector<FieldProblem> &problems) {
    const json::Value &given = *call.param("state");
    const json::Value *operation = given.find("operation"), *digest = given.find("subject"),
                      *since = given.find("since"), *before = given.find("before");
    if (operation == nullptr || *operation != json::Value(call.composition.id) || digest == nullptr ||
        since == nullptr || since->integer() == nullptr || before == nullptr || before->object() == nullptr) {
        problems.push_back({.field = "state",
                            .problem = "is not of this operation",
                            .expected = "what an error or a dry run of it carried",
                            .nearest = {}});
        return std::nullopt;
    }
    if (*digest != json::Value(digest_of(subject))) {
        problems.push_back({.field = "state",
                            .problem = "is of another order",
                            .expected = "the same parameters as when it was made",
                            .nearest = {}});
        return std::nullopt;
    }
    return OrderState{*since->integer(), *before->object()};
}

} // namespace hostbill
