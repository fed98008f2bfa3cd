// Lua's values, made from JSON.
#pragma once

#include "json_reader.hpp"

#include <lua.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <vector>

namespace hostbill_lua {

// Every list has the metatable of this name, so that an empty one stays a list.
inline constexpr const char *list_metatable = "hostbill.list";

inline void register_lists(lua_State *L) {
    luaL_newmetatable(L, list_metatable);
    lua_pop(L, 1);
}

// The names of members come again and again, so the latest are kept, in a table that the registry has: the state's own
// texts stay where they are for as long as it holds them.
class Names {
public:
    static constexpr std::size_t count = 256;

    static void start(lua_State *L) {
        auto *const names = static_cast<Names *>(lua_newuserdatauv(L, sizeof(Names), 1));
        *names = Names();
        lua_createtable(L, static_cast<int>(count), 0);
        for (lua_Integer place = 1; place <= static_cast<lua_Integer>(count); ++place) {
            lua_pushboolean(L, 0);
            lua_rawseti(L, -2, place);
        }
        lua_setiuservalue(L, -2, 1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
    }

    // Pushes the table, and gives what tells its places.
    static Names *open(lua_State *L) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &key);
        auto *const names = static_cast<Names *>(lua_touserdata(L, -1));
        lua_getiuservalue(L, -1, 1);
        lua_remove(L, -2);
        return names;
    }

    // Pushes a name, the table being at `index`, and gives its place.
    std::size_t push(lua_State *L, int index, const char *utf8, std::size_t size) {
        const auto [place, is_there] =
            hostbill_swig::find_name<count>(utf8, size, [this](std::size_t at) { return names_[at]; });
        if (is_there)
            lua_rawgeti(L, index, static_cast<lua_Integer>(place + 1));
        else
            make(L, index, place, utf8, size);
        return place;
    }

    // Pushes the name of a place if the text goes on with it, and gives its length with quotes and colon; else 0.
    std::size_t push_expected(lua_State *L, int index, std::size_t place, const char *at, const char *end) {
        const std::string_view name = names_[place];
        const std::size_t passed = name.data() == nullptr ? 0 : hostbill_swig::passed_name(name, at, end);
        if (passed != 0)
            lua_rawgeti(L, index, static_cast<lua_Integer>(place + 1));
        return passed;
    }

    // The places of the names that objects had last, by how many lists and objects are around them.
    static constexpr std::size_t depths = 4, most = 64;
    unsigned char rows[depths][most] = {};

    int members = 0; // That an object of a list had last.

private:
    void make(lua_State *L, int index, std::size_t place, const char *utf8, std::size_t size) {
        const char *const made = lua_pushlstring(L, utf8, size);
        lua_pushvalue(L, -1);
        lua_rawseti(L, index, static_cast<lua_Integer>(place + 1));
        names_[place] = {made, size};
    }

    static inline const char key = 0;
    std::string_view names_[count];
};

// Puts values onto Lua's stack; each goes into the table it belongs to as soon as it is there. null is the light
// userdata of NULL, as in other libraries for JSON. Any function may leave by longjmp when Lua has no memory.
class Builder {
public:
    Builder() { open_.reserve(8); }

    // The metatable of lists is at index 1, the table of names at index 2.
    void start(lua_State *L, Names *names) {
        L_ = L;
        names_ = names;
    }

    void null() {
        placed([&] { lua_pushlightuserdata(L_, nullptr); });
    }
    void boolean(bool value) {
        placed([&] { lua_pushboolean(L_, value ? 1 : 0); });
    }
    void integer(std::int64_t value) {
        placed([&] { lua_pushinteger(L_, static_cast<lua_Integer>(value)); });
    }
    void decimal(const char *written, std::size_t size) { text(written, size); }
    void text(const char *utf8, std::size_t size) {
        placed([&] { lua_pushlstring(L_, utf8, size); });
    }
    void begin_list() {
        begin(0, 0);
        lua_pushvalue(L_, 1);
        lua_setmetatable(L_, -2);
    }
    // One of a list has as many members as the last such, mostly, even of the answer before.
    void begin_object() { begin(first_member, in_list() ? names_->members : 0); }
    void end_list() {
        open_.pop_back();
        place();
    }
    void end_object() {
        const lua_Integer members = first_member - open_.back();
        open_.pop_back();
        if (in_list())
            names_->members = static_cast<int>(std::min<lua_Integer>(members, 64));
        place();
    }
    void key(const char *utf8, std::size_t size) {
        unsigned char *const place = place_of_key();
        --open_.back();
        const std::size_t found = names_->push(L_, 2, utf8, size);
        if (place != nullptr)
            *place = static_cast<unsigned char>(found);
    }
    // As most rows of a list have the names of the row before, in the same order.
    std::size_t expected_key(const char *at, const char *end) {
        const unsigned char *const place = place_of_key();
        const std::size_t size = place == nullptr ? 0 : names_->push_expected(L_, 2, *place, at, end);
        open_.back() -= size == 0 ? 0 : 1;
        return size;
    }

private:
    static constexpr lua_Integer first_member = -1; // From here on down, objects count their members.

    void begin(lua_Integer count, int members) {
        luaL_checkstack(L_, 8, "the answer is nested too deeply");
        lua_createtable(L_, 0, members);
        open_.push_back(count);
    }

    // Where the place of the next name is, as it was in the object before; NULL for what is not kept.
    unsigned char *place_of_key() {
        const std::size_t depth = open_.size() - 1;
        const auto member = static_cast<std::size_t>(first_member - open_.back());
        return depth < Names::depths && member < Names::most ? &names_->rows[depth][member] : nullptr;
    }

    bool in_list() const { return !open_.empty() && open_.back() >= 0; }

    template <class Push>
    void placed(const Push &push) {
        push();
        place();
    }

    // What is on top goes into the table below it.
    void place() {
        if (open_.empty())
            return;
        if (open_.back() < 0)
            lua_rawset(L_, -3);
        else
            lua_rawseti(L_, -2, ++open_.back());
    }

    lua_State *L_ = nullptr;
    Names *names_ = nullptr;
    std::vector<lua_Integer> open_; // Of each open table: how many items a list has; below 0: it is an object.
};

struct Reading {
    Reading(const char *text, std::size_t size, bool data) : reader(text, size, builder), data_alone(data) {}
    Builder builder;
    hostbill_swig::JsonReader<Builder> reader;
    bool data_alone;
};

// Runs protected; nothing here needs a destructor.
inline int read_protected(lua_State *L) {
    auto *const reading = static_cast<Reading *>(lua_touserdata(L, 1));
    lua_settop(L, 0);
    luaL_getmetatable(L, list_metatable);
    reading->builder.start(L, Names::open(L));
    bool read = false;
    try {
        read = reading->data_alone ? reading->reader.read_data() : reading->reader.read();
    } catch (const std::exception &) {
        lua_settop(L, 0);
    }
    if (!read)
        return luaL_error(L, "hostbill: this text is not JSON");
    return 1;
}

// Pushes the values of a JSON text, or nil for none; of an envelope of success perhaps the data alone. False: pushes the
// error instead.
inline bool push_document(lua_State *L, const char *text, std::size_t size, bool data = false) {
    if (text == nullptr) {
        lua_pushnil(L);
        return true;
    }
    Reading reading(text, size, data);
    lua_pushcfunction(L, read_protected);
    lua_pushlightuserdata(L, &reading);
    return lua_pcall(L, 1, 1, 0) == LUA_OK;
}

// Pushes the data of an envelope of success; of any other, nil and the whole of it. Counts what it pushed. False: pushes an
// error.
inline bool push_data(lua_State *L, const char *text, std::size_t size, int &pushed) {
    const bool data = hostbill_swig::has_data(text, size);
    if (!data)
        lua_pushnil(L);
    pushed += data ? 1 : 2;
    return push_document(L, text, size, data);
}

} // namespace hostbill_lua
