#include "cli/json_output.h"

#include <ostream>

namespace vodcatalog {
namespace {

struct CellWriter {
    std::ostream& out;
    void operator()(std::monostate) const { out << "null"; }
    void operator()(std::int64_t number) const { out << number; }
    void operator()(double number) const { out << shortest(number); }
    void operator()(std::string_view text) const { out << json_string(text); }
};

}  // namespace

void JsonOutput::columns(std::span<const std::string_view> names) {
    names_.clear();
    for (const std::string_view name : names) names_.push_back(json_string(name) + ": ");
}

bool JsonOutput::row(std::span<const catalog::Cell> cells) {
    if (shape_ == Shape::array) out_ << (rows_ == 0 ? "[\n  " : ",\n  ");
    out_ << '{';
    for (std::size_t at = 0; at < cells.size(); ++at) {
        out_ << (at == 0 ? "" : ", ") << names_[at];
        std::visit(CellWriter{out_}, cells[at]);
    }
    out_ << '}';
    if (shape_ == Shape::lines) out_ << '\n';
    ++rows_;
    return bool(out_);
}

void JsonOutput::finish() {
    if (shape_ == Shape::array) out_ << (rows_ == 0 ? "[]\n" : "\n]\n");
}

}  // namespace vodcatalog
