#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vodcatalog {

/// Why a call brought no answer, by what is done about it.
enum class CallErrorClass {
    transport,    ///< No whole HTTP answer: it may work the next time.
    server,       ///< 5xx, or a body that is not what the API sends: it may work the next time.
    throttled,    ///< Too many calls: ask more slowly.
    credentials,  ///< The access key is unknown, disabled or wrong: a person has to mend it.
    permission,   ///< The key may not call this operation: a person has to grant it.
    clock,        ///< This machine's clock is too far off: a person has to set it.
    suspended,    ///< The service is not activated or the account is overdue.
    endpoint,     ///< Wrong endpoint, region, protocol, or a certificate that does not verify.
    request,  ///< The cloud does not accept what we asked: one of the IDs is malformed, or our bug.
};

/// True for the classes that concern the whole account until a person mends something.
[[nodiscard]] bool is_refused(CallErrorClass error_class) noexcept;

/// One word for logs and metrics: the enumerator's name.
[[nodiscard]] std::string_view to_string(CallErrorClass error_class) noexcept;

struct CallError {
    CallErrorClass error_class = CallErrorClass::transport;
    std::string code;     ///< The cloud's Code, or one of ours: NoCredentials, Timeout, Transport,
                          ///< Certificate, InvalidResponse ...
    std::string message;  ///< What happened, cut to 300 bytes, without secrets.
    std::string advice;   ///< What to do about it, one sentence for the operator.
    int http_status = 0;  ///< 0: no HTTP answer.
    std::string request_id;
    std::optional<std::chrono::milliseconds>
        retry_after;  ///< The server's hint, the largest if several.
};

/// The one table of error codes: its class and advice, by Code without regard to case, never by
/// Message. Unknown codes go by HTTP status: 5xx is `server`, 429 `throttled`, anything else
/// `request`. Without a Code it is not the API that answered, which says nothing about what was
/// asked: `server`, or `throttled` for 429. NoSuchResource is not in it: that is an answer about an
/// image and handled before.
struct ErrorRule {
    CallErrorClass error_class;
    std::string_view advice;
};
[[nodiscard]] ErrorRule classify(std::string_view code, int http_status) noexcept;

}  // namespace vodcatalog
