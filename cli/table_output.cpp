#include "cli/table_output.h"

#include <algorithm>
#include <cstdio>
#include <ostream>

#include "daemon/log_line.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;  ///< No column is cut below this.

struct CellText {
    std::string operator()(std::monostate) const { return "-"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const {
        char digits[40];
        std::snprintf(digits, sizeof digits, "%.3f", number);
        std::string text = digits;
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
        return text;
    }
    std::string operator()(std::string_view text) const { return escaped(text); }
};

/// Words of states that a person looks for.
const char* colour_of(std::string_view text) {
    if (text == "UploadFail" || text == "critical" || text == "down" || text == "given up")
        return "\033[31m";
    if (text == "Uploading" || text == "warning" || text == "failing" || text == "pending")
        return "\033[33m";
    if (text == "Normal" || text == "up") return "\033[32m";
    return nullptr;
}

std::string upper(std::string_view name) {
    std::string text(name);
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

}  // namespace

void TableOutput::columns(std::span<const std::string_view> names) {
    for (const std::string_view name : names) {
        columns_.push_back({upper(escaped(name)), true, 0});
        columns_.back().width = display_width(columns_.back().name);
    }
}

bool TableOutput::row(std::span<const catalog::Cell> cells) {
    if (lines_.size() == kRowsMax) {
        cut_ = true;
        return false;
    }
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < cells.size(); ++at) {
        texts.push_back(std::visit(CellText{}, cells[at]));
        Column& column = columns_[at];
        column.width = std::max(column.width, display_width(texts.back()));
        if (std::holds_alternative<std::string_view>(cells[at])) column.is_number = false;
    }
    lines_.push_back(std::move(texts));
    ++rows_;
    return true;
}

void TableOutput::shrink() {
    if (terminal_.width == 0) return;
    const auto total = [this] {
        std::size_t sum = 0;
        for (const Column& column : columns_) sum += column.width + kGap;
        return sum < kGap ? 0 : sum - kGap;
    };
    while (total() > terminal_.width) {
        const auto widest = std::max_element(
            columns_.begin(), columns_.end(), [](const Column& a, const Column& b) {
                return (a.is_number ? 0 : a.width) < (b.is_number ? 0 : b.width);
            });
        if (widest->is_number || widest->width <= kNarrowest) return;
        --widest->width;
    }
}

void TableOutput::write_line(const std::vector<std::string>& texts, bool is_head) {
    std::string line;
    for (std::size_t at = 0; at < texts.size(); ++at) {
        const Column& column = columns_[at];
        std::string text = texts[at];
        if (display_width(text) > column.width)
            text = std::string(fitting(text, column.width - 1)) + "\u2026";
        const std::string padding(column.width - std::min(column.width, display_width(text)), ' ');
        const char* const colour =
            terminal_.colour ? (is_head ? "\033[1m" : colour_of(texts[at])) : nullptr;
        if (colour != nullptr) text = colour + text + "\033[0m";
        line += at == 0 ? "" : std::string(kGap, ' ');
        line += column.is_number ? padding + text : text + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_ << line << "\n";
}

void TableOutput::finish() {
    if (lines_.empty()) {
        out_ << "(none)\n";
        return;
    }
    shrink();
    std::vector<std::string> names;
    for (const Column& column : columns_) names.push_back(column.name);
    write_line(names, true);
    for (const auto& line : lines_) write_line(line, false);
    if (cut_) out_ << "... and more; --output csv, json or ndjson gives all of them\n";
}

}  // namespace vodcatalog
