#include "daemon/vod/api_error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace vodcatalog {
namespace {

using enum CallErrorClass;

struct Case {
    const char* code;
    std::vector<int> http_statuses;  ///< With which it is documented, or was seen.
    CallErrorClass error_class;
    const char* advice;  ///< A part of it.
};

const Case kVodCodes[] = {
    {"NoSuchResource", {404}, request, "region and endpoint"},
    {"MissingParameter", {400}, bug, "Report this as a bug"},
    {"InvalidParameter", {400}, request, "Check the image IDs"},
    {"OperationDenied", {403}, suspended, "Activate ApsaraVideo VOD"},
    {"OperationDenied.Suspended", {403}, suspended, "Pay what is overdue"},
    {"Forbidden", {403}, permission, "Grant"},
    {"InternalError", {500}, server, "Nothing to do"},
    {"ServiceUnAvailable", {503}, server, "Nothing to do"},
    {"Throttling.User", {400, 429}, throttled, "calls_per_second"},
};

const Case kGatewayCodes[] = {
    {"MissingImageId", {400}, bug, "Report this as a bug"},
    {"MissingImageIds", {400}, bug, "Report this as a bug"},
    {"MissingVersion", {400}, bug, "Report this as a bug"},
    {"InvalidImageId", {400}, request, "Check the image IDs"},
    {"InvalidImageIds", {400}, request, "Check the image IDs"},
    {"InvalidImageId.Malformed", {400}, request, "Check the image IDs"},
    {"InvalidOutputType", {400}, bug, "output_type"},
    {"InvalidAuthTimeout", {400}, bug, "auth_timeout"},
    {"InvalidAuthTimeout.Range", {400}, bug, "auth_timeout"},
    {"InvalidSomethingNew", {400}, request, "report this as a bug"},
    {"InvalidParameter.Format", {400}, request, "Check the image IDs"},
    {"InvalidVersion", {400}, endpoint, "region and endpoint"},
    {"InvalidAction.NotFound", {404}, endpoint, "region and endpoint"},
    {"InvalidApi.NotFound", {404}, endpoint, "region and endpoint"},
    {"InvalidProduct.NotFound", {404}, endpoint, "region and endpoint"},
    {"InvalidProtocol.NeedSsl", {400, 404}, endpoint, "https://"},
    {"UnsupportedHTTPMethod", {400, 403}, endpoint, "region and endpoint"},
    {"InvalidAccessKeyId.NotFound", {404, 400}, credentials, "access_key_id"},
    {"InvalidAccessKeyId.Inactive", {400}, credentials, "disabled"},
    {"InvalidAccessKeyId", {400}, credentials, "access_key_id"},
    {"Forbidden.AccessKeyDisabled", {403}, credentials, "disabled"},
    {"SignatureDoesNotMatch", {400, 403}, credentials, "access key secret"},
    {"IncompleteSignature", {400}, bug, "Report this as a bug"},
    {"InvalidSignatureMethod", {400}, bug, "Report this as a bug"},
    {"IllegalTimestamp", {400}, bug, "Report this as a bug"},
    {"InvalidTimeStamp.Format", {400}, bug, "Report this as a bug"},
    {"InvalidTimeStamp.Expired", {400}, clock, "Set this machine's clock"},
    {"SignatureNonceUsed", {400}, server, "Nothing to do"},
    {"InvalidSecurityToken.Expired", {400, 403}, session, "what renews the credentials"},
    {"InvalidSecurityToken.Malformed", {400}, credentials, "security token"},
    {"InvalidSecurityToken.MismatchWithAccessKey", {400}, credentials, "of another access key"},
    {"MissingSecurityToken", {400, 403}, credentials, "security token"},
    {"Forbidden.RAM", {403}, permission, "Grant"},
    {"NoPermission", {403}, permission, "Grant"},
    {"Forbidden.RiskControl", {403}, permission, "risk control"},
    {"Throttling", {400, 429}, throttled, "more slowly"},
    {"Throttling.Api", {400, 429}, throttled, "more slowly"},
    {"Throttling.Api.Concurrency", {400}, throttled, "more slowly"},
    {"ServiceUnavailable", {503}, server, "Nothing to do"},
};

const Case kOurs[] = {
    {"NoCredentials", {0}, session, "the account's credentials"},
    {"Transport", {0}, transport, "network"},
    {"Certificate", {0}, endpoint, "certificate"},
    {"ProxyRefused", {0}, endpoint, "proxy"},
    {"InvalidResponse", {200}, server, "not the VOD API"},
};

// What no list has.
const Case kStrange[] = {
    {"Strange", {500, 502, 503, 599}, server, "Nothing to do"},
    {"Strange", {429}, throttled, "more slowly"},
    {"Strange", {200, 302, 400, 401, 403, 404, 410, 499, 600, 999}, request, "Check"},
    {"InvalidImage.NotFound", {404}, request, "Check"},
    {"Anything.NotFound", {404}, request, "Check"},
    {"Throttlings", {400}, request, "Check"},
    {"OperationDenied.New", {403}, suspended, "Activate"},
    {"Forbidden.New", {403}, permission, "Grant"},
    {"Throttling.New", {400}, throttled, "more slowly"},
    {"InvalidAccessKeyId.New", {400}, credentials, "access_key_id"},
    {"InvalidSecurityToken.New", {400}, credentials, "security token"},
    {"InvalidTimeStamp.New", {400}, request, "Check"},
    // No code: XML, HTML, an empty body; STS's way to say "too often" is none of VOD's.
    {"", {0, 200, 204, 302, 307, 400, 401, 403, 404, 999}, server, "not the VOD API"},
    {"", {500, 502, 503}, server, "Nothing to do"},
    {"", {429}, throttled, "more slowly"},
};

std::vector<Case> all() {
    std::vector<Case> out(std::begin(kVodCodes), std::end(kVodCodes));
    out.insert(out.end(), std::begin(kGatewayCodes), std::end(kGatewayCodes));
    out.insert(out.end(), std::begin(kOurs), std::end(kOurs));
    out.insert(out.end(), std::begin(kStrange), std::end(kStrange));
    return out;
}

std::string in(std::string text, int (*change)(int)) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [change](char c) { return static_cast<char>(change(c)); });
    return text;
}

TEST(ApiError, KnowsClassAndAdviceOfEveryCodeInAnyCase) {
    for (const Case& known : all()) {
        for (const int status : known.http_statuses) {
            SCOPED_TRACE(std::string(known.code) + " " + std::to_string(status));
            const ErrorRule rule = classify(known.code, status);
            EXPECT_EQ(to_string(rule.error_class), to_string(known.error_class));
            EXPECT_NE(rule.advice.find(known.advice), std::string_view::npos) << rule.advice;
            for (const std::string& code :
                 {in(known.code, std::toupper), in(known.code, std::tolower)}) {
                const ErrorRule same = classify(code, status);
                EXPECT_EQ(to_string(same.error_class), to_string(known.error_class));
                EXPECT_EQ(same.advice, rule.advice);
            }
        }
    }
}

TEST(ApiError, AKnownCodeCountsWhateverTheStatus) {
    std::vector<Case> known(std::begin(kVodCodes), std::end(kVodCodes));
    known.insert(known.end(), std::begin(kGatewayCodes), std::end(kGatewayCodes));
    std::erase_if(known,
                  [](const Case& one) { return one.code == std::string("InvalidSomethingNew"); });
    for (const Case& one : known) {
        for (const int status : {200, 302, 400, 403, 404, 429, 500, 503}) {
            EXPECT_EQ(to_string(classify(one.code, status).error_class), to_string(one.error_class))
                << one.code << ' ' << status;
        }
    }
}

TEST(ApiError, AdvisesInOneSentence) {
    for (const Case& known : all()) {
        const std::string_view advice = classify(known.code, known.http_statuses[0]).advice;
        EXPECT_GT(advice.size(), 20U) << known.code;
        EXPECT_LT(advice.size(), 200U) << known.code;
        EXPECT_TRUE(advice.ends_with('.')) << advice;
        EXPECT_EQ(advice.find(". "), std::string_view::npos) << advice;
    }
}

TEST(ApiError, RefusesTheAccountOnlyWhereAPersonHasToMendSomething) {
    const std::pair<CallErrorClass, bool> all[] = {
        {transport, false}, {server, false},    {throttled, false},  {session, false},
        {request, false},   {permission, true}, {credentials, true}, {clock, true},
        {suspended, true},  {endpoint, true},   {bug, true}};
    std::vector<std::string_view> names;
    for (const auto& [error_class, refused] : all) {
        EXPECT_EQ(is_refused(error_class), refused) << to_string(error_class);
        EXPECT_EQ(std::count(names.begin(), names.end(), to_string(error_class)), 0);
        names.push_back(to_string(error_class));
    }
}

}  // namespace
}  // namespace vodcatalog
