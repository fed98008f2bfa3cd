// hostbill-sandbox: serves one portal until it is told to stop.
#include "hostbill_sandbox.h"

#include "core/json/json.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace json = hostbill::json;

constexpr const char *usage =
    "usage: hostbill-sandbox --portal NAME [--port N] [--database FILE] [--username NAME] [--password-file FILE]\n"
    "                        [--task-polls N] [--task-seconds N] [--vm-polls N] [--tax-rate PERCENT]\n"
    "                        [--seed-file FILE] [--control-token-file FILE] [--tls KIND [--ca-file FILE]]\n"
    "                        [--clock KIND [--clock-start TIME]] [--json]\n"
    "\n"
    "Serves the User API of a portal (coloup, elsecloud, generic, internetport, time4vps) on loopback, with made-up\n"
    "data, until it is interrupted.\n"
    "\n"
    "  --portal NAME         which portal to be\n"
    "  --port N              where to listen; any free port without it\n"
    "  --database FILE       keep the state there; in memory without it\n"
    "  --username NAME       api@example.com without it\n"
    "  --password-file FILE  its first line is the password; a random one without it\n"
    "  --task-polls N        how often a server's task is asked for before it is done (2)\n"
    "  --task-seconds N      how long it takes, by the portal's clock; instead of --task-polls\n"
    "  --vm-polls N          how often a virtual machine is looked at before a change of it is done (0: at once)\n"
    "  --tax-rate PERCENT    on every invoice (0)\n"
    "  --clock KIND          virtual: it stands still until the control command clock moves it (real)\n"
    "  --clock-start TIME    where a virtual clock begins, such as 2027-01-01T00:00:00Z\n"
    "  --seed-file FILE      what the account has in the beginning, as a seed document\n"
    "  --control-token-file FILE  its first line is what X-Sandbox-Token must be; a random one without it\n"
    "  --tls KIND            HTTPS with a throw-away certificate: good, expired, not_yet_valid, wrong_host,\n"
    "                        self_signed or untrusted\n"
    "  --ca-file FILE        where the certificate's CA is written to\n"
    "  --json                print what there is to know as one line of JSON\n";

struct Arguments {
    json::Object config;
    std::string ca_file;
    bool as_json = false;
    bool help = false;
    std::string problem;
};

std::optional<std::string> first_line(const std::string &file) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line))
        return std::nullopt;
    if (line.ends_with('\r'))
        line.pop_back();
    return line;
}

json::Value whole_number(const std::string &text) {
    bool digits = !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? json::Value(static_cast<std::int64_t>(std::stoll(text))) : json::Value(text);
}

Arguments read_arguments(const std::vector<std::string> &words) {
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string name = words[i];
        if (name == "--json" || name == "--help") {
            (name == "--json" ? arguments.as_json : arguments.help) = true;
            continue;
        }
        std::optional<std::string> value;
        if (std::size_t equals = name.find('='); equals != std::string::npos) {
            value = name.substr(equals + 1);
            name.resize(equals);
        } else if (i + 1 < words.size()) {
            value = words[++i];
        }
        static constexpr std::string_view texts[] = {"--portal", "--database",    "--username", "--tax-rate",
                                                     "--clock",  "--clock-start", "--seed-file"};
        static constexpr std::string_view numbers[] = {"--port", "--task-polls", "--task-seconds", "--vm-polls"};
        static constexpr std::string_view secrets[] = {"--password-file", "--control-token-file"};
        auto is_one_of = [&](auto &names) {
            return std::find(std::begin(names), std::end(names), name) != std::end(names);
        };
        std::string key = name.size() > 2 ? name.substr(2) : name;
        for (char &letter : key)
            letter = letter == '-' ? '_' : letter;
        if (!is_one_of(texts) && !is_one_of(numbers) && !is_one_of(secrets) && name != "--tls" && name != "--ca-file")
            arguments.problem = "unknown option " + name;
        else if (!value)
            arguments.problem = name + " needs a value";
        else if (is_one_of(texts))
            arguments.config.set(key, *value);
        else if (is_one_of(numbers))
            arguments.config.set(key, whole_number(*value));
        else if (name == "--tls")
            arguments.config.set(key, json::Object{{"certificate", *value}});
        else if (name == "--ca-file")
            arguments.ca_file = *value;
        else if (auto secret = first_line(*value); secret && !secret->empty())
            arguments.config.set(std::string_view(key).substr(0, key.size() - std::string_view("_file").size()),
                                 *secret);
        else
            arguments.problem = "nothing in the first line of " + *value;
        if (!arguments.problem.empty())
            break;
    }
    if (arguments.problem.empty() && !arguments.ca_file.empty() && arguments.config.find("tls") == nullptr)
        arguments.problem = "--ca-file is for --tls";
    return arguments;
}

std::string member(const json::Value &object, std::string_view key) {
    const json::Value *value = object.find(key);
    return value != nullptr && value->string() != nullptr ? std::string(*value->string()) : std::string();
}

json::Value take_json(char *text) {
    auto parsed = json::parse(text != nullptr ? text : "");
    hostbill_sandbox_string_free(text);
    return parsed ? std::move(*parsed) : json::Value();
}

void print(const json::Value &info, const Arguments &arguments) {
    if (arguments.as_json) {
        json::Object line;
        for (std::string_view key :
             {"url", "portal", "username", "password", "control_url", "control_token", "page_url"})
            line.append(key, member(info, key));
        if (info.find("ca_pem") != nullptr)
            line.append("ca_pem", member(info, "ca_pem"));
        std::printf("%s\n", json::write_ascii(std::move(line)).c_str());
    } else {
        std::printf("portal     %s (a sandbox)\n", member(info, "portal").c_str());
        std::printf("url        %s\n", member(info, "url").c_str());
        std::printf("username   %s\n", member(info, "username").c_str());
        std::printf("password   %s\n", member(info, "password").c_str());
        std::printf("control    %s\n", member(info, "control_url").c_str());
        std::printf("token      %s\n", member(info, "control_token").c_str());
        std::printf("page       %s\n\n", member(info, "page_url").c_str());
        // curl asks for the password: on the command line, every user of the machine could read it.
        std::string trust = arguments.ca_file.empty() ? "" : "--cacert '" + arguments.ca_file + "' ";
        std::printf("try it     curl %s-u '%s' %s/details\n", trust.c_str(), member(info, "username").c_str(),
                    member(info, "url").c_str());
        std::printf("stop it    Ctrl-C\n");
    }
    std::fflush(stdout);
}

} // namespace

int main(int count, char **words) {
    Arguments arguments = read_arguments({words + 1, words + count});
    if (arguments.help) {
        std::fputs(usage, stdout);
        return 0;
    }
    if (!arguments.problem.empty()) {
        std::fprintf(stderr, "hostbill-sandbox: %s\n%s", arguments.problem.c_str(), usage);
        return 2;
    }
    // Many clients are many files. A program may take what it can get; a library leaves that to its user.
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    // The signals that end us are waited for, not handled; threads inherit that.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);

    hostbill_sandbox *sandbox = nullptr;
    char *error = nullptr;
    if (hostbill_sandbox_new(json::write_ascii(arguments.config).c_str(), &sandbox, &error) != 0) {
        std::fprintf(stderr, "hostbill-sandbox: %s\n", member(take_json(error), "message").c_str());
        return 2;
    }
    json::Value info = take_json(hostbill_sandbox_control(sandbox, R"({"command":"info"})"));
    if (!arguments.ca_file.empty() && !(std::ofstream(arguments.ca_file) << member(info, "ca_pem") << std::flush)) {
        std::fprintf(stderr, "hostbill-sandbox: cannot write %s\n", arguments.ca_file.c_str());
        hostbill_sandbox_free(sandbox);
        return 2;
    }
    print(info, arguments);
    int signal = 0;
    sigwait(&ends, &signal);
    hostbill_sandbox_free(sandbox);
    return 0;
}
