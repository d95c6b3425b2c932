// Files of the host on their way into a sandbox and out of it.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/fd.h"
#include "wire/runner.h"

namespace tabletalk::sandbox {

/// Binds refuse symbolic links, so that nobody can redirect them between check and use; what the
/// user named may be one, and is resolved here once. not_found.
base::Result<std::string> RealPath(const std::string& path);

/// Opens a regular file for reading; links in the last place are refused. not_found,
/// invalid_argument.
base::Result<base::UniqueFd> OpenForReading(const std::string& real_path);

/// Leaves `bytes` as "result.csv" or "result.parquet" in a folder, which must not have one yet.
/// conflict, not_found, internal.
base::Result<void> WriteExport(const std::string& folder, wire::ExportFormat format,
                               std::string_view bytes);

/// Whether these bytes are a PNG that a page can show: its magic, a header within 10,000 pixels
/// each way and 25 million together, and at most 16 MiB. Errors: internal, or result_limit for one
/// that is a picture but too large.
base::Result<void> CheckFigure(std::string_view png);

}  // namespace tabletalk::sandbox
