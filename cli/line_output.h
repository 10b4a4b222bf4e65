#pragma once

#include <ostream>

#include "cli/json_output.h"
#include "daemon/log_line.h"

namespace vodcatalog {

/// Several results of the same columns, one after the other, a line a row: blanks between the
/// columns for people, or an object each.
class LineOutput final : public Output {
public:
    LineOutput(std::ostream& out, bool is_json)
        : out_(out), json_(out, JsonOutput::Shape::lines), is_json_(is_json) {}
    void columns(std::span<const std::string_view> names) override { json_.columns(names); }
    bool row(std::span<const catalog::Cell> cells) override {
        ++rows_;
        if (is_json_) return json_.row(cells);
        for (std::size_t at = 0; at < cells.size(); ++at) {
            const auto* text = std::get_if<std::string_view>(&cells[at]);
            out_ << (at == 0 ? "" : "  ") << (text == nullptr ? "-" : escaped(*text));
        }
        out_ << "\n";
        return bool(out_);
    }
    void finish() override {}

private:
    std::ostream& out_;
    JsonOutput json_;
    bool is_json_;
};

}  // namespace vodcatalog
