#include "daemon/web/allowed_hosts.h"

#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

TEST(AllowedHostsTest, LoopbackTheOwnAddressAndTheNamesOfTheSettings) {
    const AllowedHosts hosts({"Catalog.Example.com", "10.1.1.1"});
    for (const char* host :
         {"localhost", "localhost:9642", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:9642", "[::1]:9642",
          "[::1]", "192.0.2.7:9642", "192.0.2.7", "catalog.example.com:443", "10.1.1.1"})
        EXPECT_TRUE(hosts.allow(host, "192.0.2.7")) << host;
    EXPECT_TRUE(hosts.allow("[2001:DB8::7]:9642", "2001:db8::7"));
}

TEST(AllowedHostsTest, NothingElse) {
    const AllowedHosts hosts({"catalog.example.com"});
    for (const char* host :
         {"", "evil.example", "evil.example:9642", "192.0.2.8", "localhost.evil.example",
          "evil.localhost", "xcatalog.example.com", "catalog.example.com.", "localhost:", "[::1",
          "localhost:9642:1", "localhost:x", "localhost@evil.example", "[::1]x", "127.0.0.1 ",
          "catalog.example.com:123456", "127.1", "2130706433"})
        EXPECT_FALSE(hosts.allow(host, "192.0.2.7")) << host;
}

}  // namespace
}  // namespace vodcatalog
