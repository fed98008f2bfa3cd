#include "core/json/json_reference.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace hostbill::json {
namespace {

constexpr int deepest_reference = 16; // some refer to themselves

// By a JSON pointer, in which "~1" is a slash within a name and "~0" the tilde.
const Value *pointed_at(const Value &root, std::string_view pointer) {
    const Value *found = &root;
    while (found != nullptr && !pointer.empty()) {
        const std::size_t slash = pointer.find('/');
        std::string name;
        for (std::size_t i = 0; i < std::min(slash, pointer.size()); ++i) {
            const std::string_view escaped = pointer.substr(i, 2);
            name += escaped == "~1" ? '/' : pointer[i];
            i += escaped == "~0" || escaped == "~1" ? 1 : 0;
        }
        found = found->find(name);
        pointer.remove_prefix(slash == std::string_view::npos ? pointer.size() : slash + 1);
    }
    return found;
}

} // namespace

const Value &resolve_reference(const Value &root, const Value &value) {
    const Value *found = &value;
    for (int depth = deepest_reference; depth > 0; --depth) {
        const Value *reference = found->find("$ref");
        if (reference == nullptr || reference->string() == nullptr)
            break;
        const std::string_view written(*reference->string());
        const Value *target = written.starts_with("#/") ? pointed_at(root, written.substr(2)) : nullptr;
        if (target == nullptr)
            break;
        found = target;
    }
    return *found;
}

} // namespace hostbill::json
