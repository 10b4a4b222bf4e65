#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vodcatalog {

/// Why a call brought no answer, by what is done about it.
enum class CallErrorClass {
    // It concerns this one call and may work the next time.
    transport,  ///< No whole HTTP answer.
    server,     ///< 5xx, or a body that is not what the API sends.
    throttled,  ///< Too many calls: ask more slowly.
    session,    ///< There are no credentials yet, or they have expired and no others were there.

    // It concerns the images that were asked for.
    request,  ///< The cloud does not take one of them. Asked for in smaller groups, down to one
              ///< alone, the others are answered and the one shows itself.

    // It concerns the operation that was called, until a person mends something.
    permission,  ///< The key may not call it.

    // It concerns the whole account, until a person mends something.
    credentials,  ///< The access key is unknown, disabled or wrong.
    clock,        ///< This machine's clock is too far off.
    suspended,    ///< The service is not activated or the account is overdue.
    endpoint,     ///< Wrong endpoint, region, protocol, a certificate that does not verify, or a
                  ///< proxy that says no.
    bug,  ///< No call made like this is taken, whichever images it names: our bug, or a setting
          ///< (output_type, auth_timeout).
};

/// True for the classes that stay until a person mends something.
[[nodiscard]] bool is_refused(CallErrorClass error_class) noexcept;

/// One word for logs and metrics: the enumerator's name.
[[nodiscard]] std::string_view to_string(CallErrorClass error_class) noexcept;

/// What `error_class` says about more than this call, see there: `request` names the calls worth
/// splitting, `permission` what concerns one operation only.
struct CallError {
    CallErrorClass error_class = CallErrorClass::transport;
    std::string code;     ///< The cloud's Code; HTTP<status> where it said none; or one of ours:
                          ///< NoCredentials, Transport, Certificate, ProxyRefused,
                          ///< InvalidResponse.
    std::string message;  ///< What happened, cut to 300 bytes, without secrets.
    std::string advice;   ///< What to do about it, one sentence for the operator.
    int http_status = 0;  ///< 0: no HTTP answer.
    std::string request_id;
    std::optional<std::chrono::milliseconds> retry_after;  ///< As CallOutcome::wait_hint.
};

struct ErrorRule {
    CallErrorClass error_class;
    std::string_view advice;
};

/// The one table of error codes: class and advice, by Code without regard to case, never by
/// Message. Unknown codes go by HTTP status: 5xx is `server`, 429 `throttled`, anything else
/// `request`, unknown "...NotFound" included. Without a Code it is not the API that answered, which
/// says nothing about what was asked: `server`, or `throttled` for 429. (STS, which is another
/// service, may say "too often" by a 302 without a body; from VOD that is some stranger's answer.)
/// Source: "Error codes" of the VOD API reference, and the gateway's common codes.
[[nodiscard]] ErrorRule classify(std::string_view code, int http_status) noexcept;

}  // namespace vodcatalog
