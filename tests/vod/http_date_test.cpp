#include "daemon/vod/http_date.h"

#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

TEST(HttpDate, ReadsTheFormThatServersSend) {
    EXPECT_EQ(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), catalog::from_ms(784'111'777'000));
    EXPECT_EQ(http_date("Fri, 02 Jan 2026 03:04:05 GMT"), catalog::from_ms(1'767'323'045'000));
    EXPECT_EQ(http_date("Thu, 29 Feb 2024 23:59:59 GMT"), catalog::from_ms(1'709'251'199'000));
}

TEST(HttpDate, ReadsEveryMonth) {
    const char* const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (int i = 0; i < 12; ++i) {
        const std::string number = std::string(i < 9 ? "0" : "") + std::to_string(i + 1);
        EXPECT_EQ(http_date(std::string("Fri, 02 ") + months[i] + " 2026 03:04:05 GMT"),
                  catalog::from_iso("2026-" + number + "-02T03:04:05Z"))
            << months[i];
    }
}

TEST(HttpDate, ReadsNothingElse) {
    for (const char* text : {"", "GMT", "2026-01-02T03:04:05Z", "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun Nov  6 08:49:37 1994", "Fri, 02 Jan 2026 03:04:05 UTC",
                             "Fri, 02 Jan 2026 03:04:05 GMT ", "Fri, 02 Jan 2026 03:04:05 gmt",
                             "Fri, 02 anF 2026 03:04:05 GMT", "Fri, 02 JAN 2026 03:04:05 GMT",
                             "Fri, 30 Feb 2026 03:04:05 GMT", "Fri, 2x Jan 2026 03:04:05 GMT",
                             "Fri, 02 Jan 20x6 03:04:05 GMT", "Fri, 02 Jan 1969 03:04:05 GMT",
                             "Fri, 02 Jan 2026 24:04:05 GMT", "Fri, 02 Jan 2026 03:60:05 GMT",
                             "Fri, 02 Jan 2026 03-04-05 GMT", "Fri; 02 Jan 2026 03:04:05 GMT"}) {
        EXPECT_EQ(http_date(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace vodcatalog
