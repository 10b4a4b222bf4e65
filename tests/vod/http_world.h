#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "catalog/error.h"
#include "daemon/vod/poco_http_client.h"
#include "tests/world/fake_clock.h"
#include "tests/world/raw_server.h"
#include "tests/world/temp_folder.h"
#include "tests/world/tls_server.h"

namespace vodcatalog {

using world::RawConnection;
using world::RawServer;

/// In every request where no message may repeat it.
inline constexpr const char* kCanary = "canary";

inline std::string answer(const std::string& body, const std::string& headers = "",
                          const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string chunked(const std::string& chunks) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

/// Answers all requests of a connection alike.
inline RawServer::Behaviour always(std::string text) {
    return [text = std::move(text)](RawConnection& connection, int) {
        while (!connection.request().empty()) connection.send(text);
    };
}

/// Answers the first request of a connection, and ends it.
inline RawServer::Behaviour once(std::string text) {
    return [text = std::move(text)](RawConnection& connection, int) {
        if (!connection.request().empty()) connection.send(text);
    };
}

/// Takes a request and goes on like that.
inline RawServer::Behaviour then(std::function<void(RawConnection&)> act) {
    return [act = std::move(act)](RawConnection& connection, int) {
        if (!connection.request().empty()) act(connection);
    };
}

/// What became of a request.
enum class Outcome { answered, late, stale, retryable, refused };

/// A client, and what became of its latest request.
class HttpWorld : public testing::Test {
protected:
    static HttpRequest to(const RawServer& server) {
        HttpRequest request;
        request.endpoint = {false, "127.0.0.1", server.port()};
        request.target = std::string("/?Signature=") + kCanary;
        request.headers = {{"Host", request.endpoint.authority()},
                           {"x-acs-security-token", kCanary}};
        request.timeout = std::chrono::seconds{30};
        request.body_bytes_max = 1'000'000;
        return request;
    }
    Outcome outcome_of(const HttpRequest& request) { return outcome_of(client_, request); }
    Outcome outcome_of(PocoHttpClient& client, const HttpRequest& request) {
        message_.clear();
        try {
            client.send(request, response_);
            return Outcome::answered;
        } catch (const StaleConnection& error) {
            message_ = error.what();
            return told(Outcome::stale);
        } catch (const catalog::Retryable& error) {
            message_ = error.what();
            return told(tells("in time") ? Outcome::late : Outcome::retryable);
        } catch (const catalog::Refused& error) {
            message_ = error.what();
            proxy_refused_ = dynamic_cast<const ProxyRefused*>(&error) != nullptr;
            return told(Outcome::refused);
        }
    }
    /// What becomes of a request to a new server that behaves like that.
    Outcome outcome_with(RawServer::Behaviour behaviour) {
        const RawServer server(std::move(behaviour));
        return outcome_of(to(server));
    }
    /// The same with little time; it must not take much longer.
    Outcome hasty_outcome_with(RawServer::Behaviour behaviour) {
        const RawServer server(std::move(behaviour));
        HttpRequest request = to(server);
        request.timeout = std::chrono::milliseconds{300};
        const SteadyTime begun = clock_.steady();
        const Outcome outcome = outcome_of(request);
        EXPECT_LT(clock_.steady() - begun, std::chrono::seconds{5});
        return outcome;
    }
    [[nodiscard]] bool tells(const std::string& text) const {
        return message_.find(text) != std::string::npos;
    }

    SystemClock clock_;
    world::FakeClock idle_clock_;
    DeadlineWatch watch_{clock_};
    std::map<std::string, NameLookup::Addresses> hosts_;  ///< All names there are.
    NameLookup names_{idle_clock_, [this](const std::string& host) { return hosts_.at(host); }};
    PocoHttpClient client_{watch_, names_, idle_clock_, ""};
    HttpResponse response_;
    std::string message_;         ///< Of the latest failure.
    bool proxy_refused_ = false;  ///< The latest refusal was the proxy's.

private:
    [[nodiscard]] Outcome told(Outcome outcome) const {
        EXPECT_FALSE(tells(kCanary)) << message_;
        return outcome;
    }
};

/// The same over TLS, with an authority the client trusts.
class TlsWorld : public HttpWorld {
protected:
    /// What becomes of three requests to `host`, which is this machine, served with that
    /// certificate.
    Outcome outcome_with_tls(const world::Certificate& certificate, const std::string& host,
                             int version_max = TLS1_3_VERSION) {
        world::TlsServer tls(certificate, version_max);
        const RawServer server([&](RawConnection& connection, int) {
            tls.serve(connection.socket(), answer("secure"));
        });
        PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
        Outcome outcome = Outcome::answered;
        for (int i = 0; i < 3 && outcome == Outcome::answered; ++i) {
            outcome = outcome_of(client, secure(server, host));
        }
        EXPECT_EQ(server.accepted(), 1);
        return outcome;
    }
    static HttpRequest secure(const RawServer& server, const std::string& host) {
        HttpRequest request = to(server);
        request.endpoint = {true, host, server.port()};
        request.headers[0].second = request.endpoint.authority();
        return request;
    }

    const world::TempFolder folder_;
    const world::Certificate authority_ = world::Certificate::self_signed("DNS:authority");
    const std::string ca_file_ = [this] {
        authority_.write(folder_ / "ca.pem");
        return (folder_ / "ca.pem").string();
    }();
};

}  // namespace vodcatalog
