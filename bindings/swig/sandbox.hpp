// The sandbox for the SWIG languages. Its library is opened when the first sandbox is started, so that a program
// without one needs neither the library nor what that depends on.
#pragma once

#ifndef SWIG
#include "text.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>
#include <vector>
#endif

namespace hostbill_swig {

#ifndef SWIG
// The functions of hostbill_sandbox.h, found at run time.
struct SandboxLibrary {
    int (*create)(const char *, void **, char **) = nullptr;
    const char *(*url)(const void *) = nullptr;
    char *(*control)(void *, const char *) = nullptr;
    void (*destroy)(void *) = nullptr;
    void (*string_free)(char *) = nullptr;
    std::string problem; // Why it cannot be used; names every place that was tried.

    // Where it is looked for, in this order: $HOSTBILL_SANDBOX_LIBRARY, the folder of libhostbill.so.1, and where the
    // system keeps libraries.
    static const SandboxLibrary &get() {
        static const SandboxLibrary library;
        return library;
    }

private:
    SandboxLibrary() {
        void *handle = nullptr;
        for (const std::string &path : places()) {
            handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
            if (handle != nullptr)
                break;
            const char *reason = dlerror();
            problem += (problem.empty() ? "" : "; ") + path + ": " + (reason == nullptr ? "unknown" : reason);
        }
        if (handle == nullptr) {
            problem = "the sandbox's library could not be loaded: " + problem;
            return;
        }
        problem.clear();
        find(handle, "hostbill_sandbox_new", create);
        find(handle, "hostbill_sandbox_url", url);
        find(handle, "hostbill_sandbox_control", control);
        find(handle, "hostbill_sandbox_free", destroy);
        find(handle, "hostbill_sandbox_string_free", string_free);
    }

    static std::vector<std::string> places() {
        constexpr const char *name = "libhostbill_sandbox.so.1";
        std::vector<std::string> all;
        if (const char *given = std::getenv("HOSTBILL_SANDBOX_LIBRARY"); given != nullptr && *given != '\0')
            return {given};
        Dl_info where{};
        if (dladdr(reinterpret_cast<void *>(&hostbill_version), &where) != 0 && where.dli_fname != nullptr) {
            const std::string beside(where.dli_fname);
            if (const std::size_t slash = beside.rfind('/'); slash != std::string::npos)
                all.push_back(beside.substr(0, slash + 1) + name);
        }
        all.emplace_back(name);
        return all;
    }

    template <class Function>
    void find(void *handle, const char *name, Function &function) {
        function = reinterpret_cast<Function>(dlsym(handle, name));
        if (function == nullptr && problem.empty())
            problem = std::string("the sandbox's library has no ") + name;
    }
};
#endif

// A portal in a box. Any thread may call anything at any time.
class Sandbox {
public:
    // error() says whether it runs.
    explicit Sandbox(const char *config) {
        const SandboxLibrary &library = SandboxLibrary::get();
        if (!library.problem.empty()) {
            error_ = document(library.problem);
            return;
        }
        char *error = nullptr;
        library.create(config, &sandbox_, &error);
        error_ = adopted(error);
    }
    ~Sandbox() { release(); }
    Sandbox(const Sandbox &) = delete;
    Sandbox &operator=(const Sandbox &) = delete;

    // Why it does not run: the error object, once.
    Text error() { return std::move(error_); }

    // Where it serves; empty once it has been released.
    std::string url() {
        const std::lock_guard lock(mutex_);
        return sandbox_ == nullptr ? std::string() : SandboxLibrary::get().url(sandbox_);
    }

    // One command, one answer; {"error":{..}} if it cannot be carried out.
    Text control(const char *command) {
        const std::lock_guard lock(mutex_);
        if (sandbox_ == nullptr)
            return Text(std::string(R"({"error":{"class":"usage","status":-1,"message":"the sandbox is closed"}})"));
        return adopted(SandboxLibrary::get().control(sandbox_, command));
    }

    // Stops serving. May be repeated.
    void release() {
        const std::lock_guard lock(mutex_);
        if (sandbox_ != nullptr)
            SandboxLibrary::get().destroy(std::exchange(sandbox_, nullptr));
    }

private:
    // The sandbox's texts go back to the sandbox.
    static Text adopted(char *text) {
        if (text == nullptr)
            return Text();
        Text copy{std::string(text)};
        SandboxLibrary::get().string_free(text);
        return copy;
    }

    static Text document(const std::string &message) {
        std::string escaped;
        for (const char c : message) {
            if (c == '"' || c == '\\')
                escaped += '\\';
            escaped += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
        return Text(R"({"class":"usage","status":-1,"message":")" + escaped + R"(","retryable":false})");
    }

    std::mutex mutex_;
    void *sandbox_ = nullptr;
    Text error_;
};

} // namespace hostbill_swig
