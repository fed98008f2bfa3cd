#include "core/tasks/dns_apply.hpp"

#include "dns_support.hpp"

#include <random>

namespace hostbill::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

std::vector<std::string> actions(const json::Value &steps) {
    std::vector<std::string> out;
    for (const json::Value &step : *steps.array()) {
        const DnsRecord record = read_records(json::Array{*step.find("record")}, dns_name("example.net")).at(0);
        out.push_back(*step.find("action")->string() + " " + brief(record));
    }
    return out;
}

Result<json::Value> apply(ZoneRun &run, const DnsWish &wish) {
    std::vector<DnsRecord> current = run.read();
    Result<DnsPlan> plan = plan_dns(run.zone, current, wish);
    if (!plan)
        return std::move(plan.error());
    return apply_dns(*plan, std::move(current), run);
}

class DnsApply : public testing::TestWithParam<DnsKind> {};

INSTANTIATE_TEST_SUITE_P(Kinds, DnsApply, testing::Values(DnsKind::zone, DnsKind::domain),
                         [](const auto &kind) { return std::string(name_of(kind.param)); });

constexpr const char *four = R"([{"name":"a","type":"A","content":"192.0.2.1"},
                                 {"name":"b","type":"A","content":"192.0.2.2"},
                                 {"name":"c","type":"A","content":"192.0.2.3"},
                                 {"name":"d","type":"A","content":"192.0.2.4"}])";

TEST_P(DnsApply, CreatesThenChangesThenDeletesFromTheEnd) {
    ZoneRun run(GetParam(), dns_records(four));
    const auto data = apply(run, {.records = dns_records(R"([{"name":"c","type":"A","content":"192.0.2.33"},
                                                             {"name":"e","type":"A","content":"192.0.2.5"}])")});
    ASSERT_TRUE(data) << data.error().message;
    EXPECT_THAT(run.acts, ElementsAre("create e A 192.0.2.5", "update c A 192.0.2.33", "delete d A 192.0.2.4",
                                      "delete b A 192.0.2.2", "delete a A 192.0.2.1"));
    EXPECT_EQ(actions(*data->find("done")), run.acts);
    EXPECT_THAT(*data->find("differs")->array(), IsEmpty());
    EXPECT_THAT(brief(run.records), UnorderedElementsAre("c A 192.0.2.33", "e A 192.0.2.5"));
}

TEST_P(DnsApply, NothingToDoActsNot) {
    ZoneRun run(GetParam(), dns_records(four));
    ASSERT_TRUE(apply(run, {.records = dns_records(four)}));
    EXPECT_THAT(run.acts, IsEmpty());
    EXPECT_EQ(run.asked.size(), 1u);
}

TEST_P(DnsApply, WhatACnameCannotStandBesideGoesJustBefore) {
    ZoneRun run(GetParam(), dns_records(R"([{"name":"a","type":"A","content":"192.0.2.1"},
                                            {"name":"a","type":"TXT","content":"text"},
                                            {"name":"b","type":"CNAME","content":"example.org"},
                                            {"name":"z","type":"A","content":"192.0.2.9"}])"));
    ASSERT_TRUE(apply(run, {.records = dns_records(R"([{"name":"a","type":"CNAME","content":"example.org"},
                                                       {"name":"b","type":"A","content":"192.0.2.2"},
                                                       {"name":"b","type":"A","content":"192.0.2.3"},
                                                       {"name":"n","type":"A","content":"192.0.2.4"}])")}));
    EXPECT_THAT(run.acts, ElementsAre("delete a TXT text", "delete a A 192.0.2.1", "create a CNAME example.org",
                                      "delete b CNAME example.org", "create b A 192.0.2.2", "create b A 192.0.2.3",
                                      "create n A 192.0.2.4", "delete z A 192.0.2.9"));
}

TEST_P(DnsApply, APlanForAnotherStateIsRefused) {
    ZoneRun run(GetParam(), dns_records(four));
    const DnsPlan plan = *plan_dns(run.zone, run.read(), {.records = dns_records("[]")});
    run.records.push_back(dns_record(R"({"name":"new","type":"A","content":"192.0.2.7"})"));
    const auto refused = apply_dns(plan, run.read(), run);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error_class, ErrorClass::conflict);
    EXPECT_THAT(run.acts, IsEmpty());
}

TEST_P(DnsApply, AStopSaysWhatWasDoneAndApplyingAgainGoesOn) {
    const DnsWish wish{.records = dns_records(R"([{"name":"c","type":"A","content":"192.0.2.33"},
                                                  {"name":"e","type":"A","content":"192.0.2.5"}])")};
    for (int at = 1; at <= 5; ++at) {
        for (const ErrorClass error : {ErrorClass::portal_error, ErrorClass::outcome_unknown}) {
            for (const bool acts : {false, true}) {
                ZoneRun run(GetParam(), dns_records(four));
                run.faults = {{.at = at, .acts = acts, .error = error}};
                const auto stopped = apply(run, wish);
                ASSERT_FALSE(stopped);
                EXPECT_EQ(stopped.error().error_class, error);
                const json::Object &state = stopped.error().state;
                EXPECT_EQ(state.find("done")->array()->size(), static_cast<std::size_t>(at - 1));
                EXPECT_EQ(state.find("remaining")->array()->size(), static_cast<std::size_t>(5 - at));
                EXPECT_NE(state.find("failed")->find("action"), nullptr);
                EXPECT_EQ(run.acts.size(), static_cast<std::size_t>(at));

                run.faults.clear();
                ASSERT_TRUE(apply(run, wish));
                EXPECT_THAT(brief(run.records), UnorderedElementsAre("c A 192.0.2.33", "e A 192.0.2.5"));
                std::erase(run.acts, "refused");
                EXPECT_EQ(run.acts.size(), 5u) << "something was done twice";
            }
        }
    }
}

TEST(DnsApplyByPlace, NeverActsOnAnotherRecord) {
    // Somebody else takes the first record away while ours are being deleted.
    ZoneRun run(DnsKind::domain, dns_records(four));
    run.before_read = [&] {
        if (run.asked.size() == 3)
            run.records.erase(run.records.begin());
    };
    ASSERT_TRUE(
        apply(run, {.mode = DnsMode::remove, .records = dns_records(R"([{"name":"b","type":"A","content":"192.0.2.2"},
                                                       {"name":"d","type":"A","content":"192.0.2.4"}])")}));
    EXPECT_THAT(run.acts, ElementsAre("delete d A 192.0.2.4", "delete b A 192.0.2.2"));
    EXPECT_THAT(brief(run.records), ElementsAre("c A 192.0.2.3"));
}

TEST(DnsApplyByPlace, WhatSomebodyElseTookAwayIsAConflict) {
    ZoneRun run(DnsKind::domain, dns_records(four));
    run.before_read = [&] {
        if (run.asked.size() == 3)
            run.records.erase(run.records.begin() + 1);
    };
    const auto stopped =
        apply(run, {.mode = DnsMode::remove, .records = dns_records(R"([{"name":"b","type":"A","content":"192.0.2.2"},
                                                                {"name":"d","type":"A","content":"192.0.2.4"}])")});
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().error_class, ErrorClass::conflict);
    EXPECT_THAT(stopped.error().message, HasSubstr("'b A'"));
    EXPECT_THAT(run.acts, ElementsAre("delete d A 192.0.2.4"));
}

TEST_P(DnsApply, AnyZoneBecomesAnyOther) {
    std::mt19937 random(static_cast<unsigned>(GetParam()) + 11);
    const auto some = [&] {
        std::vector<DnsRecord> records;
        for (std::size_t n = random() % 7; n > 0; --n) {
            DnsRecord record{.name = std::string(1, static_cast<char>('a' + random() % 3))};
            record.type = random() % 3 == 0 ? "CNAME" : "A";
            record.content =
                record.type == "A" ? "192.0.2." + std::to_string(random() % 4) : "x" + std::to_string(random() % 2);
            records.push_back(record);
        }
        for (const std::string &name : crowded_names(without_repetitions(records)))
            std::erase_if(records, [&](const DnsRecord &r) { return r.name == name && r.type == "CNAME"; });
        return without_repetitions(records);
    };
    for (int i = 0; i < 500; ++i) {
        ZoneRun run(GetParam(), some());
        const DnsWish wish{.records = some()};
        const auto data = apply(run, wish);
        ASSERT_TRUE(data) << data.error().message;
        EXPECT_THAT(brief(run.records), testing::UnorderedElementsAreArray(brief(wish.records)));
    }
}

TEST(DnsApplied, TellsWhatThePortalMadeOfIt) {
    ZoneRun run(DnsKind::zone, {});
    run.before_read = [&] {
        for (DnsRecord &record : run.records)
            record.ttl = 300; // The least this portal has.
    };
    const auto data =
        apply(run, {.records = dns_records(R"([{"name":"a","type":"A","content":"192.0.2.1","ttl":60}])")});
    ASSERT_EQ(data->find("differs")->array()->size(), 1u);
    EXPECT_EQ(*data->find("differs")->array()->at(0).find("found")->find("ttl")->integer(), 300);
}

TEST(DnsRequest, OfBothKinds) {
    const DnsRecord srv =
        dns_record(R"({"name":"_sip._tcp","type":"SRV","priority":5,"ttl":60,"content":"1 2 h.example.net"})");
    const auto shown = [](const DnsRequest &request) {
        return std::string(request.operation) + json::write_utf8(json::Value(request.params));
    };
    const DnsStep create{DnsStep::Action::create, srv};
    EXPECT_EQ(
        shown(request_of(test_zone(DnsKind::zone), create)),
        R"(dns.records.create{"service_id":5130,"zone_id":640,"name":"_sip._tcp.example.net","type":"SRV","ttl":60,)"
        R"("priority":5,"content":[1,2,"h.example.net"]})");
    EXPECT_EQ(shown(request_of(test_zone(DnsKind::domain), create)),
              R"(domains.dns_records.create{"domain_id":770,"name":"_sip._tcp","type":"SRV","priority":5,)"
              R"("content":"1 2 h.example.net"})");
    DnsStep remove{DnsStep::Action::remove, srv};
    remove.record.id = 3;
    EXPECT_EQ(shown(request_of(test_zone(DnsKind::domain), remove)),
              R"(domains.dns_records.delete{"domain_id":770,"record_id":3})");
}

} // namespace
} // namespace hostbill::test
