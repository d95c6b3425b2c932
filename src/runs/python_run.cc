#include "runs/python_run.h"

#include <utility>

#include "runs/refusal.h"
#include "wire/base64.h"

namespace tabletalk::runs {

sandbox::JobLimits LimitsOf(const Options& options, std::uint64_t memory_mb) {
  sandbox::JobLimits limits;
  limits.wall = options.run_timeout;
  limits.memory = base::ByteSize::Mebi(memory_mb);
  limits.scratch = base::ByteSize::Mebi(options.scratch_mb);
  limits.threads = options.threads;
  return limits;
}

sandbox::PythonJob PythonJobOf(const Options& options, std::string code,
                               wire::PythonContract contract) {
  sandbox::PythonJob job;
  job.code = std::move(code);
  job.contract = contract;
  job.max_chars = options.max_code_chars;
  job.max_loop_depth = options.max_loop_depth;
  job.max_rows = options.max_rows;
  job.max_log_bytes = options.max_log_bytes;
  job.limits = LimitsOf(options, options.python_memory_mb);
  return job;
}

std::optional<base::Error> TakeOutcome(sandbox::PythonOutcome outcome, wire::Run& run) {
  run.usage = outcome.report.usage;
  run.sandbox_layers = std::move(outcome.report.layers);
  run.logs = std::move(outcome.logs);
  run.logs_truncated = outcome.logs_truncated;
  run.notes = std::move(outcome.checked.verdict.issues);
  if (!outcome.checked.verdict.is_valid) return Rejected(run.notes);
  if (outcome.failure) return std::move(outcome.failure);
  if (!outcome.ran)
    return base::MakeError(base::ErrorCode::internal, "the sandbox gave neither result nor reason");
  if (outcome.ran->table) {
    run.result = std::move(outcome.ran->table);
  } else {
    run.value = std::move(outcome.ran->result);
  }
  if (!outcome.figure.empty()) run.figure = wire::ToBase64(outcome.figure);
  run.digest = std::move(outcome.ran->digest);
  run.engine = std::move(outcome.ran->engine);
  return std::nullopt;
}

}  // namespace tabletalk::runs
