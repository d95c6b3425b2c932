// Warm runs: a parked spare, no spare, throughput, memory; and what a container start would cost.
#pragma once

#include "environment.h"

namespace tabletalk::bench {

/// A Python run over a table of a million rows, beside a cold `bwrap python3 -c "import pandas"`.
void WarmPython(Environment& environment);

/// A small statement over HTTP and an aggregation of ten million rows, beside the same in an open
/// bare DuckDB program.
void WarmSql(Environment& environment);

/// `podman run` of a program that does nothing; says so where no container can be run here.
void Container(Environment& environment);

}  // namespace tabletalk::bench
