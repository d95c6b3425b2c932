#include "analyst/tools/toolbox.h"

namespace tabletalk::analyst {

std::vector<Tool> Toolbox(const Options& options, const model::Abilities& abilities) {
  std::vector<Tool> tools;
  tools.push_back(RunQueryPlan(abilities));
  tools.push_back(RunSql());
  if (options.enable_python) tools.push_back(RunPython());
  tools.push_back(GetDatasetSchema());
  tools.push_back(ListDatasets());
  tools.push_back(DrawChart());
  return tools;
}

}  // namespace tabletalk::analyst
