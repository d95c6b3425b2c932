// The fast path: the engine reads a CSV that is as regular as it looks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "runner/cells/column_evidence.h"
#include "runner/ingest/dialect.h"
#include "runner/ingest/ingest_database.h"
#include "runner/ingest/text_sample.h"
#include "runner/ingest/text_source.h"

namespace tabletalk::runner {

/// Two steps: Plan looks at samples, Load has the engine read the file into main.data while every
/// byte is verified beside it (csv_verify.h). Either says false where the file needs care; then
/// main.data does not exist and the caller reads row by row. Source and layout must outlive it.
class FastCsv {
 public:
  struct Limits {
    std::uint64_t max_cells;
    std::uint64_t threads;
  };
  FastCsv(const SourceFile& source, const Layout& layout, Limits limits)
      : source_(source), layout_(layout), limits_(limits) {}

  /// Is this a dialect that the engine and we read alike?
  static bool IsRegular(const Layout& layout, bool has_mark);
  /// `sample` is the beginning of the file.
  base::Result<bool> Plan(std::string_view sample, const std::vector<std::string>& names);
  /// Errors: too_large over max_cells, and what reading the file gives.
  base::Result<bool> Load(IngestDatabase& database, const std::vector<std::string>& names);

 private:
  base::Result<std::vector<ColumnPlan>> PlanFromSample(std::string_view sample,
                                                       const std::vector<std::string>& names);
  base::Result<bool> HasLateValues(IngestDatabase& database, const std::vector<std::string>& names);
  std::string CreateStatement(const std::vector<std::string>& names) const;
  std::string ReadStatement(const std::vector<std::string>& names) const;

  const SourceFile& source_;
  const Layout& layout_;
  Limits limits_;
  std::vector<PlanKind> kinds_;
  std::vector<TextSample> text_samples_;
  std::vector<std::size_t> empty_in_sample_;
};

}  // namespace tabletalk::runner
