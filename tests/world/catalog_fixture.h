#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "catalog/catalog.h"
#include "catalog/database.h"
#include "tests/world/temp_folder.h"

namespace world {

/// A catalog of one test's own, with one account, and a second session to look into it by SQL.
class CatalogFixture : public testing::Test {
protected:
    explicit CatalogFixture(
        const std::filesystem::path& below = std::filesystem::temp_directory_path())
        : folder_(below) {}

    static constexpr std::int64_t kNow = 1'767'323'045'000;  ///< 2026-01-02T03:04:05Z

    [[nodiscard]] std::filesystem::path file() const { return folder_ / "catalog.db"; }
    void open(catalog::Failpoint failpoint = {}) {
        catalog_.reset();
        catalog_ = std::make_unique<catalog::Catalog>(file(), at(0), std::move(failpoint));
        account_ =
            catalog_->enroll("main", "cn-shanghai", "https://vod.cn-shanghai.aliyuncs.com", at(0));
    }
    /// `seconds` after the test's beginning.
    [[nodiscard]] static catalog::WallTime at(std::int64_t seconds) {
        return catalog::from_ms(kNow + 1000 * seconds);
    }
    /// Every row of the query's first column, one a line.
    [[nodiscard]] std::string sql(const std::string& query) const {
        catalog::Database reader(file(), catalog::Database::Mode::read);
        return reader.text(query);
    }

    TempFolder folder_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::int64_t account_ = 0;
};

}  // namespace world
