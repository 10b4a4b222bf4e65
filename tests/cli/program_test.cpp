#include "cli/program.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/world/file.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

class ProgramTest : public testing::Test {
protected:
    int runs(const std::vector<std::string>& arguments) {
        std::vector<const char*> argv{"vodcatalog"};
        for (const std::string& argument : arguments) argv.push_back(argument.c_str());
        out.str("");
        err.str("");
        return run(static_cast<int>(argv.size()), argv.data(), out, err);
    }

    world::TempFolder folder;
    std::ostringstream out, err;
};

TEST_F(ProgramTest, TellsHowItIsUsed) {
    EXPECT_EQ(runs({"--help"}), 0);
    EXPECT_NE(out.str().find("url"), std::string::npos);
    EXPECT_EQ(runs({"url", "--help"}), 0);
    EXPECT_NE(out.str().find("--mezzanine"), std::string::npos);
    EXPECT_EQ(runs({"--version"}), 0);
    EXPECT_TRUE(out.str().starts_with("vodcatalog "));
}

TEST_F(ProgramTest, RefusesACommandLineThatIsWrong) {
    const std::vector<std::vector<std::string>> lines = {{},
                                                         {"no-verb"},
                                                         {"url"},
                                                         {"url", "an-image", "another"},
                                                         {"url", "an-image", "--no-option"},
                                                         {"url", "an-image", "--output", "xml"},
                                                         {"url", "an-image", "--account"}};
    for (const auto& line : lines) {
        EXPECT_EQ(runs(line), 64);
        EXPECT_EQ(out.str(), "");
        EXPECT_NE(err.str(), "");
    }
}

TEST_F(ProgramTest, TellsEveryProblemOfTheSettings) {
    const std::string file =
        world::write_file(folder / "vodcatalog.yaml", "accounts: []\nlog: {level: loud}\n");
    for (const auto& line : {std::vector<std::string>{"--config", file, "url", "an-image"},
                             std::vector<std::string>{"url", "an-image", "--config", file}}) {
        EXPECT_EQ(runs(line), 78);
        EXPECT_NE(err.str().find("vodcatalog: " + file + ":1:"), std::string::npos) << err.str();
        EXPECT_NE(err.str().find("vodcatalog: " + file + ":2:"), std::string::npos) << err.str();
    }
    EXPECT_EQ(runs({"--config", "/no/such/file", "url", "an-image"}), 78);
}

TEST_F(ProgramTest, FailsWithTheVerbsOwnCode) {
    world::write_file(folder / "secret", "testAccessKeySecret\n");
    const std::string file = world::write_file(folder / "vodcatalog.yaml", R"(
accounts:
  - name: main
    endpoint: http://127.0.0.1:9
    credentials: {access_key_id: any, access_key_secret_file: ./secret}
catalog: {path: catalog.db}
)");
    EXPECT_EQ(runs({"--config", file, "url", "an image"}), 65);
    EXPECT_EQ(runs({"--config", file, "url", "an-image"}), 69);
    EXPECT_TRUE(err.str().starts_with("vodcatalog: account main: Transport: ")) << err.str();
    EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace vodcatalog
