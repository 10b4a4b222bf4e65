#include "cli/fields_output.h"

#include <algorithm>
#include <ostream>

#include "cli/json_output.h"
#include "daemon/log_line.h"

namespace vodcatalog {

void FieldsOutput::columns(std::span<const std::string_view> names) {
    names_.assign(names.begin(), names.end());
}

bool FieldsOutput::row(std::span<const catalog::Cell> cells) {
    ++rows_;
    if (is_json_) {
        JsonOutput object(out_, JsonOutput::Shape::lines);
        const std::vector<std::string_view> names(names_.begin(), names_.end());
        object.columns(names);
        object.row(cells);
        return false;
    }
    std::size_t width = 0;
    for (const std::string& name : names_) width = std::max(width, name.size());
    for (std::size_t at = 0; at < cells.size(); ++at) {
        if (std::holds_alternative<std::monostate>(cells[at])) continue;
        out_ << names_[at] << std::string(width + 2 - names_[at].size(), ' ');
        if (const auto* text = std::get_if<std::string_view>(&cells[at])) {
            out_ << escaped(*text) << "\n";
        } else if (const auto* number = std::get_if<std::int64_t>(&cells[at])) {
            out_ << *number << "\n";
        } else {
            out_ << std::get<double>(cells[at]) << "\n";
        }
    }
    return false;
}

}  // namespace vodcatalog
