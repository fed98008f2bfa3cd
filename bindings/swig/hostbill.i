// The interface that all SWIG languages share. A language's own file has what differs, and then includes this one:
//
//     %module hostbill_native
//     %{ ... without_the_lock(function): runs it while the language's other threads go on ... %}
//     %define HOSTBILL_BLOCKING(method)
//     %exception method { without_the_lock([&] { $action }); }
//     %enddef
//     %typemap(out) hostbill_swig::Text { ... a native text, or nil if $1.data() is NULL ... }
//     %include "hostbill.i"
//
// HOSTBILL_BLOCKING is left away by a language without such a lock.

%{
#include "native.hpp"
#include "sandbox.hpp"
%}

%include <stdint.i>
%include <std_string.i>

#ifdef HOSTBILL_BLOCKING
HOSTBILL_BLOCKING(hostbill_swig::Client::call)
HOSTBILL_BLOCKING(hostbill_swig::Client::call_briefly)
HOSTBILL_BLOCKING(hostbill_swig::Client::next)
HOSTBILL_BLOCKING(hostbill_swig::Client::release)
HOSTBILL_BLOCKING(hostbill_swig::Sandbox::Sandbox)
HOSTBILL_BLOCKING(hostbill_swig::Sandbox::control)
HOSTBILL_BLOCKING(hostbill_swig::Sandbox::release)
#endif

namespace hostbill_swig {
class Text;
}

%include "native.hpp"
%include "sandbox.hpp"
