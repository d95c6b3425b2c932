#include "wire/schema.h"

#include <algorithm>

namespace tabletalk::wire {

const ColumnSchema* TableSchema::Find(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const ColumnSchema& c) { return c.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

const TableSchema* DatasetSchema::Find(std::string_view table) const {
  const auto found = std::find_if(tables.begin(), tables.end(),
                                  [&](const TableSchema& t) { return t.name == table; });
  return found == tables.end() ? nullptr : &*found;
}

}  // namespace tabletalk::wire
