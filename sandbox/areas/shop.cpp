#include "sandbox/areas/shop.hpp"

#include <algorithm>
#include <string>

namespace hostbill::sandbox {
namespace {

constexpr Cycle all_cycles[] = {
    {"m", "Monthly", 1},   {"q", "Quarterly", 3},   {"s", "Semi-Annually", 6},
    {"a", "Annually", 12}, {"b", "Biennially", 24}, {"t", "Triennially", 36},
};

constexpr Category all_categories[] = {
    {44, "Cloud servers", "Virtual machines by the month", "cloud-servers"},
    {45, "Web space", "", "web-space"},
    {domain_category, "Names", "", "names"},
    {47, "DNS", "Zones on our name servers", "dns"},
    {48, "Certificates", "", "certificates"},
    {49, "Metal", "Whole machines", "metal"},
    {50, "VPN", "", "vpn"},
};

constexpr Period cloud_s[] = {{"m", 800}, {"a", 8640}};
constexpr Period cloud_m[] = {{"m", 1600}, {"a", 17280}};
constexpr Period cloud_l[] = {{"m", 3200}, {"q", 9300}, {"a", 34560}};
constexpr Period web_plus[] = {{"m", 700}, {"a", 7560}, {"b", 14280}, {"t", 20160}};
constexpr Period wildcard[] = {{"a", 8900}};
constexpr Period metal_16[] = {{"m", 17900, 4900}, {"q", 52100, 4900}, {"a", 193000}};
constexpr Period metal_32[] = {{"m", 31900, 9900}};
constexpr Period web_space[] = {{"m", 300}, {"q", 870}, {"a", 3240}};
constexpr Period dns_hosting[] = {{"m", 250}, {"a", 2700}};
constexpr Period certificate[] = {{"a", 1900}, {"b", 3600}};
constexpr Period organization[] = {{"a", 5900}, {"b", 11200}};
constexpr Period metal[] = {{"m", 9500}};
constexpr Period vpn[] = {{"m", 400}, {"a", 4200}};
constexpr Period backups[] = {{"m", 150}, {"a", 1620}};
constexpr Period address[] = {{"m", 125}, {"a", 1350}};

constexpr Choice disks[] = {{16001, "20 GB", 0}, {16002, "40 GB", 200}, {16003, "80 GB", 500}};
constexpr Choice memory[] = {{17001, "2 GB", 0}, {17002, "4 GB", 300}};
constexpr Choice more_addresses[] = {{18001, "IPv4 address", 125}};
constexpr Choice halls[] = {{19001, "Hall 1", 0}, {19002, "Hall 2", 0}};
constexpr Choice systems[] = {{20001, "Debian 12", 0}, {20002, "AlmaLinux 9", 0}, {20003, "Windows Server", 1800}};
constexpr Option cloud_options[] = {{2201, "Disk", disks}, {2301, "Memory", memory}};
constexpr Option cloud_l_options[] = {
    {2201, "Disk", disks}, {2301, "Memory", memory}, {2401, "More addresses", more_addresses, false, 8}};
constexpr Option metal_options[] = {{2501, "Hall", halls, true}, {2601, "System", systems, true}};
constexpr Addon cloud_addons[] = {
    {52, "Backups", "A copy of the disk every night", backups},
    {53, "Second address", "One more IPv4 address", address},
};

constexpr Product all_products[] = {
    {250, 48, Kind::certificate, "Example DV", "Checked by e-mail", 1000, certificate, {}, {}},
    {251, 48, Kind::certificate, "Example Wildcard", "For a name and all below it\n", 1000, wildcard, {}, {}},
    {820, 44, Kind::cloud, "Cloud Server S", "1 core\n2 GB memory\n20 GB disk\n", 40, cloud_s, cloud_options,
     cloud_addons},
    {821, 44, Kind::cloud, "Cloud Server M", "2 cores\n4 GB memory\n40 GB disk\n", 25, cloud_m, cloud_options,
     cloud_addons},
    {822, 44, Kind::cloud, "Cloud Server L", "4 cores\n8 GB memory\n80 GB disk\n", 12, cloud_l, cloud_l_options,
     cloud_addons},
    {830, 45, Kind::hosting, "Web Space", "10 GB\n5 databases\n", 500, web_space, {}, {}},
    {831, 45, Kind::hosting, "Web Space Plus", "50 GB\n50 databases\n", 200, web_plus, {}, {}},
    {840, 47, Kind::dns, "DNS hosting", "Up to 50 zones\n", 500, dns_hosting, {}, {}},
    {252, 48, Kind::certificate, "Example OV", "Names its organisation", 1000, organization, {}, {}},
    {860, 50, Kind::vpn, "VPN", "5 devices\n", 500, vpn, {}, {}},
    {910, 49, Kind::metal, "Metal 8", "8 cores 3.4 GHz\n64 GB memory\n", 12, metal, {}, {}},
    {911, 49, Kind::metal, "Metal 16", "16 cores 3.1 GHz\n128 GB memory\n", 2, metal_16, metal_options, {}},
    {912, 49, Kind::metal, "Metal 32", "32 cores 2.9 GHz\n256 GB memory\n", 0, metal_32, metal_options, {}},
};

constexpr Promotion all_promotions[] = {
    {"WELCOME10", 1000, 0, "", "", false, true, "2090-12-31"},
    {"CLOUD3", 0, 300, "820 821 822", "", false, false, "2090-12-31"},
    {"YEARLY15", 1500, 0, "", "a b t", true, false, "2090-12-31"},
    {"LONGSTAY", 500, 50, "830 831", "", true, false, "2040-06-30"},
    {"SPRING24", 2500, 0, "", "", false, false, "2024-05-31"},
};

constexpr PaymentMethod all_payment_methods[] = {{21, "Bank transfer", 0, 0}, {22, "Card", 25, 140}};

template <class Row>
const Row *by_id(std::span<const Row> rows, std::int64_t id) {
    for (const Row &row : rows)
        if (row.id == id)
            return &row;
    return nullptr;
}

} // namespace

std::span<const Cycle> cycles() { return all_cycles; }
std::span<const Category> categories() { return all_categories; }
std::span<const Product> products() { return all_products; }
std::span<const PaymentMethod> payment_methods() { return all_payment_methods; }
std::span<const Promotion> promotions() { return all_promotions; }

const Cycle *find_cycle(std::string_view symbol_or_name) {
    for (const Cycle &cycle : all_cycles)
        if (cycle.symbol == symbol_or_name || cycle.name == symbol_or_name)
            return &cycle;
    return nullptr;
}

const Category *find_category(std::int64_t id) { return by_id(categories(), id); }
const Product *find_product(std::int64_t id) { return by_id(products(), id); }
const Addon *find_addon(std::int64_t id) { return by_id(std::span<const Addon>(cloud_addons), id); }

const Promotion *find_promotion(std::string_view code) {
    for (const Promotion &promotion : all_promotions)
        if (promotion.code == code)
            return &promotion;
    return nullptr;
}

const Period *find_period(std::span<const Period> periods, std::string_view cycle) {
    for (const Period &period : periods)
        if (period.cycle == cycle)
            return &period;
    return nullptr;
}

std::string_view kind_name(Kind kind) {
    switch (kind) {
    case Kind::cloud:
        return "cloud";
    case Kind::hosting:
        return "hosting";
    case Kind::dns:
        return "dns";
    case Kind::certificate:
        return "certificate";
    case Kind::metal:
        return "metal";
    case Kind::vpn:
        return "vpn";
    }
    return "";
}

Cents addon_price(const Addon &addon, const Cycle &cycle) {
    const Period *period = find_period(addon.periods, cycle.symbol);
    return period != nullptr ? period->price : find_period(addon.periods, "m")->price * cycle.months;
}

Cents discount(const Promotion &promotion, Cents price) {
    return std::min(price, percentage(price, promotion.percent) + promotion.fixed);
}

bool is_word_of(std::string_view words, std::string_view word) {
    return (" " + std::string(words) + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

} // namespace hostbill::sandbox
