// matrix.json, checked and read, and the operations that it is about.
#pragma once

#include "json.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hostbill::faults {

enum class Effect : std::uint8_t { read, idempotent, unsafe, auth };
inline constexpr std::array effects{Effect::read, Effect::idempotent, Effect::unsafe, Effect::auth};
const char *name_of(Effect effect);

enum class Fires : std::uint8_t { always, reused, never };

// One kind of mishap and all that a caller may be told of it.
struct Row {
    std::string name;
    std::string fault; // the sandbox's script as JSON; empty: nothing goes wrong
    std::int64_t times = 1;
    bool stalls = false;
    bool carried_out = false;
    std::map<Effect, Fires> fires;
    std::map<Effect, std::set<std::string>> answers;
};

struct Operation {
    std::string id;
    Effect effect;
    std::map<std::string, std::vector<std::string>> secrets =
        {};                 // its sensitive parameters, by each portal that has it
    std::string more = {};  // further parameters, as JSON; empty: none
    bool stateless = false; // no read of the sandbox shows its effect
};

struct Matrix {
    std::vector<Row> rows;
    std::map<Effect, std::set<std::string>> operations; // of the effects for which some operations stand for all
    std::map<std::string, std::string> parameters;      // by operation, as JSON
    std::set<std::string> stateless;
};

// Throws where the file is not as its schema says.
Matrix read_matrix(const std::string &file, const std::string &schema_file);

// Every operation of the catalogue. Throws where the matrix names one that is not there.
std::vector<Operation> read_operations(const Matrix &matrix);

struct Cell {
    const Row *row;
    const Operation *operation;
    std::string portal;
    bool reused; // the client has a connection that served before
};

// All of them; every operation on one portal that has it, and the portals in turn.
std::vector<Cell> cells_of(const Matrix &matrix, const std::vector<Operation> &operations);

} // namespace hostbill::faults
