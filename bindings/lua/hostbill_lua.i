// What differs for Lua. The wrapper leaves by lua_error() only after its own block, so that what C++ holds is gone.
%module hostbill_native

%{
#include "native/values.hpp"
%}

// SWIG would make floats of all numbers.
%typemap(in, checkfn="lua_isinteger") int, int64_t %{ $1 = static_cast<$1_ltype>(lua_tointeger(L, $input)); %}
%typemap(out) int, int64_t %{
    lua_pushinteger(L, $1);
    SWIG_arg++;
%}
%typemap(out) hostbill_swig::Text %{
    if (!hostbill_lua::push_document(L, $1.data(), $1.size()))
        SWIG_fail;
    SWIG_arg++;
%}

%include "hostbill.i"

// decode(text): the Lua values of a JSON text, or nil. list: the metatable of lists. null: what stands for null.
%native(decode) int hostbill_lua_decode(lua_State *);
%{
static int hostbill_lua_decode(lua_State *L) {
    std::size_t size = 0;
    const char *const text = luaL_checklstring(L, 1, &size);
    if (!hostbill_lua::push_document(L, text, size))
        return lua_error(L);
    return 1;
}
%}

%init %{
    if (const char *const sentence = hostbill_swig::misfit())
        luaL_error(L, "%s", sentence);
    hostbill_lua::register_lists(L);
%}
