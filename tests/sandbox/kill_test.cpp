// A sandbox that is killed at any moment: what it answered is there, and nothing is half-done.
#include "folder.hpp"
#include "program.hpp"
#include "support.hpp"

#include <atomic>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <thread>

namespace hostbill::sandbox::test {
namespace {

std::string seed_file(const Folder &folder) {
    const std::string file = folder.database() + ".json";
    if (!std::filesystem::exists(file))
        std::ofstream(file) << R"({"credit":[{"days_ago":9,"amount":"500.00","description":"Deposit"}]})";
    return file;
}

struct Running {
    Program program;
    std::string url, user, control, token;
    mutable std::atomic<int> requests = 0; // begun

    // Its account has little, so that much can be asked of it before it is killed.
    explicit Running(const Folder &folder)
        : program(
              {"--portal", "elsecloud", "--database", folder.database(), "--seed-file", seed_file(folder), "--json"}) {
        const auto line = json::parse(program.read_until("\n"));
        EXPECT_TRUE(line);
        const auto word = [&](std::string_view key) {
            return line ? std::string(*line->find(key)->string()) : std::string();
        };
        url = word("url");
        user = word("username") + ":" + word("password");
        control = word("control_url");
        token = word("control_token");
    }

    Answer ask(const std::string &method, const std::string &path, const std::string &as) const {
        ++requests;
        return try_send({.method = method, .url = url + path, .headers = {}, .body = "", .user = as});
    }
    Answer command(const std::string &text) const {
        ++requests;
        return try_send({.method = "POST",
                         .url = control,
                         .headers = {"X-Sandbox-Token: " + token, "Content-Type: application/json"},
                         .body = text,
                         .user = ""});
    }
};

// What a client knows of a world: it was answered.
struct Known {
    std::string user;
    std::int64_t orders = 0;
    std::int64_t paid = 0;
};

void expect_whole(const Running &box, const std::string &world, const Known &known) {
    const Answer ledger = box.command(R"({"command":"ledger","world":")" + world + "\"}");
    const auto count = [&](std::string_view effect) {
        const json::Value *found = ledger.body.find(effect);
        return found != nullptr ? *found->integer() : 0;
    };
    EXPECT_GE(count("orders"), known.orders) << world;
    EXPECT_EQ(count("invoices"), count("orders")) << world;
    EXPECT_EQ(count("services"), count("orders")) << world;
    const Answer invoices = box.ask("GET", "/invoice", known.user);
    std::int64_t all = 0, paid = 0;
    ASSERT_NE(invoices.at({"invoices"}).array(), nullptr) << world << invoices.text;
    for (const json::Value &invoice : *invoices.at({"invoices"}).array()) {
        ++all;
        paid += *invoice.find("status") == json::Value("Paid") ? 1 : 0;
    }
    EXPECT_EQ(all, count("orders")) << world;
    EXPECT_GE(paid, known.paid) << world;
    // Each costs 3.00, taken from the credit when it is paid, and at no other time.
    const std::string credit = box.ask("GET", "/balance", known.user).word({"details", "acc_credit"});
    EXPECT_EQ(credit, std::to_string(500 - 3 * paid) + ".00") << world;
}

TEST(Killed, LeavesNothingHalfDone) {
    Folder folder;
    std::mt19937 random(20240607);
    std::map<std::string, Known> worlds;
    std::set<std::string> deleted;
    constexpr int kills = 100;
    std::int64_t answered = 0;
    for (int round = 0; round <= kills && !HasFatalFailure(); ++round) {
        Running box(folder);
        // All worlds that were made are there, and those that were deleted are not.
        const Answer list = box.command(R"({"command":"worlds"})");
        std::set<std::string> present;
        ASSERT_NE(list.at({"worlds"}).array(), nullptr) << list.text;
        for (const json::Value &one : *list.at({"worlds"}).array())
            present.insert(*one.find("world")->string());
        for (const auto &[name, known] : worlds)
            EXPECT_TRUE(present.contains(name)) << name;
        for (const std::string &name : deleted)
            EXPECT_FALSE(present.contains(name)) << name;
        for (const std::string &name : present) {
            if (name == "main") {
                expect_whole(box, name, {box.user});
                continue;
            }
            if (auto known = worlds.find(name); known != worlds.end()) {
                expect_whole(box, name, known->second);
                continue;
            }
            const Answer info = box.command(R"({"command":"info","world":")" + name + "\"}");
            expect_whole(box, name, {info.word({"username"}) + ":" + info.word({"password"})});
            // It was being made or deleted; whole, as was seen, and now it goes for good.
            EXPECT_EQ(box.command(R"({"command":"world_delete","world":")" + name + "\"}").status, 200);
        }
        if (round == kills || HasFailure())
            break;

        std::atomic<bool> gone = false;
        const int last_request = box.requests + static_cast<int>(random() % 30);
        std::thread client([&] {
            for (int step = 0; !gone; ++step) {
                const std::string name = "r" + std::to_string(round) + "-" + std::to_string(step);
                const Answer made = box.command(R"({"command":"world_create","name":")" + name + "\"}");
                if (made.status != 200)
                    break;
                Known known{made.word({"username"}) + ":" + made.word({"password"})};
                const Answer order = box.ask("POST", "/order/830", known.user);
                if (order.status == 200)
                    ++known.orders;
                const Answer pay = box.ask("POST", "/invoice/" + order.word({"invoice_id"}) + "/credit", known.user);
                if (pay.status == 200)
                    ++known.paid;
                box.command(R"({"command":"snapshot","name":"s"})");
                const Answer main_order = box.ask("POST", "/order/830", box.user);
                box.ask("POST", "/invoice/" + main_order.word({"invoice_id"}) + "/credit", box.user);
                box.command(R"({"command":"restore","name":"s"})");
                if (step % 8 == 7)
                    box.command(R"({"command":"reset"})");
                if (pay.status == 200)
                    answered += 1;
                // Most go again, so that their number stays small; a few are to last.
                if (worlds.size() < 5) {
                    worlds[name] = known;
                    continue;
                }
                if (box.command(R"({"command":"world_delete","world":")" + name + "\"}").status == 200)
                    deleted.insert(name);
            }
        });
        // At some request, and somewhere within it.
        while (box.requests < last_request)
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 3'000));
        box.program.stop(SIGKILL);
        gone = true;
        client.join();
    }
    EXPECT_GT(answered, 20);
    EXPECT_GT(deleted.size(), 5U);
    std::size_t files = 0;
    for (const auto &entry : std::filesystem::directory_iterator(folder.worlds()))
        files += entry.path().extension() == ".db" ? 1 : 0;
    EXPECT_LE(files, worlds.size() + 1);
}

} // namespace
} // namespace hostbill::sandbox::test
