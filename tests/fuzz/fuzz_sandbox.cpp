// Throws damaged requests at the sandbox: fuzz_sandbox WIRE_FOLDER SECONDS [SEED]
//
// The golden requests of every portal, and the same with ids that the seed has, are good input. Each is damaged in its
// bytes, its target, its head or its body, and sent over a socket. Whatever comes in, HTTP and JSON have to come out, and no
// answer may be a server's error. The sanitizers watch the rest. A failure prints the seed that repeats it.
#include "damage.hpp"
#include "hostbill_sandbox.h"
#include "http_answers.hpp"

#include "core/catalog/catalog.hpp"
#include "core/json/json.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace hostbill;

constexpr int requests_per_round = 100;
constexpr std::string_view head = "Host: localhost\r\nAuthorization: Basic YWRhQGV4YW1wbGUubmV0OnNlY3JldA==\r\n";
constexpr int answer_limit_seconds = 30;

struct Request {
    std::string method;
    std::string target;
    std::string head; // lines, without the length of the body
    std::string body;
};

std::string bytes_of(const Request &request) {
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\n" + request.head;
    if (!request.body.empty())
        text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return text + "\r\n" + request.body;
}

std::string member(const json::Value &object, std::string_view key) {
    const json::Value *value = object.find(key);
    return value == nullptr             ? ""
           : value->string() != nullptr ? std::string(*value->string())
                                        : json::write_utf8(*value);
}

// One portal, and what is good input for it.
class Box {
public:
    explicit Box(const json::Value &golden) {
        json::Object config{
            {"portal", member(golden, "portal")}, {"username", "ada@example.net"}, {"password", "secret"}};
        char *error = nullptr;
        if (hostbill_sandbox_new(json::write_utf8(std::move(config)).c_str(), &sandbox_, &error) != 0) {
            std::fprintf(stderr, "%s\n", error);
            std::exit(2);
        }
        const std::string url = hostbill_sandbox_url(sandbox_);
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address_.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
        read_requests(golden);
    }
    ~Box() { hostbill_sandbox_free(sandbox_); }
    Box(const Box &) = delete;
    Box &operator=(const Box &) = delete;

    const std::vector<Request> &requests() const { return requests_; }

    // What came back until the server was done; nullopt: it never was.
    std::optional<std::string> exchange(std::string_view bytes) const {
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval limit{.tv_sec = answer_limit_seconds, .tv_usec = 0};
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        std::optional<std::string> answer;
        if (connect(fd, reinterpret_cast<const sockaddr *>(&address_), sizeof address_) == 0) {
            while (!bytes.empty()) {
                const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
                if (sent <= 0)
                    break; // It was refused before all of it was sent.
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            }
            shutdown(fd, SHUT_WR);
            answer.emplace();
            char part[16 * 1024];
            ssize_t got = 0;
            while ((got = recv(fd, part, sizeof part, 0)) > 0)
                answer->append(part, static_cast<std::size_t>(got));
            if (got < 0)
                answer.reset();
        }
        close(fd);
        return answer;
    }

    json::Value control(const std::string &command) const {
        char *text = hostbill_sandbox_control(sandbox_, command.c_str());
        auto answer = json::parse(text != nullptr ? text : "");
        hostbill_sandbox_string_free(text);
        return answer ? std::move(*answer) : json::Value();
    }

private:
    void read_requests(const json::Value &golden) {
        const json::Value info = control(R"({"command":"info"})");
        for (const json::Value &row : *golden.find("cases")->array()) {
            const json::Value &sent = *row.find("request");
            Request request{member(sent, "method"), member(sent, "target"), std::string(head), member(sent, "body")};
            for (const json::Member &line : *sent.find("headers")->object())
                if (line.key != "Content-Length" && line.key != "Authorization")
                    request.head += line.key + ": " + *line.value.string() + "\r\n";
            requests_.push_back(request);

            const std::string id = member(row, "operation");
            json::Object params = *row.find("params")->object();
            for (const json::Member &one : *info.find("operations")->find(id)->object())
                params.set(one.key, one.value);
            request.target = "/api" + std::string(find_operation(id)->path);
            for (const json::Member &one : params)
                if (const std::size_t at = request.target.find("{" + one.key + "}"); at != std::string::npos)
                    request.target.replace(at, one.key.size() + 2, member(params, one.key));
            if (request.method != "GET") {
                request.body = json::write_utf8(std::move(params));
                request.head += "Content-Type: application/json\r\n";
            }
            requests_.push_back(std::move(request));
        }
    }

    hostbill_sandbox *sandbox_ = nullptr;
    sockaddr_in address_{};
    std::vector<Request> requests_;
};

json::Value odd_value(Damage &damage) {
    switch (damage.below(12)) {
    case 0:
        return nullptr;
    case 1:
        return damage.below(2) == 0;
    case 2:
        return -1;
    case 3:
        return std::int64_t{1} << damage.below(63);
    case 4:
        return json::Value::number("1e" + std::to_string(damage.below(400)));
    case 5:
        return json::Value::number("-0." + std::string(damage.below(300), '0') + "1");
    case 6:
        return "";
    case 7:
        return std::string(damage.below(5000), "xX0 /\xc3"[damage.below(5)]);
    case 8:
        return "'; DROP TABLE services; --";
    case 9:
        return json::Array{json::Object{{"0", json::Array{}}}};
    case 10:
        return json::Object{{"type", "A"}, {"", nullptr}};
    default:
        return damage.of("2024-02-30 example.net 203.0.113.7 true 12.50");
    }
}

// Another value somewhere in a document, or one member more.
void change_value(json::Value &value, Damage &damage) {
    if (json::Object *object = value.object(); object != nullptr && !object->empty() && damage.below(4) != 0) {
        change_value((object->begin() + static_cast<std::ptrdiff_t>(damage.below(object->size())))->value, damage);
    } else if (json::Array *list = value.array(); list != nullptr && !list->empty() && damage.below(3) != 0) {
        change_value((*list)[damage.below(list->size())], damage);
    } else if (object != nullptr && damage.below(2) == 0) {
        object->set(damage.of("name"), odd_value(damage));
    } else {
        value = odd_value(damage);
    }
}

std::string damaged(Request request, Damage &damage) {
    switch (damage.below(6)) {
    case 0:
        return damage.of(bytes_of(request));
    case 1:
        request.target = damage.of(request.target);
        break;
    case 2:
        request.head = damage.of(request.head);
        break;
    case 3:
        request.body = damage.of(request.body);
        break;
    default:
        if (auto body = json::parse(request.body)) {
            change_value(*body, damage);
            request.body = json::write_utf8(*body);
        } else {
            request.target += "?" + damage.of("page=1&filter[status]=Active&type=A");
        }
        break;
    }
    return bytes_of(request);
}

struct Tally {
    long requests = 0;
    long answers = 0;
    long carried_out = 0; // Enough of them, and the damage went deep.
};

bool accepted(const std::optional<std::string> &bytes, Tally &tally) {
    const auto answers = bytes ? split_answers(*bytes) : std::nullopt;
    if (!answers)
        return false;
    for (const HttpAnswer &answer : *answers) {
        ++tally.answers;
        if (answer.body.empty() && answer.status < 500)
            continue; // To HEAD, or "100 Continue".
        if (!answer.is_json && answer.status < 400)
            continue; // The page, or a graph.
        const auto body = json::parse(answer.body);
        if (!body || answer.status >= 500)
            return false;
        tally.carried_out += answer.status == 200 && body->find("error") == nullptr ? 1 : 0;
    }
    return true;
}

// For messages: bytes that a terminal can show.
std::string shown(std::string_view bytes) {
    std::string text;
    for (const unsigned char byte : bytes.substr(0, 4000)) {
        char code[8];
        std::snprintf(code, sizeof code, "\\x%02x", byte);
        text += byte == '\n' || (byte >= ' ' && byte <= '~') ? std::string(1, static_cast<char>(byte)) : code;
    }
    return text;
}

bool damage_requests(const Box &box, Damage &damage, Tally &tally) {
    for (int i = 0; i < requests_per_round; ++i) {
        const auto &good = box.requests();
        std::string bytes;
        // Sometimes behind each other on one connection.
        for (std::size_t n = damage.below(10) == 0 ? 3 : 1; n > 0; --n, ++tally.requests)
            bytes += damaged(good[damage.below(good.size())], damage);
        const auto answer = box.exchange(bytes);
        if (!accepted(answer, tally)) {
            std::fprintf(stderr, "sent:\n%s\nanswered:\n%s\n", shown(bytes).c_str(),
                         answer ? shown(*answer).c_str() : "(never)");
            return false;
        }
    }
    return true;
}

bool damage_commands(const Box &box, Damage &damage) {
    static constexpr std::string_view commands[] = {
        R"({"command":"info"})",
        R"({"command":"journal"})",
        R"({"command":"ledger"})",
        R"({"command":"faults"})",
        R"({"command":"journal","limit":5,"method":"GET","path":"/api/*","status":"4xx","refused":true})",
        R"({"command":"quirks","set":{}})",
        R"({"command":"snapshot","name":"before"})",
        R"({"command":"restore","name":"before"})",
        R"({"command":"world_create","name":"a","seed_data":{"services":[]}})",
        R"({"command":"world_delete","world":"a"})",
        R"({"command":"clock","set":"2030-01-01T00:00:00Z"})",
        R"({"command":"clock","advance":86400})",
        R"({"command":"pay","invoice_id":9000})",
        R"({"command":"set_state","kind":"service","id":5120,"state":"Suspended"})",
        R"({"command":"fault","operation":"*","times":1,"skip":5,"fault":{"kind":"status","status":503,"body":{}}})",
        R"({"command":"fault","operation":"orders.create","times":0,"fault":{"kind":"drip","bytes":1,"every":5}})"};
    for (int i = 0; i < requests_per_round / 10; ++i) {
        std::string command(commands[damage.below(std::size(commands))]);
        if (auto parsed = json::parse(command); damage.below(2) == 0) {
            change_value(*parsed, damage);
            command = json::write_utf8(*parsed);
        } else {
            command = damage.of(command);
        }
        if (box.control(command).object() == nullptr) {
            std::fprintf(stderr, "no answer to the command: %s\n", shown(command).c_str());
            return false;
        }
    }
    return true;
}

// Begins with the seed's world, so that a round is the same whatever came before it.
bool round(const Box &box, Damage &damage, Tally &tally) {
    if (box.control(R"({"command":"reset"})").find("error") != nullptr)
        return false;
    const Request good{"GET", "/api/details", std::string(head), ""};
    const auto answer = box.exchange(bytes_of(good));
    if (!answer || !answer->starts_with("HTTP/1.1 200")) {
        std::fprintf(stderr, "a good request was answered: %s\n", answer ? answer->c_str() : "(never)");
        return false;
    }
    return damage.below(20) == 0 ? damage_commands(box, damage) : damage_requests(box, damage, tally);
}

} // namespace

int main(int count, char **arguments) {
    if (count < 3) {
        std::fprintf(stderr, "usage: fuzz_sandbox WIRE_FOLDER SECONDS [SEED]\n");
        return 2;
    }
    std::vector<std::unique_ptr<Box>> boxes;
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::directory_iterator(arguments[1]))
        if (entry.path().extension() == ".json")
            files.push_back(entry.path());
    std::ranges::sort(files);
    for (const auto &path : files) {
        std::ifstream file(path);
        const auto golden = json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
        boxes.push_back(std::make_unique<Box>(*golden));
    }
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    const auto end = start + std::chrono::seconds(std::atoi(arguments[2]));
    unsigned seed = count > 3 ? static_cast<unsigned>(std::atoi(arguments[3])) : std::random_device()() >> 1U;
    Tally tally;
    do {
        Damage damage(seed);
        if (!round(*boxes[damage.below(boxes.size())], damage, tally)) {
            std::fprintf(stderr, "failed; repeat with seed %u and 0 seconds\n", seed);
            return 1;
        }
        ++seed;
    } while (Clock::now() < end);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::printf("%ld requests, %.0f a second; %ld answers, %ld of them no refusal; nothing wrong\n", tally.requests,
                static_cast<double>(tally.requests) / seconds, tally.answers, tally.carried_out);
    if (tally.answers > 1000 && tally.carried_out < tally.answers / 20) {
        std::fprintf(stderr, "too few of the requests get as far as the portal: the fuzzer proves nothing\n");
        return 1;
    }
    return 0;
}
