#pragma once

#include "catalog/cell.h"
#include "catalog/database.h"

namespace catalog {

/// Everything that is read while it lasts is of one moment.
class ReadTransaction {
public:
    explicit ReadTransaction(Database& database);
    ~ReadTransaction();
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

private:
    Database& database_;
};

/// Writes a whole result into `sink`, or as much of it as that wants.
void read_rows(Statement::Execution&& rows, RowSink& sink);

}  // namespace catalog
