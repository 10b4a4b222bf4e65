#include "cli/url.h"

#include <map>
#include <stdexcept>
#include <vector>

#include "cli/failure.h"
#include "tests/world/catalog_fixture.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_random.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

const std::string kId = "bbc65bba53f94e4f8b6fed90de118a78";
const std::string kUrl = "http://h/a.png?auth_key=1-0-0-f";
const std::string kFileUrl = "https://b/a.png?Expires=1&OSSAccessKeyId=k&Signature=s%3D";

/// Answers every request alike, and keeps what it was asked.
class OneAnswer final : public HttpClient {
public:
    OneAnswer(int status, std::string body, std::vector<std::string>& asked)
        : status_(status), body_(std::move(body)), asked_(asked) {}
    void send(const HttpRequest& request, HttpResponse& response) override {
        asked_.push_back(request.endpoint.host + request.target);
        if (status_ == 0) throw catalog::Retryable("connection refused");
        if (status_ < 0) throw catalog::Refused("the certificate does not verify");
        response.status = status_;
        response.body = body_;
    }

private:
    const int status_;
    const std::string body_;
    std::vector<std::string>& asked_;
};

class UrlTest : public world::CatalogFixture {
protected:
    UrlTest() {
        settings.catalog.path = file();
        add("main");
        command.image_id = kId;
    }
    void add(const std::string& name) {
        AccountSettings& account = settings.accounts.emplace_back();
        account.name = name;
        account.endpoint = {true, name + ".example.com", 443};
        account.credentials.chain = {ProviderKind::static_key};
        account.credentials.static_key = {
            "testAccessKeyId",
            SecretFile(world::write_file(secrets / "secret", "testAccessKeySecret\n").string(),
                       "/"),
            {}};
    }
    /// The catalog has the image in the name of that account.
    void catalog_has_image_of(const std::string& name) {
        open();
        const std::int64_t account = catalog_->enroll(name, "", "", at(0));
        const std::string_view id = kId;
        catalog_->track(account, catalog::Source::file, {&id, 1}, catalog::Tier::warm, at(0),
                        at(0));
    }
    void answer(int with_status, std::string with_body) {
        status = with_status;
        body = std::move(with_body);
    }
    void answer_error(int with_status, const std::string& code) {
        answer(with_status, R"({"RequestId":"r","Code":")" + code + R"(","Message":"m"})");
    }

    std::string said() {
        const auto connect = [this](const VodAccount& account) {
            proxied.push_back(account.proxy.has_value());
            return std::make_unique<OneAnswer>(status, body, asked);
        };
        return url(command, settings, {connect, clock, random});
    }
    /// The exit code it fails with, 0 if it does not; and in `why` what it says.
    int failure() {
        try {
            why = said();
            return 0;
        } catch (const Failure& failed) {
            why = failed.what();
            return static_cast<int>(failed.code());
        }
    }
    [[nodiscard]] bool says(const std::string& words) const {
        return why.find(words) != std::string::npos;
    }

    const world::TempFolder secrets;
    UrlCommand command;
    Settings settings;
    int status = 200;
    std::string body = std::string(R"({"RequestId":"r","ImageInfo":{"ImageId":")") + kId +
                       R"(","URL":")" + kUrl + R"(","Mezzanine":{"FileURL":")" + kFileUrl +
                       R"("}}})";
    std::vector<std::string> asked;
    std::vector<bool> proxied;  ///< Of each client that was made.
    std::string why;
    world::FakeClock clock;
    world::FakeRandom random;
};

TEST_F(UrlTest, PrintsBothUrlsAsTheCloudSignedThem) {
    EXPECT_EQ(said(), std::string("URL      ") + kUrl + "\n" + "FileURL  " + kFileUrl + "\n");
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_NE(asked[0].find(std::string("ImageId=") + kId), std::string::npos) << asked[0];
}

TEST_F(UrlTest, PrintsTheSourceFilesUrlAloneForAScript) {
    command.mezzanine = true;
    EXPECT_EQ(said(), std::string(kFileUrl) + "\n");
    command.output = Output::json;
    EXPECT_EQ(said(), std::string(R"({"image_id":")") + kId +
                          R"(","account":"main","file_url":"https:\/\/b\/a.png?Expires=1&)" +
                          "OSSAccessKeyId=k&Signature=s%3D\"}\n");
}

TEST_F(UrlTest, PrintsJson) {
    command.output = Output::json;
    answer(200,
           std::string(R"({"ImageInfo":{"ImageId":")") + kId + R"(","URL":"a\"b\u001b\u202e"}})");
    EXPECT_EQ(said(), std::string(R"({"image_id":")") + kId +
                          R"(","account":"main","url":"a\"b\u001B\u202E","file_url":null})" + "\n");
}

TEST_F(UrlTest, LetsNoUrlDriveATerminal) {
    answer(200, std::string(R"({"ImageInfo":{"ImageId":")") + kId + R"(","URL":"a\u001b[2J\nb"}})");
    EXPECT_EQ(said(), "URL      a\\u001b[2J\\nb\n");
}

TEST_F(UrlTest, AsksTheAccountThatHasTheImage) {
    add("other");
    catalog_has_image_of("other");
    said();
    EXPECT_TRUE(asked.at(0).starts_with("other.example.com"));
    command.account = "main";
    said();
    EXPECT_TRUE(asked.at(1).starts_with("main.example.com"));
}

TEST_F(UrlTest, AsksTheOnlyAccountWhereTheCatalogDoesNotTell) {
    said();  // there is no catalog
    open();
    said();
    EXPECT_EQ(asked.size(), 2U);
}

TEST_F(UrlTest, WantsToBeToldTheAccountWhereItCannotKnow) {
    add("other");
    EXPECT_EQ(failure(), 64);
    EXPECT_TRUE(says("cannot be opened") && says("--account") && says("main, other")) << why;
    open();
    EXPECT_EQ(failure(), 64);
    EXPECT_TRUE(says("does not have it") && says("--account") && says("main, other")) << why;
    catalog_has_image_of("former");
    EXPECT_EQ(failure(), 64);
    EXPECT_TRUE(says("of account former") && says("main, other")) << why;
    command.account = "mian";
    EXPECT_EQ(failure(), 64);
    EXPECT_TRUE(says("--account mian") && says("main, other")) << why;
    EXPECT_TRUE(asked.empty());
}

TEST_F(UrlTest, RefusesWhatIsNoImageId) {
    for (const char* id : {"", "a,b", "a b", "a\n"}) {
        command.image_id = id;
        EXPECT_EQ(failure(), 65) << id;
        EXPECT_TRUE(says("give one ID")) << why;
    }
    EXPECT_TRUE(asked.empty());
}

TEST_F(UrlTest, SaysThatThereIsNoSuchImageOrNoUrlYet) {
    answer_error(404, "NoSuchResource");
    EXPECT_EQ(failure(), 66);
    EXPECT_TRUE(says(kId) && says("account main has no such image")) << why;
    for (const char* members : {"", R"(,"URL":"","Mezzanine":{"FileURL":null})"}) {
        answer(200, std::string(R"({"ImageInfo":{"ImageId":")") + kId + '"' + members + "}}");
        EXPECT_EQ(failure(), 66);
        EXPECT_TRUE(says("upload has ended")) << why;
    }
    command.mezzanine = true;
    answer(200, std::string(R"({"ImageInfo":{"ImageId":")") + kId + R"(","URL":"http://h/a"}})");
    EXPECT_EQ(failure(), 66);
}

TEST_F(UrlTest, FailsByWhatThePersonHasToDo) {
    const struct {
        int status;
        const char* code;
        int exit_code;
    } cases[] = {{400, "SignatureDoesNotMatch", 77},
                 {404, "InvalidAccessKeyId.NotFound", 77},
                 {403, "Forbidden.RAM", 77},
                 {400, "InvalidTimeStamp.Expired", 77},
                 {403, "OperationDenied.Suspended", 77},
                 {404, "InvalidAction.NotFound", 77},
                 {400, "Throttling.User", 69},
                 {500, "InternalError", 69},
                 {503, "ServiceUnavailable", 69},
                 {400, "IncompleteSignature", 70},
                 {400, "InvalidSecurityToken.Expired", 77},
                 {400, "InvalidParameter", 65},
                 {0, "Transport", 69},
                 {-1, "Certificate", 77}};
    for (const auto& [with_status, code, exit_code] : cases) {
        answer_error(with_status, code);
        EXPECT_EQ(failure(), exit_code) << code;
        EXPECT_TRUE(says(std::string("account main: ") + code)) << why;
    }
    answer(200, "<html>");
    EXPECT_EQ(failure(), 69);
    answer(200, R"({"ImageInfo":{"ImageId":"another","URL":"http://h/a"}})");
    EXPECT_EQ(failure(), 69) << why;
}

TEST_F(UrlTest, SaysWhyThereAreNoCredentials) {
    CredentialsSettings& credentials = settings.accounts[0].credentials;
    credentials.chain = {ProviderKind::oidc};
    credentials.oidc.token_file = secrets / "none";
    EXPECT_EQ(failure(), 69);
    EXPECT_TRUE(says("account main: it has no credentials: oidc: token_file names ")) << why;
    EXPECT_TRUE(asked.empty());
    std::filesystem::remove(secrets / "secret");
    credentials.chain = {ProviderKind::static_key};
    EXPECT_EQ(failure(), 77);
    EXPECT_TRUE(says("access_key_secret_file names ")) << why;
}

TEST_F(UrlTest, AsksTheInstancesRoleDirectlyAndEverythingElseThroughTheProxy) {
    settings.accounts[0].credentials.chain = {ProviderKind::ecs_role};
    settings.accounts[0].proxy = Proxy{"proxy.example", 3128, "", "", {}};
    answer(503, "");
    EXPECT_EQ(failure(), 69);
    EXPECT_EQ(proxied, (std::vector<bool>{true, false}));
    ASSERT_FALSE(asked.empty());
    EXPECT_TRUE(asked.back().starts_with("100.100.100.200/latest/meta-data/")) << asked.back();
}

TEST_F(UrlTest, SaysNoSecretInAFailure) {
    answer(400,
           R"({"Code":"SignatureDoesNotMatch","Message":"server string to sign is:POST&canary"})");
    EXPECT_EQ(failure(), 77);
    EXPECT_FALSE(says("canary")) << why;
}

}  // namespace
}  // namespace vodcatalog
