// When an answer is right: tests/questions/README.md, "When an answer matches".
#pragma once

#include "question_file.h"
#include "wire/table.h"

namespace tabletalk::evaluation {

bool CellsEqual(const wire::Value& expected, const wire::Value& actual);

/// True if some choice of the answer's columns gives the expected rows.
bool Matches(const wire::Table& expected, const wire::Table& actual, Compare compare);

}  // namespace tabletalk::evaluation
