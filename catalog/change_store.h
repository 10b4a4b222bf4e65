#pragma once

#include <cstdint>
#include <string_view>

#include "catalog/change.h"
#include "catalog/database.h"

namespace catalog {

/// The tables status_change and image_change. Works inside the caller's transaction.
class ChangeStore {
public:
    explicit ChangeStore(Database& database);

    void add(std::int64_t image_key, const StatusChange& change, std::string_view request_id);
    void add(std::int64_t image_key, const FieldChange& change, WallTime seen_at,
             std::string_view request_id);

private:
    Statement add_status_;
    Statement add_field_;
};

}  // namespace catalog
