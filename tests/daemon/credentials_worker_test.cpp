#include "daemon/credentials_worker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/poco_http_client.h"
#include "daemon/vod/redact.h"
#include "tests/world/file.h"
#include "tests/world/raw_server.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;
using world::RawConnection;
using world::RawServer;

std::string http(const std::string& body, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

/// An STS that gives the sessions STS.0, STS.1 ..., for an hour each.
RawServer::Behaviour sts(const Clock& clock, std::atomic<int>& given) {
    return [&clock, &given](RawConnection& connection, int) {
        while (!connection.request().empty()) {
            connection.send(
                http(R"({"Credentials":{"AccessKeyId":"STS.)" + std::to_string(given++) +
                     R"(","AccessKeySecret":"canary-secret","SecurityToken":"canary-token",)" +
                     R"("Expiration":")" + catalog::to_iso_seconds(clock.wall() + 1h) + R"("}})"));
        }
    };
}

class CredentialsWorkerTest : public testing::Test {
protected:
    CredentialsWorkerTest() { world::write_file(folder / "token", "canary-jwt\n"); }

    CredentialsWorker::Account account(CredentialsSettings settings) {
        return {"main", std::move(settings),
                std::make_unique<PocoHttpClient>(deadlines, clock, "")};
    }
    CredentialsSettings oidc(const RawServer& server) const {
        CredentialsSettings settings;
        settings.chain = {ProviderKind::oidc};
        settings.oidc.role.arn = "acs:ram::1:role/r";
        settings.oidc.provider_arn = "acs:ram::1:oidc-provider/p";
        settings.oidc.token_file = folder / "token";
        settings.sts = {false, "127.0.0.1", server.port()};
        return settings;
    }
    CredentialsSettings key() const {
        CredentialsSettings settings;
        settings.chain = {ProviderKind::static_key};
        settings.static_key = {"LTAI1", SecretFile((folder / "secret").string(), "/"), {}};
        return settings;
    }
    std::unique_ptr<CredentialsWorker> start(CredentialsSettings settings) {
        std::vector<CredentialsWorker::Account> accounts;
        accounts.push_back(account(std::move(settings)));
        return std::make_unique<CredentialsWorker>(
            std::move(accounts), clock, log,
            CredentialsWorker::Hooks{[] {}, [this] { deadlines.abort_all(); }});
    }
    /// Waits for a line that has all of `words`, and takes it.
    std::string wait_for_line(const std::vector<std::string>& words) {
        std::unique_lock lock(mutex);
        std::string found;
        written.wait(lock, [&] {
            for (auto line = lines.begin(); line != lines.end(); ++line) {
                const bool all = std::all_of(words.begin(), words.end(), [&](const auto& word) {
                    return line->find(word) != std::string::npos;
                });
                if (!all) continue;
                found = *line;
                lines.erase(line);
                return true;
            }
            return false;
        });
        return found;
    }
    void write(std::string_view line) {
        EXPECT_EQ(line.find("canary"), std::string_view::npos) << line;
        {
            const std::lock_guard lock(mutex);
            lines.emplace_back(line);
        }
        written.notify_all();
    }

    const world::TempFolder folder;
    SystemClock clock;
    DeadlineWatch deadlines{clock};
    std::mutex mutex;
    std::condition_variable written;
    std::vector<std::string> lines;
    Log log{clock, LogLevel::debug, LogFormat::text, &redact,
            [this](std::string_view line) { write(line); }};
    std::atomic<int> given = 0;
};

TEST_F(CredentialsWorkerTest, AKeyInAFileIsThereFromTheBeginning) {
    world::write_file(folder / "secret", "canary-key\n");
    const auto worker = start(key());
    const auto session = worker->source(0)->current();
    ASSERT_TRUE(session);
    EXPECT_EQ(session->credentials, (Credentials{"LTAI1", "canary-key", ""}));
    wait_for_line(
        {"info", "has new credentials", "account=main", "provider=static", "valid_until=replaced"});
}

TEST_F(CredentialsWorkerTest, AKeyThatIsMissingIsToldAndTakenOnceItIsThere) {
    const auto worker = start(key());
    EXPECT_EQ(worker->source(0)->current(), nullptr);
    wait_for_line({"error", "has no credentials", "static: access_key_secret_file names"});
    world::write_file(folder / "new", "canary-key\n");
    std::filesystem::rename(folder / "new", folder / "secret");
    wait_for_line({"has new credentials", "provider=static"});
    EXPECT_TRUE(worker->source(0)->current());
}

TEST_F(CredentialsWorkerTest, ARefusedSessionIsReplacedAtOnce) {
    const RawServer server(sts(clock, given));
    const auto worker = start(oidc(server));
    const auto source = worker->source(0);
    wait_for_line({"has new credentials", "provider=oidc", "valid_until=20"});
    const auto first = source->current();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->credentials.access_key_id, "STS.0");
    source->refused(first);
    wait_for_line({"has new credentials", "provider=oidc"});
    EXPECT_EQ(source->current()->credentials.access_key_id, "STS.1");
    source->refused(first);
    EXPECT_EQ(source->current()->credentials.access_key_id, "STS.1");
}

TEST_F(CredentialsWorkerTest, OneAccountsFaultIsNotAnothers) {
    world::write_file(folder / "secret", "canary-key\n");
    const RawServer server([](RawConnection& connection, int) {
        while (!connection.request().empty())
            connection.send(http(R"({"Code":"NoPermission","Message":"No."})", "403 No"));
    });
    std::vector<CredentialsWorker::Account> accounts;
    accounts.push_back(account(oidc(server)));
    accounts.push_back(account(key()));
    const CredentialsWorker worker(std::move(accounts), clock, log,
                                   {[] {}, [this] { deadlines.abort_all(); }});
    EXPECT_TRUE(worker.source(1)->current());
    wait_for_line({"has no credentials", "oidc: STS answered 403 NoPermission: No.; let the role"});
    EXPECT_EQ(worker.source(0)->current(), nullptr);
}

TEST_F(CredentialsWorkerTest, ItsEndDoesNotWaitForAServerThatHangs) {
    std::atomic<bool> asked = false;
    RawServer server([&](RawConnection& connection, int) {
        if (connection.request().empty()) return;
        asked = true;
        asked.notify_all();
        connection.wait_until_client_goes();
    });
    auto worker = start(oidc(server));
    asked.wait(false);
    const auto source = worker->source(0);
    worker.reset();
    EXPECT_EQ(source->current(), nullptr);
    source->refused(nullptr);
}

}  // namespace
}  // namespace vodcatalog
