// Generated views of a result: with a model, or from the shapes that need none.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyst/drafts/generator.h"
#include "wire/chart.h"
#include "wire/plan.h"
#include "wire/schema.h"
#include "wire/table.h"

namespace tabletalk::runs {

/// True for a message that asks for something to look at: "plot", "dashboard", "visualize".
bool AsksForAView(std::string_view message);

struct ViewRequest {
  std::string prompt;
  const wire::Table& table;
  std::optional<wire::ChartSpec> chart;        ///< What the answer would draw.
  std::optional<std::string> names_from = {};  ///< As of analyst::ArtifactData.
};

/// Where names of a result's columns come from, if not from cells: the statement or code that
/// computed it, and the schema. None for a plan, whose names are all its own.
std::optional<std::string> NamesFrom(const std::optional<wire::QueryPlan>& plan,
                                     const std::string& sql, const std::string& python,
                                     const wire::DatasetSchema& dataset);

/// `model` null: without one. The code has passed the check. Errors: rejected, those of the model
/// and of the sandbox; without a model unavailable where no shape fits.
base::Result<analyst::ArtifactDraft> DrawView(const ViewRequest& request,
                                              const analyst::Options& options,
                                              const std::shared_ptr<model::ChatModel>& model,
                                              analyst::Checker& checker,
                                              const analyst::Context& context);

/// Rows as a client sent them, as a table: columns in the order in which they first appear, typed
/// by what they hold. Errors: invalid_argument (no rows, over 1,000 rows or 200 columns, cells that
/// are arrays or objects).
base::Result<wire::Table> TableOfRows(const std::vector<base::json::object>& rows);

}  // namespace tabletalk::runs
