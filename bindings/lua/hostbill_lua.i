// What differs for Lua. The wrapper leaves by lua_error() only after its own block, so that what C++ holds is gone.
%module hostbill_native

%{
#include "native/flat.hpp"
#include "native/values.hpp"
%}

// A new object is Lua's as soon as there is room for it; until then Lua may leave by longjmp.
%{
namespace {
struct Owned {
    void *thing;
    swig_type_info *type;
};
int push_owned_protected(lua_State *L) {
    const auto *const owned = static_cast<Owned *>(lua_touserdata(L, 1));
    SWIG_NewPointerObj(L, owned->thing, owned->type, 1);
    return 1;
}
bool push_owned(lua_State *L, void *thing, swig_type_info *type) {
    Owned owned{thing, type};
    lua_pushcfunction(L, push_owned_protected);
    lua_pushlightuserdata(L, &owned);
    return lua_pcall(L, 1, 1, 0) == LUA_OK;
}
} // namespace
%}
%typemap(out) hostbill_swig::Client *, hostbill_swig::Submission *, hostbill_swig::Sandbox * %{
    if (!push_owned(L, $1, $1_descriptor)) {
        delete $1;
        SWIG_fail;
    }
    SWIG_arg++;
%}
%exception %{
    try {
        $action
    } catch (const std::bad_alloc &) {
        lua_pushliteral(L, "not enough memory");
        SWIG_fail;
    }
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

// The data, or nil and the envelope of what failed.
%typemap(out) hostbill_swig::Text hostbill_swig::Client::call_briefly %{
    if (!hostbill_lua::push_data(L, $1.data(), $1.size(), SWIG_arg))
        SWIG_fail;
%}

// flat(table, kinds): its JSON text, or nil where there is more to look at.
%native(flat) int hostbill_lua_flat(lua_State *);
%{
static int hostbill_lua_flat(lua_State *L) { return hostbill_lua::Flat::write(L); }
%}

%include "hostbill.i"

// perform(client, operation, params, kinds, options, option_kinds): a call in one step, as call_briefly. Nothing, with nothing
// done, where there is more to look at.
%native(perform) int hostbill_lua_perform(lua_State *);
%{
static int hostbill_lua_perform(lua_State *L) {
    void *client = nullptr;
    hostbill_lua::Flat params, options;
    if (!SWIG_IsOK(SWIG_ConvertPtr(L, 1, &client, SWIGTYPE_p_hostbill_swig__Client, 0)) || client == nullptr ||
        lua_type(L, 2) != LUA_TSTRING || !params.read(L, 3, 4) || !options.read(L, 5, 6))
        return 0;
    int pushed = 0;
    bool good = false;
    try {
        const hostbill_swig::Text text = static_cast<hostbill_swig::Client *>(client)->call(lua_tostring(L, 2), params.text(), options.text());
        good = hostbill_lua::push_data(L, text.data(), text.size(), pushed);
    } catch (const std::bad_alloc &) {
        lua_pushliteral(L, "not enough memory");
    }
    return good ? pushed : lua_error(L);
}
%}

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
    hostbill_lua::Names::start(L);
%}
