// The sentence that is said of a run where no text of a model holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyst/answer/result_columns.h"
#include "narrative/template.h"
#include "wire/run.h"

namespace tabletalk::analyst {

/// From the plan and the result: the single value, the row that leads and how many there are, where
/// a series started, peaked and ended, what nothing matched, what Python gave. `table` is what
/// slots read of the run, null where there is nothing; `columns` say what its columns are and may
/// be empty. All numbers are slots or literals of the plan's own filters; only `several` is set.
narrative::Narrative PlainSentence(const wire::Run& run, std::string_view name,
                                   const wire::Table* table,
                                   const std::vector<ResultColumn>& columns);

}  // namespace tabletalk::analyst
