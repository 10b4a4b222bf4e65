#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/vod/vod_client_world.h"
#include "tests/world/raw_server.h"

namespace vodcatalog {

/// STS, the metadata service and the VOD API on one loopback port. It gives the sessions STS.0,
/// STS.1 ..., and answers calls that are signed with one of them while that lasts. By its own
/// clock, which nobody sets. Set its members between two requests.
class CredentialsCloud {
public:
    explicit CredentialsCloud(const world::FakeClock& clock)
        : clock_(clock), server_([this](world::RawConnection& connection, int) {
              for (std::string request = connection.request(); !request.empty();
                   request = connection.request())
                  connection.send(answer(request));
          }) {}

    [[nodiscard]] Endpoint endpoint() const { return {false, "127.0.0.1", server_.port()}; }
    [[nodiscard]] int given() const {
        const std::lock_guard lock(mutex_);
        return static_cast<int>(ends_.size());
    }
    /// Sessions that were given so far are over.
    void revoke() {
        const std::lock_guard lock(mutex_);
        for (WallTime& end : ends_) end = clock_.undisturbed();
    }

    std::atomic<std::chrono::seconds> life{std::chrono::hours{1}};
    std::atomic<bool> gives = true;       ///< False: STS and metadata service answer 503.
    std::atomic<bool> tells_time = true;  ///< With a Date header.
    std::function<void(const std::string& token)> on_call;  ///< A call was signed with that one.

private:
    static bool has(const std::string& request, std::string_view text) {
        return request.find(text) != std::string::npos;
    }
    /// What follows `name`, up to one of `ends`.
    static std::string value(const std::string& request, std::string_view name,
                             std::string_view ends) {
        const std::size_t at = request.find(name);
        if (at == std::string::npos) return {};
        const std::size_t begin = at + name.size();
        return request.substr(begin, request.find_first_of(ends, begin) - begin);
    }

    std::string answer(const std::string& request) {
        const std::lock_guard lock(mutex_);
        if (has(request, "x-acs-action: ")) return call(request);
        if (!gives) return whole("503 No", R"({"Code":"ServiceUnavailable","Message":"Soon."})");
        if (has(request, "Action=AssumeRole")) return sts(request);
        if (has(request, "PUT /latest/api/token")) return whole("200 OK", "canary-imds-token");
        if (!has(request, "x-aliyun-ecs-metadata-token: canary-imds-token"))
            return whole("403 No", "");
        if (has(request, "security-credentials/ ")) return whole("200 OK", "reader\n");
        return whole("200 OK", R"({"Code":"Success",)" + session() + "}");
    }
    std::string sts(const std::string& request) {
        std::string time = value(request, "Timestamp=", "& ");
        for (auto at = time.find("%3A"); at != std::string::npos; at = time.find("%3A"))
            time.replace(at, 3, ":");
        if (has(request, "Action=AssumeRole&") && is_off(time)) return too_late();
        return whole("200 OK", R"({"Credentials":{)" + session() + "}}");
    }
    std::string call(const std::string& request) {
        if (is_off(value(request, "x-acs-date: ", "\r"))) return too_late();
        const std::string id = value(request, "Credential=STS.", ",");
        if (id.empty()) return whole("404 No", error_body("InvalidAccessKeyId.NotFound"));
        const std::string token = value(request, "x-acs-security-token: ", "\r");
        if (on_call) on_call(token);
        if (token != "canary-" + id + "-token") return whole("400 No", error_body("Mismatch"));
        if (clock_.undisturbed() >= ends_.at(std::stoul(id)))
            return whole("400 No", error_body("InvalidSecurityToken.Expired"));
        return whole("200 OK", kFound);
    }
    [[nodiscard]] bool is_off(const std::string& time) const {
        const auto sent = catalog::from_iso(time);
        return !sent || std::chrono::abs(*sent - clock_.undisturbed()) > 15min;
    }
    std::string too_late() { return whole("400 No", error_body("InvalidTimeStamp.Expired")); }
    std::string session() {
        const std::string number = std::to_string(ends_.size());
        ends_.push_back(clock_.undisturbed() + life.load());
        return R"("AccessKeyId":"STS.)" + number + R"(","AccessKeySecret":"canary-)" + number +
               R"(-secret","SecurityToken":"canary-)" + number + R"(-token","Expiration":")" +
               catalog::to_iso_seconds(ends_.back()) + "\"";
    }
    std::string whole(const std::string& status, const std::string& body) {
        const std::string date =
            tells_time ? "Date: " + date_header(clock_.undisturbed()) + "\r\n" : "";
        return "HTTP/1.1 " + status + "\r\n" + date +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    const world::FakeClock& clock_;
    mutable std::mutex mutex_;
    std::vector<WallTime> ends_;  // of each session; guarded by mutex_
    const world::RawServer server_;
};

}  // namespace vodcatalog
