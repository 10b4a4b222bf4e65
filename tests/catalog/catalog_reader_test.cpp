#include "catalog/catalog_reader.h"

#include <array>
#include <string_view>

#include "catalog/error.h"
#include "tests/world/catalog_fixture.h"
#include "tests/world/file.h"

namespace catalog {
namespace {

class CatalogReaderTest : public world::CatalogFixture {
protected:
    /// What is said about a file that is refused.
    template <class Error>
    [[nodiscard]] std::string refusal() const {
        try {
            const CatalogReader reader(file());
        } catch (const Error& error) {
            return error.what();
        }
        return "not refused";
    }
};

TEST_F(CatalogReaderTest, TellsWhoHasAnImageWhileTheCatalogIsWritten) {
    open();
    const std::array<std::string_view, 1> ids{"an-image"};
    catalog_->track(account_, Source::settings, ids, Tier::warm, at(0), at(0));
    CatalogReader reader(file());
    EXPECT_EQ(reader.account_of("an-image"), "main");
    EXPECT_EQ(reader.account_of("AN-IMAGE"), std::nullopt);
    const std::array<std::string_view, 1> more{"another"};
    catalog_->track(account_, Source::settings, more, Tier::warm, at(0), at(0));
    EXPECT_EQ(reader.account_of("another"), "main");
}

TEST_F(CatalogReaderTest, RefusesWhatIsNoCatalogAndTouchesNothing) {
    EXPECT_NE(refusal<Retryable>().find("cannot be opened"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(file()));
    world::write_file(file(), "");
    EXPECT_NE(refusal<Unusable>().find("is no catalog"), std::string::npos);
    world::write_file(file(), std::string(5'000, 'x'));
    EXPECT_NE(refusal<Unusable>().find("damaged"), std::string::npos);
    EXPECT_EQ(world::read_text(file()), std::string(5'000, 'x'));
}

TEST_F(CatalogReaderTest, RefusesOneOfANewerBuild) {
    open();
    catalog_.reset();
    Database(file(), Database::Mode::write).execute("PRAGMA user_version=99");
    EXPECT_NE(refusal<Unusable>().find("has schema 99"), std::string::npos);
}

}  // namespace
}  // namespace catalog
