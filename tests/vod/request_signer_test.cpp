#include "daemon/vod/request_signer.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/vod/allocation_count.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_random.h"

namespace vodcatalog {
namespace {

constexpr WallTime kNow = catalog::from_ms(1'767'323'045'678);  // 2026-01-02T03:04:05.678Z
constexpr const char* kIds = "bbc65bba53f94e4f8b6fed90de118a78,594228cdd14b4d069fc17a8c4a5e0f11";

std::shared_ptr<const Session> session(Credentials credentials) {
    return std::make_shared<const Session>(Session{std::move(credentials), std::nullopt, "a test"});
}
const Credentials kKey{"testAccessKeyId", "testAccessKeySecret", ""};
const Credentials kTemporary{"STS.testAccessKeyId", "testAccessKeySecret", "CAIS+test/Token=="};

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
    }
    return out;
}

/// The pairs of `name=value&...`, decoded, in their order.
Parameters pairs(std::string_view query) {
    Parameters out;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        out.emplace_back(decoded(pair.substr(0, equals)), decoded(pair.substr(equals + 1)));
    }
    return out;
}

/// Takes the one pair called `name` out of `list`.
std::string take(Parameters& list, const std::string& name) {
    std::string value;
    const auto taken = std::erase_if(list, [&](const auto& pair) {
        if (pair.first == name) value = pair.second;
        return pair.first == name;
    });
    EXPECT_EQ(taken, 1U) << name;
    return value;
}

class RequestSignerTest : public testing::Test {
protected:
    void use(SignatureVersion version,
             const char* endpoint = "https://vod.cn-shanghai.aliyuncs.com") {
        signer_.emplace(parse_endpoint(endpoint), version, std::chrono::seconds{7}, random_);
    }
    const HttpRequest& sign(const std::shared_ptr<const Session>& session,
                            const Parameters& parameters = {{"AuthTimeout", "3600"},
                                                            {"ImageIds", kIds},
                                                            {"OutputType", "cdn"}}) {
        return signer_->sign("GetImageInfos", parameters, session, kNow);
    }

    world::FakeRandom random_;
    std::optional<RequestSigner> signer_;
};

TEST_F(RequestSignerTest, V1SendsEveryParameterInAFormAndSignsThemAll) {
    use(SignatureVersion::v1);
    const HttpRequest& request = sign(session(kKey));
    EXPECT_EQ(request.endpoint, parse_endpoint("https://vod.cn-shanghai.aliyuncs.com"));
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/");
    EXPECT_EQ(request.timeout, std::chrono::seconds{7});
    EXPECT_EQ(request.headers, (Headers{{"Host", "vod.cn-shanghai.aliyuncs.com"},
                                        {"User-Agent", "vodcatalog"},
                                        {"Accept", "application/json"},
                                        {"Content-Type", "application/x-www-form-urlencoded"}}));
    Parameters sent = pairs(request.body);
    const std::string signature = take(sent, "Signature");
    Parameters signable = sent;
    EXPECT_EQ(take(sent, "SignatureNonce").size(), 32U);
    EXPECT_EQ(sent, (Parameters{{"AccessKeyId", "testAccessKeyId"},
                                {"Action", "GetImageInfos"},
                                {"AuthTimeout", "3600"},
                                {"Format", "JSON"},
                                {"ImageIds", kIds},
                                {"OutputType", "cdn"},
                                {"SignatureMethod", "HMAC-SHA1"},
                                {"SignatureVersion", "1.0"},
                                {"Timestamp", "2026-01-02T03:04:05Z"},
                                {"Version", "2017-03-21"}}));
    EXPECT_EQ(signature, SignatureV1("testAccessKeySecret").sign("POST", signable));
}

TEST_F(RequestSignerTest, V1SendsAndSignsTheTokenOfASession) {
    use(SignatureVersion::v1);
    Parameters sent = pairs(sign(session(kTemporary)).body);
    const std::string signature = take(sent, "Signature");
    Parameters signable = sent;
    EXPECT_EQ(take(sent, "SecurityToken"), "CAIS+test/Token==");
    EXPECT_EQ(take(sent, "AccessKeyId"), "STS.testAccessKeyId");
    EXPECT_EQ(signature, SignatureV1("testAccessKeySecret").sign("POST", signable));
}

TEST_F(RequestSignerTest, V1PutsParametersWhereTheirNamesBelong) {
    use(SignatureVersion::v1);
    const std::string body = sign(session(kKey), {{"A", "1"}, {"Match", "a b"}, {"Z", ""}}).body;
    EXPECT_TRUE(body.starts_with("A=1&AccessKeyId=")) << body;
    EXPECT_NE(body.find("&Format=JSON&Match=a%20b&SignatureMethod="), std::string::npos) << body;
    EXPECT_NE(body.find("&Version=2017-03-21&Z=&Signature="), std::string::npos) << body;
    Parameters signable = pairs(body);
    const std::string signature = take(signable, "Signature");
    EXPECT_EQ(signature, SignatureV1("testAccessKeySecret").sign("POST", signable));
}

/// Checks the Authorization of `request` against the general signature; returns its signed headers.
Parameters check_v3(const HttpRequest& request, const std::string& access_key_id,
                    std::string_view query) {
    Parameters headers = request.headers;
    const std::string authorization = take(headers, "Authorization");
    EXPECT_EQ(take(headers, "User-Agent"), "vodcatalog");
    EXPECT_EQ(take(headers, "Accept"), "application/json");
    const std::string signature = SignatureV3("testAccessKeySecret")
                                      .sign({.method = "POST",
                                             .canonical_query = query,
                                             .headers = headers,
                                             .body_sha256 = kEmptyBodySha256});
    EXPECT_EQ(authorization, authorization_v3(access_key_id, headers, signature));
    return headers;
}

TEST_F(RequestSignerTest, V3SendsTheOperationsParametersInTheQueryAndSignsAllHeaders) {
    use(SignatureVersion::v3);
    const HttpRequest& request = sign(session(kKey));
    const std::string query =
        "AuthTimeout=3600&ImageIds=bbc65bba53f94e4f8b6fed90de118a78%2C"
        "594228cdd14b4d069fc17a8c4a5e0f11&OutputType=cdn";
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/?" + query);
    EXPECT_EQ(request.body, "");
    EXPECT_EQ(request.timeout, std::chrono::seconds{7});
    Parameters headers = check_v3(request, "testAccessKeyId", query);
    EXPECT_EQ(take(headers, "x-acs-signature-nonce").size(), 32U);
    EXPECT_EQ(headers, (Parameters{{"host", "vod.cn-shanghai.aliyuncs.com"},
                                   {"x-acs-action", "GetImageInfos"},
                                   {"x-acs-content-sha256", std::string(kEmptyBodySha256)},
                                   {"x-acs-date", "2026-01-02T03:04:05Z"},
                                   {"x-acs-version", "2017-03-21"}}));
}

TEST_F(RequestSignerTest, V3SendsAndSignsTheTokenOfASession) {
    use(SignatureVersion::v3);
    Parameters headers =
        check_v3(sign(session(kTemporary), {{"ImageId", "x"}}), "STS.testAccessKeyId", "ImageId=x");
    EXPECT_EQ(take(headers, "x-acs-security-token"), "CAIS+test/Token==");
    EXPECT_EQ(take(headers, "x-acs-accesskey-id"), "STS.testAccessKeyId");
}

TEST_F(RequestSignerTest, V3NeedsNoParameters) {
    use(SignatureVersion::v3);
    const HttpRequest& request = sign(session(kKey), {});
    EXPECT_EQ(request.target, "/");
    check_v3(request, "testAccessKeyId", "");
}

TEST_F(RequestSignerTest, NamesThePortWhereItIsNotTheSchemesOwn) {
    use(SignatureVersion::v3, "http://127.0.0.1:8080");
    EXPECT_EQ(sign(session(kKey)).headers[0],
              (std::pair<std::string, std::string>{"host", "127.0.0.1:8080"}));
    use(SignatureVersion::v1, "http://[::1]:8080");
    EXPECT_EQ(sign(session(kKey)).headers[0],
              (std::pair<std::string, std::string>{"Host", "[::1]:8080"}));
}

TEST_F(RequestSignerTest, UsesNoNonceTwice) {
    for (const auto version : {SignatureVersion::v1, SignatureVersion::v3}) {
        use(version);
        const auto key = session(kKey);
        std::set<std::string> requests;
        for (int i = 0; i < 100; ++i) {
            const HttpRequest& request = sign(key);
            requests.insert(request.body + request.headers.back().second);
        }
        EXPECT_EQ(requests.size(), 100U);
    }
}

/// A source of randomness that can be set back.
class Repeating final : public Random {
public:
    [[nodiscard]] std::uint64_t bits() override { return fake_.bits(); }
    void again() { fake_ = world::FakeRandom(); }

private:
    world::FakeRandom fake_;
};

TEST_F(RequestSignerTest, SignsAfterOtherThingsJustAsANewOneDoes) {
    const auto key = session(kKey);
    const auto temporary = session(kTemporary);
    const auto other_key = session({"otherAccessKeyId", "otherAccessKeySecret", ""});
    const std::tuple<const char*, std::shared_ptr<const Session>, WallTime> cases[] = {
        {"GetImageInfos", key, kNow},
        {"GetImageInfo", key, kNow},
        {"GetImageInfo", key, kNow + std::chrono::hours{1}},
        {"GetImageInfo", temporary, kNow},
        {"GetImageInfo", other_key, kNow},
        {"GetImageInfo", key, WallTime{}}};
    const Endpoint endpoint = parse_endpoint("https://a.example");
    for (const auto version : {SignatureVersion::v1, SignatureVersion::v3}) {
        Repeating random;
        RequestSigner used(endpoint, version, std::chrono::seconds{7}, random);
        for (const auto& [action, with, now] : cases) {
            (void)used.sign("GetImageInfos", {{"ImageIds", "x,y"}}, key, kNow);
            random.again();
            const HttpRequest& one = used.sign(action, {{"ImageId", "x"}}, with, now);
            random.again();
            RequestSigner fresh(endpoint, version, std::chrono::seconds{7}, random);
            const HttpRequest& other = fresh.sign(action, {{"ImageId", "x"}}, with, now);
            EXPECT_EQ(one.target, other.target);
            EXPECT_EQ(one.body, other.body);
            EXPECT_EQ(one.headers, other.headers);
        }
    }
}

TEST_F(RequestSignerTest, AsksForNoMemoryOnceItIsUnderWay) {
    for (const auto version : {SignatureVersion::v1, SignatureVersion::v3}) {
        use(version);
        const auto key = session(kTemporary);
        const Parameters parameters{{"ImageIds", kIds}};
        for (int i = 0; i < 3; ++i) (void)sign(key, parameters);
        const std::size_t before = allocation_count();
        (void)sign(key, parameters);
        EXPECT_EQ(allocation_count() - before, 0U);
    }
}

TEST_F(RequestSignerTest, MasksWhatItSignedWithAlsoPercentEncoded) {
    for (const auto version : {SignatureVersion::v1, SignatureVersion::v3}) {
        use(version);
        const HttpRequest& request = sign(session(kTemporary));
        std::string signature = request.headers.back().second;
        if (version == SignatureVersion::v1) {
            Parameters sent = pairs(request.body);
            signature = take(sent, "Signature");
        } else {
            signature = signature.substr(signature.rfind('=') + 1);
        }
        ASSERT_GE(signature.size(), 28U);
        std::string encoded;
        append_percent_encoded(encoded, signature);
        std::string text =
            "a STS.testAccessKeyId b testAccessKeySecret c CAIS+test/Token== d "
            "CAIS%2Btest%2FToken%3D%3D e " +
            signature + " f " + encoded;
        signer_->redact(text);
        EXPECT_EQ(text, "a *** b *** c *** d *** e *** f ***");
    }
}

TEST_F(RequestSignerTest, MasksNoShortValues) {
    use(SignatureVersion::v3);
    std::string text = "the key is a word";
    signer_->redact(text);
    (void)sign(session({"key", "word", "a"}));
    signer_->redact(text);
    EXPECT_EQ(text, "the key is a word");
}

}  // namespace
}  // namespace vodcatalog
