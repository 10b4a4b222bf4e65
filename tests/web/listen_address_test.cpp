#include "daemon/web/listen_address.h"

#include <gtest/gtest.h>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

std::string fault(const std::string& text) {
    try {
        return "taken as " + to_text(parse_listen_address(text));
    } catch (const catalog::Unusable& error) {
        return error.what();
    }
}

TEST(ListenAddressTest, IsAnAddressAndAPort) {
    EXPECT_EQ(parse_listen_address("127.0.0.1:9642"), ListenAddress{});
    for (const char* text : {"0.0.0.0:0", "192.0.2.7:65535", "[::1]:9642", "[::]:80"})
        EXPECT_EQ(to_text(parse_listen_address(text)), text);
}

TEST(ListenAddressTest, NothingElse) {
    EXPECT_EQ(fault("127.0.0.1"), "has no port; write it like 127.0.0.1:9642");
    for (const char* text : {"127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x",
                             "127.0.0.1: 80", "127.0.0.1:99999999999999999999"})
        EXPECT_EQ(fault(text), "has a port that is no number from 0 to 65535") << text;
    for (const char* text : {"localhost:80", "*:80", ":80", "::1:80", "[127.0.0.1]:80", "[::1:80",
                             "http://127.0.0.1:80", "256.0.0.1:80", "[]:80"})
        EXPECT_EQ(fault(text), "must be an address and a port, like 127.0.0.1:9642 or [::1]:9642")
            << text;
}

}  // namespace
}  // namespace vodcatalog
