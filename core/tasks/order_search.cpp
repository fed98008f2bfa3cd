#include "core/tasks/order_search.hpp"

#include "core/base/ascii.hpp"
#include "core/call/answer_parts.hpp"
#include "core/json/scalar_text.hpp"

#include <algorithm>
#include <charconv>

namespace hostbill {
namespace {

enum class Kind : std::uint8_t { product, certificate, domain, renewal };

Kind kind_of(const json::Value &item) {
    const auto is = [&](std::string_view field, std::string_view word) {
        const json::Value *value = item.find(field);
        return value != nullptr && value->string() != nullptr && *value->string() == word;
    };
    if (is("type", "certificate"))
        return Kind::certificate;
    if (!is("type", "domain"))
        return Kind::product;
    const bool renews = is("action", "renew") || (item.find("action") == nullptr && item.find("domain_id") != nullptr);
    return renews ? Kind::renewal : Kind::domain;
}

std::string plain_name(const json::Value *value) {
    std::string name = value != nullptr && value->string() != nullptr ? lower(*value->string()) : std::string();
    if (name.ends_with('.'))
        name.pop_back();
    return name;
}

// What the item's service or domain will be called; empty: the portal decides.
std::string name_of(const json::Value &item) {
    switch (kind_of(item)) {
    case Kind::product:
        return plain_name(item.find("domain"));
    case Kind::domain:
        return plain_name(item.find("name"));
    case Kind::certificate:
    case Kind::renewal:
        break;
    }
    return {};
}

struct List {
    std::string_view operation;
    std::string_view at;
};

constexpr List services{"services.list", "services"};
constexpr List certificates{"certificates.list", "sslservices"};
constexpr List domains{"domains.list", "domains"};
constexpr List invoices{"invoices.list", "invoices"};

// The lists that the cart could add to, as far as the portal has them.
std::vector<List> lists_of(const CompositionCall &call, const json::Array &cart) {
    const auto any = [&](Kind kind) {
        return std::any_of(cart.begin(), cart.end(), [&](const json::Value &item) { return kind_of(item) == kind; });
    };
    std::vector<List> lists{invoices};
    if (any(Kind::product) || any(Kind::certificate))
        lists.push_back(services);
    if (any(Kind::certificate))
        lists.push_back(certificates);
    if (any(Kind::domain))
        lists.push_back(domains);
    std::erase_if(lists, [&](const List &list) { return !call.portal_has(list.operation); });
    return lists;
}

Result<std::vector<json::Value>> read(Run &run, const List &list) {
    Result<json::Value> answer = run.call(list.operation, {}, {.shaped = true});
    if (!answer)
        return std::move(answer.error());
    if (!has_items(*answer, list.at))
        return no_list(list.operation);
    return items_of(*answer, list.at);
}

bool is_dead(const json::Value &thing) {
    const std::string status = plain_name(thing.find("status"));
    for (const std::string_view word : {"terminated", "cancelled", "canceled", "fraud", "expired", "transferred out"}) {
        if (status == word)
            return true;
    }
    return false;
}

// An id as a number where it is one.
json::Value id_of(const json::Value &thing) {
    const std::string text = key_of(thing);
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    return code == std::errc() && end == text.data() + text.size() ? json::Value(number) : json::Value(text);
}

class Search {
public:
    Search(const CompositionCall &call, const json::Array &cart, const OrderState &state, Run &run)
        : call_(call), cart_(cart), state_(state), run_(run) {}

    Result<FoundOrder> go() {
        for (const List &list : lists_of(call_, cart_)) {
            if (std::optional<Error> error = read_new(list))
                return std::move(*error);
        }
        // What both lists show is a certificate.
        std::erase_if(new_services_, [&](const json::Value &service) {
            return std::any_of(new_certificates_.begin(), new_certificates_.end(),
                               [&](const json::Value &other) { return key_of(other) == key_of(service); });
        });
        std::size_t unnamed_products = 0, unnamed_certificates = 0;
        for (const json::Value &item : cart_) {
            const std::string name = name_of(item);
            switch (kind_of(item)) {
            case Kind::product:
                if (name.empty())
                    ++unnamed_products;
                else
                    settle(take_named(new_services_, "domain", name, found_.services));
                break;
            case Kind::domain:
                settle(take_named(new_domains_, "name", name, found_.domains));
                break;
            case Kind::certificate:
                ++unnamed_certificates;
                break;
            case Kind::renewal: {
                Result<bool> billed = is_billed(item);
                if (!billed)
                    return std::move(billed.error());
                settle(*billed);
                break;
            }
            }
        }
        take_unnamed(new_services_, unnamed_products);
        take_unnamed(call_.portal_has(certificates.operation) ? new_certificates_ : new_services_,
                     unnamed_certificates);
        found_.verdict = !unclear_ && missing_ == 0 ? FoundOrder::Verdict::all
                         : !unclear_ && there_ == 0 ? FoundOrder::Verdict::none
                                                    : FoundOrder::Verdict::unclear;
        if (found_.verdict == FoundOrder::Verdict::unclear && found_.why.empty())
            found_.why = "a part of it is there and a part is not";
        if (found_.verdict == FoundOrder::Verdict::all) {
            for (const json::Value &invoice : new_invoices_)
                found_.invoices.push_back(id_of(invoice));
        }
        return std::move(found_);
    }

private:
    std::optional<Error> read_new(const List &list) {
        Result<std::vector<json::Value>> items = read(run_, list);
        if (!items)
            return std::move(items.error());
        const json::Value *before = state_.before.find(list.operation);
        const json::Array none;
        const json::Array &known = before != nullptr && before->array() != nullptr ? *before->array() : none;
        std::vector<json::Value> &fresh = list.operation == services.operation       ? new_services_
                                          : list.operation == certificates.operation ? new_certificates_
                                          : list.operation == domains.operation      ? new_domains_
                                                                                     : new_invoices_;
        for (json::Value &item : *items) {
            if (std::find(known.begin(), known.end(), json::Value(key_of(item))) == known.end())
                fresh.push_back(std::move(item));
        }
        return std::nullopt;
    }

    void settle(bool there) { ++(there ? there_ : missing_); }

    static bool take_named(std::vector<json::Value> &things, std::string_view field, const std::string &name,
                           json::Array &ids) {
        const auto found = std::find_if(things.begin(), things.end(), [&](const json::Value &thing) {
            return plain_name(thing.find(field)) == name;
        });
        if (found == things.end())
            return false;
        ids.push_back(id_of(*found));
        things.erase(found);
        return true;
    }

    // Without names only the number tells, and only where it is exact.
    void take_unnamed(std::vector<json::Value> &things, std::size_t wanted) {
        if (wanted == 0)
            return;
        if (things.empty()) {
            missing_ += wanted;
        } else if (things.size() == wanted) {
            there_ += wanted;
            for (const json::Value &thing : things)
                found_.services.push_back(id_of(thing));
        } else {
            unclear_ = true;
            found_.why = "there are " + std::to_string(things.size()) + " new services, and the order has " +
                         std::to_string(wanted) + " without a name";
        }
        things.clear();
    }

    // A renewal makes nothing but a line on an invoice.
    Result<bool> is_billed(const json::Value &item) {
        const json::Value *domain = item.find("domain_id");
        const std::string id = domain != nullptr ? scalar_text(*domain) : std::string();
        const std::string name = plain_name(item.find("name"));
        for (const json::Value &invoice : new_invoices_) {
            Result<json::Value> answer = run_.call("invoices.get", {{"invoice_id", id_of(invoice)}}, {.shaped = true});
            if (!answer)
                return std::move(answer.error());
            for (const json::Value &line : items_of(part(*answer, "invoice"), "items")) {
                const json::Value *what = line.find("item_id"), *text = line.find("description");
                const bool by_id = !id.empty() && what != nullptr && scalar_text(*what) == id;
                const bool by_name = id.empty() && !name.empty() && text != nullptr && text->string() != nullptr &&
                                     lower(*text->string()).find(name) != std::string::npos;
                if (by_id || by_name)
                    return true;
            }
        }
        return false;
    }

    const CompositionCall &call_;
    const json::Array &cart_;
    const OrderState &state_;
    Run &run_;
    std::vector<json::Value> new_services_ = {}, new_certificates_ = {}, new_domains_ = {}, new_invoices_ = {};
    FoundOrder found_ = {};
    std::size_t there_ = 0, missing_ = 0; // items of the cart
    bool unclear_ = false;
};

} // namespace

Result<json::Object> look_at_account(const CompositionCall &call, const json::Array &cart, Run &run) {
    json::Object before;
    for (const List &list : lists_of(call, cart)) {
        Result<std::vector<json::Value>> items = read(run, list);
        if (!items)
            return std::move(items.error());
        json::Array keys;
        for (const json::Value &item : *items)
            keys.emplace_back(key_of(item));
        before.append(list.operation, std::move(keys));
    }
    return before;
}

Result<FoundOrder> find_order(const CompositionCall &call, const json::Array &cart, const OrderState &state, Run &run) {
    return Search(call, cart, state, run).go();
}

Result<std::vector<std::string>> find_duplicates(const CompositionCall &call, const json::Array &cart, Run &run) {
    std::vector<std::string> duplicates;
    const auto look = [&](const List &list, Kind kind, std::string_view field,
                          const std::string &what) -> std::optional<Error> {
        std::vector<std::string> names;
        for (const json::Value &item : cart) {
            if (std::string name = name_of(item); kind_of(item) == kind && !name.empty())
                names.push_back(std::move(name));
        }
        if (names.empty() || !call.portal_has(list.operation))
            return std::nullopt;
        Result<std::vector<json::Value>> things = read(run, list);
        if (!things)
            return std::move(things.error());
        for (const json::Value &thing : *things) {
            const std::string name = plain_name(thing.find(field));
            if (!is_dead(thing) && std::find(names.begin(), names.end(), name) != names.end())
                duplicates.push_back(name + " (" + what + " " + key_of(thing) + ")");
        }
        return std::nullopt;
    };
    if (std::optional<Error> error = look(services, Kind::product, "domain", "service"))
        return std::move(*error);
    if (std::optional<Error> error = look(domains, Kind::domain, "name", "domain"))
        return std::move(*error);
    return duplicates;
}

} // namespace hostbill
