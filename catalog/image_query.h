#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/cell.h"
#include "catalog/wall_time.h"

namespace catalog {

/// Which images are asked for. What is not given excludes nothing.
struct ImageQuery {
    /// Status as the cloud has it, or `pending` (not answered yet), or `gone`. Without it, gone
    /// images are left out.
    std::optional<std::string> status;
    std::optional<std::string> account;
    std::optional<std::string> tag;
    std::optional<std::string> category;  ///< cate_name, or cate_id in digits.
    std::optional<WallTime> created_since;
    std::optional<WallTime> created_before;
    std::int64_t limit = 100;
};

/// A SELECT and what is bound to its parameters, in order.
struct BoundQuery {
    std::string sql;
    std::vector<Cell> values;  ///< Text is the query's own: it must outlive this.
};

/// Pure. Statuses that have an index are written out, since SQLite can use a partial index only
/// for a literal.
[[nodiscard]] BoundQuery image_select(const ImageQuery& query);

}  // namespace catalog
