// The JSON text of a table as most calls have it: few members with plain names, and no tables among their values. Nothing here
// needs a destructor, because Lua may leave by longjmp.
#pragma once

#include <lua.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <system_error>

namespace hostbill_lua {

class Flat {
public:
    // flat(table, kinds) for Lua: gives the text, or nil where there is more to look at.
    static int write(lua_State *L) {
        Flat flat;
        lua_settop(L, 2);
        if (lua_istable(L, 1) && flat.read(L, 1, 2))
            lua_pushstring(L, flat.text_);
        else
            lua_pushnil(L);
        return 1;
    }

    // The table at an index, or nil, and the kinds of its members, a table or nil, at another. False where there is more to
    // look at.
    bool read(lua_State *L, int index, int kinds) {
        if (lua_isnoneornil(L, index))
            return true;
        table_ = index;
        kinds_ = kinds;
        return lua_istable(L, index) && !lua_getmetatable(L, index) && members(L) && add(std::string_view("\0", 1));
    }

    // NULL for nothing: no table, or an empty one.
    const char *text() const { return end_ - text_ > 3 ? text_ : nullptr; }

private:
    static constexpr int most = 8;

    bool members(lua_State *L) {
        std::string_view names[most];
        int count = 0;
        for (lua_pushnil(L); lua_next(L, table_) != 0; lua_pop(L, 1)) {
            if (count == most || lua_type(L, -2) != LUA_TSTRING)
                return false;
            names[count++] = text_at(L, -2);
        }
        std::sort(names, names + count);
        bool good = add("{");
        for (int i = 0; good && i < count; ++i) {
            good = (i == 0 || add(",")) && is_name(names[i]) && quote(names[i]) && add(":");
            lua_pushlstring(L, names[i].data(), names[i].size()); // Which the table holds, so that it is there.
            lua_pushvalue(L, -1);
            lua_rawget(L, table_);
            good = good && value(L);
            lua_pop(L, 2);
        }
        return good && add("}");
    }

    // On top of the stack, above its name.
    bool value(lua_State *L) {
        switch (lua_type(L, -1)) {
        case LUA_TBOOLEAN:
            return add(lua_toboolean(L, -1) != 0 ? "true" : "false");
        case LUA_TNUMBER: {
            if (!lua_isinteger(L, -1))
                return false;
            const auto written = std::to_chars(end_, text_ + sizeof text_, lua_tointeger(L, -1));
            if (written.ec != std::errc())
                return false;
            end_ = written.ptr;
            return true;
        }
        case LUA_TLIGHTUSERDATA:
            return lua_touserdata(L, -1) == nullptr && add("null");
        case LUA_TSTRING:
            return !is_decimal(L) && quote(text_at(L, -1));
        default:
            return false;
        }
    }

    // Whether the catalogue says that the text there is a decimal.
    bool is_decimal(lua_State *L) const {
        if (!lua_istable(L, kinds_))
            return false;
        lua_pushvalue(L, -2);
        const bool decimal = lua_rawget(L, kinds_) == LUA_TSTRING && text_at(L, -1) == "number";
        lua_pop(L, 1);
        return decimal;
    }

    static std::string_view text_at(lua_State *L, int index) {
        std::size_t size = 0;
        const char *const text = lua_tolstring(L, index, &size);
        return {text, size};
    }

    static bool is_name(std::string_view name) {
        return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        });
    }

    bool add(std::string_view text) {
        if (static_cast<std::size_t>(text_ + sizeof text_ - end_) < text.size())
            return false;
        end_ = std::copy(text.begin(), text.end(), end_);
        return true;
    }

    // ASCII without anything to escape.
    bool quote(std::string_view text) {
        const bool plain = std::all_of(text.begin(), text.end(),
                                       [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
        return plain && add("\"") && add(text) && add("\"");
    }

    int table_ = 0;
    int kinds_ = 0;
    char text_[512];
    char *end_ = text_;
};

} // namespace hostbill_lua
