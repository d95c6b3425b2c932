// What decided the number of an answer, beside the data.
#pragma once

#include <string>
#include <vector>

#include "wire/run.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

/// One sentence each: what the plan assumes, what the policy notes of the statement or code, and
/// what was decided when the columns that it uses were read (cells set aside, day or month first).
std::vector<std::string> WhatDecided(const wire::Run& run, const wire::DatasetSchema& dataset);

}  // namespace tabletalk::analyst
