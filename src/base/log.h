// The log: one line an event, JSON for machines or text on a terminal, to standard error.
//
// Thread-safe. No secret, no cell value and no full prompt is ever passed here at info level; the
// InternalText of an Error is what this is for.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

namespace tabletalk::base {

enum class LogLevel { debug, info, warn, error, off };
enum class LogFormat { json, text };

/// Call once in main before the first event; until then info and above go out as text.
void ConfigureLog(LogLevel level, LogFormat format);

/// `event` is a stable snake_case name; `fields` are the particulars (trace_id, run_id, ...).
void Log(LogLevel level, std::string_view event, boost::json::object fields = {});

}  // namespace tabletalk::base
