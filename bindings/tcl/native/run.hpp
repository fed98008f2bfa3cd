// The command Run in the namespace of each client: an operation in words, run from here to its data. Whatever is unusual about
// the words, or has failed, is the client's own methods' to deal with.
#pragma once

#include "native/encode.hpp"
#include "native/handles.hpp"

#include <tcl.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill_tcl {

// A value that is held.
class Held {
public:
    explicit Held(Tcl_Obj *value) : value_(value) { Tcl_IncrRefCount(value_); }
    explicit Held(std::string_view text) : Held(Tcl_NewStringObj(text.data(), static_cast<int>(text.size()))) {}
    Held(const Held &other) : Held(other.value_) {}
    Held &operator=(const Held &) = delete;
    ~Held() { Tcl_DecrRefCount(value_); }
    operator Tcl_Obj *() const { return value_; }

private:
    Tcl_Obj *const value_;
};

class Run {
public:
    // space: the client's namespace. operations and options: as in the generated files. mark: see Encoder.
    static void create(Tcl_Interp *interp, Tcl_Obj *client, Tcl_Obj *space, Tcl_Obj *operations, Tcl_Obj *options,
                       Tcl_Obj *mark) {
        Tcl_CreateObjCommand(interp, (std::string(text_of(space)) + "::Run").c_str(), command,
                             new Run(Handles::of(interp), client, space, operations, options, mark),
                             [](void *run) { delete static_cast<Run *>(run); });
    }

private:
    Run(Handles &handles, Tcl_Obj *client, Tcl_Obj *space, Tcl_Obj *operations, Tcl_Obj *options, Tcl_Obj *mark)
        : handles_(handles), client_(client), my_(std::string(text_of(space)) + "::my"), operations_(operations),
          options_(options), mark_(mark) {}

    static int command(void *data, Tcl_Interp *interp, int count, Tcl_Obj *const words[]) {
        return static_cast<const Run *>(data)->run(interp, {words + 1, words + count});
    }

    using Words = std::vector<Tcl_Obj *>;

    int run(Tcl_Interp *interp, const Words &words) const {
        std::string operation;
        std::string params;
        std::string options;
        auto *const client = handles_.find<hostbill_swig::Client>(client_);
        if (client == nullptr || !prepare(words, operation, params, options))
            return method(interp, "Unusual", words);
        const hostbill_swig::Text answer = client->call(operation.c_str(), params.c_str(), options.c_str());
        Builder builder(handles_.names);
        if (hostbill_swig::JsonReader<Builder>(answer.data(), answer.size(), builder).read_data()) {
            Tcl_SetObjResult(interp, builder.result());
            return TCL_OK;
        }
        const Held document(answer.data());
        return method(interp, "Failed", {document});
    }

    // One of the client's methods, which may be its end. Without a line for it in the error's story, which would tell its
    // words, and they may hold secrets.
    int method(Tcl_Interp *interp, const char *name, const Words &words) const {
        const Held my = my_;
        const Held method{std::string_view(name)};
        Words all{my, method};
        all.insert(all.end(), words.begin(), words.end());
        return Tcl_EvalObjv(interp, static_cast<int>(all.size()), all.data(), TCL_EVAL_NOERR);
    }

    // False if the words are not what they mostly are: the operation, its path's values, names with values, and options.
    bool prepare(const Words &words, std::string &operation, std::string &params, std::string &options) const {
        std::size_t at = 0;
        Tcl_Obj *const known = operation_of(words, at, operation);
        if (known == nullptr)
            return false;
        int in_path = 0;
        Tcl_Obj **names = nullptr;
        Tcl_Obj *const path = member(known, path_);
        if (path == nullptr || Tcl_ListObjGetElements(nullptr, path, &in_path, &names) != TCL_OK)
            return false;
        if (at == words.size() && in_path == 0)
            return true; // As most calls are.
        // `reconcile` has the kinds of another operation.
        if (operation == "reconcile" || static_cast<int>(words.size() - at) < in_path ||
            (words.size() - at - in_path) % 2 != 0)
            return false;
        const Held values(Tcl_NewDictObj());
        for (int i = 0; i < in_path; ++i)
            Tcl_DictObjPut(nullptr, values, names[i], words[at++]);
        Tcl_Obj *wanted = nullptr;
        for (; at < words.size(); at += 2) {
            const std::string_view word = text_of(words[at]);
            if (word.size() < 2 || word[0] != '-' || word == "-command")
                return false;
            if (word == "-options") {
                wanted = words[at + 1];
                continue;
            }
            const Held name(word.substr(1));
            for (int i = 0; i < in_path; ++i) {
                if (text_of(names[i]) == word.substr(1))
                    return false;
            }
            Tcl_DictObjPut(nullptr, values, name, words[at + 1]);
        }
        return encoded(member(known, kinds_), values, params) &&
               (wanted == nullptr || encoded(options_, wanted, options));
    }

    // What there is to know of the operation that the words begin with, which `at` then is behind; NULL for none. Mostly it is
    // the operation of the call before.
    Tcl_Obj *operation_of(const Words &words, std::size_t &at, std::string &operation) const {
        while (at < words.size()) {
            if (at != 0)
                operation += '.';
            operation += text_of(words[at++]);
            if (operation == last_)
                return *last_known_;
            // What an operation's name begins with is none itself.
            const bool begins = last_.size() > operation.size() && last_[operation.size()] == '.' &&
                                last_.compare(0, operation.size(), operation) == 0;
            if (Tcl_Obj *const known = begins ? nullptr : member(operations_, Held(operation))) {
                last_ = operation;
                last_known_ = std::make_unique<Held>(known);
                return known;
            }
        }
        return nullptr;
    }

    // The JSON text of a dict, or nothing if it is empty; false if that cannot be.
    bool encoded(Tcl_Obj *kinds, Tcl_Obj *given, std::string &out) const {
        int size = 0;
        if (Tcl_DictObjSize(nullptr, given, &size) != TCL_OK)
            return false;
        Encoder encoder(text_of(mark_));
        if (size != 0 && !encoder.object(kinds, given))
            return false;
        out = std::move(encoder.out);
        return true;
    }

    static Tcl_Obj *member(Tcl_Obj *dict, Tcl_Obj *name) {
        Tcl_Obj *found = nullptr;
        return Tcl_DictObjGet(nullptr, dict, name, &found) == TCL_OK ? found : nullptr;
    }

    Handles &handles_;
    const Held client_;
    const Held my_;
    const Held operations_;
    const Held options_;
    const Held mark_;
    const Held path_{std::string_view("path")};
    const Held kinds_{std::string_view("kinds")};
    mutable std::string last_;
    mutable std::unique_ptr<Held> last_known_;
};

} // namespace hostbill_tcl
