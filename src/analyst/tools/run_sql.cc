#include <boost/describe.hpp>
#include <string>

#include "analyst/prompts.h"
#include "analyst/tools/closed_schema.h"
#include "analyst/tools/run_outcome.h"
#include "analyst/tools/toolbox.h"

namespace tabletalk::analyst {
namespace {

struct SqlCall {
  std::string sql;
};
BOOST_DESCRIBE_STRUCT(SqlCall, (), (sql))

base::Result<Outcome> Call(const Arguments& arguments, Desk& desk) {
  const auto written = arguments.Text({"sql", "query", "statement", "code"}, true);
  if (!written) return Lacking("SELECT statement", "sql", arguments, desk);
  const std::string sql = Unfenced(*written, "sql");
  wire::PlanEvent event;
  event.sql = sql;
  desk.emit(event);
  return TakeRun(desk.bench.RunSql(sql), sql, wire::Stage::sql_execution, desk);
}

}  // namespace

Tool RunSql() { return {{"run_sql", Render("tool_run_sql"), ClosedSchema<SqlCall>()}, Call}; }

}  // namespace tabletalk::analyst
