#pragma once

#include <span>
#include <string_view>

namespace catalog {

/// A question that analysts ask, and the SQL that answers it: a file of catalog/reports, which
/// docs/reporting.md shows too.
struct Report {
    std::string_view name;  ///< The file's, without `.sql`.
    std::string_view question;
    std::string_view sql;  ///< One SELECT without parameters.
};

/// All of them, by name.
[[nodiscard]] std::span<const Report> reports();
/// Null if there is none of this name.
[[nodiscard]] const Report* find_report(std::string_view name);

}  // namespace catalog
