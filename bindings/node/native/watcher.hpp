// Tells JavaScript when a file descriptor is readable.
#pragma once

#include <napi.h>

#include <unistd.h>
#include <uv.h>

namespace hostbill_node {

//     new Watcher(fd, callback)   watches; the callback runs on the event loop
//     watcher.ref(), unref()      whether the process stays alive for it; it does not at first
//     watcher.stop()              ends it; may be repeated
//
// It watches a copy of the descriptor, so that the owner may close his at any time.
class Watcher : public Napi::ObjectWrap<Watcher> {
public:
    static Napi::Function define(Napi::Env env) {
        return DefineClass(env, "Watcher",
                           {InstanceMethod("ref", &Watcher::ref), InstanceMethod("unref", &Watcher::unref),
                            InstanceMethod("stop", &Watcher::stop)});
    }

    explicit Watcher(const Napi::CallbackInfo &info) : Napi::ObjectWrap<Watcher>(info) {
        const Napi::Env env = info.Env();
        if (info.Length() != 2 || !info[0].IsNumber() || !info[1].IsFunction())
            throw Napi::TypeError::New(env, "a descriptor and a function are expected");
        uv_loop_t *loop = nullptr;
        const int descriptor = ::dup(info[0].As<Napi::Number>().Int32Value());
        if (descriptor < 0 || napi_get_uv_event_loop(env, &loop) != napi_ok)
            throw Napi::Error::New(env, "no descriptors left");
        poll_ = new Poll{{}, Napi::Persistent(info[1].As<Napi::Function>()), descriptor, nullptr, this};
        uv_poll_init(loop, &poll_->handle, descriptor);
        poll_->handle.data = poll_;
        uv_poll_start(&poll_->handle, UV_READABLE, readable);
        uv_unref(as_handle(poll_));
        // The loop of a worker that ends may not hold open handles.
        napi_add_async_cleanup_hook(
            env, [](napi_async_cleanup_hook_handle, void *poll) { end(static_cast<Poll *>(poll)); }, poll_,
            &poll_->cleanup);
    }

    ~Watcher() override { end(poll_); }

private:
    // Lives until the loop has let go of it, which is after the Watcher.
    struct Poll {
        uv_poll_t handle;
        Napi::FunctionReference callback;
        int descriptor;
        napi_async_cleanup_hook_handle cleanup;
        Watcher *owner; // NULL once it has ended.
    };

    static uv_handle_t *as_handle(Poll *poll) { return reinterpret_cast<uv_handle_t *>(&poll->handle); }

    void ref(const Napi::CallbackInfo &) {
        if (poll_ != nullptr)
            uv_ref(as_handle(poll_));
    }
    void unref(const Napi::CallbackInfo &) {
        if (poll_ != nullptr)
            uv_unref(as_handle(poll_));
    }
    void stop(const Napi::CallbackInfo &) { end(poll_); }

    static void readable(uv_poll_t *handle, int status, int) {
        Poll *const poll = static_cast<Poll *>(handle->data);
        if (status < 0)
            return;
        const Napi::Env env = poll->callback.Env();
        const Napi::HandleScope scope(env);
        // What the callback throws is an uncaught exception, as in any other callback.
        napi_value global = env.Global();
        napi_value result = nullptr;
        napi_async_context context = nullptr;
        napi_value name = Napi::String::New(env, "hostbill");
        napi_async_init(env, nullptr, name, &context);
        if (napi_make_callback(env, context, global, poll->callback.Value(), 0, nullptr, &result) ==
            napi_pending_exception) {
            napi_value thrown = nullptr;
            napi_get_and_clear_last_exception(env, &thrown);
            napi_fatal_exception(env, thrown);
        }
        napi_async_destroy(env, context);
    }

    static void end(Poll *poll) {
        if (poll == nullptr || poll->owner == nullptr)
            return;
        poll->owner->poll_ = nullptr;
        poll->owner = nullptr;
        uv_poll_stop(&poll->handle);
        uv_close(as_handle(poll), [](uv_handle_t *handle) {
            Poll *const closed = static_cast<Poll *>(handle->data);
            ::close(closed->descriptor);
            napi_remove_async_cleanup_hook(closed->cleanup);
            delete closed;
        });
    }

    Poll *poll_ = nullptr; // NULL once it has ended.
};

} // namespace hostbill_node
