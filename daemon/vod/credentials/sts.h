#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "daemon/clock.h"
#include "daemon/vod/cloud_clock.h"
#include "daemon/vod/credentials/provider.h"
#include "daemon/vod/credentials/session_document.h"
#include "daemon/vod/endpoint.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/signature.h"

namespace vodcatalog {

/// The role that STS is asked for, and for how long.
struct RoleSettings {
    std::string arn;  ///< acs:ram::ACCOUNT:role/NAME
    std::string session_name = "vodcatalog";
    std::chrono::seconds duration{3'600};
    std::string policy;       ///< JSON that narrows what the role may do; empty: all it may.
    std::string external_id;  ///< Empty: not sent. Not for OIDC.
};

/// The Security Token Service, version 2015-04-01: POST with all parameters in the body.
class Sts {
public:
    static constexpr std::string_view kVersion = "2015-04-01";
    static constexpr std::chrono::seconds kTimeout{5};

    /// Makes a request's parameters, as of the time given.
    using MakeParameters = std::function<Parameters(WallTime now)>;

    /// Both must outlive it. `compensate_clock`: as for CloudClock.
    Sts(Endpoint endpoint, HttpClient& http, const Clock& clock, bool compensate_clock = true)
        : endpoint_(std::move(endpoint)),
          http_(http),
          clock_(clock),
          cloud_clock_(clock, compensate_clock) {}

    /// The session that the answer brings, as of `provider`. Each attempt has parameters of its
    /// own; there is a second one if the connection was stale, or if the first was no success and
    /// showed that this machine's clock is off. Throws catalog::Retryable and, for what a person
    /// must mend, catalog::Refused; the message has the cloud's code and what to do.
    [[nodiscard]] Grant ask(const MakeParameters& parameters, std::string_view provider);

private:
    void send(const MakeParameters& parameters, HttpResponse& response);
    [[nodiscard]] AskedAt exchange(const MakeParameters& parameters, HttpResponse& response);

    const Endpoint endpoint_;
    HttpClient& http_;
    const Clock& clock_;
    CloudClock cloud_clock_;
};

/// "https://sts.cn-shanghai.aliyuncs.com", with `vpc` "https://sts-vpc.cn-shanghai.aliyuncs.com";
/// without a region "https://sts.aliyuncs.com". Throws catalog::Unusable as endpoint_of_region().
[[nodiscard]] Endpoint sts_endpoint(std::string_view region, bool vpc);

/// What both operations are told of a role: names and values, without action and version.
[[nodiscard]] Parameters role_parameters(const RoleSettings& role);

}  // namespace vodcatalog
