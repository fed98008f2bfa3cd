// Node: the classes Client, Submission, Sandbox and Watcher, and functions. JSON texts go in and out; ../lib does the
// rest. Nothing here waits for a portal: calls are submitted, and a Watcher tells when answers are there.
%module hostbill_native

%{
#include "decimals.hpp"
#include "watcher.hpp"
%}

// JavaScript has no decimal numbers, hence texts.
%typemap(out) hostbill_swig::Text {
    if ($1.data() == nullptr) {
        $result = env.Null();
    } else {
        const std::string text = hostbill_swig::decimals_as_text($1.data(), $1.size());
        $result = Napi::String::New(env, text);
    }
}

// They would hold up the event loop.
%ignore hostbill_swig::Client::call;
%ignore hostbill_swig::Client::wait;
%init %{
  exports.Set("Watcher", hostbill_node::Watcher::define(env));
%}

%include "hostbill.i"
