#include "core/answer/shape.hpp"

#include <algorithm>

namespace hostbill {

const AnswerShape *find_answer_shape(std::string_view operation) {
    // A program mostly asks for the same again.
    thread_local const AnswerShape *last = nullptr;
    if (last != nullptr && last->operation == operation)
        return last;
    const auto shapes = answer_shapes();
    const auto found =
        std::lower_bound(shapes.begin(), shapes.end(), operation,
                         [](const AnswerShape &shape, std::string_view name) { return shape.operation < name; });
    last = found != shapes.end() && found->operation == operation ? &*found : nullptr;
    return last;
}

} // namespace hostbill
