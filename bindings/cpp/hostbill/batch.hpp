// Many calls, some of them under way at any time. Part of hostbill.hpp.
#pragma once

#include "client.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <type_traits>
#include <unistd.h>
#include <utility>

namespace hostbill {

// A call of a batch: as the arguments of Client::call().
struct BatchCall {
    std::string operation;
    Object params = {};
    Options options = {};
};

// What came of a call of a batch.
struct Outcome {
    std::size_t index = 0;         // the call's number, from 0
    Answer answer = {};            // empty if the call failed
    std::exception_ptr error = {}; // why it failed, a hostbill::Error; null if it did not

    // The answer's data, or throws the error.
    const Value &data() const {
        if (error)
            std::rethrow_exception(error);
        return answer.data;
    }
};

// Up to `window` calls are under way at any time; `calls` is asked for more as outcomes are taken, and gives nothing after
// the last. Outcomes come in the order of the calls, or else as calls end. The end of the batch stops what is under way.
//
//     std::size_t n = 0;
//     hostbill::Batch batch(client, [&]() -> std::optional<hostbill::BatchCall> {
//         if (n == ids.size())
//             return std::nullopt;
//         return hostbill::BatchCall{"domains.get", {{"domain_id", ids[n++]}}};
//     });
//     while (const auto outcome = batch.next())
//         std::cout << outcome->index << ' ' << !outcome->error << '\\n';
class Batch {
public:
    using Calls = std::function<std::optional<BatchCall>()>;

    // UsageError: the window is 0. The client has to live as long as the batch.
    Batch(const Client &client, Calls calls, std::size_t window = 64, bool ordered = true)
        : client_(client), calls_(std::move(calls)), window_(window), ordered_(ordered) {
        if (window == 0)
            detail::throw_usage("the window has to be at least 1");
    }
    Batch(const Batch &) = delete;
    Batch &operator=(const Batch &) = delete;

    // The next outcome; nothing after the last. UsageError: the batch is a parent process's.
    std::optional<Outcome> next() {
        if (process_ != getpid())
            detail::throw_usage("this batch is another process's, which goes on with it: begin a new one after a fork");
        while (!last_ && begun_ - given_ < window_)
            start();
        if (given_ == begun_)
            return std::nullopt;
        while (ordered_ ? ready_.count(given_) == 0 : ready_.empty())
            receive();
        const auto found = ordered_ ? ready_.find(given_) : ready_.begin();
        Outcome out = std::move(found->second);
        ready_.erase(found);
        ++given_;
        return out;
    }

private:
    void start() {
        std::optional<BatchCall> call = calls_();
        if (!call) {
            last_ = true;
            return;
        }
        const std::size_t index = begun_++;
        try {
            Submission submission = client_.submit(call->operation, call->params, call->options);
            const std::int64_t id = submission.id();
            under_way_.emplace(id, std::make_pair(index, std::move(submission)));
        } catch (const Error &) {
            ready_[index] = {index, {}, std::current_exception()};
        }
    }

    void receive() {
        const auto first = under_way_.find(client_.first_of(under_way_));
        Outcome outcome;
        outcome.index = first->second.first;
        try {
            outcome.answer = first->second.second.get();
        } catch (const Error &) {
            outcome.error = std::current_exception();
        }
        under_way_.erase(first);
        ready_[outcome.index] = std::move(outcome);
    }

    const Client &client_;
    const Calls calls_;
    const std::size_t window_;
    const bool ordered_;
    const pid_t process_ = getpid();
    bool last_ = false;
    std::size_t begun_ = 0;
    std::size_t given_ = 0;
    std::map<std::int64_t, std::pair<std::size_t, Submission>> under_way_; // by number, with the index
    std::map<std::size_t, Outcome> ready_;                                 // those that nobody has taken
};

namespace detail {

// What can be no value is found as a mistake of its call, as that is written.
template <class Item>
Value value_of(Item &&item) {
    try {
        return Value(std::forward<Item>(item));
    } catch (const ValueError &wrong) {
        return Decimal{wrong.what()};
    }
}

// The values of a range, or those that a function gives, when they are asked for.
template <class Values>
std::function<std::optional<Value>()> one_by_one(Values values) {
    static_assert(!std::is_convertible_v<Values, std::string_view>, "a text is one value, not many");
    if constexpr (std::is_invocable_v<Values &>) {
        return [values = std::move(values)]() mutable -> std::optional<Value> {
            auto item = values();
            if (!item)
                return std::nullopt;
            return value_of(*std::move(item));
        };
    } else {
        struct State {
            Values values;
            std::optional<decltype(std::begin(std::declval<Values &>()))> at;
        };
        return [state = std::make_shared<State>(State{std::move(values), {}})]() -> std::optional<Value> {
            if (state->at)
                ++*state->at;
            else
                state->at.emplace(std::begin(state->values));
            if (*state->at == std::end(state->values))
                return std::nullopt;
            return value_of(**state->at);
        };
    }
}

} // namespace detail

// One operation with each of many values of a parameter. `values` is a range, which the batch keeps, or a function that gives
// std::optional; values are taken as outcomes are taken. The client, and what a view is a view of, have to live as long as
// the batch. UsageError: the settings' params have the parameter, too, or the window is 0.
//
//     hostbill::Batch batch = client.map("domains.get", "domain_id", ids, {.window = 16});
//     while (const auto outcome = batch.next())
//         std::cout << ids[outcome->index] << ' ' << !outcome->error << '\n';
template <class Values>
Batch Client::map(const std::string &operation, const std::string &parameter, Values values,
                  MapSettings settings) const {
    if (settings.params.find(parameter) != nullptr)
        detail::throw_usage(parameter + " is given twice: with its values, and in the parameters for all calls");
    auto calls = [common = BatchCall{operation, std::move(settings.params), std::move(settings.options)}, parameter,
                  next = detail::one_by_one(std::move(values))]() -> std::optional<BatchCall> {
        std::optional<Value> value = next();
        if (!value)
            return std::nullopt;
        BatchCall call = common;
        call.params.append(parameter, *std::move(value));
        return call;
    };
    return Batch(*this, std::move(calls), settings.window, settings.ordered);
}

} // namespace hostbill
