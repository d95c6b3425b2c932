// What a view takes in and gives out: its imports and its one export.
#pragma once

#include <functional>
#include <string>

#include "runner/policy/artifact_syntax.h"

namespace tabletalk::runner {

using ReportIssue =
    std::function<void(const TsxNode& at, std::string_view rule, const std::string& message)>;

void CheckImport(const TsxNode& import, const ReportIssue& report);
/// The exports of a program: one, `export default function Viz({ data, params })`; types beside it.
void CheckExports(const TsxNode& program, const ReportIssue& report);

}  // namespace tabletalk::runner
