#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>

namespace vodcatalog {

/// A regular file, read whole.
struct FileContent {
    std::string text;
    mode_t mode = 0;  ///< Permission bits, of the very file that was read.
};

/// Reads `path`, at most `bytes_max`; never waits, as opening a named pipe would.
/// Throws catalog::Retryable with the reason as words that follow the path in a sentence: it does
/// not exist, may not be read, is a folder or something else that is no file, is too big, or the
/// disk fails.
[[nodiscard]] FileContent read_file(const std::filesystem::path& path, std::size_t bytes_max);

}  // namespace vodcatalog
