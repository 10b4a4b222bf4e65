#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/simulator/http_request.h"
#include "tests/simulator/reply.h"
#include "tests/simulator/url_signer.h"

namespace simulator {

/// The CDN and the bucket that the images' URLs point to: serves a few bytes for a URL that was
/// signed here and is not over, and refuses any other as they do. Plain HTTP, at the API's own
/// port; a request says which host it means in its Host header, or as the first part of a path
/// below /files: "GET /files/cdn.example.com/image/default/A.png?auth_key=...". Safe for any
/// thread.
///
/// Sources: "Type A signing" of the CDN user guide for X-Tengine-Error; "Error responses" of OSS.
class FileServer {
public:
    /// `signer` must outlive it.
    explicit FileServer(const UrlSigner& signer) : signer_(signer) {}

    /// Whether the request is for a file, not for an API.
    [[nodiscard]] static bool is_meant(const HttpRequest& request);

    /// `now_ms` is the server's time.
    void answer(const HttpRequest& request, const Scenario& scenario, std::int64_t now_ms,
                Reply& reply) const;

private:
    struct Asked {
        std::string host;
        std::string path;
        std::string query;
    };
    /// Why it is refused; nothing if it is served.
    [[nodiscard]] std::optional<std::string> check_cdn(const Asked& asked, const Scenario& scenario,
                                                       std::int64_t now_s) const;
    [[nodiscard]] std::optional<Refusal> check_oss(const Asked& asked, const Scenario& scenario,
                                                   std::int64_t now_s) const;
    [[nodiscard]] static Asked asked_for(const HttpRequest& request);

    const UrlSigner& signer_;
};

}  // namespace simulator
