#include "catalog/report.h"

#include <algorithm>

namespace catalog {

const Report* find_report(std::string_view name) {
    const auto all = reports();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [name](const Report& report) { return report.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace catalog
