// Views of the usual shapes, without a model.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "wire/artifact.h"
#include "wire/chart.h"
#include "wire/table.h"

namespace tabletalk::offline {

struct ArtifactDraft {
  wire::Artifact artifact;  ///< Passes check_artifact.
  std::string summary;
};

/// Pure. The kind that the prompt names, else `chart`, else what fits the columns. No cell is in
/// the code: it reads `data`. Errors: not_understood where no shape fits, with the shapes there
/// are.
base::Result<ArtifactDraft> DraftArtifact(std::string_view prompt, const wire::Table& table,
                                          const std::optional<wire::ChartSpec>& chart);

}  // namespace tabletalk::offline
