#include "http/error_mapping.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <cmath>

#include "base/codec.h"

namespace tabletalk::http {

using base::ErrorCode;

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return 400;
    case ErrorCode::unauthorized: return 401;
    case ErrorCode::forbidden: return 403;
    case ErrorCode::not_found: return 404;
    case ErrorCode::conflict: return 409;
    case ErrorCode::too_large: return 413;
    case ErrorCode::unsupported_type: return 415;
    case ErrorCode::rejected: return 422;
    case ErrorCode::not_understood: return 422;
    case ErrorCode::busy: return 429;
    case ErrorCode::execution_failed: return 500;
    case ErrorCode::timed_out: return 500;
    case ErrorCode::memory_limit: return 500;
    case ErrorCode::cpu_limit:
    case ErrorCode::output_limit:
    case ErrorCode::result_limit:
    case ErrorCode::disk_limit:
    case ErrorCode::process_limit:
    case ErrorCode::open_files_limit: return 500;
    // Who cancelled by going away reads nothing; who still reads it is told that the server stops.
    case ErrorCode::cancelled: return 503;
    case ErrorCode::unavailable: return 503;
    case ErrorCode::no_sandbox: return 503;
    case ErrorCode::internal: return 500;
  }
  return 500;
}

bool IsRetryable(ErrorCode code) {
  switch (code) {
    case ErrorCode::busy:
    case ErrorCode::timed_out:
    case ErrorCode::cancelled:
    case ErrorCode::unavailable:
    case ErrorCode::no_sandbox:
    case ErrorCode::internal: return true;
    case ErrorCode::invalid_argument:
    case ErrorCode::unauthorized:
    case ErrorCode::forbidden:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::too_large:
    case ErrorCode::unsupported_type:
    case ErrorCode::rejected:
    case ErrorCode::not_understood:
    case ErrorCode::execution_failed:
    case ErrorCode::memory_limit:
    case ErrorCode::cpu_limit:
    case ErrorCode::output_limit:
    case ErrorCode::result_limit:
    case ErrorCode::disk_limit:
    case ErrorCode::process_limit:
    case ErrorCode::open_files_limit: return false;
  }
  return true;
}

namespace {

// A query that failed after a model had written it is not the model's failure: it says its stage,
// or its run.
bool IsOfModel(const boost::json::object& details) {
  if (const auto* stage = details.if_contains("stage")) return *stage == "model";
  return details.contains("provider") && !details.contains("run_id");
}

int StatusOfError(const base::Error& error) {
  const bool refused =
      error.code() == ErrorCode::rejected || error.code() == ErrorCode::not_understood;
  return !refused && IsOfModel(error.details()) ? 503 : StatusOf(error.code());
}

// Seconds to wait before asking again: what the model's server said, else one.
std::string RetryAfter(const boost::json::object& details) {
  const auto* said = details.if_contains("retry_after_s");
  if (said == nullptr || !said->is_number()) return "1";
  const double seconds = said->to_number<double>();
  return std::to_string(static_cast<int>(std::clamp(std::ceil(seconds), 1.0, 3600.0)));
}

}  // namespace

Failure FailureOf(const base::Error& error) {
  Failure failure;
  failure.status = StatusOfError(error);
  failure.message = error.public_message();
  failure.details = error.details();
  failure.details["code"] = base::Name(error.code());
  if (error.code() == ErrorCode::timed_out) failure.details["timed_out"] = true;
  if (error.code() == ErrorCode::busy)
    failure.headers.emplace_back("Retry-After", RetryAfter(error.details()));
  if (error.code() == ErrorCode::unauthorized)
    failure.headers.emplace_back("WWW-Authenticate", "Bearer");
  failure.retryable = IsRetryable(error.code());
  failure.code = base::Name(error.code());
  failure.internal_detail = error.internal_detail();
  return failure;
}

wire::Stage StageOf(const Failure& failure) {
  using wire::Stage;
  if (const auto* named = failure.details.if_contains("stage"); named && named->is_string())
    if (const auto stage = base::EnumFromName<Stage>(std::string_view(named->as_string())))
      return *stage;
  if (IsOfModel(failure.details)) return Stage::model;
  const auto code = base::CodeFromName(failure.code);
  if (!code) return Stage::planning;
  switch (*code) {
    case ErrorCode::rejected: return Stage::validation;
    case ErrorCode::execution_failed:
    case ErrorCode::timed_out:
    case ErrorCode::memory_limit:
    case ErrorCode::cpu_limit:
    case ErrorCode::output_limit:
    case ErrorCode::result_limit:
    case ErrorCode::disk_limit:
    case ErrorCode::process_limit:
    case ErrorCode::open_files_limit: return Stage::sql_execution;
    case ErrorCode::not_found: return Stage::data_fetch;
    case ErrorCode::invalid_argument:
    case ErrorCode::unauthorized:
    case ErrorCode::forbidden:
    case ErrorCode::conflict:
    case ErrorCode::too_large:
    case ErrorCode::unsupported_type:
    case ErrorCode::not_understood:
    case ErrorCode::busy:
    case ErrorCode::cancelled:
    case ErrorCode::unavailable:
    case ErrorCode::no_sandbox:
    case ErrorCode::internal: return Stage::planning;
  }
  return Stage::planning;
}

bool IsRefusal(const Failure& failure) {
  return failure.status >= 400 && failure.status < 500 && failure.status != 422;
}

Failure TookTooLong() {
  return FailureOf(
      base::MakeError(ErrorCode::timed_out, "the request took longer than the server allows"));
}

Failure Draining() {
  Failure failure =
      FailureOf(base::MakeError(ErrorCode::unavailable, "the server is stopping; try again later"));
  failure.headers.emplace_back("Retry-After", "5");
  return failure;
}

Failure RefusalOf(int status, std::string_view code, std::string message) {
  Failure failure;
  failure.status = status;
  failure.code = code;
  failure.message = std::move(message);
  failure.details["code"] = code;
  return failure;
}

Failure FailureOf(const wire::Run& run) {
  const wire::RunError none{"internal", "the run ended without a result", {}};
  const wire::RunError& error = run.error ? *run.error : none;
  const ErrorCode code = base::CodeFromName(error.code).value_or(ErrorCode::internal);
  Failure failure = FailureOf(base::MakeError(code, error.message));
  failure.details["run_id"] = run.run_id;
  failure.details["status"] = base::EnumName(run.status);
  failure.details["timed_out"] = run.status == wire::RunStatus::timed_out;
  if (run.kind == wire::RunKind::python) {
    failure.details["logs"] = run.logs;
    failure.details["logs_truncated"] = run.logs_truncated;
  }
  if (!error.issues.empty()) failure.details["issues"] = base::ToJson(error.issues);
  return failure;
}

std::string ErrorBody(const Failure& failure, const base::TraceId& trace_id) {
  boost::json::object body;
  body["error"] = failure.message;
  body["details"] = failure.details;
  body["trace_id"] = trace_id.text();
  for (const auto& member : failure.beside) body[member.key()] = member.value();
  return base::ToJsonText(body);
}

}  // namespace tabletalk::http
