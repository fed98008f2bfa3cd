// Node: the classes Client, Sandbox and Watcher, and functions. JSON texts go in and out; ../lib does the
// rest. Nothing here waits for a portal: calls are submitted, and a Watcher tells when answers are there.
%module hostbill_native

%{
#include "decimals.hpp"
#include "native.hpp"
#include "watcher.hpp"
%}

// JavaScript has no decimal numbers, hence texts.
%{
namespace hostbill_node {

Napi::Value text_of(Napi::Env env, const hostbill_swig::Text &text) {
    if (text.data() == nullptr)
        return env.Null();
    const std::size_t size = text.size();
    const std::string changed = hostbill_swig::decimals_as_text(text.data(), size);
    const bool same = changed.empty();
    napi_value made = nullptr; // ASCII, which needs no decoding.
    napi_create_string_latin1(env, same ? text.data() : changed.data(), same ? size : changed.size(), &made);
    return Napi::Value(env, made);
}

// What came of handing an operation over: its number, or the error object.
struct Submitted {
    double number = 0;
    hostbill_swig::Text error;
};

Submitted submit(hostbill_swig::Client *client, const char *operation, const char *params, const char *options) {
    hostbill_swig::Submission submission(*client, operation, params, options);
    return {static_cast<double>(submission.id()), submission.error()};
}

} // namespace hostbill_node
%}
%typemap(out) hostbill_swig::Text { $result = hostbill_node::text_of(env, $1); }
%typemap(out) hostbill_node::Submitted {
    $result = $1.number == 0 ? hostbill_node::text_of(env, $1.error) : Napi::Value(Napi::Number::New(env, $1.number));
}
%ignore hostbill_swig::Submission;

// They would hold up the event loop.
%ignore hostbill_swig::Client::call;
%init %{
  exports.Set("Watcher", hostbill_node::Watcher::define(env));
%}

%include "hostbill.i"

namespace hostbill_node {
struct Submitted;
hostbill_node::Submitted submit(hostbill_swig::Client *client, const char *operation, const char *params,
                                const char *options);
}
