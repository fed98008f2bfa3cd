// What is Ruby's own about the interface: the lock that is released during calls, and texts as Ruby strings.

%module "hostbill::native"

%{
#include <ruby/encoding.h>
#include <ruby/thread.h>

namespace {

// Runs `function` while Ruby's other threads go on; `wake` is what ends it when Ruby wants this thread; it may
// run in a signal handler. Does nothing if Ruby wants the thread already.
template <class Function, class Wake>
bool without_the_lock(Function function, Wake wake) {
    struct Work {
        Function &function;
        bool ran = false;
        bool no_memory = false;
    } work{function};
    rb_nogvl(
        [](void *data) -> void * {
            Work &given = *static_cast<Work *>(data);
            given.ran = true;
            try {
                given.function();
            } catch (const std::bad_alloc &) {
                given.no_memory = true;
            }
            return nullptr;
        },
        &work, [](void *data) { (*static_cast<Wake *>(data))(); }, &wake,
        RB_NOGVL_INTR_FAIL | RB_NOGVL_UBF_ASYNC_SAFE);
    if (work.no_memory)
        rb_memerror();
    return work.ran;
}

// Something that takes a moment and is not to be stopped half-way.
template <class Function>
void at_a_stretch(Function function) {
    if (!without_the_lock(function, [] {}))
        function();
}

} // namespace
%}

%exception {
    bool no_memory = false;
    try {
        $action
    } catch (const std::bad_alloc &) {
        no_memory = true;
    }
    // Not in the handler, which Ruby would leave without ending it.
    if (no_memory)
        rb_memerror();
}

%define HOSTBILL_BLOCKING(method)
%exception method { at_a_stretch([&] { $action }); }
%enddef

%exception hostbill_swig::Client::wait {
    without_the_lock([&] { $action }, [&] { arg3->wake(); });
}

%typemap(out) hostbill_swig::Text {
    $result = $1.data() == nullptr ? Qnil : rb_utf8_str_new($1.data(), static_cast<long>($1.size()));
}

%include "hostbill.i"

%init %{
    if (const char *problem = hostbill_swig::misfit())
        rb_raise(rb_eLoadError, "%s", problem);
%}
