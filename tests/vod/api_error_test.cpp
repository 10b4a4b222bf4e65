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
    int http_status;
    CallErrorClass error_class;
};

// Every code of the API reference and of its gateway.
const Case kDocumented[] = {
    {"MissingParameter", 400, request},
    {"InvalidParameter", 400, request},
    {"OperationDenied", 403, suspended},
    {"OperationDenied.Suspended", 403, suspended},
    {"Forbidden", 403, permission},
    {"InternalError", 500, server},
    {"ServiceUnAvailable", 503, server},
    {"ServiceUnavailable", 503, server},
    {"Throttling.User", 400, throttled},
    {"MissingImageId", 400, request},
    {"InvalidImageId", 400, request},
    {"InvalidParameter.Format", 400, request},
    {"InvalidVersion", 400, request},
    {"InvalidAction.NotFound", 404, endpoint},
    {"InvalidApi.NotFound", 404, endpoint},
    {"InvalidProduct.NotFound", 404, endpoint},
    {"InvalidProtocol.NeedSsl", 400, endpoint},
    {"InvalidProtocol.NeedSsl", 404, endpoint},
    {"UnsupportedHTTPMethod", 403, endpoint},
    {"InvalidAccessKeyId.NotFound", 404, credentials},
    {"InvalidAccessKeyId.NotFound", 400, credentials},
    {"InvalidAccessKeyId.Inactive", 400, credentials},
    {"Forbidden.AccessKeyDisabled", 403, credentials},
    {"SignatureDoesNotMatch", 400, credentials},
    {"SignatureDoesNotMatch", 403, credentials},
    {"IncompleteSignature", 400, request},
    {"InvalidSignatureMethod", 400, request},
    {"IllegalTimestamp", 400, request},
    {"InvalidTimeStamp.Format", 400, request},
    {"InvalidTimeStamp.Expired", 400, clock},
    {"SignatureNonceUsed", 400, server},
    {"InvalidSecurityToken.Expired", 403, credentials},
    {"InvalidSecurityToken.Malformed", 400, credentials},
    {"InvalidSecurityToken.MismatchWithAccessKey", 400, credentials},
    {"MissingSecurityToken", 400, credentials},
    {"Forbidden.RAM", 403, permission},
    {"NoPermission", 403, permission},
    {"Forbidden.RiskControl", 403, permission},
    {"Throttling", 400, throttled},
    {"Throttling", 429, throttled},
    {"Throttling.Api", 400, throttled},
    {"Throttling.Api.Concurrency", 400, throttled},
    {"Timeout", 0, transport},
    {"Transport", 0, transport},
    {"Certificate", 0, endpoint},
    {"InvalidResponse", 200, server},
};

std::string in(std::string text, int (*change)(int)) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [change](char c) { return static_cast<char>(change(c)); });
    return text;
}

TEST(ApiError, ClassifiesEveryDocumentedCodeInAnyCase) {
    for (const Case& known : kDocumented) {
        SCOPED_TRACE(known.code);
        EXPECT_EQ(classify(known.code, known.http_status).error_class, known.error_class);
        EXPECT_EQ(classify(in(known.code, std::toupper), known.http_status).error_class,
                  known.error_class);
        EXPECT_EQ(classify(in(known.code, std::tolower), known.http_status).error_class,
                  known.error_class);
    }
}

TEST(ApiError, GoesByStatusForUnknownCodes) {
    EXPECT_EQ(classify("Strange", 500).error_class, server);
    EXPECT_EQ(classify("Strange", 599).error_class, server);
    EXPECT_EQ(classify("Strange", 429).error_class, throttled);
    EXPECT_EQ(classify("Strange", 400).error_class, request);
    EXPECT_EQ(classify("InvalidImage.NotFound", 404).error_class, request);
    EXPECT_EQ(classify("Throttlings", 400).error_class, request);
    EXPECT_EQ(classify("Throttling.", 400).error_class, request);
}

TEST(ApiError, BlamesNoImageForAnAnswerWithoutACode) {
    for (const int status : {200, 204, 302, 400, 403, 404, 502, 999}) {
        EXPECT_EQ(classify("", status).error_class, server) << status;
    }
    EXPECT_EQ(classify("", 429).error_class, throttled);
}

TEST(ApiError, AdvisesInOneSentence) {
    for (const Case& known : kDocumented) {
        const std::string_view advice = classify(known.code, known.http_status).advice;
        EXPECT_GT(advice.size(), 20U) << known.code;
        EXPECT_LT(advice.size(), 200U) << known.code;
        EXPECT_TRUE(advice.ends_with('.')) << advice;
        EXPECT_EQ(advice.find(". "), std::string_view::npos) << advice;
    }
}

TEST(ApiError, RefusesTheAccountOnlyWhereAPersonHasToMendSomething) {
    const std::pair<CallErrorClass, bool> all[] = {
        {transport, false}, {server, false},     {throttled, false},
        {request, false},   {credentials, true}, {permission, true},
        {clock, true},      {suspended, true},   {endpoint, true}};
    std::vector<std::string_view> names;
    for (const auto& [error_class, refused] : all) {
        EXPECT_EQ(is_refused(error_class), refused) << to_string(error_class);
        EXPECT_EQ(std::count(names.begin(), names.end(), to_string(error_class)), 0);
        names.push_back(to_string(error_class));
    }
}

}  // namespace
}  // namespace vodcatalog
