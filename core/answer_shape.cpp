#include "core/shape.hpp"

#include <algorithm>

namespace hostbill {

const AnswerShape *find_answer_shape(std::string_view operation) {
    const auto shapes = answer_shapes();
    const auto found =
        std::lower_bound(shapes.begin(), shapes.end(), operation,
                         [](const AnswerShape &shape, std::string_view name) { return shape.operation < name; });
    return found != shapes.end() && found->operation == operation ? &*found : nullptr;
}

} // namespace hostbill
