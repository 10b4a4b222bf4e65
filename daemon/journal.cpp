#include "daemon/journal.h"

#include <sys/stat.h>
#include <sys/uio.h>

#include <string>
#include <system_error>
#include <vector>

#define SD_JOURNAL_SUPPRESS_LOCATION  // ours would name this file for every entry
#include <systemd/sd-journal.h>

namespace vodcatalog {

bool leads_to_journal(int fd, const char* journal_stream) noexcept {
    struct stat found {};
    if (journal_stream == nullptr || fstat(fd, &found) != 0) return false;
    const std::string name = std::to_string(found.st_dev) + ':' + std::to_string(found.st_ino);
    return name == journal_stream;
}

void send_to_journal(std::string_view entry) {
    std::vector<iovec> fields;
    while (!entry.empty()) {
        const std::string_view field = entry.substr(0, entry.find('\n'));
        fields.push_back({const_cast<char*>(field.data()), field.size()});  // only read from
        entry.remove_prefix(field.size() < entry.size() ? field.size() + 1 : field.size());
    }
    const int result = sd_journal_sendv(fields.data(), static_cast<int>(fields.size()));
    if (result < 0) throw std::system_error(-result, std::generic_category(), "the journal");
}

}  // namespace vodcatalog
