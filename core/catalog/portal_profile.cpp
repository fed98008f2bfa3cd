#include "core/catalog/portal_profile.hpp"

#include "core/base/ascii.hpp"
#include "core/base/secret_name.hpp"
#include "core/catalog/swagger.hpp"
#include "core/json/json.hpp"

#include <algorithm>

namespace hostbill {

namespace {

// The placeholders of a path in their order, without braces.
std::vector<std::string_view> placeholders(std::string_view path) {
    std::vector<std::string_view> names;
    for (std::size_t start = path.find('{'); start != std::string_view::npos; start = path.find('{', start + 1)) {
        const std::size_t end = path.find('}', start);
        if (end == std::string_view::npos)
            break;
        names.push_back(path.substr(start + 1, end - start - 1));
    }
    return names;
}

std::string word_of(std::string_view segment) {
    std::string word;
    for (const char c : segment)
        word += is_letter_or_digit(c) ? lower(c) : '_';
    return word;
}

// "portal.service.backup.create" for POST /service/{id}/backup: the path's words, and what the method usually means.
std::string made_up_id(const SwaggerOperation &operation) {
    std::string id = "portal";
    std::string_view rest(operation.path);
    bool ends_in_placeholder = false;
    while (!rest.empty()) {
        const std::size_t slash = rest.find('/');
        const std::string_view segment = rest.substr(0, slash);
        rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
        if (segment.empty())
            continue;
        ends_in_placeholder = segment.starts_with('{');
        if (!ends_in_placeholder)
            id += "." + word_of(segment);
    }
    if (operation.method == "GET")
        return id + (ends_in_placeholder ? ".get" : ".list");
    if (operation.method == "POST")
        return id + ".create";
    return id + (operation.method == "DELETE" ? ".delete" : ".update");
}

Type type_of(std::string_view type) {
    if (type == "integer")
        return Type::integer;
    if (type == "number")
        return Type::number;
    if (type == "boolean")
        return Type::boolean;
    if (type == "array")
        return Type::array;
    if (type == "object")
        return Type::object;
    return type == "string" || type == "file" ? Type::string : Type::any;
}

// The JSON Schema of what a sample shows.
json::Value schema_of(const json::Value &sample, int depth) {
    switch (sample.kind()) {
    case json::Kind::boolean:
        return json::Object{{"type", "boolean"}};
    case json::Kind::integer:
        return json::Object{{"type", "integer"}};
    case json::Kind::number:
        return json::Object{{"type", "number"}};
    case json::Kind::string:
        return json::Object{{"type", "string"}};
    case json::Kind::array: {
        json::Object schema{{"type", "array"}};
        if (!sample.array()->empty() && depth > 0)
            schema.append("items", schema_of(sample.array()->front(), depth - 1));
        return schema;
    }
    case json::Kind::object: {
        json::Object properties;
        for (const json::Member &member : *sample.object()) {
            if (depth > 0)
                properties.set(member.key, schema_of(member.value, depth - 1));
        }
        return json::Object{{"type", "object"}, {"properties", std::move(properties)}};
    }
    case json::Kind::null:
        break;
    }
    return json::Object{};
}

} // namespace

// Moves a document into a profile.
class PortalProfileMaker {
public:
    explicit PortalProfileMaker(PortalProfile &profile) : profile_(profile) {}

    void make(SwaggerDocument document) {
        profile_.repaired_ = std::move(document.repaired);
        std::vector<std::string_view> ids;
        for (const SwaggerOperation &operation : document.operations) {
            Operation made = operation_of(operation, ids);
            if (operation.form != document.form && operation.has_body())
                made.own_body = operation.form ? BodyForm::form : BodyForm::json;
            ids.push_back(made.id);
            profile_.operations_.push_back(made);
        }
        std::sort(profile_.operations_.begin(), profile_.operations_.end(),
                  [](const Operation &a, const Operation &b) { return a.id < b.id; });
        make_portal(document);
    }

private:
    std::string_view text(std::string value) { return profile_.texts_.emplace_back(std::move(value)); }

    std::span<const std::string_view> list(const std::vector<std::string> &values) {
        auto &made = profile_.lists_.emplace_back();
        for (const std::string &value : values)
            made.push_back(text(value));
        return made;
    }

    void make_portal(const SwaggerDocument &document) {
        const bool has_login = profile_.find_operation("auth.login") != nullptr;
        if (document.basic || (!document.bearer && !has_login))
            profile_.auth_.push_back(AuthMode::basic);
        if (document.bearer || has_login)
            profile_.auth_.push_back(AuthMode::jwt);
        const std::string title = document.title.empty() ? "the imported portal" : document.title;
        profile_.portal_ = Portal{
            .id = "imported",
            .title = text(title),
            .base_url = text(document.base_url),
            .document = text(title),
            .body = document.form ? BodyForm::form : BodyForm::json,
            .auth = profile_.auth_,
            .bit = imported_portal,
        };
    }

    Operation operation_of(const SwaggerOperation &row, const std::vector<std::string_view> &taken) {
        const Operation *known = hostbill::find_operation(row.method + " " + row.path);
        if (known != nullptr && std::find(taken.begin(), taken.end(), known->id) != taken.end())
            known = nullptr;
        Operation made = known != nullptr ? *known : Operation{};
        made.method = text(row.method);
        made.document_path = text(row.document_path);
        made.source = Source::documented;
        made.portals |= imported_portal;
        if (known == nullptr) {
            std::string id = made_up_id(row);
            for (int number = 2; std::find(taken.begin(), taken.end(), id) != taken.end(); ++number)
                id = made_up_id(row) + "_" + std::to_string(number);
            made.id = text(std::move(id));
            made.path = text(row.path);
            made.group = made.id.substr(0, made.id.rfind('.'));
            made.summary = text(row.summary.empty() ? std::string("Not described.") : row.summary);
            made.effect = row.method == "GET" ? Effect::read : Effect::unsafe;
            made.destructive = row.method == "DELETE";
            json::Object result{{"source", "documented"}, {"schema", schema_of(row.sample, 16)}};
            if (!row.sample.is_null())
                result.append("example", row.sample);
            made.own_result = text(json::write_ascii(std::move(result)));
        }
        made.params = params_of(row, known, made.path);
        return made;
    }

    std::span<const Param> params_of(const SwaggerOperation &row, const Operation *known, std::string_view path) {
        auto &params = profile_.params_.emplace_back();
        const std::vector<std::string_view> theirs = placeholders(row.path);
        const std::vector<std::string_view> ours = placeholders(path);
        for (const SwaggerParam &param : row.params) {
            const Param *counterpart = nullptr;
            if (known != nullptr && param.place == "path") {
                const auto at = std::find(theirs.begin(), theirs.end(), param.name);
                if (at != theirs.end())
                    counterpart =
                        find_param(known->params, ~PortalSet{0}, ours[static_cast<std::size_t>(at - theirs.begin())]);
            } else if (known != nullptr) {
                counterpart = find_param(known->params, ~PortalSet{0}, param.name);
            }
            const Param made = param_of(param, counterpart);
            // Two names of the document may mean one parameter.
            const bool twice =
                std::any_of(params.begin(), params.end(), [&](const Param &other) { return other.name == made.name; });
            if (!twice)
                params.push_back(made);
        }
        return params;
    }

    // What is known of the parameter from other portals, but for what this document says itself.
    Param param_of(const SwaggerParam &row, const Param *known) {
        Param made = known != nullptr ? *known : Param{};
        const std::string_view written = text(row.name);
        if (known == nullptr) {
            made.name = written;
            made.type = type_of(row.type);
            made.items = row.type == "array" ? type_of(row.items) : Type::any;
            made.sensitive = is_secret_name(row.name);
        }
        std::vector<std::string> aliases(made.aliases.begin(), made.aliases.end());
        for (const std::string &name : {row.name, row.written}) {
            if (name != made.name && std::find(aliases.begin(), aliases.end(), name) == aliases.end())
                aliases.push_back(name);
        }
        made.aliases = list(aliases);
        if (known != nullptr && made.fields.empty())
            widen(made, type_of(row.type));
        made.place = row.place == "path" ? Place::path : row.place == "query" ? Place::query : Place::body;
        made.wire = made.place == Place::path ? made.name : written;
        made.required = row.required;
        made.portals = imported_portal;
        made.source = Source::documented;
        made.pattern = {};
        made.pattern_is_extensions = false;
        made.minimum = std::numeric_limits<std::int64_t>::min();
        made.maximum = std::numeric_limits<std::int64_t>::max();
        made.max_length = 0;
        made.allowed = made.type == Type::string || made.type == Type::array ? list(row.allowed)
                                                                             : std::span<const std::string_view>();
        if (!row.summary.empty())
            made.summary = text(row.summary);
        made.fields = fields_of(made.fields);
        return made;
    }

    static bool is_scalar(Type type) { return type != Type::any && type != Type::array && type != Type::object; }

    // Takes what this document says, besides what other portals do: a list or its only value, a number or a name.
    static void widen(Param &made, Type here) {
        if (made.type == Type::array && is_scalar(here)) {
            made.type = here;
            made.items = Type::any;
            made.or_array = true;
        } else if (is_scalar(made.type) && here == Type::array) {
            made.or_array = true;
        } else if (made.type == Type::integer && here == Type::string) {
            made.type = Type::string;
            made.numeric = true;
        } else if (made.type == Type::string && here == Type::integer) {
            made.numeric = true;
        }
    }

    // One row of each name; which portal it came from says nothing about this one.
    std::span<const Param> fields_of(std::span<const Param> fields) {
        if (fields.empty())
            return {};
        std::vector<Param> made;
        for (const Param &field : fields) {
            const bool known =
                std::any_of(made.begin(), made.end(), [&](const Param &other) { return other.name == field.name; });
            if (known)
                continue;
            Param copy = field;
            copy.portals = imported_portal;
            copy.required = false;
            copy.allowed = {};
            copy.fields = fields_of(field.fields);
            made.push_back(copy);
        }
        return profile_.params_.emplace_back(std::move(made));
    }

    PortalProfile &profile_;
};

Result<std::shared_ptr<const PortalProfile>, std::string> PortalProfile::from_swagger(std::string_view text) {
    Result<SwaggerDocument, std::string> document = read_swagger(text);
    if (!document)
        return std::move(document.error());
    const std::shared_ptr<PortalProfile> profile(new PortalProfile);
    PortalProfileMaker(*profile).make(std::move(*document));
    return std::shared_ptr<const PortalProfile>(profile);
}

const Operation *PortalProfile::find_operation(std::string_view name) const {
    if (const std::size_t space = name.find(' '); space != std::string_view::npos) {
        const auto found = std::find_if(operations_.begin(), operations_.end(), [&](const Operation &operation) {
            return operation.method == name.substr(0, space) && same_path(operation.path, name.substr(space + 1));
        });
        return found == operations_.end() ? nullptr : &*found;
    }
    const auto found =
        std::lower_bound(operations_.begin(), operations_.end(), name,
                         [](const Operation &operation, std::string_view id) { return operation.id < id; });
    return found != operations_.end() && found->id == name ? &*found : nullptr;
}

} // namespace hostbill
