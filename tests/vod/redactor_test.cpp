#include "daemon/vod/redactor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace vodcatalog {
namespace {

constexpr const char* kSecret = "testAccess+Key/Secret==";

std::string redacted(const Redactor& redactor, std::string text) {
    redactor(text);
    return text;
}

TEST(Redactor, MasksWhatItKnowsWhereverItStands) {
    Redactor redactor;
    EXPECT_EQ(redacted(redactor, kSecret), kSecret);
    redactor.know(kSecret);
    EXPECT_EQ(redacted(redactor, "told testAccess+Key/Secret==testAccess+Key/Secret==!"),
              "told ******!");
    EXPECT_EQ(redacted(redactor, "x=testAccess%2BKey%2FSecret%3D%3D&y"), "x=***&y");
    EXPECT_EQ(redacted(redactor, "x=testAccess%2bKey%2fSecret%3d%3d&y"), "x=***&y");
    EXPECT_EQ(redacted(redactor, "x%3DtestAccess%252BKey%252FSecret%253D%253D%26y"), "x%3D***%26y");
    EXPECT_EQ(redacted(redactor, "testAccess+Key/Secret="), "testAccess+Key/Secret=");
}

// printf '%s' "${before}testAccess+Key/Secret==" | base64, with "", "a", "ab" and "key:" before
TEST(Redactor, MasksWhatItKnowsWithinBase64WhateverStandsBefore) {
    Redactor redactor;
    redactor.know(kSecret);
    for (const char* base64 :
         {"dGVzdEFjY2VzcytLZXkvU2VjcmV0PT0=", "YXRlc3RBY2Nlc3MrS2V5L1NlY3JldD09",
          "YWJ0ZXN0QWNjZXNzK0tleS9TZWNyZXQ9PQ==", "a2V5OnRlc3RBY2Nlc3MrS2V5L1NlY3JldD09"}) {
        const std::string text = redacted(redactor, base64);
        EXPECT_NE(text.find("***"), std::string::npos) << base64;
        EXPECT_LE(text.size(), 3U + 10) << text;
    }
}

TEST(Redactor, MasksAlsoWhatItDoesNotKnowByItsName) {
    Redactor redactor;
    redactor.know(kSecret);
    EXPECT_EQ(redacted(redactor, "https://h/a?auth_key=1-0-0-f"), "https://h/a?auth_key=***");
}

TEST(Redactor, KnowsAllOfCredentialsButNothingShort) {
    Redactor redactor;
    redactor.know(Credentials{"testAccessKeyId", "testAccessKeySecret", "testSecurityToken"});
    EXPECT_EQ(redacted(redactor, "testAccessKeyId testAccessKeySecret testSecurityToken"),
              "*** *** ***");
    redactor.know(Credentials{"any", "short", ""});
    EXPECT_EQ(redacted(redactor, "any short word"), "any short word");
}

TEST(Redactor, ForgetsTheOldestWhenItKnowsTooMany) {
    Redactor redactor;
    redactor.know("the first secret");
    for (std::size_t i = 0; i + 1 < Redactor::kSecretsMax; ++i) {
        redactor.know("secret number " + std::to_string(i));
        redactor.know("secret number " + std::to_string(i));
    }
    EXPECT_EQ(redacted(redactor, "the first secret"), "***");
    redactor.know("one more secret");
    EXPECT_EQ(redacted(redactor, "the first secret, one more secret"), "the first secret, ***");
}

TEST(Redactor, DoesNotForgetWhatIsMadeKnownAgainAndAgain) {
    Redactor redactor;
    redactor.know("the first secret");
    redactor.know("the second secret");
    for (std::size_t i = 0; i < 2 * Redactor::kSecretsMax; ++i) {
        redactor.know("secret number " + std::to_string(i));
        redactor.know("the first secret");
    }
    EXPECT_EQ(redacted(redactor, "the first secret, the second secret"), "***, the second secret");
}

TEST(Redactor, IsUsedByManyThreads) {
    Redactor redactor;
    redactor.know(kSecret);
    std::atomic<int> unmasked = 0;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&redactor, &unmasked, thread] {
            for (int i = 0; i < 200; ++i) {
                redactor.know("secret " + std::to_string(thread) + "/" + std::to_string(i % 20));
                if (redacted(redactor, kSecret) != "***") ++unmasked;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(unmasked, 0);
}

}  // namespace
}  // namespace vodcatalog
