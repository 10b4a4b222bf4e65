#include <future>
#include <thread>

#include "tests/vod/http_world.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;
using Poco::Net::IPAddress;

/// From a host's name to a connection.
class ConnectingTest : public TlsWorld {
protected:
    /// What becomes of a request to the server that "vod.example" is, reached at those addresses.
    Outcome outcome_at(const NameLookup::Addresses& addresses, std::uint16_t port,
                       std::chrono::milliseconds timeout = 30s) {
        hosts_["vod.example"] = addresses;
        PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
        HttpRequest request;
        request.endpoint = {true, "vod.example", port};
        request.headers = {{"Host", request.endpoint.authority()}};
        request.timeout = timeout;
        const Outcome outcome = outcome_of(client, request);
        names_.forget("vod.example");
        return outcome;
    }

    world::TlsServer tls_{authority_.issue("DNS:vod.example")};
    const RawServer::Behaviour secure_ = [this](RawConnection& connection, int) {
        tls_.serve(connection.socket(), answer("secure"));
    };
};

/// Listens, but has no room for another connection: who calls must wait.
class FullListener {
public:
    explicit FullListener(const std::string& host = "127.0.0.1") : listener_(0, host) {
        for (int& caller : callers_) {
            sockaddr_in address{};
            address.sin_family = AF_INET;
            ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
            address.sin_port = htons(listener_.port());
            caller = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            (void)!::connect(caller, reinterpret_cast<sockaddr*>(&address), sizeof address);
        }
    }
    ~FullListener() {
        for (const int caller : callers_) ::close(caller);
    }
    FullListener(const FullListener&) = delete;
    FullListener& operator=(const FullListener&) = delete;

    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

private:
    const world::RawListener listener_;
    int callers_[3]{};
};

TEST_F(ConnectingTest, GivesConnectingNoMoreThanTheRequestsTime) {
    const FullListener listener;
    HttpRequest request;
    request.endpoint = {false, "127.0.0.1", listener.port()};
    request.timeout = 300ms;
    const SteadyTime begun = clock_.steady();
    EXPECT_EQ(outcome_of(request), Outcome::late) << message_;
    EXPECT_LT(clock_.steady() - begun, 4s) << "the limit of connecting itself is 5 s";
}

TEST_F(ConnectingTest, EndsConnectingAtShutdown) {
    const FullListener listener;
    HttpRequest request;
    request.endpoint = {false, "127.0.0.1", listener.port()};
    request.timeout = 1h;
    const SteadyTime begun = clock_.steady();
    std::thread stopper([this] { watch_.abort_all(); });
    EXPECT_EQ(outcome_of(request), Outcome::retryable);
    EXPECT_TRUE(tells("shutdown")) << message_;
    EXPECT_LT(clock_.steady() - begun, 4s) << "the limit of connecting itself is 5 s";
    stopper.join();
}

TEST_F(ConnectingTest, TakesTheFirstOfSeveralAddressesThatTakesIt) {
    const RawServer server(secure_, "127.0.0.3");
    const IPAddress dead("127.0.0.2"), alive("127.0.0.3");
    EXPECT_EQ(outcome_at({dead, alive}, server.port()), Outcome::answered) << message_;
    EXPECT_EQ(outcome_at({dead, dead, alive, dead}, server.port()), Outcome::answered) << message_;
    EXPECT_EQ(server.accepted(), 2);

    const RawServer other(secure_, "127.0.0.2", server.port());
    EXPECT_EQ(outcome_at({dead, alive}, server.port()), Outcome::answered) << message_;
    EXPECT_EQ(other.accepted(), 1);
    EXPECT_EQ(server.accepted(), 2);
}

TEST_F(ConnectingTest, LeavesTimeForTheNextAddressWhereOneIsSilent) {
    const FullListener silent("127.0.0.2");
    const RawServer server(secure_, "127.0.0.3", silent.port());
    EXPECT_EQ(outcome_at({IPAddress("127.0.0.2"), IPAddress("127.0.0.3")}, server.port(), 2s),
              Outcome::answered)
        << message_;
}

TEST_F(ConnectingTest, TellsHowManyAddressesItHasTried) {
    std::uint16_t port = 0;
    {
        const world::RawListener listener(1, "127.0.0.2");
        port = listener.port();
    }
    EXPECT_EQ(outcome_at({IPAddress("127.0.0.2"), IPAddress("127.0.0.3")}, port),
              Outcome::retryable);
    EXPECT_TRUE(tells("none of 2 addresses can be reached, the last: Connection refused"))
        << message_;
}

TEST_F(ConnectingTest, AsksForTheAddressAgainWhereNoneTakesIt) {
    const RawServer server(secure_);
    hosts_["vod.example"] = {IPAddress("127.0.0.2")};
    HttpRequest request = secure(server, "vod.example");
    PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
    EXPECT_EQ(outcome_of(client, request), Outcome::retryable);
    hosts_["vod.example"] = {IPAddress("127.0.0.1")};
    EXPECT_EQ(outcome_of(client, request), Outcome::answered) << message_;
}

TEST_F(ConnectingTest, ReachesAnIpv6Address) {
    const RawServer server(always(answer("body")), "::1");
    HttpRequest request = to(server);
    request.endpoint.host = "::1";
    request.headers[0].second = request.endpoint.authority();
    EXPECT_EQ(outcome_of(request), Outcome::answered) << message_;
    EXPECT_EQ(request.headers[0].second, "[::1]:" + std::to_string(server.port()));

    world::TlsServer tls(authority_.issue("IP:::1"));
    const RawServer safe(
        [&](RawConnection& connection, int) { tls.serve(connection.socket(), answer("secure")); },
        "::1");
    PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
    EXPECT_EQ(outcome_of(client, secure(safe, "::1")), Outcome::answered) << message_;
    EXPECT_EQ(response_.body, "secure");
}

TEST_F(ConnectingTest, FindsLocalhostAtBothItsAddresses) {
    for (const char* address : {"127.0.0.1", "::1"}) {
        const RawServer server(always(answer("body")), address);
        HttpRequest request = to(server);
        request.endpoint.host = "localhost";
        request.headers[0].second = request.endpoint.authority();
        EXPECT_EQ(outcome_of(request), Outcome::answered) << message_;
    }
}

TEST_F(ConnectingTest, EndsInTimeWhereTheNameServiceIsSilent) {
    std::promise<void> release;
    NameLookup silent(idle_clock_, [released = release.get_future().share()](const std::string&) {
        released.wait();
        return NameLookup::Addresses{};
    });
    PocoHttpClient client(watch_, silent, idle_clock_, ca_file_);
    HttpRequest request;
    request.endpoint = {true, "vod.example", 443};
    request.timeout = 100ms;
    EXPECT_EQ(outcome_of(client, request), Outcome::late) << message_;
    request.timeout = 1h;
    std::thread stopper([this] { watch_.abort_all(); });
    EXPECT_EQ(outcome_of(client, request), Outcome::retryable);
    EXPECT_TRUE(tells("shutdown")) << message_;
    stopper.join();
    release.set_value();
}

TEST_F(ConnectingTest, NamesAHostThatCannotBeFound) {
    HttpRequest request;
    request.endpoint = {true, "nowhere.example", 443};
    EXPECT_EQ(outcome_of(request), Outcome::retryable);
    EXPECT_TRUE(tells("https://nowhere.example: no address of nowhere.example: ")) << message_;
}

}  // namespace
}  // namespace vodcatalog
