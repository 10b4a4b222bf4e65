#include "daemon/web/status_board.h"

#include <array>

#include "tests/world/catalog_fixture.h"
#include "tests/world/fake_clock.h"

namespace vodcatalog {
namespace {

using catalog::Source;
using catalog::Tier;

class StatusBoardTest : public world::CatalogFixture {
protected:
    void track(std::string_view id) {
        const std::array<std::string_view, 1> ids{id};
        catalog_->track(account_, Source::settings, ids, Tier::warm, at(0), at(0));
    }
    static std::int64_t images(const DaemonStatus& status) {
        return status.figures->images.at(0).images;
    }
    world::FakeClock clock;
    StatusBoard board{file(), clock};
};

TEST_F(StatusBoardTest, ReadsTheCatalogSeldom) {
    EXPECT_FALSE(board.read().figures);
    open();
    track("a");
    EXPECT_FALSE(board.read().figures);
    clock.advance(StatusBoard::kFiguresEvery);
    EXPECT_EQ(images(board.read()), 1);
    track("b");
    EXPECT_EQ(images(board.read()), 1);
    clock.advance(StatusBoard::kFiguresEvery);
    const DaemonStatus status = board.read();
    EXPECT_EQ(images(status), 2);
    EXPECT_GT(status.catalog_bytes.value(), 0U);
    EXPECT_TRUE(status.wal_bytes);
}

TEST_F(StatusBoardTest, JoinsWhatTheThreadsLeave) {
    board.set_credentials({{true, at(60)}, {false, std::nullopt}});
    DaemonStatus::Account first;
    first.name = "first";
    board.set_accounts({first}, DaemonStatus::Trouble{at(0), "full"});
    const DaemonStatus status = board.read();
    ASSERT_EQ(status.accounts.size(), 1U);
    EXPECT_EQ(status.accounts[0].name, "first");
    EXPECT_EQ(status.accounts[0].credentials.expire_at, at(60));
    EXPECT_EQ(status.trouble->message, "full");
    EXPECT_EQ(board.trouble()->message, "full");
    board.set_accounts({first}, std::nullopt);
    EXPECT_FALSE(board.trouble());
}

}  // namespace
}  // namespace vodcatalog
