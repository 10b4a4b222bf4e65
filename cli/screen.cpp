#include "cli/screen.h"

#include "daemon/settings.h"

namespace vodcatalog {

std::filesystem::path catalog_of(const Screen& screen) {
    return screen.catalog_file.empty() ? catalog_of(screen.settings_file) : screen.catalog_file;
}

}  // namespace vodcatalog
