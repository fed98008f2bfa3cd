// What an interpreter holds of the library. Tcl knows each thing by a name; a name that is not known is an error, never a
// pointer. Interpreters, and so threads, share nothing.
#pragma once

#include "native.hpp"
#include "native/values.hpp"
#include "native/watch.hpp"
#include "sandbox.hpp"

#include <tcl.h>

#include <map>
#include <memory>
#include <string>
#include <tuple>

namespace hostbill_tcl {

class Handles {
public:
    // Those of this interpreter; they end with it.
    static Handles &of(Tcl_Interp *interp) {
        constexpr const char *key = "hostbill::handles";
        auto *handles = static_cast<Handles *>(Tcl_GetAssocData(interp, key, nullptr));
        if (handles == nullptr) {
            handles = new Handles;
            Tcl_SetAssocData(
                interp, key, [](void *all, Tcl_Interp *) { delete static_cast<Handles *>(all); }, handles);
        }
        return *handles;
    }

    template <class Thing>
    Tcl_Obj *add(Thing *thing) {
        const std::string name = "hostbill" + std::to_string(++last_);
        std::get<Table<Thing>>(tables_)[name].reset(thing);
        return Tcl_NewStringObj(name.data(), static_cast<int>(name.size()));
    }

    // NULL if there is no such thing.
    template <class Thing>
    Thing *find(Tcl_Obj *name) {
        auto &table = std::get<Table<Thing>>(tables_);
        const auto found = table.find(Tcl_GetString(name));
        return found == table.end() ? nullptr : found->second.get();
    }

    void forget(Tcl_Obj *name) {
        std::apply([&](auto &...table) { (table.erase(Tcl_GetString(name)), ...); }, tables_);
    }

private:
    template <class Thing>
    using Table = std::map<std::string, std::unique_ptr<Thing>>;
    std::tuple<Table<hostbill_swig::Submission>, Table<hostbill_swig::Client>, Table<hostbill_swig::Sandbox>> tables_;
    int last_ = 0;

public:
    Names names;
    Watches watches; // They end before the clients whose descriptors they watch.
};

} // namespace hostbill_tcl
