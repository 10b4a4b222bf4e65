#include "daemon/credentials_worker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/poco_http_client.h"
#include "daemon/vod/redactor.h"
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
            const std::string number = std::to_string(given++);
            connection.send(http(R"({"Credentials":{"AccessKeyId":"STS.)" + number +
                                 R"(","AccessKeySecret":"canary-secret-)" + number +
                                 R"(","SecurityToken":"canary-token-)" + number +
                                 R"(","Expiration":")" +
                                 catalog::to_iso_seconds(clock.wall() + 1h) + R"("}})"));
        }
    };
}

class CredentialsWorkerTest : public testing::Test {
protected:
    CredentialsWorkerTest() { world::write_file(folder / "token", "canary-jwt\n"); }

    CredentialsWorker::Account account(CredentialsSettings settings) {
        return {"main", std::move(settings),
                std::make_unique<PocoHttpClient>(deadlines, names, clock, ""),
                std::make_unique<PocoHttpClient>(deadlines, names, clock, "")};
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
        return start(std::move(accounts));
    }
    std::unique_ptr<CredentialsWorker> start(std::vector<CredentialsWorker::Account> accounts) {
        return std::make_unique<CredentialsWorker>(
            std::move(accounts), clock, log, redactor,
            CredentialsWorker::Hooks{[] {}, [this] { deadlines.abort_all(); },
                                     [this](std::size_t account) { renewed[account] += 1; }});
    }
    /// Whether the log would mask all of them.
    [[nodiscard]] bool knows(const Credentials& credentials) const {
        std::string text = credentials.access_key_secret + " " + credentials.security_token;
        redactor(text);
        return text == "*** ***";
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
    NameLookup names{clock};
    Redactor redactor;
    std::array<std::atomic<int>, 2> renewed{};
    std::mutex mutex;
    std::condition_variable written;
    std::vector<std::string> lines;
    Log log{clock, LogLevel::debug, LogFormat::text, [this](std::string& text) { redactor(text); },
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
    wait_for_line({"warn", "has no credentials", "static: access_key_secret_file names"});
    EXPECT_NE(worker->source(0)->missing_because().find("names"), std::string::npos);
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
    const auto worker = start(std::move(accounts));
    EXPECT_TRUE(worker->source(1)->current());
    EXPECT_EQ(renewed[1], 1);
    wait_for_line({"has no credentials", "oidc: STS answered 403 NoPermission: No.; let the role"});
    EXPECT_EQ(worker->source(0)->current(), nullptr);
    EXPECT_TRUE(worker->source(0)->missing_because().starts_with("oidc: STS answered 403"));
    EXPECT_EQ(renewed[0], 0);
}

TEST_F(CredentialsWorkerTest, EverySessionIsKnownToTheRedactorBeforeItIsThere) {
    const RawServer server(sts(clock, given));
    const auto worker = start(oidc(server));
    const auto source = worker->source(0);
    while (!source->current()) std::this_thread::yield();
    const auto first = source->current();
    EXPECT_TRUE(knows(first->credentials));
    source->refused(first);
    while (source->current() == first) std::this_thread::yield();
    EXPECT_TRUE(knows(source->current()->credentials));
    EXPECT_TRUE(knows(first->credentials)) << "calls signed with it are still under way";
    EXPECT_NE(first->credentials, source->current()->credentials);
}

TEST_F(CredentialsWorkerTest, WhatIsRepeatedInAnErrorIsMaskedInTheLog) {
    const RawServer server([](RawConnection& connection, int) {
        while (!connection.request().empty())
            connection.send(http(
                R"({"Code":"Weird","Message":"canary-jwt came, canary-jwt went."})", "400 No"));
    });
    const auto worker = start(oidc(server));
    wait_for_line({"has no credentials", "Weird: *** came, *** went."});
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
