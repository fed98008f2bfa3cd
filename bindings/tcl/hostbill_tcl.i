// What differs for Tcl. SWIG's own objects are in a table of the whole process that no lock guards; those of handles.hpp
// belong to one interpreter.
%module hostbill_swig

%{
#include "native/handles.hpp"
#include "native/run.hpp"

#include <mutex>
#include <new>
%}

%exception {
    try {
        $action
    } catch (const std::bad_alloc &) {
        SWIG_exception_fail(SWIG_MemoryError, "no memory");
    }
}

%define HOSTBILL_HANDLE(Thing, words)
%nodefaultdtor hostbill_swig::Thing;
%ignore hostbill_swig::Thing::~Thing;
%typemap(in) hostbill_swig::Thing *, hostbill_swig::Thing & {
    $1 = hostbill_tcl::Handles::of(interp).find<hostbill_swig::Thing>($input);
    if ($1 == nullptr)
        SWIG_exception_fail(SWIG_TypeError, words);
}
%typemap(out) hostbill_swig::Thing * %{
    Tcl_SetObjResult(interp, hostbill_tcl::Handles::of(interp).add($1));
%}
%enddef
HOSTBILL_HANDLE(Client, "this is no client")
HOSTBILL_HANDLE(Submission, "this is no submission")
HOSTBILL_HANDLE(Sandbox, "this is no sandbox")

%typemap(in, numinputs = 0) Tcl_Interp *interp %{ $1 = interp; %}
%typemap(out) hostbill_swig::Text %{
    if (hostbill_tcl::set_document(interp, hostbill_tcl::Handles::of(interp).names, $1.data(), $1.size()) != TCL_OK)
        SWIG_fail;
%}
%typemap(in) int64_t (Tcl_WideInt wide) {
    if (Tcl_GetWideIntFromObj(interp, $input, &wide) != TCL_OK)
        SWIG_fail;
    $1 = wide;
}
%typemap(out) int64_t %{ Tcl_SetObjResult(interp, Tcl_NewWideIntObj($1)); %}

// Run calls it.
%ignore hostbill_swig::Client::call_briefly;

%include "hostbill.i"

%inline %{
// The values of a JSON text.
hostbill_swig::Text decode(const char *json) { return hostbill_swig::Text(std::string(json)); }

// Ends a client, a submission or a sandbox.
void forget(Tcl_Interp *interp, Tcl_Obj *handle) { hostbill_tcl::Handles::of(interp).forget(handle); }

// A text as JSON.
Tcl_Obj *quoted(Tcl_Obj *value) {
    std::string out;
    hostbill_tcl::quote(out, value);
    return hostbill_tcl::new_ascii(out);
}

// The JSON text of a value of that kind, which an error calls so; if it has none, an empty one, where, and why not.
Tcl_Obj *encode(Tcl_Obj *kind, Tcl_Obj *value, Tcl_Obj *where, Tcl_Obj *mark) {
    hostbill_tcl::Encoder encoder(hostbill_tcl::text_of(mark));
    encoder.field = hostbill_tcl::text_of(where);
    const bool good = encoder.value(kind, value);
    Tcl_Obj *parts[] = {hostbill_tcl::new_ascii(good ? encoder.out : std::string()), hostbill_tcl::new_ascii(encoder.field),
                        hostbill_tcl::new_ascii(encoder.problem)};
    return Tcl_NewListObj(3, parts);
}

// The command Run of a client, in its namespace.
void run_command(Tcl_Interp *interp, Tcl_Obj *client, Tcl_Obj *space, Tcl_Obj *operations, Tcl_Obj *options, Tcl_Obj *mark) {
    hostbill_tcl::Run::create(interp, client, space, operations, options, mark);
}

// Runs a script whenever the descriptor is readable.
void watch(Tcl_Interp *interp, int fd, Tcl_Obj *script) { hostbill_tcl::Handles::of(interp).watches.add(interp, fd, script); }
void unwatch(Tcl_Interp *interp, int fd) { hostbill_tcl::Handles::of(interp).watches.remove(fd); }
%}

%{
// What Tcl calls: SWIG's own start, which writes into tables of the whole process, one thread at a time. There is none
// for safe interpreters, which must not reach the network or files.
extern "C" SWIGEXPORT int Hostbill_native_Init(Tcl_Interp *interp) {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    if (Tcl_InitStubs(interp, "8.6", 0) == nullptr)
        return TCL_ERROR;
    if (const char *const sentence = hostbill_swig::misfit()) {
        Tcl_SetResult(interp, const_cast<char *>(sentence), TCL_STATIC);
        return TCL_ERROR;
    }
    return SWIG_init(interp);
}
%}
