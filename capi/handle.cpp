#include "handle.hpp"

using hostbill::Client;
using hostbill::Result;
using hostbill::capi::Session;

Result<hostbill_client *> hostbill_client::create(std::string_view config_json) {
    Result<std::unique_ptr<Client>> client = Client::create(config_json);
    if (!client) {
        return std::move(client).error();
    }
    auto *created = new hostbill_client(std::move(*client));
    hostbill::capi::live_objects.fetch_add(1, std::memory_order_relaxed);
    return created;
}

hostbill_client::hostbill_client(std::unique_ptr<Client> client)
    : client_(std::move(client)), session_([] { return std::make_unique<Session>(); }) {}

void hostbill_client::destroy() noexcept {
    client_->close();
    magic_.store(0, std::memory_order_relaxed);
    delete this;
    hostbill::capi::live_objects.fetch_sub(1, std::memory_order_relaxed);
}
