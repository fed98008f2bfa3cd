// Scripts that run when a descriptor becomes readable, from the event loop of the interpreter's thread.
#pragma once

#include <tcl.h>

#include <map>
#include <memory>

namespace hostbill_tcl {

class Watches {
public:
    void add(Tcl_Interp *interp, int fd, Tcl_Obj *script) {
        watches_[fd] = std::make_unique<Watch>(interp, fd, script);
    }
    void remove(int fd) { watches_.erase(fd); }

private:
    struct Watch {
        Watch(Tcl_Interp *in, int descriptor, Tcl_Obj *run) : interp(in), fd(descriptor), script(run) {
            Tcl_IncrRefCount(script);
            Tcl_CreateFileHandler(fd, TCL_READABLE, ready, this);
        }
        ~Watch() {
            Tcl_DeleteFileHandler(fd);
            Tcl_DecrRefCount(script);
        }
        Watch(const Watch &) = delete;
        Watch &operator=(const Watch &) = delete;

        // The script may end the watch, so that nothing of it is touched afterwards.
        static void ready(void *data, int /*mask*/) {
            const auto *const watch = static_cast<Watch *>(data);
            Tcl_Interp *const interp = watch->interp;
            Tcl_Obj *const script = watch->script;
            Tcl_Preserve(interp);
            Tcl_IncrRefCount(script);
            const int code = Tcl_EvalObjEx(interp, script, TCL_EVAL_GLOBAL);
            if (code != TCL_OK)
                Tcl_BackgroundException(interp, code);
            Tcl_DecrRefCount(script);
            Tcl_Release(interp);
        }

        Tcl_Interp *const interp;
        const int fd;
        Tcl_Obj *const script;
    };
    std::map<int, std::unique_ptr<Watch>> watches_;
};

} // namespace hostbill_tcl
