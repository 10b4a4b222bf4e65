#pragma once

#include <iosfwd>
#include <memory>
#include <string>

#include "catalog/cell.h"
#include "cli/terminal.h"

namespace CLI {
class App;
}

namespace vodcatalog {

enum class OutputFormat { table, json, ndjson, csv };

/// One result, written as it comes. `table` waits for finish(), to know how wide columns are; the
/// others take any number of rows in constant memory.
class Output : public catalog::RowSink {
public:
    /// To be called once, after the last row.
    virtual void finish() = 0;
    [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }

protected:
    std::int64_t rows_ = 0;
};

/// - `table`: for people: aligned, what could drive a terminal made harmless, NULL as `-`, cut to
///   the terminal's width.
/// - `json`: one array of objects, in the columns' order; NULL is null. The contract for programs:
///   names of columns stay, new ones may come.
/// - `ndjson`: such an object a line.
/// - `csv`: RFC 4180, with a line of names; NULL is empty. A text that a spreadsheet would take for
///   a formula (it begins with `=`, `+`, `-`, `@`, tab or carriage return) gets a `'` before it.
[[nodiscard]] std::unique_ptr<Output> make_output(OutputFormat format, std::ostream& out,
                                                  const Terminal& terminal);

/// `--output table|json|ndjson|csv`.
void add_output_option(CLI::App& verb, OutputFormat& format);

/// The shortest decimal that reads as `number`.
[[nodiscard]] std::string shortest(double number);

/// `text` as a JSON string, quotes included. What is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace vodcatalog
