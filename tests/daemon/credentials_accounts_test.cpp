#include "daemon/credentials_accounts.h"

#include <gtest/gtest.h>

#include <mutex>

#include "tests/world/raw_server.h"

namespace vodcatalog {
namespace {

/// Keeps each request's first line, and answers with 503.
class Listener {
public:
    Listener() : server_([this](world::RawConnection& connection, int) { serve(connection); }) {}
    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    [[nodiscard]] std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

private:
    void serve(world::RawConnection& connection) {
        const std::string request = connection.request();
        if (request.empty()) return;
        {
            const std::lock_guard lock(mutex_);
            lines_.push_back(request.substr(0, request.find('\r')));
        }
        connection.send("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
    }

    mutable std::mutex mutex_;
    std::vector<std::string> lines_;  // guarded by mutex_
    const world::RawServer server_;
};

TEST(CredentialsAccounts, StsIsReachedThroughTheProxyAndTheMetadataServiceDirectly) {
    Listener proxy;
    Listener metadata;
    const SystemClock clock;
    DeadlineWatch watch(clock);
    // Every name is loopback's, but is not called so: a proxy would be used for all.
    NameLookup names(clock, [](const std::string&) {
        return NameLookup::Addresses{Poco::Net::IPAddress("127.0.0.1")};
    });
    Settings settings;
    AccountSettings& account = settings.accounts.emplace_back();
    account.name = "main";
    account.ca_file.clear();
    account.proxy = Proxy{"127.0.0.1", proxy.port(), "", "", {}};
    const auto accounts = credentials_accounts(settings, watch, names, clock);
    ASSERT_EQ(accounts.size(), 1U);
    EXPECT_EQ(accounts[0].name, "main");

    HttpRequest request;
    HttpResponse response;
    request.endpoint = {true, "sts.example", 443};
    request.headers = {{"Host", "sts.example"}};
    EXPECT_THROW(accounts[0].sts->send(request, response), catalog::Retryable);
    EXPECT_EQ(proxy.lines(), std::vector<std::string>{"CONNECT sts.example:443 HTTP/1.1"});

    request.method = "GET";
    request.endpoint = {false, "metadata.example", metadata.port()};
    request.headers = {{"Host", request.endpoint.authority()}};
    accounts[0].metadata->send(request, response);
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(metadata.lines(), std::vector<std::string>{"GET / HTTP/1.1"});
    EXPECT_EQ(proxy.lines().size(), 1U);
}

}  // namespace
}  // namespace vodcatalog
