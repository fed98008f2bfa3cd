// What a call costs beside the same request made with bare libcurl: processor time of the client alone, against a
// server in a process of its own that answers every request with the same JSON. The contestants take turns, so that a
// machine that changes its speed changes it for all of them.
#include "capi/hostbill.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int calls_per_round = 2000;
constexpr int rounds = 9;

std::string answer_of(std::size_t size) {
    std::string body = R"({"invoices":[)";
    while (body.size() + 100 < size)
        body += R"({"id":"308976","date":"2026-01-30","total":"19.65","status":"Paid","number":"2026/1/1"},)";
    body += R"({"id":"1"}]})";
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

// One thread per connection; a request ends with its blank line, since only GET is sent.
void serve(int listener, const std::string &answer) {
    for (;;) {
        const int peer = accept(listener, nullptr, nullptr);
        if (peer < 0)
            return;
        const int on = 1;
        setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        std::thread([peer, &answer] {
            std::string seen;
            char block[4096];
            for (ssize_t n; (n = read(peer, block, sizeof block)) > 0;) {
                seen.append(block, static_cast<std::size_t>(n));
                if (seen.ends_with("\r\n\r\n")) {
                    seen.clear();
                    if (write(peer, answer.data(), answer.size()) < 0)
                        break;
                }
            }
            close(peer);
        }).detach();
    }
}

struct Server {
    pid_t pid;
    int port;

    explicit Server(std::size_t size) {
        const int listener = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        bind(listener, reinterpret_cast<sockaddr *>(&address), length);
        listen(listener, 16);
        getsockname(listener, reinterpret_cast<sockaddr *>(&address), &length);
        port = ntohs(address.sin_port);
        pid = fork();
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            serve(listener, answer_of(size));
            _exit(0);
        }
        close(listener);
    }
    ~Server() {
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port) + "/api"; }
};

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::size_t keep(char *data, std::size_t size, std::size_t count, void *out) {
    static_cast<std::string *>(out)->append(data, size * count);
    return size * count;
}

struct Contestant {
    const char *name;
    std::function<bool()> call;
    std::vector<double> rounds = {};

    double median() const {
        auto sorted = rounds;
        std::sort(sorted.begin(), sorted.end());
        return sorted[sorted.size() / 2];
    }
};

bool compare(std::size_t size) {
    const Server server(size);

    CURL *curl = curl_easy_init();
    std::string body;
    curl_easy_setopt(curl, CURLOPT_URL, (server.url() + "/invoice").c_str());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);

    hostbill_client *client = nullptr;
    const std::string config = R"({"portal":"coloup","auth":"none","base_url":")" + server.url() + "\"}";
    char *error = nullptr;
    if (hostbill_client_new(config.c_str(), &client, &error) != 0) {
        std::fprintf(stderr, "%s\n", error);
        hostbill_string_free(error);
        return false;
    }
    const auto call = [client](const char *options) {
        char *out = nullptr;
        const int status = hostbill_client_call(client, "invoices.list", nullptr, options, &out);
        hostbill_string_free(out);
        return status == 0;
    };
    std::vector<Contestant> contestants;
    contestants.push_back({"bare libcurl", [&] {
                               body.clear();
                               return curl_easy_perform(curl) == CURLE_OK;
                           }});
    contestants.push_back({"C ABI, raw", [&] { return call(R"({"raw":true})"); }});
    contestants.push_back({"C ABI", [&] { return call(nullptr); }});

    bool good = true;
    for (int round = 0; round <= rounds; ++round)
        for (auto &contestant : contestants) {
            const double start = cpu_seconds();
            for (int i = 0; i < calls_per_round; ++i)
                good = contestant.call() && good;
            if (round > 0) // the first is a warm-up
                contestant.rounds.push_back((cpu_seconds() - start) / calls_per_round);
        }
    const double floor = contestants.front().median();
    for (const auto &contestant : contestants) {
        const auto [low, high] = std::minmax_element(contestant.rounds.begin(), contestant.rounds.end());
        std::printf("%7zu B  %-14s %8.1f us  (%.1f to %.1f)  %5.2f\n", size, contestant.name, contestant.median() * 1e6,
                    *low * 1e6, *high * 1e6, contestant.median() / floor);
    }
    hostbill_client_free(client);
    curl_easy_cleanup(curl);
    return good;
}

} // namespace

int main() {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    std::printf("Processor time of the client per call, %d rounds of %d calls in turn; hostbill %s, %s\n", rounds,
                calls_per_round, hostbill_version(), curl_version());
    std::printf("   answer  contestant       median     spread             ratio to bare libcurl\n");
    bool good = true;
    for (const std::size_t size : {300, 3000, 60000})
        good = compare(size) && good;
    if (!good)
        std::fprintf(stderr, "some calls failed: the figures mean nothing\n");
    return good ? 0 : 1;
}
