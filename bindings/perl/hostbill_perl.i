// What is Perl's own about the interface: documents arrive as Perl values, and encode() makes documents of them.
%module "Hostbill::Native"

%begin %{
// Before Perl's headers, whose macros would change what is in these.
#include "native.hpp"
#include "sandbox.hpp"
#include "json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>
%}

%{
#include "values.hpp"
#include "signals.hpp"

// Of each interpreter.
struct Kept {
    hostbill_perl::Names names;
};
#define MY_CXT_KEY "Hostbill::Native::kept"
typedef Kept my_cxt_t;
START_MY_CXT

// Perl calls it in a thread that is new: what was copied is the other thread's.
static void clone_kept(pTHX_ CV *) {
    dXSARGS;
    PERL_UNUSED_VAR(items);
    MY_CXT_CLONE;
    MY_CXT = {};
    XSRETURN_EMPTY;
}

static hostbill_perl::Names &names_of(pTHX) {
    dMY_CXT;
    return MY_CXT.names;
}
%}

%exception {
    bool no_memory = false;
    try {
        $action
    } catch (const std::bad_alloc &) {
        no_memory = true;
    }
    if (no_memory)
        SWIG_croak("out of memory");
}

// SWIG would make floats of large ones.
%typemap(in) int64_t { $1 = static_cast<int64_t>(SvIV($input)); }
%typemap(out) int64_t {
    $result = sv_2mortal(newSViv(static_cast<IV>($1)));
    argvi++;
}
%typemap(out) hostbill_swig::Text {
    $result = sv_2mortal(hostbill_perl::read(aTHX_ names_of(aTHX), $1.data(), $1.size()));
    argvi++;
}
%typemap(in) SV * { $1 = $input; }
%typemap(out) SV * {
    $result = sv_2mortal($1);
    argvi++;
}

// Instead of the library's own.
%ignore hostbill_swig::Client::call;
%ignore hostbill_swig::Client::call_briefly;
%rename(call) hostbill_swig::Client::call_interruptibly;
%extend hostbill_swig::Client {
    SV *call_interruptibly(const char *operation, const char *params, const char *options, SV *owner, bool briefly) {
        dTHX;
        return hostbill_perl::call(aTHX_ names_of(aTHX), *$self, operation, params, options, owner, briefly);
    }
}

%include "hostbill.i"

%inline %{
// The document of a value; or a reference to [field, problem] if it has none.
SV *encode(SV *value) {
    dTHX;
    return hostbill_perl::write(aTHX_ value);
}
// The value of a document, which is bytes; undef if it is none.
SV *decode(SV *text) {
    dTHX;
    STRLEN size = 0;
    const char *const bytes = SvPVbyte(text, size);
    return hostbill_perl::read(aTHX_ names_of(aTHX), bytes, size);
}
%}

%init %{
    {
        MY_CXT_INIT;
        MY_CXT = {};
    }
    newXS("Hostbill::Native::CLONE", clone_kept, __FILE__);
    newXS("Hostbill::Native::run_handlers", hostbill_perl::Signals::run_handlers, __FILE__);
    if (const char *problem = hostbill_swig::misfit())
        croak("%s", problem);
%}
