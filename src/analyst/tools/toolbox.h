// The tools there are, one file each. None of them reaches beyond the dataset at hand, and none
// runs anything itself: the workbench checks and sandboxes, whoever suggested the call.
#pragma once

#include <vector>

#include "analyst/options.h"
#include "analyst/tools/tool.h"
#include "model/chat_model.h"

namespace tabletalk::analyst {

Tool ListDatasets();
Tool GetDatasetSchema();
/// Told in outline where the model has no tools of its own.
Tool RunQueryPlan(const model::Abilities& abilities);
Tool RunSql();
Tool RunPython();
Tool DrawChart();

/// In the order in which they should be thought of: plan, SQL, Python (where it is enabled), then
/// what looks and draws.
std::vector<Tool> Toolbox(const Options& options, const model::Abilities& abilities);

}  // namespace tabletalk::analyst
