#pragma once

#include <functional>
#include <string_view>

namespace catalog {

/// Called at named moments around a transaction, so that a test can end the process's life just
/// there (by throwing). Empty in production. Names: before_begin, after_begin, after_write,
/// before_commit, after_commit.
using Failpoint = std::function<void(std::string_view name)>;

}  // namespace catalog
