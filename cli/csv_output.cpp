#include "cli/csv_output.h"

#include <ostream>

namespace vodcatalog {
namespace {

void write_text(std::ostream& out, std::string_view text) {
    const bool formula =
        !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
    const bool quoted = text.find_first_of("\",\r\n") != std::string_view::npos ||
                        (!text.empty() && (text.front() == ' ' || text.back() == ' '));
    if (quoted) out << '"';
    if (formula) out << '\'';
    for (const char c : text) {
        if (c == '"') out << '"';
        out << c;
    }
    if (quoted) out << '"';
}

struct CellWriter {
    std::ostream& out;
    void operator()(std::monostate) const {}
    void operator()(std::int64_t number) const { out << number; }
    void operator()(double number) const { out << shortest(number); }
    void operator()(std::string_view text) const { write_text(out, text); }
};

}  // namespace

void CsvOutput::columns(std::span<const std::string_view> names) {
    for (std::size_t at = 0; at < names.size(); ++at) {
        if (at > 0) out_ << ',';
        write_text(out_, names[at]);
    }
    out_ << "\r\n";
}

bool CsvOutput::row(std::span<const catalog::Cell> cells) {
    for (std::size_t at = 0; at < cells.size(); ++at) {
        if (at > 0) out_ << ',';
        std::visit(CellWriter{out_}, cells[at]);
    }
    out_ << "\r\n";
    ++rows_;
    return bool(out_);
}

}  // namespace vodcatalog
