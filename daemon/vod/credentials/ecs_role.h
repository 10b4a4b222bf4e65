#pragma once

#include <optional>
#include <string>

#include "daemon/clock.h"
#include "daemon/vod/credentials/provider.h"
#include "daemon/vod/endpoint.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

struct EcsRoleSettings {
    std::string name;    ///< Empty: the instance is asked which role it has.
    bool imdsv1 = true;  ///< Ask without a token where none is given.
};

/// The RAM role of the ECS instance this runs on, from its metadata service. First asks for a token
/// to ask with; where that fails, asks without (imdsv1).
class EcsRole final : public Provider {
public:
    static constexpr std::chrono::seconds kTimeout{1};  ///< Of each of its up to three requests.

    /// `http` must use no proxy: from there another machine's metadata would answer. `redactor` is
    /// told of the token it asks with. All three must outlive it.
    EcsRole(EcsRoleSettings settings, Endpoint metadata, HttpClient& http, const Clock& clock,
            Redactor& redactor)
        : Provider("ecs_role"),
          settings_(std::move(settings)),
          metadata_(std::move(metadata)),
          http_(http),
          clock_(clock),
          redactor_(redactor) {}

private:
    [[nodiscard]] Grant ask() override;
    /// Nothing: ask without one.
    [[nodiscard]] std::optional<std::string> token();
    [[nodiscard]] std::string discover(const std::optional<std::string>& token);
    void send(HttpRequest& request, HttpResponse& response);
    void get(const std::string& path, const std::optional<std::string>& token,
             HttpResponse& response);

    const EcsRoleSettings settings_;
    const Endpoint metadata_;
    HttpClient& http_;
    const Clock& clock_;
    Redactor& redactor_;
};

/// Where every ECS instance finds it: http://100.100.100.200.
[[nodiscard]] Endpoint metadata_endpoint();
/// As parse_endpoint(), and that one address without TLS beside loopback.
[[nodiscard]] Endpoint parse_metadata_endpoint(std::string_view text);

}  // namespace vodcatalog
