#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace catalog {

/// One value of a result: NULL, INTEGER, REAL or TEXT. Text is looked at, not owned.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string_view>;

/// Takes a result as it is read, so that none is too large for memory.
class RowSink {
public:
    virtual ~RowSink() = default;
    /// Once, before any row. The names live as long as the call.
    virtual void columns(std::span<const std::string_view> names) = 0;
    /// In order; the cells live as long as the call. False: no more is wanted.
    virtual bool row(std::span<const Cell> cells) = 0;
};

}  // namespace catalog
