// Either a value or what went wrong.
#pragma once

#include <utility>
#include <variant>

namespace hostbill {

struct Error;

// A function that can fail returns this; one that yields nothing but can fail returns std::optional<Error>.
template <class T, class E = Error>
class [[nodiscard]] Result {
public:
    Result(const T &value) : state_(std::in_place_index<0>, value) {}
    Result(T &&value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(const E &error) : state_(std::in_place_index<1>, error) {}
    Result(E &&error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const noexcept { return state_.index() == 0; }

    // Only on success.
    T &operator*() & { return *std::get_if<0>(&state_); }
    const T &operator*() const & { return *std::get_if<0>(&state_); }
    T &&operator*() && { return std::move(*std::get_if<0>(&state_)); }
    T *operator->() { return std::get_if<0>(&state_); }
    const T *operator->() const { return std::get_if<0>(&state_); }

    // Only on failure.
    E &error() & { return *std::get_if<1>(&state_); }
    const E &error() const & { return *std::get_if<1>(&state_); }
    E &&error() && { return std::move(*std::get_if<1>(&state_)); }

private:
    std::variant<T, E> state_;
};

} // namespace hostbill
