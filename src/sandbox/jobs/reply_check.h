// What a reply must be before anything is made of it, whoever sent it.
//
// The codec has already turned bytes into structs, so types and names are right; here the claims
// are held against one another and against what was asked. A runner that a file or a statement has
// taken over can lie about values, but not make the server index past a row, name a path or fill
// its memory. All errors are internal: an honest runner never causes one.
#pragma once

#include <string>

#include "base/error.h"
#include "sandbox/sandbox.h"

namespace tabletalk::sandbox {

/// Largest reply of each kind; a bigger one is refused before it is read.
inline constexpr base::ByteSize kMaxHashedReply = base::ByteSize::Kibi(64);
inline constexpr base::ByteSize kMaxCheckedReply = base::ByteSize::Mebi(8);
inline constexpr base::ByteSize kMaxIngestedReply = base::ByteSize::Mebi(128);
inline constexpr base::ByteSize kMaxRanReply = base::ByteSize::Mebi(72);
inline constexpr base::ByteSize kMaxRanAttachment = base::ByteSize::Mebi(128);

/// The hash becomes the name of a folder: 64 digits of lower-case hexadecimal, nothing else.
base::Result<void> CheckHashed(const wire::Hashed& hashed);

/// A verdict that agrees with its findings: valid exactly where none is an error, places within the
/// text, rules and messages that can be shown.
base::Result<void> CheckVerdict(const wire::Verdict& verdict);

/// Columns named, once each and printable; sample rows as wide as the table; counts within limits.
base::Result<void> CheckIngested(const wire::Ingested& ingested, std::uint64_t max_cells,
                                 std::uint64_t max_columns);

/// The shape of a "sql_ran" body before it is decoded, which for millions of stray values would
/// cost seconds and gigabytes.
base::Result<void> CheckRanShape(const base::json::value& body, std::uint64_t max_rows);

/// Every row as wide as the table, no more rows than were asked for and no fewer than are counted.
base::Result<void> CheckRan(const wire::SqlRan& ran, std::uint64_t max_rows);

/// The shape of a "python_ran" body before it is decoded: its nesting, and its table if it has one.
base::Result<void> CheckPythonShape(const base::json::value& body, std::uint64_t max_rows);

/// The same of a Python run, whose table may be missing; the figure and the export, which comes
/// only where one was asked for, together are the attachment.
base::Result<void> CheckPythonRan(const wire::PythonRan& ran, std::uint64_t max_rows,
                                  std::uint64_t attachment_bytes, bool export_asked_for);

}  // namespace tabletalk::sandbox
