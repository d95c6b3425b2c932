// What a tool is: how the model is told of it, and what a call of it does.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyst/options.h"
#include "analyst/tools/arguments.h"
#include "analyst/workbench.h"
#include "base/error.h"
#include "model/chat_model.h"
#include "wire/chart.h"
#include "wire/event.h"
#include "wire/policy.h"

namespace tabletalk::analyst {

/// What the tools of one question share. What is pointed to outlives the question.
struct Desk {
  Workbench& bench;
  const Options& options;
  const std::string& question;
  std::function<void(const wire::Event&)> emit;  ///< Never empty.
  std::vector<wire::Run> runs = {};              ///< All that ended, in order; r1 is the first.
  std::map<std::size_t, wire::ChartSpec> charts = {};  ///< By run, as draw_chart drew them.
};

/// What came of a call, for each of the three that want to know.
struct Outcome {
  bool ok = true;
  std::string summary;                  ///< For a person: one line.
  std::vector<wire::EgressPart> parts;  ///< For the model.
  std::optional<std::size_t> run;       ///< Index into Desk::runs, where something ran.
  /// For the caller, where a plan, a statement or code was refused or failed: how the question
  /// ends if nothing mends it, with details.stage. A refused chart or a wrong table name is none.
  std::optional<base::Error> setback;
  std::vector<wire::Issue> issues = {};  ///< Of what was refused before it ran.
};

struct Tool {
  model::Tool declared;
  /// An Error ends the question: no other wording would mend it.
  std::function<base::Result<Outcome>(const Arguments&, Desk&)> call;
};

}  // namespace tabletalk::analyst
