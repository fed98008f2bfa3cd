#include "matrix.hpp"

#include "hostbill.h"

#include <algorithm>
#include <fstream>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>
#include <sstream>
#include <stdexcept>

namespace hostbill::faults {
namespace {

Document read_file(const std::string &file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        throw std::runtime_error(file + " cannot be read");
    std::ostringstream text;
    text << stream.rdbuf();
    return parse(text.str());
}

void check(const Document &document, const Document &schema_text, const std::string &file) {
    const rapidjson::SchemaDocument schema(schema_text);
    rapidjson::SchemaValidator validator(schema);
    if (document.Accept(validator))
        return;
    rapidjson::StringBuffer where;
    validator.GetInvalidDocumentPointer().StringifyUriFragment(where);
    throw std::runtime_error(file + " is not as its schema says: " + where.GetString() + ": " +
                             validator.GetInvalidSchemaKeyword());
}

std::set<std::string> words(const Value &list) {
    std::set<std::string> out;
    for (const Value &word : list.GetArray())
        out.insert(word.GetString());
    return out;
}

Row read_row(const Value &value) {
    Row row{.name = text(value, "name"),
            .fault = value["fault"].IsNull() ? std::string() : write(value["fault"]),
            .times = value.HasMember("times") ? value["times"].GetInt64() : 1,
            .stalls = value.HasMember("stalls") && value["stalls"].GetBool(),
            .carried_out = text(value, "carried_out") == "surely",
            .fires = {},
            .answers = {}};
    for (const Effect effect : effects) {
        const std::string fires = text(value, "fires", name_of(effect));
        row.fires[effect] = fires.empty() ? Fires::always : fires == "never" ? Fires::never : Fires::reused;
        row.answers[effect] = words(*find(value, "answers", name_of(effect)));
    }
    return row;
}

Effect effect_of(const std::string &word) {
    const auto found =
        std::find_if(effects.begin(), effects.end(), [&](Effect effect) { return name_of(effect) == word; });
    if (found == effects.end())
        throw std::runtime_error("the catalogue knows an effect that the matrix does not: " + word);
    return *found;
}

std::vector<std::string> secrets_of(const Value &operation) {
    std::vector<std::string> secrets;
    for (const Value &param : operation["params"].GetArray()) {
        const Value *sensitive = find(param, "sensitive");
        const bool any_text = text(param, "type") == "string" && text(param, "pattern").empty();
        if (sensitive != nullptr && sensitive->IsTrue() && any_text)
            secrets.push_back(text(param, "name"));
    }
    return secrets;
}

} // namespace

const char *name_of(Effect effect) {
    static constexpr const char *names[] = {"read", "idempotent", "unsafe", "auth"};
    return names[static_cast<std::size_t>(effect)];
}

Matrix read_matrix(const std::string &file, const std::string &schema_file) {
    const Document document = read_file(file);
    check(document, read_file(schema_file), file);
    Matrix matrix;
    for (const Value &value : document["faults"].GetArray())
        matrix.rows.push_back(read_row(value));
    for (const Effect effect : {Effect::read, Effect::idempotent})
        matrix.operations[effect] = words(document["operations"][name_of(effect)]);
    for (const auto &entry : document["parameters"].GetObject())
        matrix.parameters[entry.name.GetString()] = write(entry.value);
    matrix.stateless = words(document["stateless"]);
    return matrix;
}

std::vector<Operation> read_operations(const Matrix &matrix) {
    char *text_of_all = hostbill_catalog(nullptr);
    const Document catalogue = parse(text_of_all);
    hostbill_string_free(text_of_all);
    std::map<std::string, Operation> known;
    for (const Value &portal : catalogue["portals"].GetArray()) {
        for (const Value &value : portal["operations"].GetArray()) {
            const std::string id = text(value, "id");
            auto &operation =
                known.try_emplace(id, Operation{.id = id, .effect = effect_of(text(value, "effect"))}).first->second;
            operation.secrets[text(portal, "portal")] = secrets_of(value);
        }
    }
    for (const auto &[effect, ids] : matrix.operations) {
        for (const std::string &id : ids) {
            if (!known.contains(id) || known.at(id).effect != effect)
                throw std::runtime_error(id + " is no operation whose effect is " + name_of(effect));
        }
    }
    std::vector<Operation> operations;
    for (auto &[id, operation] : known) {
        if (const auto more = matrix.parameters.find(id); more != matrix.parameters.end())
            operation.more = more->second;
        operation.stateless = matrix.stateless.contains(id);
        operations.push_back(std::move(operation));
    }
    return operations;
}

std::vector<Cell> cells_of(const Matrix &matrix, const std::vector<Operation> &operations) {
    std::vector<Cell> cells;
    std::map<std::string, int> used;
    for (const Operation &operation : operations) {
        const auto chosen = matrix.operations.find(operation.effect);
        if (chosen != matrix.operations.end() && !chosen->second.contains(operation.id))
            continue;
        const std::string &portal =
            std::min_element(operation.secrets.begin(), operation.secrets.end(), [&](const auto &a, const auto &b) {
                return used[a.first] < used[b.first];
            })->first;
        ++used[portal];
        for (const Row &row : matrix.rows) {
            for (const bool reused : {false, true})
                cells.push_back({&row, &operation, portal, reused});
        }
    }
    return cells;
}

} // namespace hostbill::faults
