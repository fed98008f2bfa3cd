# To be sourced, with HOSTBILL_PREFIX and root set: builds the package, and lets Tcl find it.
build=$root/build/bindings/tcl
swig=$root/build/venv/bin/swig
[ -x "$swig" ] || swig=swig
make -s -C "$root/bindings/tcl" package BUILD="$build" SWIG="$swig" CXXFLAGS="-O1 -g -Wall -Wextra -Werror" >&2
export TCLLIBPATH=$build/package
