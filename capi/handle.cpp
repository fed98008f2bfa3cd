#include "handle.hpp"

#include <cstring>
#include <memory>

using hostbill::Result;
using hostbill::capi::Session;

Result<hostbill_client *> hostbill_client::create(std::string config_json) {
    auto session = Session::create(config_json);
    if (!session) {
        return std::move(session).error();
    }
    auto *client = new hostbill_client(std::move(config_json), *std::move(session));
    hostbill::capi::live_objects.fetch_add(1, std::memory_order_relaxed);
    return client;
}

hostbill_client::hostbill_client(std::string config_json, std::unique_ptr<Session> session)
    : config_json_(std::move(config_json)), session_(session.release()) {}

// It may hold a password.
hostbill_client::~hostbill_client() { explicit_bzero(config_json_.data(), config_json_.size()); }

void hostbill_client::destroy() noexcept {
    close();
    magic_.store(0, std::memory_order_relaxed);
    if (Session *session = session_.load(); session->is_ours()) {
        delete session;
    }
    delete this;
    hostbill::capi::live_objects.fetch_sub(1, std::memory_order_relaxed);
}

Result<Session *> hostbill_client::session() {
    Session *found = session_.load(std::memory_order_acquire);
    if (found->is_ours()) {
        return found;
    }
    // After a fork. The inherited session is forgotten, not freed: its locks may be held by threads that do not exist
    // here, and its connections are the parent's.
    auto created = Session::create(config_json_);
    if (!created) {
        return std::move(created).error();
    }
    if (!session_.compare_exchange_strong(found, created->get())) {
        return found; // Another thread was faster.
    }
    Session *session = created->release();
    if (closed()) {
        session->close();
    }
    return session;
}

void hostbill_client::close() noexcept {
    closed_.store(true);
    if (Session *session = session_.load(std::memory_order_acquire); session->is_ours()) {
        session->close();
    }
}
