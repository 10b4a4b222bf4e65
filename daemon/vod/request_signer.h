#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/clock.h"
#include "daemon/random.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/redactor.h"
#include "daemon/vod/session.h"
#include "daemon/vod/signature.h"
#include "daemon/vod/signature_v1.h"
#include "daemon/vod/signature_v3.h"

namespace vodcatalog {

enum class SignatureVersion { v1, v3 };

/// Makes the signed requests of one account to the VOD API. What two requests have in common is
/// made once per session: keyed hashes, encoded parameters, headers. One thread at a time.
///
/// V1 sends all parameters as a form, V3 sends those of the operation in the query and the others
/// as headers; both by POST, which is what the SDKs do.
class RequestSigner {
public:
    static constexpr std::string_view kApiVersion = "2017-03-21";

    /// `random` is for the nonces and must outlive it; `timeout` is for each request.
    RequestSigner(const Endpoint& endpoint, SignatureVersion version,
                  std::chrono::milliseconds timeout, Random& random);
    RequestSigner(const RequestSigner&) = delete;
    RequestSigner& operator=(const RequestSigner&) = delete;

    /// The request for `action` with its own `parameters` (sorted by name, not encoded), as of
    /// `now`, which is sent in whole seconds. Each has a new nonce: the cloud takes one but once.
    /// The same object each time; valid until the next call.
    [[nodiscard]] const HttpRequest& sign(std::string_view action, const Parameters& parameters,
                                          const std::shared_ptr<const Session>& session,
                                          WallTime now);

    /// For texts that were received: what a Redactor that knows the sessions so far leaves of
    /// `text`, without the latest signature.
    void redact(std::string& text) const;

private:
    void begin(const std::shared_ptr<const Session>& session);
    void begin_v1(const Credentials& credentials);
    void begin_v3(const Credentials& credentials);
    void sign_v1(const Parameters& parameters);
    void sign_v3(const Parameters& parameters);
    void stamp(WallTime now);
    void renew_nonce();

    const std::string authority_;
    const SignatureVersion version_;
    Random& random_;

    std::shared_ptr<const Session> session_;  ///< Of which all that follows is made.
    std::optional<SignatureV1> v1_;
    std::optional<SignatureV3> v3_;
    Parameters common_;               ///< V1: the parameters of every call, sorted, encoded.
    std::size_t signed_headers_ = 0;  ///< V3: how many of the request's first headers are signed.
    std::string authorization_;       ///< V3: that header's beginning, all but the signature.
    Redactor redactor_;
    // Within common_ or the request's headers:
    std::string* action_ = nullptr;
    std::string* time_ = nullptr;
    std::string* nonce_ = nullptr;

    std::chrono::sys_seconds stamped_at_ = std::chrono::sys_seconds::min();
    std::string signature_;
    HttpRequest request_;
};

}  // namespace vodcatalog
