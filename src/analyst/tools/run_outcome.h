// What the three tools that run something share: what a run, or its refusal, is to the model, to
// the person and to the question.
#pragma once

#include <string>
#include <string_view>

#include "analyst/tools/tool.h"
#include "wire/event.h"
#include "wire/run.h"

namespace tabletalk::analyst {

/// Puts the run on the desk. `written` is what the model wrote for it. What the workbench refused
/// (rejected, invalid_argument, too_large) is an Outcome with a setback; its other errors end the
/// question. `running` is the stage of a run that fails.
base::Result<Outcome> TakeRun(base::Result<wire::Run> ran, std::string_view written,
                              wire::Stage running, Desk& desk);

/// What was refused before it ran.
Outcome Refused(base::Error error, std::string_view written, wire::Stage stage, const Desk& desk);

/// A call that lacks its one text: `what` is "SELECT statement", `field` "sql".
Outcome Lacking(std::string_view what, std::string_view field, const Arguments& arguments,
                const Desk& desk);

/// One line for a person: "12 rows of region, revenue."
std::string Summary(const wire::Run& run);

}  // namespace tabletalk::analyst
