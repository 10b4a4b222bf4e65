#include "daemon/vod/retry_hint.h"

#include <gtest/gtest.h>

#include "catalog/wall_time.h"

namespace vodcatalog {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr WallTime kNow = catalog::from_ms(1'767'323'045'000);  // 2026-01-02T03:04:05Z

struct Case {
    Headers headers;
    std::optional<milliseconds> hint;
};

std::string written(const Headers& headers) {
    std::string out;
    for (const auto& [name, value] : headers) out += name + ": " + value + "\n";
    return out;
}

HttpResponse with(const Headers& headers) {
    HttpResponse response;
    response.headers = headers;
    return response;
}

TEST(RetryHint, IsWhatTheHeadersSay) {
    const Case cases[] = {
        {{}, {}},
        {{{"x-acs-retry-after", "1500"}}, milliseconds{1'500}},
        {{{"X-Acs-Retry-After", " 7 "}}, milliseconds{7}},
        {{{"Retry-After", "3"}}, seconds{3}},
        {{{"retry-after", "Fri, 02 Jan 2026 03:04:15 GMT"}}, seconds{10}},
        {{{"x-ratelimit-user-api", "Limit:1,Remain:0,TimeLeft:2000,Reset:1234"}}, seconds{2}},
        {{{"x-ratelimit-user", "TimeLeft:9, Remain:0"}}, milliseconds{9}},
        {{{"X-RateLimit-User", "limit:1,remain: 0,timeleft: 5"}}, milliseconds{5}},
    };
    for (const Case& known : cases) {
        EXPECT_EQ(retry_hint(with(known.headers), kNow), known.hint) << written(known.headers);
    }
}

TEST(RetryHint, IsTheLargestOfAll) {
    const std::vector<std::pair<std::string, std::string>> all{
        {"x-acs-retry-after", "100"},
        {"x-ratelimit-user-api", "Remain:0,TimeLeft:200"},
        {"x-ratelimit-user", "Remain:0,TimeLeft:300"},
        {"retry-after", "1"}};
    for (std::size_t largest = 0; largest < all.size(); ++largest) {
        Headers headers = all;
        const std::string value[] = {"4000", "Remain:0,TimeLeft:4000", "Remain:0,TimeLeft:4000",
                                     "4"};
        headers[largest].second = value[largest];
        EXPECT_EQ(retry_hint(with(headers), kNow), seconds{4}) << written(headers);
    }
}

TEST(RetryHint, IsAnHourAtTheMost) {
    for (const Headers& headers :
         std::vector<Headers>{{{"x-acs-retry-after", "3600001"}},
                              {{"x-acs-retry-after", "9223372036854775807"}},
                              {{"retry-after", "3601"}},
                              {{"retry-after", "9223372036854775807"}},
                              {{"retry-after", "Fri, 02 Jan 2099 03:04:05 GMT"}},
                              {{"x-ratelimit-user", "Remain:0,TimeLeft:9223372036854775807"}}}) {
        EXPECT_EQ(retry_hint(with(headers), kNow), hours{1}) << written(headers);
    }
}

TEST(RetryHint, IsNothingWhereNothingReadableIsSaid) {
    for (const char* garbage : {"", " ", "-1", "0", "1.5", "1e3", "0x10", "5s", "soon", "1 2", "+5",
                                "99999999999999999999", "\xff", "Fri, 02 Jan 2026",
                                "Fri, 02 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:00:00 GMT"}) {
        EXPECT_EQ(retry_hint(with({{"x-acs-retry-after", garbage}}), kNow), std::nullopt)
            << garbage;
        EXPECT_EQ(retry_hint(with({{"retry-after", garbage}}), kNow), std::nullopt) << garbage;
    }
    for (const char* garbage : {"",
                                ",",
                                ",,,:",
                                ":",
                                "Remain",
                                "Remain:",
                                "Remain:0",
                                "Remain:0,",
                                "Remain:0,TimeLeft",
                                "Remain:0,TimeLeft:",
                                "Remain:0,TimeLeft:-5",
                                "Remain:0,TimeLeft:x",
                                "TimeLeft:2000",
                                "Remain:1,TimeLeft:2000",
                                "Remain:-1,TimeLeft:2000",
                                "Remain:x,TimeLeft:2000",
                                "Remaining:0,TimeLeft:2000",
                                "Remain:0;TimeLeft:2000",
                                "Remain:0,TimeLeft:0",
                                "2000"}) {
        EXPECT_EQ(retry_hint(with({{"x-ratelimit-user", garbage}}), kNow), std::nullopt) << garbage;
        EXPECT_EQ(rate_limit_hint(with({{"x-ratelimit-user-api", garbage}})), std::nullopt)
            << garbage;
    }
}

TEST(RetryHint, GarbageInOneHeaderHidesNoOther) {
    EXPECT_EQ(retry_hint(with({{"x-acs-retry-after", "soon"},
                               {"x-ratelimit-user-api", "Remain:0,TimeLeft:x"},
                               {"x-ratelimit-user", "Remain:0,TimeLeft:30"},
                               {"retry-after", "-"}}),
                         kNow),
              milliseconds{30});
}

TEST(RateLimitHint, LooksAtTheLimitsAlone) {
    EXPECT_EQ(rate_limit_hint(with({{"x-acs-retry-after", "100"}, {"retry-after", "9"}})),
              std::nullopt);
    EXPECT_EQ(rate_limit_hint(with({{"x-ratelimit-user-api", "Limit:9,Remain:0,TimeLeft:50"},
                                    {"x-ratelimit-user", "Limit:9,Remain:3,TimeLeft:70"}})),
              milliseconds{50});
}

}  // namespace
}  // namespace vodcatalog
