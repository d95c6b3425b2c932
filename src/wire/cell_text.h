// Exact texts of plain values, as docs/digest.md defines them. Pure functions, no library calls.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tabletalk::wire {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

void AppendInteger(Int128 value, std::string& out);
void AppendUnsigned(UInt128 value, std::string& out);
/// `unscaled` / 10^scale with exactly `scale` decimals.
void AppendScaled(Int128 unscaled, int scale, std::string& out);
/// Shortest text that reads back as the same number; "NaN", "Infinity", "-Infinity"; -0 is "0".
void AppendReal(double value, std::string& out);
void AppendReal(float value, std::string& out);
/// Days since 1970-01-01 in the proleptic Gregorian calendar: "2026-01-31", "-0044-03-15" for
/// years before 0 (astronomical numbering), "infinity", "-infinity".
void AppendDate(std::int32_t days, std::string& out);
/// "23:59:59", with as many decimals as `units_per_second` has zeros where they are not all zero.
void AppendTime(std::int64_t units, std::int64_t units_per_second, std::string& out);
/// "2026-01-31 23:59:59.5" since 1970-01-01 in those units, "infinity", "-infinity".
void AppendTimestamp(std::int64_t units, std::int64_t units_per_second, std::string& out);
/// "+02", "-03:30": an offset from UTC.
void AppendOffset(std::int32_t seconds, std::string& out);
/// "1 year 2 months 3 days 04:05:06.5"; "00:00:00" for nothing.
void AppendInterval(std::int32_t months, std::int32_t days, std::int64_t micros, std::string& out);
/// 8-4-4-4-12 hexadecimal digits.
void AppendUuid(std::uint64_t upper, std::uint64_t lower, std::string& out);
/// Printable ASCII as it is, every other byte (and the backslash) as \xHH.
void AppendBlob(std::string_view bytes, std::string& out);
/// DuckDB's BIT storage: the first byte is the number of padding bits.
void AppendBits(std::string_view bytes, std::string& out);

}  // namespace tabletalk::wire
