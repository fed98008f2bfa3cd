#include "sandbox/areas/tlds.hpp"

#include "sandbox/areas/host_names.hpp"

#include <map>

namespace hostbill::sandbox {
namespace {

constexpr std::size_t longest_answer = 100;

constexpr FormChoice hosted_dns[] = {{15010, "", 150}};
constexpr FormChoice kinds[] = {{15001, "Person"}, {15002, "Company"}};
constexpr FormChoice countries[] = {{15021, "EE"}, {15022, "FI"}, {15023, "LV"}, {15024, "LT"}, {15025, "SE"}};
constexpr FormChoice languages[] = {{15061, "English"}, {15062, "Estonian"}, {15063, "Finnish"}, {15064, "Swedish"}};
constexpr FormChoice code[] = {{15031, ""}};
constexpr FormChoice number[] = {{15041, ""}};
constexpr FormChoice agreement[] = {{15051, "Yes"}, {15052, "No"}};

constexpr FormField dns = {2102, "domaindnssupport", "Hosted DNS", "", false, hosted_dns};
constexpr FormField open_form[] = {
    {2107, "select", "Language of the name", "Of a name that is not English", false, languages},
    dns,
};
constexpr FormField eu_form[] = {
    {2101, "select", "Registrant kind", "As the registry asks", true, kinds},
    {2103, "select", "Country of residence", "", true, countries},
    dns,
};
constexpr FormField ee_form[] = {
    {2104, "input", "Registry code", "Eight digits of a company, eleven of a person", true, code, "0123456789", 0},
    dns,
};
constexpr FormField uk_form[] = {
    {2105, "input", "Company number", "", false, number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 8},
    {2106, "select", "Details may be published", "", true, agreement},
};

constexpr Tld all_tlds[] = {
    {17, ".net", 890, 1140, 7500, 10, true, open_form}, {18, ".org", 950, 1200, 7500, 10, true, open_form},
    {19, ".com", 990, 1250, 7500, 10, true, open_form}, {20, ".eu", 650, 780, 4000, 5, true, eu_form},
    {21, ".ee", 700, 700, 2500, 3, true, ee_form},      {22, ".co.uk", 620, 620, 3000, 10, false, uk_form},
    {23, ".uk", 620, 620, 3000, 10, false, uk_form},
};

std::string text_of(const json::Value *value) {
    auto text = value != nullptr ? scalar_text(*value) : std::nullopt;
    return text ? *text : std::string();
}

std::string id_text(std::int64_t id) { return std::to_string(id); }

// "15001" of "15001", {"15001":1} and {"15001":"text"}: which choice, and what was written into it.
struct Given {
    std::string choice;
    std::string text;
};

Given read_given(const json::Value &value) {
    if (const json::Object *object = value.object())
        return object->empty() ? Given{} : Given{object->begin()->key, text_of(&object->begin()->value)};
    std::string text = text_of(&value);
    return {text, text};
}

// A field's number by any of the ways to write it; the rest of custom[2102][15010] is the choice.
void add_given(std::map<std::string, Given> &all, std::string_view key, const json::Value &value) {
    if (!key.starts_with("custom[") || !key.ends_with(']')) {
        all[std::string(key)] = read_given(value);
        return;
    }
    key = key.substr(7, key.size() - 8);
    const std::size_t end = key.find("][");
    Given given = read_given(value);
    if (end != std::string_view::npos)
        given.choice = key.substr(end + 2);
    all[std::string(key.substr(0, end))] = given;
}

std::map<std::string, Given> all_given(const json::Value *data) {
    std::map<std::string, Given> all;
    const json::Object *object = data != nullptr ? data->object() : nullptr;
    if (object == nullptr)
        return all;
    for (const json::Member &member : *object) {
        const json::Object *inner = member.key == "custom" ? member.value.object() : nullptr;
        if (inner == nullptr)
            add_given(all, member.key, member.value);
        else
            for (const json::Member &field : *inner)
                add_given(all, field.key, field.value);
    }
    return all;
}

[[noreturn]] void wrong(const FormField &field, const std::string &problem) {
    refuse("Parameter data: " + std::string(field.title) + " (" + id_text(field.id) + ") " + problem);
}

std::string read_text(const FormField &field, const std::string &text) {
    if (text.find_first_not_of(field.letters) != std::string::npos)
        wrong(field, "may only be made of " + std::string(field.letters));
    if (field.length != 0 ? text.size() != field.length : text.size() > longest_answer)
        wrong(field,
              "must have " +
                  (field.length != 0 ? std::to_string(field.length) : "at most " + std::to_string(longest_answer)) +
                  " letters");
    return text;
}

void answer(FormAnswers &answers, const FormField &field, const Given &given) {
    if (field.type == "input") {
        answers.answers.set(id_text(field.id), read_text(field, given.text));
        return;
    }
    // A box that is ticked may come as 1; one that is not, as 0.
    const bool box = field.choices.size() == 1;
    if (box && (given.text == "0" || given.text == "false"))
        return;
    const std::string wanted = box && given.choice == "1" ? id_text(field.choices.front().id) : given.choice;
    for (const FormChoice &choice : field.choices)
        if (id_text(choice.id) == wanted) {
            answers.answers.set(id_text(field.id), wanted);
            answers.price += choice.price;
            return;
        }
    std::string known;
    for (const FormChoice &choice : field.choices)
        known += (known.empty() ? "" : ", ") + id_text(choice.id);
    wrong(field, "must be one of: " + known);
}

} // namespace

std::span<const Tld> tlds() { return all_tlds; }

const Tld *find_tld(std::int64_t id) {
    for (const Tld &tld : all_tlds)
        if (tld.id == id)
            return &tld;
    return nullptr;
}

const Tld *tld_to_order(const std::string &name) {
    const std::size_t dot = name.find('.');
    if (!is_domain_name(name))
        return nullptr;
    for (const Tld &tld : all_tlds)
        if (std::string_view(name).substr(dot) == tld.name)
            return &tld;
    return nullptr;
}

json::Array order_form(const Tld &tld) {
    json::Array forms;
    for (const FormField &field : tld.form) {
        json::Array items;
        for (const FormChoice &choice : field.choices)
            items.push_back(json::Object{{"title", choice.title},
                                         {"value", 1},
                                         {"id", choice.id},
                                         {"price", money_number(choice.price)},
                                         {"setup", 0},
                                         {"selected", field.required && &choice == field.choices.data()}});
        std::string name = "custom[" + id_text(field.id) + "]";
        json::Object config{{"conditionals", json::Array()}};
        if (field.type != "select")
            name += "[" + id_text(field.choices.front().id) + "]";
        if (field.type == "domaindnssupport")
            config = {{"enableddefault", 0}};
        forms.push_back(json::Object{{"type", field.type},
                                     {"title", field.title},
                                     {"id", id_text(field.id)},
                                     {"firstItemId", field.choices.front().id},
                                     {"description", field.description},
                                     {"name", std::move(name)},
                                     {"required", field.required},
                                     {"multiple", false},
                                     {"config", std::move(config)},
                                     {"value", json::Array()},
                                     {"textvalue", json::Array()},
                                     {"price", 0},
                                     {"recurring_price", 0},
                                     {"setup", 0},
                                     {"prorata_date", nullptr},
                                     {"items", std::move(items)}});
    }
    return forms;
}

FormAnswers read_form(const Tld &tld, const json::Value *data) {
    std::map<std::string, Given> given = all_given(data);
    FormAnswers answers;
    for (const FormField &field : tld.form) {
        auto found = given.find(id_text(field.id));
        if (found != given.end() && !found->second.text.empty())
            answer(answers, field, found->second);
        else if (field.required)
            wrong(field, "is required for " + std::string(tld.name));
        if (found != given.end())
            given.erase(found);
    }
    if (!given.empty())
        refuse("Parameter data has no field " + given.begin()->first + " for " + std::string(tld.name));
    return answers;
}

} // namespace hostbill::sandbox
