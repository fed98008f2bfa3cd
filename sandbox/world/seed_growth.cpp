// A large account for those who want to see how something fares with one.
#include "sandbox/world/seed.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::int64_t most_services = 100'000, most_zones = 100'000, most_records = 10'000;
constexpr std::int64_t zones_of_a_service = 50;
constexpr std::int64_t first_grown_zone = 1'000'000, first_grown_record = 1'000'000;

json::Array &list_in(json::Object &document, std::string_view name) {
    json::Value *list = document.find(name);
    if (list == nullptr) {
        document.append(std::string(name), json::Array());
        list = document.find(name);
    }
    if (list->array() == nullptr)
        refuse_seed(name, "must be a list");
    return *list->array();
}

std::int64_t size_of(const SeedRow &wanted, std::string_view name, std::int64_t most) {
    const std::int64_t size = wanted.integer(name);
    if (size < 0 || size > most)
        wanted.wrong(name, "0 to " + std::to_string(most));
    return size;
}

json::Object service(std::int64_t id, std::int64_t product, std::string domain, std::int64_t days_ago) {
    return {{"id", id},           {"product", product},  {"cycle", "m"}, {"domain", std::move(domain)},
            {"status", "Active"}, {"days_ago", days_ago}};
}

} // namespace

void grow(json::Value &document) {
    json::Object *object = document.object();
    if (object == nullptr || object->find("generate") == nullptr)
        return;
    // Followed, it is gone: to the areas it would be a member that nobody knows.
    json::Object given;
    given.set("generate", std::move(*object->find("generate")));
    object->erase("generate");
    const json::Value own(std::move(given));
    SeedQuestions questions;
    const SeedRow wanted = SeedRow(own, questions).row("generate");
    const std::int64_t services = size_of(wanted, "services", most_services);
    const std::int64_t zones = size_of(wanted, "zones", most_zones);
    const std::int64_t records = size_of(wanted, "records_per_zone", most_records);
    questions.names[""].insert("generate");
    check_seed_names(own, questions);
    std::int64_t id = first_grown_service;
    json::Array &service_list = list_in(*object, "services");
    for (std::int64_t i = 0; i < services; ++i)
        service_list.push_back(
            service(id++, i % 3 == 0 ? 831 : 830, "site" + std::to_string(i) + ".example.net", 30 + i % 700));
    std::int64_t record_id = first_grown_record;
    json::Array zone_list;
    for (std::int64_t i = 0; i < zones; ++i) {
        const std::string name = "zone" + std::to_string(i) + ".example.org";
        if (i % zones_of_a_service == 0)
            service_list.push_back(service(id++, 840, name, 30 + i % 700));
        json::Array record_list;
        for (std::int64_t j = 0; j < records; ++j)
            record_list.push_back(json::Object{{"id", record_id++},
                                               {"name", "host" + std::to_string(j)},
                                               {"type", "A"},
                                               {"content", "203.0.113." + std::to_string(1 + j % 250)}});
        zone_list.push_back(json::Object{
            {"id", first_grown_zone + i}, {"service", id - 1}, {"name", name}, {"records", std::move(record_list)}});
    }
    json::Array &all_zones = list_in(*object, "zones");
    std::move(zone_list.begin(), zone_list.end(), std::back_inserter(all_zones));
}

} // namespace hostbill::sandbox
