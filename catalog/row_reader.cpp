#include "catalog/row_reader.h"

#include <exception>
#include <vector>

namespace catalog {

ReadTransaction::ReadTransaction(Database& database) : database_(database) {
    database_.execute("BEGIN");
}

ReadTransaction::~ReadTransaction() {
    try {
        if (database_.in_transaction()) database_.execute("COMMIT");
    } catch (const std::exception&) {
        // Nothing was written; the session's end lets go of the rest.
        static_cast<void>(std::current_exception());
    }
}

void read_rows(Statement::Execution&& rows, RowSink& sink) {
    const auto width = static_cast<std::size_t>(rows.columns());
    std::vector<std::string_view> names(width);
    for (std::size_t at = 0; at < width; ++at) names[at] = rows.name(static_cast<int>(at));
    sink.columns(names);
    std::vector<Cell> cells(width);
    while (rows.next()) {
        for (std::size_t at = 0; at < width; ++at) cells[at] = rows.cell(static_cast<int>(at));
        if (!sink.row(cells)) return;
    }
}

}  // namespace catalog
