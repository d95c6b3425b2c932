// What a model sees of what it did: the outcome of a tool, bounded, each piece in its class.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyst/options.h"
#include "base/error.h"
#include "wire/egress.h"
#include "wire/policy.h"
#include "wire/run.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

/// "r1" for the first run of a question, failed ones counted: how plans, slots and people call it.
std::string RunName(std::size_t index);

struct PreviewOptions {
  bool send_samples = true;
  int sample_rows = 5;            ///< Of PreviewTable; of a run, too, where it is less.
  std::size_t max_chars = 6'000;  ///< Bytes of all parts together; never exceeded.

  static PreviewOptions From(const Options& options) {
    return {options.send_samples, options.sample_rows};
  }
};

/// A run that ended, however it ended. Succeeded: its name, columns with their types, how many rows
/// there are and whether they were cut, its rows (all of them up to 40 and 3,000 characters, else
/// the first and the last; none of a plain dump of raw columns, which the policy notes), what
/// Python gave and printed, whether a figure was drawn, and which slots read it. Failed: what kind
/// of failure, the engine's or Python's own message, the issues, and what to do about it. `written`
/// is what the model wrote for this run, as it wrote it.
std::vector<wire::EgressPart> PreviewRun(const wire::Run& run, std::string_view name,
                                         std::string_view written,
                                         const wire::DatasetSchema& dataset,
                                         const PreviewOptions& options);

/// A step that was refused before it ran, or that could not run: the error's sentence and each of
/// details.issues with its rule, place and candidates.
std::vector<wire::EgressPart> PreviewError(const base::Error& error, std::string_view written,
                                           const wire::DatasetSchema& dataset,
                                           const PreviewOptions& options);

/// The issues that an error speaks of; its sentence as the only one where it has none.
std::vector<wire::Issue> IssuesIn(const base::Error& error);

/// Issues alone, for the drafts, which have no dataset. One line each.
std::vector<wire::EgressPart> PreviewIssues(const std::vector<wire::Issue>& issues,
                                            std::string_view written,
                                            const wire::DatasetSchema& dataset,
                                            const PreviewOptions& options);

/// Columns, rows and counts of a table that is not a run's.
/// With `names_from`, a name that does not stand in it is withheld where cells are.
std::vector<wire::EgressPart> PreviewTable(const wire::Table& table, const PreviewOptions& options,
                                           const std::optional<std::string>& names_from = {});

}  // namespace tabletalk::analyst
