#include "catalog/migrator.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "catalog/catalog_lock.h"
#include "catalog/database.h"
#include "catalog/error.h"
#include "tests/world/temp_folder.h"

namespace {

using catalog::Database;
using catalog::migrate;
using catalog::Unusable;
using migrations::Migration;

constexpr Migration kFirst{1, "first", "aa",
                           "CREATE TABLE one (a INTEGER); INSERT INTO one VALUES (7);"};
constexpr Migration kSecond{2, "second", "bb",
                            "ALTER TABLE one ADD COLUMN b TEXT; UPDATE one SET b = 'x';"};
constexpr Migration kBroken{2, "second", "bb",
                            "UPDATE one SET a = 8; CREATE TABLE one (a INTEGER);"};

const catalog::WallTime kNow = catalog::from_ms(1'767'323'045'000);

class MigratorTest : public testing::Test {
protected:
    void make(std::initializer_list<Migration> migrations) {
        const std::vector<Migration> all(migrations);
        migrate(file_, all, kNow);
    }
    std::string refusal(std::initializer_list<Migration> migrations) {
        const std::string before = bytes();
        const auto entries = std::distance(std::filesystem::directory_iterator(folder_.path()), {});
        try {
            make(migrations);
        } catch (const Unusable& error) {
            EXPECT_EQ(error.exit_code(), 78);
            EXPECT_EQ(bytes(), before) << "it was touched";
            EXPECT_LE(std::distance(std::filesystem::directory_iterator(folder_.path()), {}),
                      entries + 2);
            return error.what();
        }
        return "not refused";
    }
    [[nodiscard]] std::string bytes() const {
        if (!std::filesystem::is_regular_file(file_)) return {};
        std::ifstream in(file_, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void write(const std::string& text) const { std::ofstream(file_, std::ios::binary) << text; }
    [[nodiscard]] std::string sql(const std::string& query) const {
        return Database(file_, Database::Mode::read).text(query);
    }

    world::TempFolder folder_;
    std::filesystem::path file_ = folder_ / "catalog.db";
};

TEST_F(MigratorTest, ANewCatalogHasEveryMigrationNoted) {
    make({kFirst, kSecond});
    EXPECT_EQ(sql("SELECT version || ' ' || name || ' ' || checksum || ' ' || applied_at FROM "
                  "schema_migration"),
              "1 first aa 1767323045000\n2 second bb 1767323045000");
    EXPECT_EQ(sql("PRAGMA user_version"), "2");
    EXPECT_EQ(sql("PRAGMA application_id"), std::to_string(catalog::kApplicationId));
    EXPECT_EQ(sql("PRAGMA auto_vacuum"), "2");
    struct stat status {};
    ASSERT_EQ(stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777 & ~0640U, 0U);
}

TEST_F(MigratorTest, AnOlderCatalogIsBackedUpThenMigrated) {
    make({kFirst});
    make({kFirst, kSecond});
    EXPECT_EQ(sql("SELECT a || b FROM one"), "7x");
    EXPECT_EQ(Database(file_.string() + ".v1.bak", Database::Mode::read).text("SELECT * FROM one"),
              "7");
}

TEST_F(MigratorTest, AMigrationThatFailsChangesNothing) {
    make({kFirst});
    EXPECT_THROW(make({kFirst, kBroken}), std::exception);
    EXPECT_EQ(sql("SELECT a FROM one"), "7");
    EXPECT_EQ(sql("PRAGMA user_version"), "1");
}

TEST_F(MigratorTest, ANewerCatalogIsRefusedUntouched) {
    make({kFirst, kSecond});
    EXPECT_NE(refusal({kFirst}).find("has schema 2, this build knows 1; run a newer build"),
              std::string::npos);
}

TEST_F(MigratorTest, ACatalogWithAnotherHistoryIsRefused) {
    make({kFirst});
    EXPECT_NE(refusal({Migration{1, "first", "cc", kFirst.sql}})
                  .find("migration 1 (first) is not the one"),
              std::string::npos);
}

TEST_F(MigratorTest, AForeignDatabaseIsRefusedUntouched) {
    write("");
    std::filesystem::remove(file_);
    {
        std::ofstream(file_).close();
        Database foreign(file_, Database::Mode::write);
        foreign.execute("CREATE TABLE theirs (a)");
    }
    EXPECT_NE(refusal({kFirst}).find("is a database of another program"), std::string::npos);
}

TEST_F(MigratorTest, ZeroBytesAreRefused) {
    write("");
    EXPECT_NE(refusal({kFirst}).find("has 0 bytes"), std::string::npos);
}

TEST_F(MigratorTest, GarbageIsRefused) {
    write(std::string(5000, 'x'));
    EXPECT_NE(refusal({kFirst}).find("is no SQLite database"), std::string::npos);
    write("short");
    EXPECT_NE(refusal({kFirst}).find("is no database"), std::string::npos);
}

TEST_F(MigratorTest, ACutOffCatalogIsRefused) {
    make({kFirst});
    std::filesystem::resize_file(file_, std::filesystem::file_size(file_) / 2);
    EXPECT_NE(refusal({kFirst}).find("damaged"), std::string::npos);
}

TEST_F(MigratorTest, AFolderIsRefused) {
    std::filesystem::create_directory(file_);
    EXPECT_NE(refusal({kFirst}).find("is a folder"), std::string::npos);
}

TEST_F(MigratorTest, AMissingFolderIsNamed) {
    file_ = folder_ / "nowhere" / "catalog.db";
    try {
        make({kFirst});
        FAIL() << "not refused";
    } catch (const Unusable& error) {
        EXPECT_NE(std::string(error.what()).find("cannot be created (No such file or directory)"),
                  std::string::npos);
    }
}

TEST_F(MigratorTest, WhatAKillLeftOfACreationIsNoObstacle) {
    std::ofstream(file_.string() + ".new") << "half";
    make({kFirst});
    EXPECT_EQ(sql("SELECT a FROM one"), "7");
}

std::string schema_of(Database& database) {
    std::string text = database.text(
        "SELECT type || ' ' || name || ' ' || sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER "
        "BY type, name");
    text = std::regex_replace(text, std::regex("--[^\n]*"), "");
    text = std::regex_replace(text, std::regex("\\s*([(),])\\s*"), "$1");
    return std::regex_replace(text, std::regex("\\s+"), " ");
}

TEST_F(MigratorTest, TheSchemaForReadersEqualsTheChainOfMigrations) {
    migrate(file_, migrations::all(), kNow);
    Database chain(file_, Database::Mode::read);
    std::ifstream in(VODCATALOG_MIGRATIONS "/schema.sql");
    std::stringstream text;
    text << in.rdbuf();
    const auto other = folder_ / "readers.db";
    std::ofstream(other).close();
    Database readers(other, Database::Mode::write);
    readers.execute(text.str());
    EXPECT_EQ(schema_of(readers), schema_of(chain));
}

TEST(CatalogLockTest, ASecondHolderIsToldWhoHoldsIt) {
    world::TempFolder folder;
    const auto file = folder / "catalog.db";
    catalog::CatalogLock first(file);
    try {
        catalog::CatalogLock second(file);
        FAIL() << "locked twice";
    } catch (const Unusable& error) {
        EXPECT_EQ(error.exit_code(), 75);
        EXPECT_NE(std::string(error.what()).find("is held by process " + std::to_string(getpid())),
                  std::string::npos)
            << error.what();
    }
}

TEST(CatalogLockTest, AStaleLockFileIsNoObstacle) {
    world::TempFolder folder;
    const auto file = folder / "catalog.db";
    std::ofstream(file.string() + ".lock") << "process 1\n";
    EXPECT_NO_THROW(catalog::CatalogLock{file});
}

}  // namespace
