# To be sourced, with HOSTBILL_PREFIX and root set: builds the module, and lets Lua find it and the sandbox.
build=$root/build/bindings/lua
swig=$root/build/venv/bin/swig
[ -x "$swig" ] || swig=swig
make -s -C "$root/bindings/lua" BUILD="$build" SWIG="$swig" CXXFLAGS="-O1 -g -Wall -Wextra -Werror" >&2
export LUA_PATH="$root/bindings/lua/?.lua;$root/bindings/lua/?/init.lua"
export LUA_CPATH="$build/?.so"
