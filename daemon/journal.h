#pragma once

#include <string_view>

namespace vodcatalog {

/// Whether what is written to `fd` ends in the systemd journal: `journal_stream` (the environment's
/// JOURNAL_STREAM, or nullptr) names device and inode of the stream that systemd connected, and a
/// redirected descriptor no longer has them.
[[nodiscard]] bool leads_to_journal(int fd, const char* journal_stream) noexcept;

/// Hands the journal one entry as made by journal_entry(). Safe for any thread. Throws
/// std::system_error if the journal refuses it; on a machine without a journal the entry is gone
/// without a word, which is libsystemd's choice.
void send_to_journal(std::string_view entry);

}  // namespace vodcatalog
