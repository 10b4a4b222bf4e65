#pragma once

#include <gtest/gtest.h>

#include <string>

#include "catalog/error.h"
#include "daemon/vod/credentials/provider.h"
#include "daemon/vod/redactor.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_http_client.h"
#include "tests/world/fake_random.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {

/// What providers are given, and how to look at what they give.
class ProviderWorld : public testing::Test {
protected:
    /// "retryable: ..." or "refused: ...", as fetch() throws; the folder shown as DIR.
    std::string fault(Provider& provider) const {
        try {
            return "gave " + provider.fetch().session.credentials.access_key_id;
        } catch (const catalog::Retryable& error) {
            return "retryable: " + shortened(error.what());
        } catch (const catalog::Refused& error) {
            return "refused: " + shortened(error.what());
        }
    }
    std::string shortened(std::string text) const {
        const std::string own = folder.path().string();
        for (auto at = text.find(own); at != std::string::npos; at = text.find(own))
            text.replace(at, own.size(), "DIR");
        return text;
    }
    /// The members of a session that lasts until `expiration`.
    static std::string members(const std::string& expiration) {
        return R"("AccessKeyId":"STS.id","AccessKeySecret":"s3cret","SecurityToken":"t0ken",)"
               R"("Expiration":")" +
               expiration + "\"";
    }
    static std::string sts_body(const std::string& expiration) {
        return R"({"RequestId":"r","Credentials":{)" + members(expiration) + "}}";
    }
    /// The first header of that name in a request; empty if it has none.
    static std::string header_of(const HttpRequest& request, std::string_view name) {
        for (const auto& [its_name, value] : request.headers) {
            if (its_name == name) return value;
        }
        return {};
    }
    /// Whether the log would mask `secret`.
    [[nodiscard]] bool is_known(const std::string& secret) const {
        std::string text = "x " + secret + " y";
        redactor(text);
        return text == "x *** y";
    }
    [[nodiscard]] std::chrono::milliseconds left(const Grant& grant) const {
        return std::chrono::floor<std::chrono::milliseconds>(grant.good_until.value() -
                                                             clock.steady());
    }

    world::FakeClock clock;  // 2026-01-02T03:04:05Z
    world::FakeRandom random;
    world::FakeHttpClient http;
    Redactor redactor;
    const world::TempFolder folder;
};

}  // namespace vodcatalog
