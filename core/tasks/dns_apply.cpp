#include "core/tasks/dns_apply.hpp"

#include "core/dns/dns_text.hpp"

#include <algorithm>
#include <tuple>

namespace hostbill {
namespace {

using Action = DnsStep::Action;

std::string_view name_of(Action action) {
    switch (action) {
    case Action::create:
        return "create";
    case Action::update:
        return "update";
    case Action::remove:
        return "delete";
    }
    return {};
}

bool stands_alone(const DnsRecord &record) {
    const DnsType *type = find_dns_type(record.type);
    return type != nullptr && type->alone;
}

// Whether one has to go before the other can be.
bool excludes(const DnsRecord &there, const DnsRecord &wanted) {
    return there.name == wanted.name && (stands_alone(there) || stands_alone(wanted));
}

bool same_but_id(DnsRecord a, const DnsRecord &b) {
    a.id = b.id;
    return a == b;
}

json::Value to_json(const std::vector<DnsStep> &steps) {
    json::Array array;
    for (const DnsStep &step : steps)
        array.push_back(hostbill::to_json(step));
    return array;
}

class Applier {
public:
    Applier(const DnsPlan &plan, std::vector<DnsRecord> current, Run &run)
        : plan_(plan), names_(operations_of(plan.zone.kind)), current_(std::move(current)), run_(run) {}

    Result<json::Value> run() {
        if (fingerprint(plan_.zone, current_) != plan_.seen)
            return Error{.error_class = ErrorClass::conflict,
                         .message = "the zone has changed since it was planned: plan again",
                         .reason = "changed"};
        std::vector<DnsStep> steps = steps_of(plan_);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            run_.report(json::Object{{"done", static_cast<std::int64_t>(i)},
                                     {"steps", static_cast<std::int64_t>(steps.size())},
                                     {"next", to_json(steps[i])}});
            if (std::optional<Error> error = take(steps[i])) {
                stopped(*error, steps, i);
                return std::move(*error);
            }
            done_.push_back(steps[i]);
        }
        json::Object data = hostbill::to_json(plan_.zone);
        json::Array notes(plan_.notes.begin(), plan_.notes.end());
        json::Value differs = what_differs(notes);
        data.append("done", to_json(done_));
        data.append("differs", std::move(differs));
        data.append("notes", std::move(notes));
        return json::Value(std::move(data));
    }

private:
    std::optional<Error> take(DnsStep &step) {
        if (step.action != Action::create) {
            if (std::optional<Error> error = find(step))
                return error;
        }
        const DnsRequest request = request_of(plan_.zone, step);
        const Result<json::Value> answer = run_.call(request.operation, request.params);
        if (!answer)
            return answer.error();
        places_known_ = names_.has_ids;
        return std::nullopt;
    }

    // A place in a list is another record's as soon as anything was done. What cannot be found is not touched.
    std::optional<Error> find(DnsStep &step) {
        if (!places_known_) {
            Result<std::vector<DnsRecord>> read = read_zone(plan_.zone, run_);
            if (!read)
                return std::move(read.error());
            current_ = std::move(*read);
            places_known_ = true;
        }
        DnsRecord &wanted = step.action == Action::update ? step.from : step.record;
        const DnsRecord *found = nullptr;
        for (const DnsRecord &record : current_) {
            const bool is_it = names_.has_ids ? record == wanted : same_but_id(record, wanted);
            if (is_it && record.id && (found == nullptr || *record.id > *found->id))
                found = &record;
        }
        if (found == nullptr)
            return Error{.error_class = ErrorClass::conflict,
                         .message = "the record " + shown(wanted.name + " " + wanted.type) +
                                    " is not there any more as it was planned",
                         .reason = "changed"};
        wanted.id = found->id;
        step.record.id = found->id;
        return std::nullopt;
    }

    void stopped(Error &error, const std::vector<DnsStep> &steps, std::size_t at) const {
        error.state = hostbill::to_json(plan_.zone);
        error.state.append("done", to_json(done_));
        error.state.append("failed", hostbill::to_json(steps[at]));
        error.state.append("remaining", to_json(std::vector<DnsStep>(
                                            steps.begin() + static_cast<std::ptrdiff_t>(at) + 1, steps.end())));
        error.message += " (after " + std::to_string(done_.size()) + " of " + std::to_string(steps.size()) + " steps)";
    }

    // Portals round times to live and write contents their own way: what is not as it was asked for is told.
    json::Value what_differs(json::Array &notes) {
        json::Array differs;
        if (done_.empty())
            return differs;
        const Result<std::vector<DnsRecord>> after = read_zone(plan_.zone, run_);
        if (!after) {
            notes.emplace_back("all was done, but the zone could not be read afterwards: " + after.error().message);
            return differs;
        }
        for (const DnsStep &step : done_) {
            const auto alike = [&](const DnsRecord &record) {
                return record.name == step.record.name && record.type == step.record.type &&
                       record.content == step.record.content && record.priority == step.record.priority;
            };
            if (step.action == Action::remove) {
                if (!names_.has_ids)
                    continue; // Another may be just like it.
                for (const DnsRecord &record : *after) {
                    if (record.id == step.record.id)
                        differs.push_back(json::Object{{"wanted", nullptr}, {"found", hostbill::to_json(record)}});
                }
                continue;
            }
            const auto found = std::find_if(after->begin(), after->end(), alike);
            if (found == after->end() || (step.record.ttl && step.record.ttl != found->ttl))
                differs.push_back(
                    json::Object{{"wanted", hostbill::to_json(step.record)},
                                 {"found", found == after->end() ? json::Value() : hostbill::to_json(*found)}});
        }
        return differs;
    }

    const DnsPlan &plan_;
    const DnsOperations &names_;
    std::vector<DnsRecord> current_;
    Run &run_;
    bool places_known_ = true;
    std::vector<DnsStep> done_;
};

} // namespace

std::vector<DnsStep> steps_of(const DnsPlan &plan) {
    std::vector<DnsRecord> removals = plan.remove;
    std::sort(removals.begin(), removals.end(), [](const DnsRecord &a, const DnsRecord &b) {
        return std::tuple(b.id, b.name, b.type) < std::tuple(a.id, a.name, a.type);
    });
    std::vector<DnsStep> first, creations, last;
    for (const DnsRecord &record : plan.create) {
        // At a name that changes to or from a CNAME, one follows the other at once.
        bool exchanged = false;
        std::erase_if(removals, [&](const DnsRecord &there) {
            if (!excludes(there, record))
                return false;
            exchanged = true;
            first.push_back({Action::remove, there});
            return true;
        });
        exchanged = exchanged || std::any_of(first.begin(), first.end(),
                                             [&](const DnsStep &step) { return excludes(step.record, record); });
        (exchanged ? first : creations).push_back({Action::create, record});
    }
    std::vector<DnsStep> steps = std::move(first);
    steps.insert(steps.end(), creations.begin(), creations.end());
    for (const DnsUpdate &update : plan.update)
        steps.push_back({Action::update, update.to, update.from});
    for (const DnsRecord &record : removals)
        steps.push_back({Action::remove, record});
    return steps;
}

DnsRequest request_of(const DnsZone &zone, const DnsStep &step) {
    const DnsOperations &names = operations_of(zone.kind);
    DnsRequest request{.operation = names.create, .params = zone_params(zone)};
    if (step.action != Action::create) {
        request.operation = step.action == Action::update ? names.update : names.remove;
        request.params.append("record_id", step.record.id ? json::Value(*step.record.id) : json::Value());
    }
    if (step.action == Action::remove)
        return request;
    const DnsRecord &record = step.record;
    const Result<DnsName, Phrase> name = name_in_zone(record.name, zone.name);
    request.params.append("name", names.names_in_full && name ? to_text(*name) : record.name);
    request.params.append("type", record.type);
    if (names.has_ttl && record.ttl)
        request.params.append("ttl", *record.ttl);
    if (record.priority)
        request.params.append("priority", *record.priority);
    request.params.append("content", portal_content(record, names.takes_lists));
    return request;
}

Result<json::Value> apply_dns(const DnsPlan &plan, std::vector<DnsRecord> current, Run &run) {
    return Applier(plan, std::move(current), run).run();
}

json::Value to_json(const DnsStep &step) {
    json::Object out{{"action", name_of(step.action)}, {"record", to_json(step.record)}};
    if (step.action == Action::update)
        out.append("from", to_json(step.from));
    return out;
}

} // namespace hostbill
