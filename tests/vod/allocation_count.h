#pragma once

#include <cstddef>

/// How often this thread has asked for memory so far. The test executable's operator new counts.
[[nodiscard]] std::size_t allocation_count() noexcept;
