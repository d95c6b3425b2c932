// The type names in which a dataset's schema speaks of its columns: those of the engine that read
// the files, whatever dialect a plan is then written for.
#pragma once

#include <string_view>

#include "plan/bound.h"

namespace tabletalk::plan {

inline Type TypeInCatalog(wire::ColumnType type, std::string_view name) {
  switch (type) {
    case wire::ColumnType::integer:
      return {type, name == "HUGEINT" ? Number::wide_whole : Number::whole};
    case wire::ColumnType::number:
      return {type, name.starts_with("DECIMAL") ? Number::decimal : Number::real};
    case wire::ColumnType::boolean:
    case wire::ColumnType::text:
    case wire::ColumnType::date:
    case wire::ColumnType::time:
    case wire::ColumnType::timestamp:
    case wire::ColumnType::interval:
    case wire::ColumnType::other: return {type};
  }
  return {type};
}

}  // namespace tabletalk::plan
