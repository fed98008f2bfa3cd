// The ledger: every change counts once under its operation's name, whatever becomes of its answer.
#include "fault_client.hpp"

namespace hostbill::sandbox::test {
namespace {

std::string text_of(const json::Value &value) {
    return value.string() != nullptr ? std::string(*value.string()) : json::write_utf8(value);
}

struct Prepared {
    std::string path;
    json::Object body;
};

// What the sandbox offers for an operation, in its place.
Prepared prepare(const Operation &operation, const Portal &portal, const json::Object &params) {
    Prepared prepared{std::string(operation.path), {}};
    std::string query;
    for (const json::Member &member : params) {
        const Param *param = find_param(operation, portal.bit, member.key);
        if (param == nullptr) {
            ADD_FAILURE() << operation.id << " has no parameter " << member.key.view();
        } else if (param->place == Place::path) {
            std::string name = "{" + std::string(param->name) + "}";
            prepared.path.replace(prepared.path.find(name), name.size(), text_of(member.value));
        } else if (param->place == Place::query) {
            query += (query.empty() ? "?" : "&") + std::string(param->wire) + "=" + text_of(member.value);
        } else {
            prepared.body.append(param->wire, member.value);
        }
    }
    prepared.path += query;
    return prepared;
}

class Ledger : public testing::TestWithParam<std::string_view> {
public:
    Ledger() : portal(*find_portal(GetParam())), box(GetParam()), info(box.control(R"({"command":"info"})")) {
        for (const Operation &operation : operations())
            if ((operation.portals & portal.bit) != 0 && operation.effect != Effect::read)
                changes.push_back(&operation);
    }

    // Calls it with the parameters that the sandbox offers, and with what a login gave.
    Received call(const Operation &operation) {
        json::Object params = *info.find("operations")->find(operation.id)->object();
        if (operation.id == "auth.login")
            params = json::Object{{"username", box.info("username")}, {"password", box.info("password")}};
        if (operation.id == "auth.refresh" || operation.id == "auth.revoke")
            params.set("refresh_token", refresh_token_);
        Prepared prepared = prepare(operation, portal, params);
        std::string body = prepared.body.empty() ? std::string() : json::write_utf8(prepared.body);
        Received answer = ask_once(box, operation.method, prepared.path, body);
        if (auto parsed = json::parse(answer.body()))
            if (const json::Value *refresh = parsed->find("refresh"))
                refresh_token_ = text_of(*refresh);
        return answer;
    }

    const Portal &portal;
    Box box;
    json::Value info;
    std::vector<const Operation *> changes;

private:
    std::string refresh_token_;
};

TEST_P(Ledger, CountsEachChangeOnce) {
    for (const Operation *operation : changes) {
        SCOPED_TRACE(operation->id);
        Received answer = call(*operation);
        EXPECT_EQ(answer.status(), 200) << answer.bytes;
        EXPECT_EQ(box.ledger(operation->id), 1) << answer.bytes;
    }
    // One thing that was asked for never counts as another.
    json::Value ledger = box.control(R"({"command":"ledger"})");
    std::size_t operations_counted = 0;
    for (const json::Member &effect : *ledger.object())
        if (find_operation(effect.key) != nullptr) {
            ++operations_counted;
            EXPECT_EQ(effect.value, json::Value(1)) << effect.key.view();
        }
    EXPECT_EQ(operations_counted, changes.size());
    EXPECT_GT(operations_counted, 10U);
}

TEST_P(Ledger, CountsWhatALostReplyDid) {
    add_fault(box, "*", R"({"kind":"lost_reply"})", R"("times":0)");
    for (const Operation *operation : changes) {
        if (operation->effect == Effect::auth)
            continue; // These need the answers of each other.
        SCOPED_TRACE(operation->id);
        json::Object params = *info.find("operations")->find(operation->id)->object();
        Prepared prepared = prepare(*operation, portal, params);
        std::string body = prepared.body.empty() ? std::string() : json::write_utf8(prepared.body);
        EXPECT_EQ(ask(box, operation->method, prepared.path, body).bytes, "");
        EXPECT_EQ(box.ledger(operation->id), 1);
    }
}

TEST_P(Ledger, CountsNothingThatAFaultPrevented) {
    add_fault(box, "*", R"({"kind":"reset","when":"before"})", R"("times":0)");
    for (const Operation *operation : changes)
        if (operation->effect != Effect::auth) {
            SCOPED_TRACE(operation->id);
            json::Object params = *info.find("operations")->find(operation->id)->object();
            Prepared prepared = prepare(*operation, portal, params);
            std::string body = prepared.body.empty() ? std::string() : json::write_utf8(prepared.body);
            EXPECT_EQ(ask(box, operation->method, prepared.path, body).end, End::reset);
        }
    EXPECT_EQ(json::write_utf8(box.control(R"({"command":"ledger"})")), "{}");
}

INSTANTIATE_TEST_SUITE_P(Portals, Ledger, testing::ValuesIn(all_portals),
                         [](const auto &tested) { return std::string(tested.param); });

TEST(LedgerOfReads, StaysEmpty) {
    Box box("time4vps");
    EXPECT_EQ(ask_once(box).status(), 200);
    EXPECT_EQ(ask_once(box, "GET", "/details").status(), 200);
    EXPECT_EQ(json::write_utf8(box.control(R"({"command":"ledger"})")), "{}");
}

TEST(LedgerOfRefusals, StaysEmpty) {
    Box box("time4vps");
    EXPECT_THAT(ask_once(box, "POST", "/server/999999/reboot").body(), testing::HasSubstr("error"));
    EXPECT_EQ(json::write_utf8(box.control(R"({"command":"ledger"})")), "{}");
}

TEST(LedgerAfterReset, IsEmpty) {
    Box box("time4vps");
    json::Value info = box.control(R"({"command":"info"})");
    ask_once(box, "POST", "/server/" + json::write_utf8(*info.find("ids")->find("server_id")) + "/reboot");
    EXPECT_EQ(box.ledger("servers.reboot"), 1);
    box.control(R"({"command":"reset"})");
    EXPECT_EQ(json::write_utf8(box.control(R"({"command":"ledger"})")), "{}");
}

} // namespace
} // namespace hostbill::sandbox::test
