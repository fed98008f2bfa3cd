#include "core/catalog/swagger.hpp"

#include "core/base/ascii.hpp"
#include "core/catalog/document_text.hpp"
#include "core/json/json_reference.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace hostbill {
namespace {

constexpr std::size_t largest_document = std::size_t{8} << 20;
constexpr std::size_t most_operations = 5000;
constexpr int deepest_composition = 16;

std::string text_of(const json::Value *value) {
    return value != nullptr && value->string() != nullptr ? std::string(*value->string()) : std::string();
}

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.' || c == '[' || c == ']';
    });
}

class Reader {
public:
    Result<SwaggerDocument, std::string> read(std::string_view text) {
        if (text.size() > largest_document)
            return std::string("the document is larger than 8 MiB");
        std::size_t controls = 0;
        Result<json::Value, std::string> parsed = read_careless_json(text, controls);
        if (!parsed)
            return std::move(parsed.error());
        if (controls > 0)
            repair("escaped " + std::to_string(controls) + " raw control characters in texts");
        root_ = std::move(*parsed);
        if (root_.object() == nullptr)
            return std::string("the document is not an object");
        if (root_.find("openapi") != nullptr)
            return "the document is OpenAPI " + text_of(root_.find("openapi")) + ", where Swagger 2.0 is expected";
        if (root_.find("swagger") == nullptr)
            return std::string("the document has no member \"swagger\"");
        const json::Value *paths = root_.find("paths");
        if (paths == nullptr || paths->object() == nullptr)
            return std::string("the document's \"paths\" is no object");
        read_head();
        for (const json::Member &path : *paths->object()) {
            if (path.key.starts_with("x-"))
                continue; // An extension of whoever wrote the document.
            if (std::optional<std::string> problem = read_path(path.key, path.value))
                return std::move(*problem);
        }
        if (document_.operations.empty())
            return std::string("the document's \"paths\" describes no operation");
        note_usual_form();
        return std::move(document_);
    }

private:
    void repair(std::string sentence) {
        if (std::find(document_.repaired.begin(), document_.repaired.end(), sentence) == document_.repaired.end())
            document_.repaired.push_back(std::move(sentence));
    }

    void read_head() {
        if (const json::Value *info = root_.find("info"))
            document_.title = words_of_html(text_of(info->find("title")));
        const std::string host = text_of(root_.find("host"));
        if (!host.empty()) {
            std::string base = text_of(root_.find("basePath"));
            if (!base.empty() && base.front() != '/')
                base.insert(0, 1, '/');
            while (base.ends_with('/'))
                base.pop_back();
            document_.base_url = "https://" + host + base;
        }
        if (const json::Value *schemes = root_.find("securityDefinitions");
            schemes != nullptr && schemes->object() != nullptr) {
            for (const json::Member &scheme : *schemes->object()) {
                const std::string type = lower(text_of(scheme.value.find("type")));
                document_.basic = document_.basic || type == "basic";
                document_.bearer = document_.bearer || type == "apikey" || type == "oauth2";
            }
        }
    }

    std::optional<std::string> read_path(const std::string &written, const json::Value &methods) {
        if (methods.object() == nullptr)
            return "the path \"" + written + "\" is no object";
        const std::string path = normal_path(written);
        const json::Value *shared = methods.find("parameters");
        for (const json::Member &member : *methods.object()) {
            if (member.key == "parameters" || member.key == "$ref" || member.key.starts_with("x-"))
                continue;
            std::string method = lower(member.key);
            if (method.empty()) {
                repair("GET is taken for the empty method of " + path);
                method = "get";
            }
            constexpr std::array<std::string_view, 7> known = {"get",   "post", "put",    "delete",
                                                               "patch", "head", "options"};
            if (std::find(known.begin(), known.end(), method) == known.end())
                return "the path \"" + written + "\" has the method \"" + member.key + "\", which HTTP does not have";
            if (method == "head" || method == "options")
                continue;
            if (member.value.object() == nullptr)
                return "the operation " + method + " " + written + " is no object";
            if (document_.operations.size() >= most_operations)
                return std::string("the document has more than 5000 operations");
            add_operation(method, path, written, member.value, shared);
        }
        return std::nullopt;
    }

    // With a leading slash, without a trailing one, and placeholders in braces.
    std::string normal_path(const std::string &written) {
        std::string path;
        std::string_view rest(written);
        bool changed = !rest.starts_with('/');
        if (changed)
            repair("the path " + written + " lacked its leading slash");
        while (!rest.empty()) {
            const std::size_t slash = rest.find('/');
            std::string_view segment = rest.substr(0, slash);
            rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
            if (segment.empty())
                continue;
            path += '/';
            if ((segment.front() == '@' || segment.front() == ':' || segment.front() == '$') && segment.size() > 1) {
                repair("placeholders such as " + std::string(segment.substr(0, 1)) + "name are written as {name}");
                path.append("{").append(segment.substr(1)).append("}");
            } else {
                path += segment;
            }
        }
        return path.empty() ? "/" : path;
    }

    void add_operation(const std::string &method, const std::string &path, const std::string &written,
                       const json::Value &row, const json::Value *shared) {
        SwaggerOperation operation;
        std::transform(method.begin(), method.end(), std::back_inserter(operation.method),
                       [](char c) { return static_cast<char>(c - 'a' + 'A'); });
        operation.path = path;
        operation.document_path = written;
        operation.summary = words_of_html(text_of(row.find("summary")));
        if (operation.summary.empty())
            operation.summary = shortened(words_of_html(text_of(row.find("description"))));
        const std::string name = operation.method + " " + path;
        for (const SwaggerOperation &other : document_.operations) {
            if (other.method == operation.method && other.path == path) {
                repair(name + " stands there twice; the first counts");
                return;
            }
        }
        read_params(operation, shared);
        read_params(operation, row.find("parameters"));
        add_missing_path_params(operation);
        operation.sample = sample_of(row);
        operation.form = is_form(row, operation);
        document_.operations.push_back(std::move(operation));
    }

    void read_params(SwaggerOperation &operation, const json::Value *rows) {
        if (rows == nullptr || rows->array() == nullptr)
            return;
        for (const json::Value &written : *rows->array()) {
            const json::Value &row = json::resolve_reference(root_, written);
            const std::string place = lower(text_of(row.find("in")));
            if (place == "header")
                continue;
            const json::Value *schema = row.find("schema");
            if (place == "body" && schema != nullptr) {
                read_body_schema(operation, json::resolve_reference(root_, *schema));
                continue;
            }
            SwaggerParam param = read_param(text_of(row.find("name")), row);
            param.place = place == "path" ? "path" : place == "query" ? "query" : "body";
            operation.has_form_fields = operation.has_form_fields || place == "formdata";
            if (const json::Value *required = row.find("required");
                required != nullptr && required->boolean() != nullptr)
                param.required = *required->boolean();
            const bool takes_body = operation.method != "GET" && operation.method != "DELETE";
            if (param.place == "query" && takes_body) {
                repair("parameters of POST, PUT and PATCH that stand under query are sent in the body");
                param.place = "body";
            }
            add_param(operation, std::move(param));
        }
    }

    // The fields of an object, those of what it is composed of included.
    struct Fields {
        std::vector<const json::Member *> properties;
        std::vector<json::Value> required;
        std::set<const json::Value *> seen;
    };

    void collect_fields(const json::Value &schema, Fields &fields, int depth) const {
        if (depth == 0 || !fields.seen.insert(&schema).second)
            return;
        if (const json::Value *parts = schema.find("allOf"); parts != nullptr && parts->array() != nullptr) {
            for (const json::Value &part : *parts->array())
                collect_fields(json::resolve_reference(root_, part), fields, depth - 1);
        }
        if (const json::Value *own = schema.find("properties"); own != nullptr && own->object() != nullptr) {
            for (const json::Member &property : *own->object())
                fields.properties.push_back(&property);
        }
        if (const json::Value *own = schema.find("required"); own != nullptr && own->array() != nullptr)
            fields.required.insert(fields.required.end(), own->array()->begin(), own->array()->end());
    }

    void read_body_schema(SwaggerOperation &operation, const json::Value &schema) {
        Fields fields;
        collect_fields(schema, fields, deepest_composition);
        if (fields.properties.empty())
            repair("the body of " + operation.method + " " + operation.path +
                   ", which is no object of named fields, is left to the option extra");
        for (const json::Member *property : fields.properties) {
            SwaggerParam param = read_param(property->key, json::resolve_reference(root_, property->value));
            param.place = "body";
            param.required = std::find(fields.required.begin(), fields.required.end(), json::Value(property->key)) !=
                             fields.required.end();
            add_param(operation, std::move(param));
        }
    }

    SwaggerParam read_param(const std::string &name, const json::Value &row) {
        SwaggerParam param;
        param.name = name;
        for (const char sign : {'@', ':', '$'}) {
            if (param.name.starts_with(sign))
                param.name.erase(0, 1);
        }
        param.type = lower(text_of(row.find("type")));
        param.written = param.name;
        if (param.name.ends_with("[]")) { // A list by PHP's name, which is written anew when it is sent.
            param.name.resize(param.name.size() - 2);
            param.items = param.type == "array" ? "" : param.type;
            param.type = "array";
        }
        param.summary = words_of_html(text_of(row.find("description")));
        if (const json::Value *items = row.find("items"))
            param.items = lower(text_of(items->find("type")));
        if (const json::Value *allowed = row.find("enum"); allowed != nullptr && allowed->array() != nullptr) {
            for (const json::Value &value : *allowed->array())
                param.allowed.push_back(value.string() != nullptr ? std::string(*value.string())
                                                                  : json::write_ascii(value));
        }
        return param;
    }

    void add_param(SwaggerOperation &operation, SwaggerParam param) {
        if (!is_name(param.name)) {
            repair("a parameter of " + operation.method + " " + operation.path + " without a usable name is left out");
            return;
        }
        if (param.place == "path" && operation.path.find("{" + param.name + "}") == std::string::npos) {
            repair("path parameters that the path does not have are left out");
            return;
        }
        const auto same = std::find_if(operation.params.begin(), operation.params.end(),
                                       [&](const SwaggerParam &other) { return other.name == param.name; });
        if (same == operation.params.end())
            operation.params.push_back(std::move(param));
        else if (same->place != "path" || param.place == "path")
            *same = std::move(param);
        else
            repair("parameters that are named as one of their path are left out");
    }

    void add_missing_path_params(SwaggerOperation &operation) {
        std::vector<SwaggerParam> in_path;
        for (std::size_t start = operation.path.find('{'); start != std::string::npos;
             start = operation.path.find('{', start + 1)) {
            const std::size_t end = operation.path.find('}', start);
            const std::string name = operation.path.substr(start + 1, end == std::string::npos ? end : end - start - 1);
            const auto known = std::find_if(operation.params.begin(), operation.params.end(),
                                            [&](const SwaggerParam &param) { return param.name == name; });
            SwaggerParam param;
            if (known != operation.params.end()) {
                param = *known;
                operation.params.erase(known);
            } else {
                repair("path parameters that no table describes are added");
                param.name = param.written = name;
            }
            param.place = "path";
            param.required = true;
            in_path.push_back(std::move(param));
        }
        operation.params.insert(operation.params.begin(), in_path.begin(), in_path.end());
    }

    // An answer that the document shows: as an example, or in the middle of a description.
    json::Value sample_of(const json::Value &row) {
        const json::Value *responses = row.find("responses");
        if (responses == nullptr)
            return {};
        for (const std::string_view code : {"200", "201", "default"}) {
            const json::Value *response = responses->find(code);
            if (response == nullptr)
                continue;
            if (const json::Value *examples = response->find("examples"))
                if (const json::Value *example = examples->find("application/json"))
                    return *example;
            if (std::optional<json::Value> found = careless_json_within(text_of(response->find("description")))) {
                repair("answers shown as text in a description are read as samples");
                return std::move(*found);
            }
        }
        return {};
    }

    // JSON where an operation takes it. Who says nothing, but describes fields of a form, takes a form.
    bool is_form(const json::Value &row, const SwaggerOperation &operation) const {
        const json::Value *consumes = row.find("consumes");
        if (consumes == nullptr)
            consumes = root_.find("consumes");
        const auto takes = [&](std::string_view type) {
            return consumes != nullptr && consumes->array() != nullptr &&
                   std::any_of(consumes->array()->begin(), consumes->array()->end(),
                               [&](const json::Value &written) { return lower(text_of(&written)).starts_with(type); });
        };
        if (takes("application/json"))
            return false;
        return takes("application/x-www-form-urlencoded") || takes("multipart/form-data") || operation.has_form_fields;
    }

    void note_usual_form() {
        std::ptrdiff_t forms = 0, others = 0;
        for (const SwaggerOperation &operation : document_.operations) {
            if (operation.has_body())
                ++(operation.form ? forms : others);
        }
        document_.form = forms > others;
    }

    json::Value root_;
    SwaggerDocument document_;
};

} // namespace

Result<SwaggerDocument, std::string> read_swagger(std::string_view text) { return Reader().read(text); }

} // namespace hostbill
