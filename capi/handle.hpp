// The opaque client of the C ABI, and the one guard that every function passes.
#pragma once

#include "session.hpp"
#include "strings.hpp"

#include "capi/hostbill.h"
#include "core/base/per_process.hpp"
#include "core/catalog/error.hpp"
#include "core/client.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

struct hostbill_client {
    static hostbill::Result<hostbill_client *> create(std::string_view config_json);

    // Closes, waits and frees.
    void destroy() noexcept;

    // False for what is no client, or a freed one as far as that can be seen.
    bool valid() const noexcept { return magic_.load(std::memory_order_relaxed) == magic_number; }

    hostbill::Client &client() noexcept { return *client_; }

    // This process's: in a child process another one, without the parent's uses.
    hostbill::capi::Session &session() { return session_.get(); }

private:
    explicit hostbill_client(std::unique_ptr<hostbill::Client> client);
    ~hostbill_client() = default;

    static constexpr std::uint64_t magic_number = 0x686F'7374'6269'6C6C; // "hostbill"

    std::atomic<std::uint64_t> magic_{magic_number};
    const std::unique_ptr<hostbill::Client> client_;
    hostbill::PerProcess<hostbill::capi::Session> session_; // first to go: what is under way uses the client
};

namespace hostbill::capi {

enum class Closed : std::uint8_t { refused, allowed };

// The guard: runs `work(Client &)` when `client` may be used, or returns the usage error.
template <class Work>
auto with_client(hostbill_client *client, Closed closed, Work &&work) -> decltype(work(std::declval<Client &>())) {
    if (client == nullptr) {
        return usage_error("the client is NULL");
    }
    if (!client->valid()) {
        return usage_error("the client is none, or was freed");
    }
    if (closed == Closed::refused && client->client().closed()) {
        return usage_error("the client is closed");
    }
    const Session::Use use(client->session());
    return work(client->client());
}

// Nothing thrown gets past here: runs `work`, and `failed(Failure)` when it throws.
template <class Work, class Failed>
auto contained(Work &&work, Failed &&failed) noexcept -> decltype(work()) {
    try {
        return work();
    } catch (const std::bad_alloc &) {
        return failed(Failure::memory);
    } catch (...) {
        return failed(Failure::defect);
    }
}

} // namespace hostbill::capi
