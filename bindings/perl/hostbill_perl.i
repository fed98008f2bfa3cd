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
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
%}

%{
#include "values.hpp"
#include "signals.hpp"
#include "own.hpp"

// Of each interpreter.
struct Kept {
    hostbill_perl::Names names;
    hostbill_perl::Own own;
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
    MY_CXT.own.look_up(aTHX);
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

// perform() calls.
%ignore hostbill_swig::Client::call;
%ignore hostbill_swig::Client::call_briefly;

%include "hostbill.i"

%inline %{
// The document of a value; or a reference to [field, problem] if it has none.
SV *encode(SV *value) {
    dTHX;
    return hostbill_perl::write(aTHX_ value);
}
// The same of a hash, by the kinds of its members.
SV *encode_kinds(SV *value, SV *kinds) {
    dTHX;
    return hostbill_perl::write(aTHX_ value, hostbill_perl::hash_of(kinds));
}
// The value of a document, which is bytes; undef if it is none.
SV *decode(SV *text) {
    dTHX;
    STRLEN size = 0;
    const char *const bytes = SvPVbyte(text, size);
    return hostbill_perl::read(aTHX_ names_of(aTHX), bytes, size);
}
%}

%{
#ifdef MULTIPLICITY
#pragma push_macro("aTHX") // As in values.hpp.
#undef aTHX
#define aTHX my_perl
#endif

// SWIG's own would look at each argument twice.
static hostbill_swig::Client *client_of(pTHX_ SV *value) {
    void *client = nullptr;
    return SWIG_IsOK(SWIG_ConvertPtr(value, &client, SWIGTYPE_p_hostbill_swig__Client, 0))
               ? static_cast<hostbill_swig::Client *>(client)
               : nullptr;
}

static void perform_call(pTHX_ CV *) {
    dXSARGS;
    hostbill_swig::Client *const client = items == 8 ? client_of(aTHX_ ST(0)) : nullptr;
    if (client == nullptr || hostbill_perl::hash_of(ST(7)) == nullptr)
        croak("Hostbill::Native::perform takes a client and a call");
    hostbill_perl::Call call{ST(1), ST(3), ST(4), ST(5), ST(6), hostbill_perl::hash_of(ST(7))};
    ST(0) = hostbill_perl::perform(aTHX_ names_of(aTHX), *client, SvTRUE(ST(2)), call);
    XSRETURN(1);
}

// own(handle, client, option_kinds): the calls below find the client by its handle from now on; own(handle), no longer.
static void own_client(pTHX_ CV *) {
    dXSARGS;
    if (items < 1 || !SvROK(ST(0)))
        croak("Hostbill::Native::own takes a handle");
    hostbill_perl::Own::give(aTHX_ SvRV(ST(0)), items == 3 ? client_of(aTHX_ ST(1)) : nullptr, items == 3 ? ST(2) : nullptr);
    XSRETURN_EMPTY;
}

// The rest is for Perl: what a function of its makes of the same arguments.
#define XSRETURN_REST(function)                                                                                        \
    do {                                                                                                               \
        PUSHMARK(MARK);                                                                                                \
        call_pv(function, GIMME_V);                                                                                    \
        return;                                                                                                        \
    } while (false)

// run(operation, path, kinds, group, arguments..): a group's method.
static void run_method(pTHX_ CV *) {
    dXSARGS;
    dMY_CXT;
    if (items == 4) {
        const hostbill_perl::Own::Found found = MY_CXT.own.of_group(aTHX_ ST(3));
        if (found.client != nullptr) {
            hostbill_perl::Call call{found.handle, ST(0), &PL_sv_undef, &PL_sv_undef, &PL_sv_undef, nullptr};
            ST(0) = hostbill_perl::perform(aTHX_ MY_CXT.names, *found.client, false, call);
            XSRETURN(1);
        }
    }
    XSRETURN_REST("Hostbill::Group::_run");
}

// Hostbill::Client::call(client, operation, params, options): with hashes, or without anything.
static void call_client(pTHX_ CV *) {
    dXSARGS;
    dMY_CXT;
    if (items > 1 && items < 5) {
        SV *const params = items > 2 ? ST(2) : &PL_sv_undef;
        const hostbill_perl::Own::Found found = MY_CXT.own.of_client(aTHX_ ST(0));
        if (found.client != nullptr && (!SvOK(params) || hostbill_perl::hash_of(params) != nullptr)) {
            hostbill_perl::Call call{found.handle, ST(1), params, &PL_sv_undef, items > 3 ? ST(3) : &PL_sv_undef, found.option_kinds};
            ST(0) = hostbill_perl::perform(aTHX_ MY_CXT.names, *found.client, false, call);
            XSRETURN(1);
        }
    }
    XSRETURN_REST("Hostbill::Client::_call");
}

#ifdef MULTIPLICITY
#pragma pop_macro("aTHX")
#endif
%}

%init %{
    {
        MY_CXT_INIT;
        MY_CXT = {};
        MY_CXT.own.look_up(aTHX);
    }
    newXS("Hostbill::Native::perform", perform_call, __FILE__);
    newXS("Hostbill::Native::own", own_client, __FILE__);
    newXS("Hostbill::Native::run", run_method, __FILE__);
    newXS("Hostbill::Native::call", call_client, __FILE__);
    newXS("Hostbill::Native::CLONE", clone_kept, __FILE__);
    newXS("Hostbill::Native::run_handlers", hostbill_perl::Signals::run_handlers, __FILE__);
    if (const char *problem = hostbill_swig::misfit())
        croak("%s", problem);
%}
