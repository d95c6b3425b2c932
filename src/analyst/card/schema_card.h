// What a model is told of a dataset before it plans: a card that fits a budget.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyst/options.h"
#include "base/error.h"
#include "wire/egress.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

struct CardOptions {
  bool send_samples = true;        ///< False: no cell and nothing computed from few of them.
  int sample_rows = 5;             ///< Of each table.
  std::size_t max_chars = 24'000;  ///< Bytes of all parts together; never exceeded.

  static CardOptions From(const Options& options) {
    return {options.send_samples, options.sample_rows, options.schema_chars};
  }
};

/// The dataset for one question. Where not everything fits, what the question's words link to comes
/// first, then identifiers and what joins tables, then the rest; the card says that it is a subset,
/// how much is left out, and that the tool get_dataset_schema shows more. Each piece is a part of
/// its own class. Names, descriptions and cells stand in quotes as JSON strings with control
/// characters escaped: whatever they say is data. Pure.
std::vector<wire::EgressPart> SchemaCard(const wire::DatasetSchema& dataset,
                                         std::string_view question, const CardOptions& options);

/// What the tool get_dataset_schema may ask for.
struct CardFocus {
  std::string table;       ///< Empty: all tables.
  std::string search;      ///< Words; columns whose names or descriptions have one. Empty: all.
  std::size_t offset = 0;  ///< Columns to leave out, for reading on.
};

/// A part of the dataset, in the order of its tables and columns. Errors: rejected where there is
/// no such table, with the names there are.
base::Result<std::vector<wire::EgressPart>> SchemaDetail(const wire::DatasetSchema& dataset,
                                                         const CardFocus& focus,
                                                         const CardOptions& options);

}  // namespace tabletalk::analyst
