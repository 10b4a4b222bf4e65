#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/clock.h"
#include "daemon/random.h"
#include "daemon/vod/answer_parser.h"
#include "daemon/vod/api_error.h"
#include "daemon/vod/endpoint.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/proxy.h"
#include "daemon/vod/request_signer.h"
#include "daemon/vod/session.h"
#include "daemon/vod/signed_urls.h"

namespace vodcatalog {

enum class Operation { get_image_infos, get_image_info };
inline constexpr std::size_t kOperations = 2;
/// The API's name: "GetImageInfos".
[[nodiscard]] std::string_view to_string(Operation operation) noexcept;
/// IDs a call may name: 20, 1.
[[nodiscard]] std::size_t ids_max(Operation operation) noexcept;

/// Which operations an account may be asked by. `automatic`: by GetImageInfos, and by GetImageInfo
/// where one image is to be asked alone.
enum class OperationChoice { automatic, get_image_infos, get_image_info };
[[nodiscard]] bool is_chosen(OperationChoice choice, Operation operation) noexcept;

/// How to call the cloud for one account.
struct VodAccount {
    std::string name;
    Endpoint endpoint;
    std::string region;
    SignatureVersion signature = SignatureVersion::v3;
    std::string output_type;                           ///< "cdn", "oss", or empty: not sent.
    std::optional<std::chrono::seconds> auth_timeout;  ///< Not sent if absent.
    std::string ca_file;         ///< For who connects; empty: the system's certificates.
    std::optional<Proxy> proxy;  ///< For who connects; nothing: directly.
    std::shared_ptr<SessionSource> sessions;  ///< What calls are signed with; never null.
    bool compensate_clock = true;  ///< Sign by the cloud's clock where ours is off, see CloudClock.
    std::chrono::milliseconds timeout{10'000};  ///< For each attempt.
};

/// What became of one call: an answer, or an error.
struct CallOutcome {
    std::optional<CallError> error;
    Answer answer;  ///< Meaningful only without an error.
    /// By how much the server's clock (Date header) is ahead of ours, where it said so; half a
    /// round trip is taken off. Uncorrected, however the call was signed.
    std::optional<std::chrono::milliseconds> server_ahead;
    /// For how long the server wants no further calls, by its error or, with an answer, because
    /// this one was the last that its limits allow; see retry_hint.h.
    std::optional<std::chrono::milliseconds> wait_hint;
    std::chrono::nanoseconds duration{};
    int requests = 1;  ///< How many were sent for it: one, and each further attempt at once.
};

/// Calls GetImageInfo and GetImageInfos of one account. One thread at a time, as its HttpClient.
///
/// Each attempt is signed with the current session, the time by CloudClock and a fresh nonce. A
/// further one is made at once only where it may well fare better, and once for each cause: on a
/// connection that had gone stale, after SignatureNonceUsed, after a time stamp that was refused
/// when that answer's Date header shows which one to use, and after credentials that were refused
/// when others have come meanwhile. All else waits for the next poll.
class VodClient {
public:
    VodClient(VodAccount account, HttpClient& http, const Clock& clock, Random& random);
    ~VodClient();

    /// One call for `image_ids` (1 to ids_max(operation)), into `outcome`, reusing its memory.
    /// Never throws for what the cloud or the network does: that is `outcome.error`. GetImageInfo's
    /// 404 NoSuchResource is an answer: `not_exist`. Without a session nothing is sent; that is an
    /// error of class `credentials`.
    void call(Operation operation, std::span<const std::string_view> image_ids,
              CallOutcome& outcome);

    /// One call of GetImageInfo, as call(); and the image's URLs as they were signed, which are
    /// nowhere in `outcome`. Empty where that has an error or not this image.
    [[nodiscard]] SignedUrls signed_urls(std::string_view image_id, CallOutcome& outcome);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vodcatalog
