#include "daemon/vod/api_error.h"

#include <algorithm>
#include <array>

namespace vodcatalog {
namespace {

using enum CallErrorClass;

constexpr std::string_view kWait = "Nothing to do: the call is repeated.";
constexpr std::string_view kSlower =
    "Nothing to do unless it lasts: calls go out more slowly now; lower calls_per_second if other "
    "programs of the account need the limit.";
constexpr std::string_view kKey =
    "Check access_key_id and the access key in the RAM console: it is unknown, deleted or "
    "disabled.";
constexpr std::string_view kSecret =
    "Check the access key secret: it does not belong to the access key ID, or was cut or padded in "
    "its file.";
constexpr std::string_view kNoKey =
    "Check the account's credentials: where they come from gives none, or not yet.";
constexpr std::string_view kToken =
    "Check the security token and what renews it: it is expired, damaged or of another access key.";
constexpr std::string_view kPermission =
    "Grant the RAM user or role the action named in the message (vod:GetImageInfo, "
    "vod:GetImageInfos).";
constexpr std::string_view kClock =
    "Set this machine's clock, which is off by more than 15 minutes, and run a time service.";
constexpr std::string_view kSuspended =
    "Activate ApsaraVideo VOD for the account, or pay what is overdue.";
constexpr std::string_view kEndpoint =
    "Check region and endpoint of the account: this host does not offer the VOD API, version "
    "2017-03-21.";
constexpr std::string_view kHttps = "Use an endpoint that begins with https://.";
constexpr std::string_view kCertificate =
    "Check endpoint, ca_file and whatever stands between: the server's certificate does not "
    "verify.";
constexpr std::string_view kTransport =
    "Check network, name service, proxy and endpoint if it lasts: the cloud cannot be reached.";
constexpr std::string_view kNoApi =
    "Check endpoint and whatever stands between if it lasts: what answered is not the VOD API.";
constexpr std::string_view kRequest =
    "Check the image IDs and the account's output_type and auth_timeout; if they are in order, "
    "report this as a bug.";
constexpr std::string_view kBug = "Report this as a bug, with code and request ID.";

struct Entry {
    std::string_view
        code;  ///< In lower case; one that ends in a dot stands for all that begin with it.
    ErrorRule rule;
};

/// Whole codes come before the families they belong to.
constexpr std::array kEntries{
    Entry{"throttling", {throttled, kSlower}},
    Entry{"throttling.", {throttled, kSlower}},
    Entry{"internalerror", {server, kWait}},
    Entry{"serviceunavailable", {server, kWait}},
    Entry{"signaturenonceused", {server, kWait}},
    Entry{"invalidaccesskeyid", {credentials, kKey}},
    Entry{"invalidaccesskeyid.", {credentials, kKey}},
    Entry{"forbidden.accesskeydisabled", {credentials, kKey}},
    Entry{"signaturedoesnotmatch", {credentials, kSecret}},
    Entry{"invalidsecuritytoken", {credentials, kToken}},
    Entry{"invalidsecuritytoken.", {credentials, kToken}},
    Entry{"missingsecuritytoken", {credentials, kToken}},
    Entry{"forbidden", {permission, kPermission}},
    Entry{"forbidden.", {permission, kPermission}},
    Entry{"nopermission", {permission, kPermission}},
    Entry{"invalidtimestamp.expired", {clock, kClock}},
    Entry{"operationdenied", {suspended, kSuspended}},
    Entry{"operationdenied.", {suspended, kSuspended}},
    Entry{"invalidaction.notfound", {endpoint, kEndpoint}},
    Entry{"invalidapi.notfound", {endpoint, kEndpoint}},
    Entry{"invalidproduct.notfound", {endpoint, kEndpoint}},
    Entry{"invalidprotocol.needssl", {endpoint, kHttps}},
    Entry{"unsupportedhttpmethod", {endpoint, kEndpoint}},
    Entry{"missingparameter", {request, kBug}},
    Entry{"missingimageid", {request, kBug}},
    Entry{"missingimageids", {request, kBug}},
    Entry{"invalidparameter", {request, kRequest}},
    Entry{"invalidparameter.", {request, kRequest}},
    Entry{"invalidversion", {request, kBug}},
    Entry{"incompletesignature", {request, kBug}},
    Entry{"invalidsignaturemethod", {request, kBug}},
    Entry{"illegaltimestamp", {request, kBug}},
    Entry{"invalidtimestamp.format", {request, kBug}},
    // Ours, for what brought no answer of the API.
    Entry{"timeout", {transport, kTransport}},
    Entry{"transport", {transport, kTransport}},
    Entry{"nocredentials", {credentials, kNoKey}},
    Entry{"certificate", {endpoint, kCertificate}},
    Entry{"invalidresponse", {server, kNoApi}},
};

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool matches(std::string_view code, std::string_view entry) noexcept {
    if (entry.ends_with('.') ? code.size() <= entry.size() : code.size() != entry.size())
        return false;
    return std::equal(entry.begin(), entry.end(), code.begin(),
                      [](char a, char b) { return a == lower(b); });
}

}  // namespace

bool is_refused(CallErrorClass error_class) noexcept {
    switch (error_class) {
        case transport:
        case server:
        case throttled:
        case request:
            return false;
        case credentials:
        case permission:
        case clock:
        case suspended:
        case endpoint:
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
        case credentials:
            return "credentials";
        case permission:
            return "permission";
        case clock:
            return "clock";
        case suspended:
            return "suspended";
        case endpoint:
            return "endpoint";
        case request:
            return "request";
    }
    return "";
}

ErrorRule classify(std::string_view code, int http_status) noexcept {
    for (const Entry& entry : kEntries) {
        if (matches(code, entry.code)) return entry.rule;
    }
    if (http_status == 429) return {throttled, kSlower};
    if (http_status >= 500 && http_status <= 599) return {server, kWait};
    if (code.empty()) return {server, kNoApi};
    return {request, kRequest};
}

}  // namespace vodcatalog
