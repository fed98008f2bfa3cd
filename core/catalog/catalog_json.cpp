#include "core/catalog/catalog_json.hpp"

#include "core/catalog/catalog.hpp"
#include "core/catalog/composition_rows.hpp"
#include "core/catalog/error.hpp"
#include "core/catalog/portal_import.hpp"
#include "core/catalog/result_texts.hpp"
#include "core/catalog/suggest.hpp"
#include "core/json/json.hpp"

namespace hostbill {
namespace {

const char *name_of(Effect effect) {
    switch (effect) {
    case Effect::read:
        return "read";
    case Effect::idempotent:
        return "idempotent";
    case Effect::unsafe:
        return "unsafe";
    case Effect::auth:
        return "auth";
    }
    return "";
}

const char *name_of(Place place) {
    switch (place) {
    case Place::path:
        return "path";
    case Place::query:
        return "query";
    case Place::body:
        return "body";
    }
    return "";
}

const char *name_of(Type type) {
    switch (type) {
    case Type::any:
        return "any";
    case Type::string:
        return "string";
    case Type::integer:
        return "integer";
    case Type::number:
        return "number";
    case Type::boolean:
        return "boolean";
    case Type::array:
        return "array";
    case Type::object:
        return "object";
    }
    return "";
}

const char *name_of(Source source) {
    switch (source) {
    case Source::documented:
        return "documented";
    case Source::observed:
        return "observed";
    case Source::assumed:
        return "assumed";
    }
    return "";
}

const char *name_of(BooleanForm form) {
    switch (form) {
    case BooleanForm::native:
        return "native";
    case BooleanForm::true_false:
        return "true_false";
    case BooleanForm::on_off:
        return "on_off";
    }
    return "";
}

json::Value list(std::span<const std::string_view> texts) {
    json::Array array;
    for (const std::string_view text : texts)
        array.emplace_back(text);
    return array;
}

json::Value params_json(std::span<const Param> params, PortalSet portal);

json::Value param_json(const Param &param, PortalSet portal) {
    json::Object object{
        {"name", param.name},
        {"in", name_of(param.place)},
        {"type", name_of(param.type)},
        {"required", param.required},
        {"enum", list(param.allowed)},
        {"pattern", param.pattern.empty() ? json::Value() : json::Value(param.pattern)},
        {"sensitive", param.sensitive},
        {"aliases", list(param.aliases)},
        {"summary", param.summary},
        {"wire", param.wire},
        {"source", name_of(param.source)},
    };
    // What few parameters have is left out where it says nothing.
    if (!param.pattern.empty()) {
        object.append("pattern_kind", param.pattern_is_extensions ? "extensions" : "regex");
    }
    if (param.type == Type::array || (param.type == Type::object && param.items != Type::any)) {
        object.append("items", name_of(param.items));
    }
    if (param.or_array)
        object.append("or_array", true);
    if (param.numeric)
        object.append("numeric", true);
    if (param.boolean_form != BooleanForm::native)
        object.append("boolean_form", name_of(param.boolean_form));
    if (param.minimum != std::numeric_limits<std::int64_t>::min())
        object.append("minimum", param.minimum);
    if (param.maximum != std::numeric_limits<std::int64_t>::max())
        object.append("maximum", param.maximum);
    if (param.max_length != 0)
        object.append("max_length", std::int64_t{param.max_length});
    if (!param.fields.empty())
        object.append("fields", params_json(param.fields, portal));
    return object;
}

json::Value params_json(std::span<const Param> params, PortalSet portal) {
    json::Array array;
    for (const Param &param : params) {
        if ((param.portals & portal) != 0)
            array.push_back(param_json(param, portal));
    }
    return array;
}

json::Value result_json(std::string_view text) {
    Result<json::Value, json::ParseError> parsed = json::parse(text);
    return parsed ? std::move(*parsed) : json::Value();
}

std::string with_definitions(json::Value portal, const ResultTexts &results) {
    portal.object()->append("$defs", result_json(results.definitions()));
    return json::write_ascii(portal);
}

const char *name_of(BodyForm form) { return form == BodyForm::json ? "json" : "form"; }

json::Value operation_json(const Operation &operation, PortalSet portal, const ResultTexts &results) {
    json::Object object{
        {"id", operation.id},
        {"method", operation.method},
        {"path", operation.path},
        {"document_path", operation.document_path},
        {"group", operation.group},
        {"summary", operation.summary},
        {"effect", name_of(operation.effect)},
        {"money", operation.money},
        {"destructive", operation.destructive},
        {"anonymous", operation.anonymous},
        {"documented", operation.source == Source::documented},
        {"source", name_of(operation.source)},
        {"secrets", list(operation.secrets)},
        {"params", params_json(operation.params, portal)},
        {"result", result_json(results.of(operation))},
    };
    if (operation.own_body)
        object.append("body", name_of(*operation.own_body));
    return object;
}

json::Value composition_json(const Operation &composition, PortalSet portal, const ResultTexts &results) {
    json::Value value = operation_json(composition, portal, results);
    const CompositionRow &row = composition_row(composition);
    value.object()->append("steps", steps_json(composition, portal));
    value.object()->append("dry_run", row.reads_in_dry_run ? "reads" : "nothing");
    if (row.timeout.count() > 0)
        value.object()->append("timeout", std::int64_t{row.timeout.count()});
    return value;
}

json::Value portal_json(const Portal &portal, std::span<const Operation> known, const ResultTexts &results) {
    json::Array modes;
    for (const AuthMode mode : portal.auth)
        modes.emplace_back(mode == AuthMode::basic ? "basic" : "jwt");
    json::Array rows;
    for (const Operation &operation : known) {
        if ((operation.portals & portal.bit) != 0)
            rows.push_back(operation_json(operation, portal.bit, results));
    }
    json::Array composed;
    for (const Operation &composition : compositions()) {
        if ((composition.portals & portal.bit) != 0)
            composed.push_back(composition_json(composition, portal.bit, results));
    }
    return json::Object{
        {"portal", portal.id},
        {"title", portal.title},
        {"base_url", portal.base_url.empty() ? json::Value() : json::Value(portal.base_url)},
        {"auth", std::move(modes)},
        {"body", name_of(portal.body)},
        {"document", portal.document},
        {"operations", std::move(rows)},
        {"compositions", std::move(composed)},
    };
}

// Of a portal that is described, not named; with what had to be put right in the description.
Result<std::string> imported_catalog(std::string_view description) {
    Result<json::Value, json::ParseError> parsed = json::parse(description);
    if (!parsed || parsed->object() == nullptr)
        return unknown_portal("portal", description.substr(0, 1));
    Result<std::shared_ptr<const PortalProfile>> profile = import_portal(*parsed->object());
    if (!profile)
        return std::move(profile.error());
    const PortalProfile &known = **profile;
    const ResultTexts results;
    json::Value catalogue = portal_json(known.portal(), known.operations(), results);
    json::Array repaired;
    for (const std::string &sentence : known.repaired())
        repaired.emplace_back(sentence);
    catalogue.object()->append("repaired", std::move(repaired));
    return with_definitions(std::move(catalogue), results);
}

} // namespace

json::Value steps_json(const Operation &composition, PortalSet portal) {
    json::Array steps;
    for (const CompositionStep &step : composition_row(composition).steps) {
        if ((find_operation(step.operation)->portals & portal) != 0)
            steps.emplace_back(json::Object{{"operation", step.operation}, {"effect", name_of(step.effect)}});
    }
    return steps;
}

Result<std::string> catalog_json(std::string_view portal) {
    if (portal.starts_with('{'))
        return imported_catalog(portal);
    const Portal *found = portal.empty() ? nullptr : find_portal(portal);
    if (found == nullptr && !portal.empty())
        return unknown_portal("portal", portal);
    const ResultTexts results;
    if (found != nullptr)
        return with_definitions(portal_json(*found, operations(), results), results);
    json::Array all;
    for (const Portal &each : portals())
        all.push_back(portal_json(each, operations(), results));
    return json::write_ascii(json::Object{{"portals", std::move(all)}, {"$defs", result_json(results.definitions())}});
}

} // namespace hostbill
