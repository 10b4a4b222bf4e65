#include "daemon/vod/api_error.h"

#include <array>

#include "daemon/vod/ascii_case.h"

namespace vodcatalog {
namespace {

using enum CallErrorClass;

constexpr std::string_view kWait = "Nothing to do: the call is repeated.";
constexpr std::string_view kSlower =
    "Nothing to do unless it lasts: calls go out more slowly now; lower calls_per_second if other "
    "programs of the account need the limit.";
constexpr std::string_view kNoKey =
    "Check the account's credentials if it lasts: where they come from gives none, or none yet.";
constexpr std::string_view kKey =
    "Check access_key_id and the access key in the RAM console: it is unknown, deleted or "
    "disabled.";
constexpr std::string_view kSecret =
    "Check the access key secret: it does not belong to the access key ID, or was cut or padded in "
    "its file.";
constexpr std::string_view kToken =
    "Check the security token and what renews it: it is absent, damaged or of another access key.";
constexpr std::string_view kRenewal =
    "Check what renews the credentials if it lasts: the security token has expired.";
constexpr std::string_view kPermission =
    "Grant the RAM user or role the action that the message names.";
constexpr std::string_view kRisk =
    "Look into the security events of the account or ask the cloud's support: its risk control "
    "stopped the key.";
constexpr std::string_view kClock =
    "Set this machine's clock and run a time service (timedatectl set-ntp true).";
constexpr std::string_view kInactive = "Activate ApsaraVideo VOD for the account.";
constexpr std::string_view kOverdue = "Pay what is overdue for the account.";
constexpr std::string_view kDenied =
    "Activate ApsaraVideo VOD for the account, or pay what is overdue.";
constexpr std::string_view kEndpoint =
    "Check region and endpoint of the account: this host does not offer the VOD API, version "
    "2017-03-21.";
constexpr std::string_view kHttps = "Use an endpoint that begins with https://.";
constexpr std::string_view kCertificate =
    "Check endpoint, ca_file and whatever stands between: the server's certificate does not "
    "verify.";
constexpr std::string_view kProxy =
    "Check the account's proxy: its user name, its password_file, and whether it may connect to "
    "the "
    "endpoint.";
constexpr std::string_view kTransport =
    "Check network, name service, proxy and endpoint if it lasts: the cloud cannot be reached.";
constexpr std::string_view kNoApi =
    "Check endpoint and whatever stands between if it lasts: what answered is not the VOD API.";
constexpr std::string_view kIds =
    "Check the image IDs, one of which the cloud does not take; if they are in order, report this "
    "as a bug.";
constexpr std::string_view kRequest =
    "Check the image IDs and the account's output_type and auth_timeout; if they are in order, "
    "report this as a bug.";
constexpr std::string_view kRegion =
    "Check region and endpoint of the account: an image is seen through its own region's endpoint "
    "alone.";
constexpr std::string_view kOutputType = "Correct the account's output_type: cdn or oss.";
constexpr std::string_view kAuthTimeout =
    "Lower the account's auth_timeout: 36h at the most for a bucket of your own, 30d for the "
    "system's.";
constexpr std::string_view kBug = "Report this as a bug, with code and request ID.";

struct Entry {
    std::string_view code;  ///< An asterisk at its end stands for any rest, also for none.
    ErrorRule rule;
};

/// The first that fits counts: whole codes come before the families they belong to.
constexpr std::array kEntries{
    Entry{"throttling", {throttled, kSlower}},
    Entry{"throttling.*", {throttled, kSlower}},
    Entry{"internalerror", {server, kWait}},
    Entry{"serviceunavailable", {server, kWait}},
    Entry{"signaturenonceused", {server, kWait}},
    Entry{"invalidsecuritytoken.expired", {session, kRenewal}},

    Entry{"nosuchresource", {request, kRegion}},
    Entry{"invalidimageid*", {request, kIds}},
    Entry{"invalidparameter", {request, kRequest}},
    Entry{"invalidparameter.*", {request, kRequest}},

    Entry{"forbidden.accesskeydisabled", {credentials, kKey}},
    Entry{"forbidden.riskcontrol", {permission, kRisk}},
    Entry{"forbidden", {permission, kPermission}},
    Entry{"forbidden.*", {permission, kPermission}},
    Entry{"nopermission", {permission, kPermission}},

    Entry{"invalidaccesskeyid", {credentials, kKey}},
    Entry{"invalidaccesskeyid.*", {credentials, kKey}},
    Entry{"signaturedoesnotmatch", {credentials, kSecret}},
    Entry{"invalidsecuritytoken", {credentials, kToken}},
    Entry{"invalidsecuritytoken.*", {credentials, kToken}},
    Entry{"missingsecuritytoken", {credentials, kToken}},
    Entry{"invalidtimestamp.expired", {clock, kClock}},
    Entry{"operationdenied", {suspended, kInactive}},
    Entry{"operationdenied.suspended", {suspended, kOverdue}},
    Entry{"operationdenied.*", {suspended, kDenied}},
    // Of the version that is asked for, there is but one: another host does not have it.
    Entry{"invalidversion", {endpoint, kEndpoint}},
    Entry{"invalidaction.notfound", {endpoint, kEndpoint}},
    Entry{"invalidapi.notfound", {endpoint, kEndpoint}},
    Entry{"invalidproduct.notfound", {endpoint, kEndpoint}},
    Entry{"invalidprotocol.needssl", {endpoint, kHttps}},
    Entry{"unsupportedhttpmethod", {endpoint, kEndpoint}},

    Entry{"invalidoutputtype*", {bug, kOutputType}},
    Entry{"invalidauthtimeout*", {bug, kAuthTimeout}},
    Entry{"missing*", {bug, kBug}},
    Entry{"incompletesignature", {bug, kBug}},
    Entry{"invalidsignaturemethod", {bug, kBug}},
    Entry{"illegaltimestamp", {bug, kBug}},
    Entry{"invalidtimestamp.format", {bug, kBug}},

    // Ours, for what brought no answer of the API.
    Entry{"nocredentials", {session, kNoKey}},
    Entry{"transport", {transport, kTransport}},
    Entry{"certificate", {endpoint, kCertificate}},
    Entry{"proxyrefused", {endpoint, kProxy}},
    Entry{"invalidresponse", {server, kNoApi}},
};

bool fits(std::string_view code, std::string_view entry) noexcept {
    if (!entry.ends_with('*')) return equal_in_any_case(code, entry);
    entry.remove_suffix(1);
    return equal_in_any_case(code.substr(0, entry.size()), entry);
}

}  // namespace

bool is_refused(CallErrorClass error_class) noexcept {
    switch (error_class) {
        case transport:
        case server:
        case throttled:
        case session:
        case request:
            return false;
        case permission:
        case credentials:
        case clock:
        case suspended:
        case endpoint:
        case bug:
            return true;
    }
    return false;
}

std::string_view to_string(CallErrorClass error_class) noexcept {
    switch (error_class) {
        case transport:
            return "transport";
        case server:
            return "server";
        case throttled:
            return "throttled";
        case session:
            return "session";
        case request:
            return "request";
        case permission:
            return "permission";
        case credentials:
            return "credentials";
        case clock:
            return "clock";
        case suspended:
            return "suspended";
        case endpoint:
            return "endpoint";
        case bug:
            return "bug";
    }
    return "";
}

ErrorRule classify(std::string_view code, int http_status) noexcept {
    for (const Entry& entry : kEntries) {
        if (fits(code, entry.code)) return entry.rule;
    }
    if (http_status == 429) return {throttled, kSlower};
    if (http_status >= 500 && http_status <= 599) return {server, kWait};
    if (code.empty()) return {server, kNoApi};
    return {request, kRequest};
}

}  // namespace vodcatalog
