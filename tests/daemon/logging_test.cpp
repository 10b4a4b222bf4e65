#include "daemon/logging.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "daemon/journal.h"
#include "daemon/vod/redact.h"
#include "tests/world/fake_clock.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

/// Forges a line, clears the screen, sets a window title, turns the reading direction, breaks
/// quotes, and is no format string either.
const std::string kHostile =
    "x\n2026-01-02T03:04:05.000Z error Forged. a=b\r\x1B[2J\x1B]0;owned\x07 \xC2\x9B"
    "31m\x7F\" \\ {} %s %n \xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAE\xE2\x81\xA6\xD8\x9C'; DROP TABLE--";

void keep(std::string&) {}

/// A Log whose lines end up in `lines`.
struct Recorded {
    explicit Recorded(LogFormat format, LogLevel level = LogLevel::debug, Log::Redact redact = keep)
        : log(clock, level, format, std::move(redact),
              [this](std::string_view line) { lines.emplace_back(line); }) {}

    world::FakeClock clock;
    std::vector<std::string> lines;
    Log log;
};

Poco::JSON::Object::Ptr parsed(const std::string& line) {
    Poco::JSON::Parser parser;
    return parser.parse(line).extract<Poco::JSON::Object::Ptr>();
}

/// No control character but the newline at the end, and nothing of what turns the reading
/// direction.
void expect_harmless(const std::string& line) {
    ASSERT_FALSE(line.empty());
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_TRUE(std::none_of(line.begin(), line.end() - 1, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    })) << line;
    for (const char* forbidden : {"\xC2\x9B", "\xE2\x80\xA8", "\xE2\x80\xAE", "\xE2\x81\xA6"}) {
        EXPECT_EQ(line.find(forbidden), std::string::npos) << line;
    }
}

TEST(LogTest, TextIsASentenceThenFields) {
    Recorded recorded(LogFormat::text);
    recorded.clock.advance(678ms);
    recorded.log.information("An image changed its status.",
                             {{"image_id", "a1"}, {"title", "with blanks"}, {"calls", 3}});
    recorded.log.warning("The cloud is slow.", {{"ok", false}, {"empty", ""}});
    ASSERT_EQ(recorded.lines.size(), 2U);
    EXPECT_EQ(recorded.lines[0],
              "2026-01-02T03:04:05.678Z info  An image changed its status. image_id=a1 "
              "title=\"with blanks\" calls=3\n");
    EXPECT_EQ(recorded.lines[1],
              "2026-01-02T03:04:05.678Z warning The cloud is slow. ok=false empty=\"\"\n");
}

TEST(LogTest, AHostileTitleForgesNoLineAndSendsNoEscapeInText) {
    Recorded recorded(LogFormat::text);
    recorded.log.information("Title: " + kHostile, {{"title", kHostile}});
    ASSERT_EQ(recorded.lines.size(), 1U);
    expect_harmless(recorded.lines[0]);
    EXPECT_NE(recorded.lines[0].find("title=\"x\\n2026"), std::string::npos) << recorded.lines[0];
    EXPECT_NE(recorded.lines[0].find("\\u001b[2J"), std::string::npos);
    EXPECT_NE(recorded.lines[0].find("\\\" \\\\ {} %s %n"), std::string::npos);
}

TEST(LogTest, AHostileTitleIsTheSameAfterItsWayThroughJson) {
    Recorded recorded(LogFormat::json);
    recorded.log.error("Title: " + kHostile, {{"title", kHostile}, {"size", -5}, {"hot", true}});
    ASSERT_EQ(recorded.lines.size(), 1U);
    expect_harmless(recorded.lines[0]);
    const auto object = parsed(recorded.lines[0]);
    EXPECT_EQ(object->getValue<std::string>("time"), "2026-01-02T03:04:05.000Z");
    EXPECT_EQ(object->getValue<std::string>("level"), "error");
    EXPECT_EQ(object->getValue<std::string>("message"), "Title: " + kHostile);
    EXPECT_EQ(object->getValue<std::string>("title"), kHostile);
    EXPECT_TRUE(object->get("size").isInteger());
    EXPECT_EQ(object->getValue<int>("size"), -5);
    EXPECT_TRUE(object->get("hot").isBoolean());
}

TEST(LogTest, AHostileTitleAddsNoFieldToTheJournal) {
    Recorded recorded(LogFormat::journald);
    recorded.log.warning("Seen.", {{"title", kHostile + "\nPRIORITY=0"}, {"image_id", "a1"}});
    ASSERT_EQ(recorded.lines.size(), 1U);
    const std::string& entry = recorded.lines[0];
    EXPECT_EQ(std::count(entry.begin(), entry.end(), '\n'), 5);
    EXPECT_EQ(entry.find("MESSAGE=Seen. title=\"x\\n2026"), 0U) << entry;
    EXPECT_NE(entry.find("\nPRIORITY=4\nSYSLOG_IDENTIFIER=vodcatalogd\n"), std::string::npos);
    EXPECT_NE(entry.find("\nVODCATALOG_TITLE=x\\n2026"), std::string::npos);
    EXPECT_NE(entry.find("\nVODCATALOG_IMAGE_ID=a1\n"), std::string::npos);
    EXPECT_EQ(entry.find("2026-01-02T03:04:05.678Z"), std::string::npos);
    for (std::size_t from = 0; from < entry.size();) {
        const std::size_t end = entry.find('\n', from);
        expect_harmless(entry.substr(from, end - from + 1));
        from = end + 1;
    }
}

TEST(LogTest, BytesThatAreNotUtf8AreReplacedInEveryFormat) {
    const std::string lone_continuation =
        "a\x9B"
        "31m";  // a control on terminals of eight bits
    const std::string overlong = "\xC0\xAF", surrogate = "\xED\xA0\x80", torn = "\xF0\x9F\x98";
    for (const auto format : {LogFormat::text, LogFormat::json, LogFormat::journald}) {
        Recorded recorded(format);
        recorded.log.information("S", {{"v", lone_continuation + overlong + surrogate + torn}});
        ASSERT_EQ(recorded.lines.size(), 1U);
        std::string expected =
            "a\xEF\xBF\xBD"
            "31m";
        for (int i = 0; i < 8; ++i) expected += "\xEF\xBF\xBD";
        EXPECT_NE(recorded.lines[0].find(expected), std::string::npos) << recorded.lines[0];
    }
}

TEST(LogTest, EveryByteMakesValidJson) {
    Recorded recorded(LogFormat::json);
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    recorded.log.information(all, {{"all", all}, {"chinese", "\xE5\x9B\xBE\xE7\x89\x87"}});
    const auto object = parsed(recorded.lines.at(0));
    EXPECT_EQ(object->getValue<std::string>("all").substr(0, 128), all.substr(0, 128));
    EXPECT_EQ(object->getValue<std::string>("chinese"), "\xE5\x9B\xBE\xE7\x89\x87");
}

TEST(LogTest, AFieldDoesNotHideTheLinesOwnMembers) {
    Recorded recorded(LogFormat::json);
    recorded.log.information("S", {{"level", "fatal"}, {"time", 7}, {"message", "m"}});
    const auto object = parsed(recorded.lines.at(0));
    EXPECT_EQ(object->getValue<std::string>("level"), "info");
    EXPECT_EQ(object->getValue<std::string>("field_level"), "fatal");
    EXPECT_EQ(object->size(), 6U);
}

TEST(LogTest, LinesBelowTheLevelAreNotWritten) {
    Recorded recorded(LogFormat::text, LogLevel::warning);
    recorded.log.debug("d");
    recorded.log.information("i");
    recorded.log.warning("w");
    recorded.log.error("e");
    EXPECT_EQ(recorded.lines.size(), 2U);
    EXPECT_FALSE(recorded.log.enabled(LogLevel::information));
    recorded.log.set_level(LogLevel::debug);
    recorded.log.debug("d");
    EXPECT_EQ(recorded.lines.size(), 3U);
    EXPECT_EQ(recorded.log.lost_lines(), 0U);
}

/// Takes every canary out.
void mask_canary(std::string& text) {
    const std::string secret = "s3cr3t";
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret)) {
        text.replace(at, secret.size(), "***");
    }
}

TEST(LogTest, SentenceAndValuesAreRedactedBeforeTheyAreCut) {
    Recorded recorded(LogFormat::text, LogLevel::debug, mask_canary);
    std::string across_the_cut(Log::kValueBytesMax - 3, 'x');
    across_the_cut += "s3cr3t";
    recorded.log.error("Key s3cr3t.",
                       {{"url", "http://h/?Signature=s3cr3t"}, {"v", across_the_cut}});
    EXPECT_EQ(recorded.lines.at(0).find("s3cr3t"), std::string::npos);
    EXPECT_EQ(recorded.lines.at(0).find("s3c"), std::string::npos);
    EXPECT_NE(recorded.lines.at(0).find("Key ***. url=\"http://h/?Signature=***\""),
              std::string::npos);
}

TEST(LogTest, ASignedUrlLosesItsSignatureInEveryFormat) {
    const std::string url =
        "https://o.example/a.png?Expires=1767326645&OSSAccessKeyId=LTAIcanary&Signature=c4n4ry%3D";
    for (const auto format : {LogFormat::text, LogFormat::json, LogFormat::journald}) {
        Recorded recorded(format, LogLevel::debug, redact);
        recorded.log.debug("No answer from " + url + ".", {{"url", url}});
        EXPECT_NE(recorded.lines.at(0).find("o.example/a.png"), std::string::npos);
        EXPECT_EQ(recorded.lines.at(0).find("c4n4ry"), std::string::npos) << recorded.lines[0];
    }
}

TEST(LogTest, AFieldThatIsASecretByItsNameIsMasked) {
    Recorded recorded(LogFormat::json, LogLevel::debug, redact);
    recorded.log.debug("S", {{"access_key_secret", "c4n4ry"}, {"title", "c4t"}});
    const auto object = parsed(recorded.lines.at(0));
    EXPECT_EQ(object->getValue<std::string>("access_key_secret"), "***");
    EXPECT_EQ(object->getValue<std::string>("title"), "c4t");
}

TEST(LogTest, ALineThatCannotBeRedactedIsNotWritten) {
    Recorded recorded(LogFormat::text, LogLevel::debug,
                      [](std::string&) { throw std::runtime_error("out of memory"); });
    recorded.log.error("A secret.");
    EXPECT_TRUE(recorded.lines.empty());
    EXPECT_EQ(recorded.log.lost_lines(), 1U);
}

TEST(LogTest, AHugeValueIsCutBetweenTwoCharacters) {
    Recorded recorded(LogFormat::json);
    std::string huge = "x";
    while (huge.size() < 5'000'000) huge += "\xE5\x9B\xBE";
    recorded.log.information(huge, {{"v", huge}});
    EXPECT_LT(recorded.lines.at(0).size(), Log::kSentenceBytesMax + Log::kValueBytesMax + 200);
    const auto value = parsed(recorded.lines[0])->getValue<std::string>("v");
    EXPECT_EQ(value.size(), Log::kValueBytesMax + 3);  // 1 + 341 * 3 bytes, and the ellipsis
    EXPECT_EQ(value, huge.substr(0, Log::kValueBytesMax) + "\xE2\x80\xA6");
}

TEST(LogTest, ALineThatCannotBeWrittenIsCountedAndTheNextOneIsTried) {
    world::FakeClock clock;
    int calls = 0;
    Log log(clock, LogLevel::debug, LogFormat::text, keep, [&](std::string_view) {
        ++calls;
        if (calls == 1) throw std::runtime_error("disk full");
        if (calls == 2) throw 7;
    });
    log.error("one");
    log.error("two");
    log.error("three");
    EXPECT_EQ(calls, 3);
    EXPECT_EQ(log.lost_lines(), 2U);
}

TEST(LogTest, AFullDiskBehindStandardErrorIsCounted) {
    const int saved = dup(STDERR_FILENO);
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    ASSERT_GE(dup2(full, STDERR_FILENO), 0);
    world::FakeClock clock;
    Log log(clock, LogLevel::debug, LogFormat::text, keep);
    log.error("lost");
    dup2(saved, STDERR_FILENO);
    close(full);
    close(saved);
    EXPECT_EQ(log.lost_lines(), 1U);
}

TEST(LogTest, StandardErrorGetsWholeLinesInAutomaticFormat) {
    const world::TempFolder folder;
    const auto path = folder / "stderr";
    const int saved = dup(STDERR_FILENO);
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_GE(dup2(file, STDERR_FILENO), 0);
    world::FakeClock clock;
    Log log(clock, LogLevel::debug, LogFormat::automatic, keep);
    log.information("Started.", {{"pid", 1}});
    dup2(saved, STDERR_FILENO);
    close(file);
    close(saved);
    std::string line;
    std::getline(std::ifstream(path), line);
    EXPECT_EQ(line, "2026-01-02T03:04:05.000Z info  Started. pid=1");
}

TEST(LogTest, ConcurrentWritersLoseAndTearNothing) {
    constexpr int kThreads = 4, kLines = 500;
    Recorded recorded(LogFormat::json, LogLevel::information, mask_canary);
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&recorded, thread] {
            for (int i = 0; i < kLines; ++i) {
                recorded.log.information("Step s3cr3t.", {{"thread", thread}, {"i", i}});
                recorded.log.set_level(i % 2 == 0 ? LogLevel::debug : LogLevel::information);
            }
        });
    }
    threads.clear();
    ASSERT_EQ(recorded.lines.size(), static_cast<std::size_t>(kThreads * kLines));
    std::vector<int> next(kThreads, 0);
    for (const std::string& line : recorded.lines) {
        const auto object = parsed(line);
        EXPECT_EQ(object->getValue<int>("i"), next[object->getValue<unsigned>("thread")]++);
    }
    EXPECT_EQ(recorded.log.lost_lines(), 0U);
}

TEST(LogTest, TheSettingsWordsAreKnownAndOthersAreNot) {
    EXPECT_EQ(log_level_named("info"), LogLevel::information);
    EXPECT_EQ(log_level_named("debug"), LogLevel::debug);
    EXPECT_EQ(log_level_named("Info"), std::nullopt);
    EXPECT_EQ(log_format_named("auto"), LogFormat::automatic);
    EXPECT_EQ(log_format_named("journald"), LogFormat::journald);
    EXPECT_EQ(log_format_named(""), std::nullopt);
}

TEST(JournalTest, OnlyTheStreamThatSystemdConnectedLeadsToTheJournal) {
    const world::TempFolder folder;
    const int fd = open((folder / "stream").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    struct stat found {};
    ASSERT_EQ(fstat(fd, &found), 0);
    const std::string name = std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino);
    EXPECT_TRUE(leads_to_journal(fd, name.c_str()));
    EXPECT_FALSE(leads_to_journal(fd, (name + "0").c_str()));
    EXPECT_FALSE(leads_to_journal(fd, ""));
    EXPECT_FALSE(leads_to_journal(fd, nullptr));
    close(fd);
    EXPECT_FALSE(leads_to_journal(fd, name.c_str()));
}

TEST(JournalTest, AnEntryOnAMachineWithOrWithoutAJournalDoesNotThrow) {
    EXPECT_NO_THROW(send_to_journal("MESSAGE=vodcatalog logging_test\nPRIORITY=7\n"));
}

}  // namespace
}  // namespace vodcatalog
