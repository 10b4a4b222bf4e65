#pragma once

#include <span>
#include <string_view>

namespace migrations {

/// One step of the schema's history, as it lay in migrations/NNNN_name.sql when the program was
/// built.
struct Migration {
    int version;
    std::string_view name;
    std::string_view checksum;  ///< SHA-256 of the file, lower-case hex.
    std::string_view sql;       ///< Several statements; may not begin or end a transaction.
};

/// Every migration, ascending from version 1 without a gap.
[[nodiscard]] std::span<const Migration> all();

}  // namespace migrations
