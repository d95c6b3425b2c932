// The datasets that can be asked about, and how their files become tables.
//
// A dataset is opened at its first use: each file is hashed and, where no columnar copy of those
// very bytes exists, read in the sandbox. Copies are kept below `cache_directory`, named by the
// SHA-256 of the original and the version of the reader, so that the same bytes are read once and a
// half-written copy is never seen. Thread-safe; two callers that open the same dataset share the
// work.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "sandbox/sandbox.h"
#include "wire/schema.h"

namespace tabletalk::datasets {

/// Wire type of a list entry (GET /datasets).
struct TableSummary {
  std::string name;
  std::optional<std::uint64_t> rows;  ///< Unknown until the dataset was opened.
};
BOOST_DESCRIBE_STRUCT(TableSummary, (), (name, rows))
struct Summary {
  std::string id;
  std::string name;
  std::string description;
  std::vector<TableSummary> tables;
  std::vector<std::string> prompts;
  std::string origin;
  std::string version;  ///< Empty until the dataset was opened.
};
BOOST_DESCRIBE_STRUCT(Summary, (), (id, name, description, tables, prompts, origin, version))

/// An opened dataset: immutable, shared.
struct Dataset {
  wire::DatasetSchema schema;
  std::vector<sandbox::TableFile> files;  ///< In the order of schema.tables.
};

/// A dataset as Python loads it.
struct Frames {
  std::vector<sandbox::FrameSource> sources;  ///< In the order of schema.tables.
  std::string version;                        ///< The same for the same frames.
};

struct CatalogOptions {
  std::string datasets_directory;  ///< Where registry.json is; empty: no registered datasets.
  std::string cache_directory;
  std::uint64_t max_cells = 100'000'000;
  std::chrono::seconds ingest_timeout{600};
  sandbox::JobLimits ingest_limits;
  /// What all tables of a dataset may take together as DataFrames, by estimate.
  base::ByteSize max_frames = base::ByteSize::Mebi(1024);
};

class Catalog {
 public:
  /// Reads and checks registry.json; a broken one stops the start with its path and reason.
  static base::Result<std::shared_ptr<Catalog>> Load(CatalogOptions options,
                                                     std::shared_ptr<sandbox::Sandbox> sandbox);
  ~Catalog();

  std::vector<Summary> List() const;

  /// Errors: not_found with the nearest ids, and those of reading the files.
  base::Result<std::shared_ptr<const Dataset>> Open(const std::string& id,
                                                    const sandbox::JobContext& context);

  /// An ad-hoc dataset from files, one table each, named after the file. Its id is "files", under
  /// which Open finds it from then on. A type of `choices` is for every table that has the column,
  /// or, as "table.column", for one; invalid_argument for a column that none has.
  base::Result<std::shared_ptr<const Dataset>> OpenFiles(const std::vector<std::string>& paths,
                                                         const sandbox::JobContext& context,
                                                         const wire::ReadingChoices& choices = {});

  /// Parquet copies of the dataset's tables, made where there are none yet. They may be deleted at
  /// any time and are then made again. Errors: too_large where Python could not hold them, and
  /// those of a run.
  base::Result<Frames> FramesOf(const Dataset& dataset, const sandbox::JobContext& context);

 private:
  struct State;
  explicit Catalog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tabletalk::datasets
