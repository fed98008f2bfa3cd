/* Lua runs out of memory at every place of a call in turn: the error is Lua's own, and nothing of the library is left. */
#include <lauxlib.h>
#include <lualib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long left = -1; /* allocations that still succeed; negative: all */

static void *allocate(void *data, void *block, size_t old_size, size_t size) {
    (void)data;
    if (size == 0) {
        free(block);
        return NULL;
    }
    if ((block == NULL || size > old_size) && left >= 0 && left-- == 0) {
        left = 0;
        return NULL;
    }
    return realloc(block, size);
}

static const char *const setup =
    "native = require 'hostbill.native_module'\n"
    "values = require 'hostbill.values'\n"
    "live = native.live_objects\n"
    "function catalog() return native.catalog('generic') end\n"
    "function client() return native.Client('{\"portal\":\"nowhere\"}'):error() end\n"
    "function called() local made = native.Client('{\"portal\":\"time4vps\",\"username\":\"u\","
    "\"password\":\"p\"}') return made:call('servers.get', '{}', nil) end\n"
    "function written() return values.write({a = {1, 2, 'x'}, b = {}}) end\n";

/* The number of failures a function saw, or -1. */
static long exhaust(lua_State *L, const char *function) {
    for (long at = 0, failures = 0, step = 1;; at += step) {
        lua_settop(L, 0);
        lua_gc(L, LUA_GCCOLLECT);
        lua_getglobal(L, function);
        left = at;
        const int status = lua_pcall(L, 0, 0, 0);
        left = -1;
        lua_settop(L, 0);
        lua_gc(L, LUA_GCCOLLECT);
        lua_gc(L, LUA_GCCOLLECT);
        lua_getglobal(L, "live");
        if (lua_pcall(L, 0, 1, 0) != LUA_OK || lua_tointeger(L, -1) != 0) {
            fprintf(stderr, "%s: %lld objects are left after failure %ld\n", function, (long long)lua_tointeger(L, -1),
                    at);
            return -1;
        }
        if (status == LUA_OK)
            return failures;
        if (status != LUA_ERRMEM && status != LUA_ERRRUN)
            return -1;
        ++failures;
        step = 1 + at / 12;
    }
}

int main(void) {
    static const char *const functions[] = {"catalog", "client", "called", "written"};
    int passed = 0;
    lua_State *L = lua_newstate(allocate, NULL);
    luaL_openlibs(L);
    if (luaL_dostring(L, setup) != LUA_OK) {
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
        return 1;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; ++i) {
        const long failures = exhaust(L, functions[i]);
        printf("%s: %ld failures\n", functions[i], failures);
        passed += failures > 0;
    }
    lua_close(L);
    return passed == 4 ? 0 : 1;
}
