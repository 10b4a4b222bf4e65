#include "tests/simulator/refusal.h"

#include <stdexcept>

namespace simulator {
namespace {

struct Row {
    int http_status;
    std::string_view code;
    std::string_view message;
};

// Sources: "Error codes" of the VOD API reference, the common errors of the gateway, the error
// codes of STS. Where the documentation gives two statuses, the more frequent one.
constexpr Row kRows[] = {
    // VOD
    {404, "NoSuchResource", "The specified resource does not exist."},
    {400, "MissingParameter", "The input parameters mandatory for this action are missing."},
    {400, "InvalidParameter", "The specified parameter is not valid."},
    {403, "OperationDenied", "Your account does not open VOD service yet."},
    {403, "OperationDenied.Suspended", "Your VOD service is suspended."},
    {403, "Forbidden", "User not authorized to operate on the specified resource."},
    {500, "InternalError", "The request processing has failed due to some unknown error."},
    {503, "ServiceUnAvailable", "The request has failed due to a temporary failure."},
    // the gateway
    {400, "InvalidParameter.Format", "Specified parameter format is not valid."},
    {400, "InvalidVersion", "Specified parameter Version is not valid."},
    {404, "InvalidAction.NotFound",
     "Specified api is not found, please check your url and method."},
    {404, "InvalidApi.NotFound", "Specified api is not found, please check your url and method."},
    {404, "InvalidProduct.NotFound", "Cannot find product according to your specified domain."},
    {400, "InvalidProtocol.NeedSsl", "Your request is denied as lack of ssl protect."},
    {400, "UnsupportedHTTPMethod", "This http method is not supported."},
    {404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."},
    {400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled."},
    {403, "Forbidden.AccessKeyDisabled", "The AccessKey is disabled."},
    {400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation."},
    {400, "IncompleteSignature", "The request signature does not conform to Aliyun standards."},
    {400, "InvalidSignatureMethod", "Specified signature method is not valid."},
    {400, "IllegalTimestamp", "The input parameter Timestamp is not valid."},
    {400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."},
    {400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."},
    {400, "SignatureNonceUsed", "Specified signature nonce was used already."},
    {400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."},
    {400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed."},
    {400, "InvalidSecurityToken.MismatchWithAccessKey",
     "Specified SecurityToken mismatch with the AccessKey."},
    {400, "MissingSecurityToken", "SecurityToken is mandatory for this action."},
    {403, "Forbidden.RAM", "User not authorized to operate on the specified resource."},
    {403, "NoPermission",
     "You are not authorized to do this action. You should be authorized by RAM."},
    {403, "Forbidden.RiskControl", "This operation is forbidden by the risk control system."},
    {400, "Throttling", "Request was denied due to request throttling."},
    {400, "Throttling.User", "Request was denied due to user flow control."},
    {400, "Throttling.Api", "Request was denied due to api flow control."},
    {400, "Throttling.Api.Concurrency", "Request was denied due to api concurrency flow control."},
    {503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."},
    // STS
    {404, "EntityNotExist.Role", "The role does not exist."},
    {404, "EntityNotExist.OIDCProvider", "The OIDC provider does not exist."},
    {400, "InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed."},
    {400, "InvalidParameter.DurationSeconds",
     "The Min/Max value of DurationSeconds is 15min/12hr."},
    {400, "AuthenticationFail.OIDCToken.Invalid", "The OIDC token is invalid."},
    {400, "AuthenticationFail.OIDCToken.Expired", "The OIDC token is expired."},
};

bool is_name(std::string_view text) {
    return !text.empty() && text.find_first_not_of(
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
}

}  // namespace

std::optional<Refusal> documented_refusal(std::string_view code) {
    for (const Row& row : kRows) {
        if (row.code == code) {
            return Refusal{row.http_status, std::string{row.code}, std::string{row.message}};
        }
    }
    const std::string parameter{code.substr(std::min<std::size_t>(code.size(), 7))};
    if (!is_name(parameter)) return std::nullopt;
    if (code.starts_with("Missing")) {
        return Refusal{400, std::string{code}, parameter + " is mandatory for this action."};
    }
    if (code.starts_with("Invalid")) {
        return Refusal{400, std::string{code},
                       "Specified parameter " + parameter + " is not valid."};
    }
    return std::nullopt;
}

Refusal refuse_with(std::string_view code) {
    if (auto refusal = documented_refusal(code)) return *std::move(refusal);
    throw std::logic_error("there is no code " + std::string{code});
}

bool is_permission_code(std::string_view code) noexcept {
    return code == "Forbidden.RAM" || code == "NoPermission" || code == "Forbidden";
}

}  // namespace simulator
