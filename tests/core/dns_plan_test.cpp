#include "core/tasks/dns_plan.hpp"

#include "dns_support.hpp"

#include <algorithm>
#include <random>

namespace hostbill::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

std::vector<DnsRecord> with_ids(std::vector<DnsRecord> records) {
    std::int64_t id = 100;
    for (DnsRecord &record : records)
        record.id = id++;
    return records;
}

DnsPlan plan(const char *there, const char *wanted, DnsMode mode = DnsMode::zone, DnsKind kind = DnsKind::zone) {
    auto result =
        plan_dns(test_zone(kind), with_ids(dns_records(there)), {.mode = mode, .records = dns_records(wanted)});
    EXPECT_TRUE(result);
    return *result;
}

std::vector<std::string> brief(const std::vector<DnsUpdate> &updates) {
    std::vector<std::string> out;
    for (const DnsUpdate &update : updates)
        out.push_back(test::brief(update.from) + " -> " + test::brief(update.to));
    return out;
}

using test::brief;

constexpr const char *three = R"([{"name":"@","type":"NS","content":"dns1.example.org","ttl":3600},
                                  {"name":"www","type":"A","content":"192.0.2.1","ttl":3600},
                                  {"name":"mail","type":"A","content":"192.0.2.2","ttl":3600}])";

TEST(DnsPlan, WholeZone) {
    const DnsPlan p = plan(three, R"([{"name":"WWW.example.net.","type":"a","content":"192.0.2.1"},
                                      {"name":"ftp","type":"A","content":"192.0.2.3"}])");
    EXPECT_THAT(brief(p.create), ElementsAre("ftp A 192.0.2.3"));
    EXPECT_THAT(brief(p.remove), ElementsAre("mail A 192.0.2.2"));
    EXPECT_THAT(brief(p.unchanged), ElementsAre("www A 192.0.2.1"));
    EXPECT_THAT(brief(p.kept), ElementsAre("@ NS dns1.example.org"));
    EXPECT_THAT(p.update, IsEmpty());
}

TEST(DnsPlan, AChangeIsAnUpdateInPlace) {
    const DnsPlan p = plan(three, R"([{"name":"www","type":"A","content":"192.0.2.9"},
                                      {"name":"mail","type":"A","content":"192.0.2.2","ttl":60}])");
    EXPECT_THAT(brief(p.update),
                ElementsAre("mail A 192.0.2.2 -> mail A 192.0.2.2", "www A 192.0.2.1 -> www A 192.0.2.9"));
    EXPECT_EQ(p.update[0].to.ttl, 60);
    EXPECT_EQ(p.update[1].to.ttl, 3600);
    EXPECT_EQ(p.update[1].to.id, p.update[1].from.id);
    EXPECT_THAT(p.create, IsEmpty());
    EXPECT_THAT(p.remove, IsEmpty());
}

TEST(DnsPlan, TheMostAlikeArePaired) {
    const DnsPlan p = plan(R"([{"name":"@","type":"MX","priority":10,"content":"a.example.org"},
                               {"name":"@","type":"MX","priority":20,"content":"b.example.org"},
                               {"name":"@","type":"MX","priority":30,"content":"c.example.org"}])",
                           R"([{"name":"@","type":"MX","priority":10,"content":"b.example.org"},
                               {"name":"@","type":"MX","priority":30,"content":"c.example.org"}])");
    EXPECT_THAT(brief(p.unchanged), ElementsAre("@ MX 30 c.example.org"));
    EXPECT_THAT(brief(p.update), ElementsAre("@ MX 20 b.example.org -> @ MX 10 b.example.org"));
    EXPECT_THAT(brief(p.remove), ElementsAre("@ MX 10 a.example.org"));
}

TEST(DnsPlan, Sets) {
    const DnsPlan p = plan(three, R"([{"name":"www","type":"A","content":"192.0.2.9"},
                                      {"name":"www","type":"A","content":"192.0.2.8"}])",
                           DnsMode::sets);
    EXPECT_THAT(brief(p.create), ElementsAre("www A 192.0.2.9"));
    EXPECT_THAT(brief(p.update), ElementsAre("www A 192.0.2.1 -> www A 192.0.2.8"));
    EXPECT_THAT(p.remove, IsEmpty());
    EXPECT_THAT(brief(p.kept), ElementsAre("@ NS dns1.example.org", "mail A 192.0.2.2"));
}

TEST(DnsPlan, Add) {
    const DnsPlan p = plan(three, R"([{"name":"www","type":"A","content":"192.0.2.9"},
                                      {"name":"mail","type":"A","content":"192.0.2.2","ttl":5}])",
                           DnsMode::add);
    EXPECT_THAT(brief(p.create), ElementsAre("www A 192.0.2.9"));
    EXPECT_THAT(brief(p.unchanged), ElementsAre("mail A 192.0.2.2"));
    EXPECT_THAT(p.update, IsEmpty());
    EXPECT_THAT(p.remove, IsEmpty());
}

TEST(DnsPlan, Remove) {
    DnsWish wish{.mode = DnsMode::remove, .records = dns_records(three)};
    wish.records[2].content.clear();
    wish.any_content = {2};
    wish.records[1].content = "192.0.2.99";
    const auto p = plan_dns(test_zone(DnsKind::zone), with_ids(dns_records(three)), wish);
    EXPECT_THAT(brief(p->remove), ElementsAre("mail A 192.0.2.2"));
    EXPECT_THAT(brief(p->kept), ElementsAre("@ NS dns1.example.org", "www A 192.0.2.1"));
}

TEST(DnsPlan, KeptRecordsStayWhateverIsAsked) {
    const DnsPlan p = plan(three, R"([{"name":"@","type":"NS","content":"dns9.example.org"},
                                      {"name":"@","type":"SOA","content":"a. b. 1 2 3 4 5"}])");
    EXPECT_THAT(brief(p.kept), ElementsAre("@ NS dns1.example.org"));
    EXPECT_THAT(p.create, IsEmpty());
    EXPECT_THAT(p.notes, ElementsAre(HasSubstr("dns9.example.org is not added")));

    const auto without = plan_dns(
        test_zone(DnsKind::zone), with_ids(dns_records(three)),
        {.records = dns_records(R"([{"name":"@","type":"NS","content":"dns9.example.org"}])"), .keep = {{"www", "*"}}});
    EXPECT_THAT(brief(without->update), ElementsAre("@ NS dns1.example.org -> @ NS dns9.example.org"));
    EXPECT_THAT(brief(without->kept), ElementsAre("www A 192.0.2.1"));
}

TEST(DnsPlan, TimesToLiveWhereThereAreNone) {
    const DnsPlan p =
        plan(three, R"([{"name":"www","type":"A","content":"192.0.2.1","ttl":60}])", DnsMode::sets, DnsKind::domain);
    EXPECT_THAT(brief(p.unchanged), ElementsAre("www A 192.0.2.1"));
    EXPECT_THAT(p.notes, ElementsAre(HasSubstr("ttl is left out")));
}

TEST(DnsPlan, WhatAZoneFileCannotSayStays) {
    const auto p = plan_dns(test_zone(DnsKind::domain),
                            with_ids(dns_records(R"([{"name":"www","type":"URL","content":"http://example.org"}])")),
                            {.records = {}, .from_zone_file = true});
    EXPECT_THAT(brief(p->kept), ElementsAre("www URL http://example.org"));
}

TEST(DnsPlan, RepetitionsCountOnce) {
    const DnsPlan p = plan("[]", R"([{"name":"www","type":"A","content":"192.0.2.1"},
                                     {"name":"www.example.net","type":"A","content":"192.0.2.1","ttl":5}])");
    EXPECT_EQ(p.create.size(), 1u);
    const DnsPlan twice = plan(R"([{"name":"www","type":"A","content":"192.0.2.1"},
                                   {"name":"www","type":"A","content":"192.0.2.1"}])",
                               R"([{"name":"www","type":"A","content":"192.0.2.1"}])");
    EXPECT_EQ(twice.unchanged.size(), 1u);
    EXPECT_EQ(twice.remove.size(), 1u);
}

TEST(DnsPlan, ACnameStandsAlone) {
    const char *alias = R"([{"name":"www","type":"CNAME","content":"example.org"}])";
    EXPECT_THAT(brief(plan(three, alias).remove), ElementsAre("mail A 192.0.2.2", "www A 192.0.2.1"));
    for (const DnsMode mode : {DnsMode::sets, DnsMode::add}) {
        const auto result = plan_dns(test_zone(DnsKind::zone), with_ids(dns_records(three)),
                                     {.mode = mode, .records = dns_records(alias)});
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().error_class, ErrorClass::conflict);
        EXPECT_THAT(result.error().message, HasSubstr("www"));
    }
    const auto apex = plan_dns(test_zone(DnsKind::zone), with_ids(dns_records(three)),
                               {.records = dns_records(R"([{"name":"@","type":"CNAME","content":"example.org"}])")});
    EXPECT_FALSE(apex);
}

TEST(DnsPlan, WhatWasCrowdedBeforeIsNoConflict) {
    const char *crowd = R"([{"name":"x","type":"CNAME","content":"example.org"},
                            {"name":"x","type":"TXT","content":"beside it"}])";
    EXPECT_THAT(brief(plan(crowd, R"([{"name":"y","type":"A","content":"192.0.2.1"}])", DnsMode::add).create),
                ElementsAre("y A 192.0.2.1"));
}

TEST(DnsPlan, SurvivesJson) {
    const DnsPlan p = plan(three, R"([{"name":"www","type":"A","content":"192.0.2.9","ttl":60},
                                      {"name":"t","type":"TXT","content":"\"\\\"quoted\\\"\""}])");
    const json::Value shown = to_json(p);
    std::vector<FieldProblem> problems;
    const auto back = parse_plan(shown, "plan", problems);
    ASSERT_TRUE(back) << problems[0].field << problems[0].problem;
    json::Object again = to_json(*back);
    for (const char *key : {"zone", "kind", "zone_id", "mode", "create", "update", "delete", "seen"})
        EXPECT_EQ(*again.find(key), *shown.find(key)) << key;
}

TEST(DnsPlan, AWrongPlanIsRefused) {
    for (
        const char *wrong :
        {"{}", R"({"zone":"example.net","kind":"zone","service_id":1})",
         R"({"zone":"example.net","kind":"domain","domain_id":1,"create":[],"update":[],"delete":[]})",
         R"({"zone":"example.net","kind":"domain","domain_id":1,"create":[{}],"update":[],"delete":[],"seen":"x"})",
         R"({"zone":"example.net","kind":"domain","domain_id":1,"create":[],"update":[{"from":{}}],"delete":[],"seen":"x"})",
         R"({"zone":"example.net","kind":"domain","domain_id":1,"create":{},"update":[],"delete":[],"seen":"x"})"}) {
        std::vector<FieldProblem> problems;
        EXPECT_FALSE(parse_plan(parsed(wrong), "plan", problems)) << wrong;
        EXPECT_FALSE(problems.empty()) << wrong;
    }
}

TEST(DnsPlan, WordsOfKeep) {
    const DnsName zone = dns_name("example.net");
    EXPECT_EQ(parse_kept("soa", zone)->type, "SOA");
    EXPECT_EQ(parse_kept("@ NS", zone)->name, "@");
    EXPECT_EQ(parse_kept("www.example.net *", zone)->name, "www");
    for (const char *wrong : {"", "a b c", "www.example.org. A", "a..b A"})
        EXPECT_FALSE(parse_kept(wrong, zone)) << wrong;
}

// --- What holds for every zone and every wish --------------------------------------------------------------------

std::vector<DnsRecord> random_records(std::mt19937 &random) {
    std::vector<DnsRecord> records;
    for (std::size_t n = random() % 8; n > 0; --n) {
        constexpr const char *names[] = {"@", "www", "mail"};
        constexpr const char *types[] = {"A", "MX", "TXT", "NS"};
        DnsRecord record{.name = names[random() % 3], .type = types[random() % 4]};
        if (random() % 3 != 0)
            record.ttl = random() % 2 == 0 ? 60 : 3600;
        if (record.type == "MX")
            record.priority = random() % 2 * 10;
        const std::string number = std::to_string(random() % 3);
        record.content = record.type == "A" ? "192.0.2." + number : "c" + number + ".example.org";
        records.push_back(record);
    }
    return records;
}

TEST(DnsPlan, EveryRecordIsInOnePlaceAndThePlanLeadsToTheWish) {
    std::mt19937 random(5);
    for (int i = 0; i < 1000; ++i) {
        const DnsZone zone = test_zone(DnsKind::zone);
        std::vector<DnsRecord> there = with_ids(random_records(random));
        const DnsWish wish{.mode = static_cast<DnsMode>(random() % 3), .records = random_records(random)};
        const DnsPlan p = *plan_dns(zone, there, wish);

        std::vector<DnsRecord> found;
        std::vector<DnsRecord> after;
        for (const auto *list : {&p.unchanged, &p.kept}) {
            found.insert(found.end(), list->begin(), list->end());
            after.insert(after.end(), list->begin(), list->end());
        }
        found.insert(found.end(), p.remove.begin(), p.remove.end());
        for (const DnsUpdate &update : p.update) {
            found.push_back(update.from);
            after.push_back(update.to);
        }
        after.insert(after.end(), p.create.begin(), p.create.end());
        ASSERT_THAT(found, UnorderedElementsAreArray(there));

        // What it leads to needs nothing more, and the order of what is there or wanted means nothing.
        const DnsPlan second = *plan_dns(zone, with_ids(after), wish);
        EXPECT_TRUE(second.create.empty() && second.update.empty() && second.remove.empty()) << i;
        std::shuffle(there.begin(), there.end(), random);
        DnsWish shuffled = wish;
        std::shuffle(shuffled.records.begin(), shuffled.records.end(), random);
        // Of records that say the same, the first counts.
        if (without_repetitions(wish.records).size() == wish.records.size()) {
            EXPECT_EQ(json::write_utf8(json::Value(to_json(*plan_dns(zone, there, shuffled)))),
                      json::write_utf8(json::Value(to_json(p))));
        }
    }
}

} // namespace
} // namespace hostbill::test
