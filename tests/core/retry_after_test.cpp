// What a portal may write when it wants to be asked again, hostile things included.
#include "core/policy/retry_after.hpp"

#include "core/base/http_date.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace hostbill {
namespace {

using std::chrono::milliseconds;
using std::chrono::sys_seconds;

constexpr sys_seconds when(long long seconds) { return sys_seconds(std::chrono::seconds(seconds)); }

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr long long example = 784111777;

TEST(HttpDate, HasThreeForms) {
    for (const char *text :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
        EXPECT_EQ(parse_http_date(text), when(example)) << text;
    }
    EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), when(0));
    EXPECT_EQ(parse_http_date("Tue, 29 Feb 2028 23:59:60 GMT"), when(1835481600));
    EXPECT_EQ(parse_http_date("Friday, 01-Jan-27 00:00:00 GMT"), when(1798761600));
}

TEST(HttpDate, RefusesEverythingElse) {
    for (const char *text :
         {"", " ", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
          "Sun, 06 nov 1994 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT GMT",
          "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 99999999999 08:49:37 GMT", "Sunday, 06/Nov/94 08:49:37 GMT",
          "Sun Nov 6 08:49:37 94", "2026-01-31T12:00:00Z", "1994", "a b c d e f g h i j"}) {
        EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
    }
}

struct Row {
    const char *header;
    const char *date;
    std::optional<milliseconds> wait;
};

TEST(RetryAfter, IsReadInEveryForm) {
    const Row rows[] = {
        {"0", "", milliseconds(0)},
        {"7", "", milliseconds(7'000)},
        {"120", "", milliseconds(120'000)},
        {"007", "", milliseconds(7'000)},
        {"1.5", "", milliseconds(1'500)},
        {"0.0001", "", milliseconds(1)}, // never too short
        // A date counts from the portal's own clock, however wrong that is.
        {"Sun, 06 Nov 1994 08:50:07 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", milliseconds(30'000)},
        {"Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", milliseconds(0)},
        // From ours, where the portal's is not known.
        {"Sun, 06 Nov 1994 08:49:47 GMT", "", milliseconds(10'000)},
        {"Sun, 06 Nov 1994 08:49:47 GMT", "yesterday", milliseconds(10'000)},
        // Very long, but sense.
        {"99999999999999999999999999", "", longest_retry_after},
        {"Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", longest_retry_after},
    };
    for (const Row &row : rows)
        EXPECT_EQ(parse_retry_after(row.header, row.date, when(example)), row.wait) << row.header;
    EXPECT_EQ(parse_retry_after(std::string(100'000, '9'), "", when(example)), longest_retry_after);
}

TEST(RetryAfter, IgnoresNonsense) {
    for (const char *header : {"",         "-1",
                               "-0",       "+5",
                               "1e3",      "0x10",
                               "5s",       "5 seconds",
                               "1,5",      "1.",
                               ".5",       ".",
                               "1.2.3",    "NaN",
                               "inf",      "soon",
                               "120, 120", "\xC2\xB2",
                               "5\t",      "null",
                               "1 2",      "--",
                               "١٢",       "${5}",
                               "5;q=1",    "Sun, 06 Nov 1994 08:49:36 GMT"}) {
        EXPECT_EQ(parse_retry_after(header, "", when(example)), std::nullopt) << header;
    }
    EXPECT_EQ(parse_retry_after(std::string("5\0", 2), "", when(example)), std::nullopt);
}

TEST(RetryAfter, IsTakenFromAnAnswer) {
    EXPECT_EQ(retry_after({.retry_after = "3"}), milliseconds(3'000));
    EXPECT_EQ(retry_after({.retry_after = "Sun, 06 Nov 1994 08:49:38 GMT", .date = "Sun, 06 Nov 1994 08:49:37 GMT"}),
              milliseconds(1'000));
    EXPECT_EQ(retry_after({}), std::nullopt);
}

} // namespace
} // namespace hostbill
