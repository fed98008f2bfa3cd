// What is Ruby's own about the interface: the lock that is released during calls, what ends them, and documents as Ruby's
// values.

%module "hostbill::native"

%{
#include "native.hpp"
#include "values.hpp"

#include <ruby/thread.h>

#include <csignal>

namespace {

// Runs `function` while Ruby's other threads go on. Does nothing if Ruby wants the thread already. RUBY_UBF_IO: when
// Ruby wants it meanwhile, system calls that wait are interrupted, again and again until it gets it.
enum class Ran { yes, no, without_memory };
template <class Function>
Ran without_the_lock(Function function, rb_unblock_function_t *unblock) {
    struct Work {
        Function &function;
        Ran ran = Ran::no;
    } work{function};
    rb_nogvl(
        [](void *data) -> void * {
            Work &given = *static_cast<Work *>(data);
            try {
                given.function();
                given.ran = Ran::yes;
            } catch (const std::bad_alloc &) {
                given.ran = Ran::without_memory;
            }
            return nullptr;
        },
        &work, unblock, nullptr, RB_NOGVL_INTR_FAIL | RB_NOGVL_UBF_ASYNC_SAFE);
    return work.ran;
}

// Something that takes a moment and is not to be stopped half-way.
template <class Function>
void at_a_stretch(Function function) {
    const Ran ran = without_the_lock(function, [](void *) {});
    if (ran == Ran::no)
        function();
    if (ran == Ran::without_memory)
        rb_memerror();
}

// What Ruby wants of a thread during its call: to run a handler of signals, after which the call goes on, or to raise.
class Wishes {
public:
    // With the lock. True if the thread is to leave.
    bool heed() {
        int raised = 0;
        rb_protect([](VALUE) { return rb_thread_check_ints(), Qnil; }, Qnil, &raised);
        if (raised != 0)
            raised_ = raised; // The latest, which is what Ruby keeps.
        return raised_ != 0;
    }

    // Without the lock, as the callback of hostbill_set_interrupt().
    static int ask(void *data) {
        auto *const wishes = static_cast<Wishes *>(data);
        if (rb_thread_interrupted(wishes->thread_) == 0)
            return 0;
        rb_thread_call_with_gvl([](void *of) -> void * { return static_cast<Wishes *>(of)->heed_all(), nullptr; }, data);
        pthread_sigmask(SIG_SETMASK, &wishes->before_, nullptr);
        return wishes->raised_ != 0;
    }

    int raised() const { return raised_; }

private:
    // Ruby looks once more when it lets go of the lock, outside of what is protected here: raising then would leave the
    // library's frames by longjmp. So there is nothing left to raise, and no signal comes in between.
    void heed_all() {
        sigset_t all;
        sigfillset(&all);
        do {
            heed();
            pthread_sigmask(SIG_SETMASK, &all, &before_);
        } while (rb_thread_interrupted(thread_) != 0 &&
                 pthread_sigmask(SIG_SETMASK, &before_, nullptr) == 0);
    }

    const VALUE thread_ = rb_thread_current();
    int raised_ = 0;
    sigset_t before_ = {};
};

// The values of the envelope, or the data alone; then `outcome` gets the envelope of what failed. If Ruby raises meanwhile, the
// call is stopped, and what became of it added to `outcome`.
VALUE call(hostbill_swig::Client &client, const char *operation, const char *params, const char *options, VALUE outcome,
           bool data_alone) {
    int raised = 0;
    VALUE envelope = Qnil;
    bool no_memory = false;
    bool has_data = false;
    {
        hostbill_swig::Text text;
        Wishes wishes;
        Ran ran = Ran::no;
        while (ran == Ran::no) {
            ran = without_the_lock(
                [&] {
                    hostbill_set_interrupt(Wishes::ask, &wishes);
                    text = client.call(operation, params, options);
                    hostbill_set_interrupt(nullptr, nullptr);
                },
                RUBY_UBF_IO);
            if (ran == Ran::no && wishes.heed())
                break;
        }
        raised = wishes.raised();
        no_memory = ran == Ran::without_memory;
        has_data = data_alone && raised == 0 && text.data() != nullptr && hostbill_swig::has_data(text.data(), text.size());
        envelope = hostbill_ruby::read(text, has_data);
    }
    if (raised != 0) {
        if (envelope != Qnil)
            rb_ary_push(outcome, envelope);
        rb_jump_tag(raised);
    }
    if (no_memory)
        rb_memerror();
    if (data_alone && !has_data) {
        rb_ary_push(outcome, envelope);
        return Qnil;
    }
    return envelope;
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

%typemap(in) VALUE "$1 = $input;"
%typemap(out) VALUE "$result = $1;"
%typemap(out) hostbill_swig::Text { $result = hostbill_ruby::read($1); }

// Instead of the library's own.
%ignore hostbill_swig::Client::call;
%ignore hostbill_swig::Client::call_briefly;
%rename(call) hostbill_swig::Client::call_interruptibly;
%extend hostbill_swig::Client {
    VALUE call_interruptibly(const char *operation, const char *params, const char *options, VALUE outcome, bool data_alone) {
        return call(*$self, operation, params, options, outcome, data_alone);
    }
}

%include "hostbill.i"

%inline %{
// The values of a document of the library's.
hostbill_swig::Text decode(const char *json) { return hostbill_swig::Text(std::string(json)); }
%}

%init %{
    if (const char *problem = hostbill_swig::misfit())
        rb_raise(rb_eLoadError, "%s", problem);
    hostbill_ruby::Keys::start();
%}
