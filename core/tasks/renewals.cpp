#include "core/tasks/renewals.hpp"

#include "core/base/ascii.hpp"
#include "core/call/answer_parts.hpp"
#include "core/json/decimal.hpp"
#include "core/json/scalar_text.hpp"
#include "core/tasks/price_guard.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>

namespace hostbill {
namespace {

using Day = std::chrono::sys_days;

constexpr std::size_t most_renewals = 10'000;

std::optional<int> number_of(std::string_view text) {
    int number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    return code == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// "2026-01-31", with or without a time behind it.
std::optional<Day> day_of(std::string_view text) {
    if (text.size() < 10 || text[4] != '-' || text[7] != '-')
        return std::nullopt;
    const auto year = number_of(text.substr(0, 4)), month = number_of(text.substr(5, 2)),
               day = number_of(text.substr(8, 2));
    if (!year || !month || !day || *year == 0 || *month < 0 || *day < 0)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    return date.ok() ? std::optional<Day>(date) : std::nullopt;
}

std::string two_digits(unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string text_of(Day day) {
    const std::chrono::year_month_day date(day);
    const std::string year = std::to_string(static_cast<int>(date.year()));
    return std::string(4 - std::min<std::size_t>(4, year.size()), '0') + year + "-" +
           two_digits(static_cast<unsigned>(date.month())) + "-" + two_digits(static_cast<unsigned>(date.day()));
}

// The same day so many months later; the last one of a shorter month.
Day months_later(Day day, int months) {
    const std::chrono::year_month_day date(day);
    const auto month = std::chrono::year_month(date.year(), date.month()) + std::chrono::months(months);
    const std::chrono::year_month_day_last last(month.year(), std::chrono::month_day_last(month.month()));
    return Day(month / std::min(date.day(), last.day()));
}

// How many months a billing cycle is long; 0: not a number of months, or not known.
int months_of(const std::string &cycle) {
    static constexpr std::pair<std::string_view, int> cycles[] = {
        {"monthly", 1},   {"m", 1},  {"quarterly", 3},   {"q", 3},  {"semi-annually", 6}, {"semiannually", 6}, {"s", 6},
        {"annually", 12}, {"a", 12}, {"biennially", 24}, {"b", 24}, {"triennially", 36},  {"t", 36},
    };
    const auto found =
        std::find_if(std::begin(cycles), std::end(cycles), [&](const auto &row) { return row.first == lower(cycle); });
    return found != std::end(cycles) ? found->second : 0;
}

// Where each kind stands, and by what names.
struct Source {
    std::string_view operation;
    std::string_view at;
    std::string_view kind;
    std::string_view name;
    std::string_view date;
    std::string_view amount;
    std::string_view cycle;
};

// Certificates first: a portal may list them among the services too.
constexpr Source sources[] = {
    {"certificates.list", "sslservices", "certificate", "domain", "next_due", "total", "billingcycle"},
    {"services.list", "services", "service", "domain", "next_due", "total", "billingcycle"},
    {"domains.list", "domains", "domain", "name", "expires", "recurring_amount", "period"},
};

struct Renewal {
    Day day;
    json::Object row;
    std::optional<Decimal> amount;
};

std::string field_text(const json::Value &item, std::string_view name) {
    const json::Value *value = item.find(name);
    return value != nullptr && value->object() == nullptr && value->array() == nullptr ? scalar_text(*value)
                                                                                       : std::string();
}

json::Value text_or_null(std::string text) { return text.empty() ? json::Value() : json::Value(std::move(text)); }

bool is_over(const std::string &status) {
    for (const std::string_view word : {"terminated", "cancelled", "canceled", "fraud", "expired", "transferred out"}) {
        if (lower(status) == word)
            return true;
    }
    return false;
}

class Calendar {
public:
    Calendar(const CompositionCall &call, Run &run) : call_(call), run_(run) {
        if (const json::Text *until = call.text("until"))
            until_ = day_of(*until);
        else if (const std::int64_t *days = call.integer("days"))
            until_ = today() + std::chrono::days(*days);
    }

    Result<json::Value> make() {
        Result<std::string> currency = account_currency();
        if (!currency)
            return std::move(currency.error());
        currency_ = std::move(*currency);
        for (const Source &source : sources) {
            if (!call_.portal_has(source.operation)) {
                left_out_.emplace_back(source.operation);
                continue;
            }
            Result<json::Value> answer = run_.call(source.operation, {}, {.shaped = true});
            if (!answer)
                return std::move(answer.error());
            for (const json::Value &item : items_of(*answer, source.at))
                add(source, item);
        }
        std::stable_sort(renewals_.begin(), renewals_.end(),
                         [](const Renewal &left, const Renewal &right) { return left.day < right.day; });
        json::Array sums = totals();
        json::Array rows;
        for (Renewal &renewal : renewals_)
            rows.emplace_back(std::move(renewal.row));
        return json::Value(json::Object{{"until", until_ ? json::Value(text_of(*until_)) : json::Value()},
                                        {"renewals", std::move(rows)},
                                        {"totals", std::move(sums)},
                                        {"undated", std::move(undated_)},
                                        {"left_out", std::move(left_out_)}});
    }

private:
    Day today() const {
        return std::chrono::floor<std::chrono::days>(
            std::chrono::system_clock::time_point(std::chrono::seconds(run_.unix_time())));
    }

    Result<std::string> account_currency() {
        if (!call_.portal_has("account.balance"))
            return std::string();
        return hostbill::account_currency(run_);
    }

    void add(const Source &source, const json::Value &item) {
        const std::string id = key_of(item), status = field_text(item, "status");
        const std::string thing = std::string(source.kind == "domain" ? "domain" : "service") + " " + id;
        if (is_over(status) || !known_.insert(thing).second)
            return;
        const std::optional<int> number = number_of(id);
        const std::string own = field_text(item, "currency");
        json::Object row{{"date", nullptr},
                         {"kind", source.kind},
                         {"id", number ? json::Value(*number) : json::Value(id)},
                         {"name", field_text(item, source.name)},
                         {"product", source.kind == "domain" ? json::Value() : text_or_null(field_text(item, "name"))},
                         {"status", status},
                         {"cycle", cycle_text(source, item)},
                         {"amount", amount_or_null(item.find(source.amount))},
                         {"currency", text_or_null(own.empty() ? currency_ : own)},
                         {"automatic", automatic(source, item)}};
        std::optional<Day> day = day_of(field_text(item, source.date));
        if (!day) {
            row.erase("date");
            undated_.emplace_back(std::move(row));
            return;
        }
        const int months = months_between(source, item);
        const Day first = *day;
        for (int n = 1; renewals_.size() < most_renewals && (!until_ || *day <= *until_); ++n) {
            row.set("date", text_of(*day));
            row.set("number", n);
            renewals_.push_back({*day, row, Decimal::of(item.find(source.amount))});
            if (!until_ || months == 0)
                break;
            day = months_later(first, n * months);
        }
    }

    static json::Value cycle_text(const Source &source, const json::Value &item) {
        const std::string text = field_text(item, source.cycle);
        if (source.kind != "domain" || text.empty())
            return text_or_null(text);
        return text + (text == "1" ? " year" : " years");
    }

    static int months_between(const Source &source, const json::Value &item) {
        const std::string text = field_text(item, source.cycle);
        if (source.kind != "domain")
            return months_of(text);
        const std::optional<int> years = number_of(text);
        return years && *years > 0 && *years <= 100 ? *years * 12 : 0;
    }

    static json::Value automatic(const Source &source, const json::Value &item) {
        const std::string text = source.kind == "domain" ? field_text(item, "autorenew") : std::string();
        return text.empty() ? json::Value() : json::Value(text == "1" || text == "true");
    }

    json::Array totals() const {
        struct Total {
            json::Value currency;
            Decimal amount;
            std::int64_t renewals = 0, unknown = 0;
        };
        std::vector<Total> totals;
        for (const Renewal &renewal : renewals_) {
            const json::Value &currency = *renewal.row.find("currency");
            auto total = std::find_if(totals.begin(), totals.end(),
                                      [&](const Total &each) { return each.currency == currency; });
            if (total == totals.end())
                total = totals.insert(totals.end(), Total{currency, {}, 0, 0});
            ++total->renewals;
            if (renewal.amount)
                total->amount = total->amount + *renewal.amount;
            else
                ++total->unknown;
        }
        json::Array rows;
        for (const Total &total : totals)
            rows.emplace_back(json::Object{{"currency", total.currency},
                                           {"amount", total.amount.text()},
                                           {"renewals", total.renewals},
                                           {"unknown", total.unknown}});
        return rows;
    }

    const CompositionCall &call_;
    Run &run_;
    std::optional<Day> until_ = std::nullopt;
    std::string currency_ = {};
    std::set<std::string> known_ = {}; // what a list before has shown
    std::vector<Renewal> renewals_ = {};
    json::Array undated_ = {};
    json::Array left_out_ = {};
};

} // namespace

void check_renewals(const CompositionCall &call, std::vector<FieldProblem> &problems) {
    const json::Text *until = call.text("until");
    if (until != nullptr && call.param("days") != nullptr) {
        problems.push_back(
            {.field = "until", .problem = "goes without days", .expected = "one of the two", .nearest = {}});
    } else if (until != nullptr && !day_of(*until)) {
        problems.push_back({.field = "until", .problem = "is no day", .expected = "such as 2026-12-31", .nearest = {}});
    }
}

Result<json::Value> run_renewals(const CompositionCall &call, Run &run) { return Calendar(call, run).make(); }

} // namespace hostbill
