#include "daemon/session_renewal.h"

#include <gtest/gtest.h>

#include <thread>

#include "daemon/vod/poco_http_client.h"
#include "tests/daemon/credentials_cloud.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"
#include "tests/world/tls_server.h"
#include "tests/world/variable.h"

namespace vodcatalog {
namespace {

/// An account whose credentials are renewed and used, over real connections to loopback; the clock
/// is the test's.
class SessionRenewalTest : public testing::Test {
protected:
    SessionRenewalTest() {
        world::write_file(folder / "secret", "canary-base\n");
        world::write_file(folder / "token", "canary-jwt\n");
        cloud.on_call = [this](const std::string& token) { EXPECT_TRUE(is_known(token)) << token; };
    }
    [[nodiscard]] bool is_known(const std::string& secret) const {
        std::string text = secret;
        redactor(text);
        return text == "***";
    }

    CredentialsSettings with(std::vector<ProviderKind> chain) const {
        CredentialsSettings settings;
        settings.chain = std::move(chain);
        settings.static_key = {"STS.base", SecretFile("./secret", folder.path()), {}};
        settings.oidc.role.arn = "acs:ram::1:role/r";
        settings.oidc.provider_arn = "acs:ram::1:oidc-provider/p";
        settings.oidc.token_file = folder / "token";
        settings.sts = settings.metadata = cloud.endpoint();
        return settings;
    }
    CredentialsSettings role(std::vector<ProviderKind> chain) const {
        CredentialsSettings settings = with(std::move(chain));
        settings.role.emplace().arn = "acs:ram::1:role/reader";
        return settings;
    }
    /// One of each way to a temporary key.
    [[nodiscard]] std::vector<CredentialsSettings> all_ways() const {
        return {with({ProviderKind::oidc}), with({ProviderKind::ecs_role}),
                role({ProviderKind::static_key}), role({ProviderKind::ecs_role}),
                with({ProviderKind::environment, ProviderKind::oidc, ProviderKind::ecs_role})};
    }
    void start(const CredentialsSettings& settings, bool compensate_clock = true) {
        client.reset();
        renewal.emplace("main", settings, ProviderSeams{sts, metadata, clock, random, redactor},
                        log, bell);
        VodAccount account;
        account.name = "main";
        account.endpoint = cloud.endpoint();
        account.sessions = renewal->source();
        account.compensate_clock = compensate_clock;
        client.emplace(account, vod, clock, random);
    }
    /// A call: "answered", or the error's code.
    std::string call() {
        const std::vector<std::string_view> ids{"a", "b"};
        CallOutcome outcome;
        client->call(Operation::get_image_infos, ids, outcome);
        message = outcome.error ? outcome.error->message : "";
        return outcome.error ? outcome.error->code : "answered";
    }
    /// Takes turns and makes a call each half second; how many calls had which end.
    std::map<std::string, int> run_for(std::chrono::milliseconds time) {
        std::map<std::string, int> ends;
        for (std::chrono::milliseconds at{0}; at < time; at += 500ms) {
            renewal->take_turn();
            ++ends[call()];
            clock.advance(500ms);
        }
        return ends;
    }
    /// How many lines of the log have `words`.
    [[nodiscard]] int lines(std::string_view words) const {
        return static_cast<int>(std::count_if(log_lines.begin(), log_lines.end(), [&](auto& line) {
            return line.find(words) != std::string::npos;
        }));
    }
    void write(std::string_view line) {
        EXPECT_EQ(line.find("canary"), std::string_view::npos) << line;
        log_lines.emplace_back(line);
    }
    using Ends = std::map<std::string, int>;

    const world::TempFolder folder;
    const world::Variable id{"ALIBABA_CLOUD_ACCESS_KEY_ID", std::nullopt};
    world::FakeClock clock;
    world::FakeRandom random;
    CredentialsCloud cloud{clock};
    SystemClock real_clock;
    DeadlineWatch deadlines{real_clock};
    NameLookup names{real_clock};
    PocoHttpClient sts{deadlines, names, real_clock, ""};
    PocoHttpClient metadata{deadlines, names, real_clock, ""};
    PocoHttpClient vod{deadlines, names, real_clock, ""};
    Redactor redactor;
    std::vector<std::string> log_lines;
    Log log{clock, LogLevel::debug, LogFormat::text, [this](std::string& text) { redactor(text); },
            [this](std::string_view line) { write(line); }};
    std::shared_ptr<Bell> bell = std::make_shared<Bell>();
    std::optional<SessionRenewal> renewal;
    std::optional<VodClient> client;
    std::string message;  ///< Of the latest call's error.
};

TEST_F(SessionRenewalTest, EachWayGivesASessionThatCallsAreAnsweredWith) {
    for (const CredentialsSettings& settings : all_ways()) {
        start(settings);
        EXPECT_FALSE(renewal->take_turn(true)) << "it would have to ask the network";
        EXPECT_EQ(call(), "NoCredentials");
        EXPECT_EQ(message, "there are no credentials to sign with: they are being fetched");
        EXPECT_TRUE(renewal->take_turn());
        EXPECT_EQ(call(), "answered") << message;
        EXPECT_FALSE(renewal->take_turn()) << "nothing is due";
    }
    for (const char* used : {"canary-base", "canary-jwt", "canary-imds-token"})
        EXPECT_TRUE(is_known(used)) << used;
}

TEST_F(SessionRenewalTest, TwentySecondSessionsAreRenewedWithFiveLeftAndCallsNeverStop) {
    cloud.life = 20s;
    for (const CredentialsSettings& settings : all_ways()) {
        const int before = cloud.given();
        start(settings);
        // A session of a role that a role takes on costs two.
        const int each = settings.role && settings.chain[0] == ProviderKind::ecs_role ? 2 : 1;
        EXPECT_EQ(run_for(300s), (Ends{{"answered", 600}}));
        EXPECT_GE(cloud.given() - before, 20 * each);
        EXPECT_LE(cloud.given() - before, 22 * each);
    }
}

TEST_F(SessionRenewalTest, AClockAnHourOffEitherWayCostsNoSession) {
    for (const auto off : {-1h, 1h}) {
        clock.jump_wall(off);
        for (const CredentialsSettings& settings : all_ways()) {
            const int before = cloud.given();
            start(settings);
            EXPECT_EQ(run_for(60s), (Ends{{"answered", 120}})) << message;
            clock.advance(40min);
            EXPECT_EQ(run_for(1s), (Ends{{"answered", 2}})) << "the same session, still good";
            EXPECT_LE(cloud.given() - before, 2);
        }
        clock.jump_wall(-off);
    }
    EXPECT_EQ(lines("[warn"), 0);
}

TEST_F(SessionRenewalTest, AClockThatJumpsChangesNothing) {
    cloud.life = 20s;
    start(with({ProviderKind::oidc}));
    for (const auto jump : {-20h, 21h, -1h}) {
        clock.jump_wall(jump);
        EXPECT_EQ(run_for(60s), (Ends{{"answered", 120}})) << message;
    }
}

TEST_F(SessionRenewalTest, WithoutCompensationAWrongClockIsTold) {
    CredentialsSettings settings = role({ProviderKind::static_key});
    settings.compensate_clock = false;
    start(settings, false);
    clock.jump_wall(1h);
    EXPECT_FALSE(renewal->take_turn());
    EXPECT_EQ(lines("InvalidTimeStamp.Expired"), 1);
    EXPECT_EQ(call(), "NoCredentials");
    EXPECT_NE(message.find("role: STS answered 400 InvalidTimeStamp.Expired"), std::string::npos);
}

TEST_F(SessionRenewalTest, AnExpiredTokenIsRenewedOnceAndTheNextCallIsAnswered) {
    for (const CredentialsSettings& settings : all_ways()) {
        start(settings);
        renewal->take_turn();
        EXPECT_EQ(call(), "answered");
        cloud.revoke();
        const int before = cloud.given();
        EXPECT_EQ(call(), "InvalidSecurityToken.Expired");
        EXPECT_EQ(call(), "InvalidSecurityToken.Expired");
        bell->wait({}, 1h);  // returns at once, since it has rung
        EXPECT_TRUE(renewal->take_turn());
        EXPECT_FALSE(renewal->take_turn());
        EXPECT_EQ(call(), "answered");
        EXPECT_LE(cloud.given() - before, settings.role ? 2 : 1);
    }
}

TEST_F(SessionRenewalTest, AServiceThatIsAwayKeepsTheOldSessionWhileItLastsAndIsToldOnce) {
    cloud.life = 60s;
    start(with({ProviderKind::oidc}));
    EXPECT_EQ(run_for(30s), (Ends{{"answered", 60}}));
    cloud.gives = false;
    const Ends ends = run_for(10min);
    EXPECT_GE(ends.at("answered"), 40) << "59 s by the server's clock, 30 s of them over";
    EXPECT_EQ(ends.at("answered") + ends.at("NoCredentials"), 1'200) << "and never an expired one";
    EXPECT_EQ(lines("could not be renewed"), 1);
    EXPECT_EQ(lines("has no credentials"), 1);
    EXPECT_NE(message.find("oidc: STS answered 503 ServiceUnavailable: Soon."), std::string::npos);
    cloud.gives = true;
    EXPECT_GE(run_for(2min).at("answered"), 120) << "back within a minute";
    EXPECT_EQ(lines("has new credentials"), 2 + cloud.given() - 2);
}

TEST_F(SessionRenewalTest, ATokenFileThatIsMissingOrHalfWrittenIsWaitedFor) {
    std::filesystem::remove(folder / "token");
    cloud.life = 20s;
    start(with({ProviderKind::oidc}));
    EXPECT_EQ(run_for(10s), (Ends{{"NoCredentials", 20}}));
    EXPECT_EQ(lines("has no credentials"), 1);
    world::write_file(folder / "token", "");
    EXPECT_EQ(run_for(10s), (Ends{{"NoCredentials", 20}}));
    world::write_file(folder / "token", "canary-jwt\n");
    EXPECT_GE(run_for(60s).at("answered"), 60);
    // Its writer empties it first; the session in use does not end with it.
    world::write_file(folder / "token", "");
    EXPECT_EQ(run_for(4s), (Ends{{"answered", 8}}));
    world::write_file(folder / "token", "canary-jwt-2\n");
    EXPECT_EQ(run_for(60s), (Ends{{"answered", 120}}));
}

TEST_F(SessionRenewalTest, AHalfWrittenSecretIsNotTakenAndAWholeOneIs) {
    start(with({ProviderKind::static_key}));
    EXPECT_TRUE(renewal->take_turn(true)) << "it asks nobody";
    const auto secret = [&] { return renewal->source()->current()->credentials.access_key_secret; };
    EXPECT_EQ(secret(), "canary-base");
    for (const char* half : {"", "canary-n", "two words\n"}) {
        world::write_file(folder / "secret", half);
        EXPECT_FALSE(renewal->take_turn()) << half;
        EXPECT_EQ(secret(), "canary-base") << half;
        clock.advance(1min);
    }
    world::write_file(folder / "secret", "canary-new\n");
    EXPECT_TRUE(renewal->take_turn());
    EXPECT_EQ(secret(), "canary-new");
    EXPECT_TRUE(is_known("canary-new"));
    EXPECT_TRUE(is_known("canary-base")) << "calls signed with it are still under way";
}

TEST_F(SessionRenewalTest, StsIsTrustedByTheAccountsCertificatesOnly) {
    const auto authority = world::Certificate::self_signed("DNS:authority");
    authority.write(folder / "ca.pem");
    world::TlsServer tls(authority.issue("DNS:localhost"));
    const world::RawServer server(
        [&](world::RawConnection& connection, int) { tls.serve(connection.socket(), "", 0); });
    PocoHttpClient trusting(deadlines, names, real_clock, (folder / "ca.pem").string());
    CredentialsSettings settings = with({ProviderKind::oidc});
    settings.sts = {true, "localhost", server.port()};
    const auto why = [&](HttpClient& http) {
        SessionRenewal of_sts("main", settings, {http, metadata, clock, random, redactor}, log,
                              bell);
        of_sts.take_turn();
        return of_sts.source()->missing_because();
    };
    EXPECT_NE(why(sts).find("the certificate of localhost does not verify"), std::string::npos);
    // After the handshake that server hangs up.
    EXPECT_NE(why(trusting).find("gave no answer"), std::string::npos) << why(trusting);
}

}  // namespace
}  // namespace vodcatalog
