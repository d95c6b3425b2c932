// What can go wrong, for callers that can act on it.
//
// Result<T> carries either a value or an Error and is used for everything that depends on input.
// An Error speaks to two audiences, and the two texts are different types so that a detail meant
// for the operator cannot be handed to a client by accident: PublicText may cross the wire,
// InternalText may only be logged. Thread-safe as any value type.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tabletalk::base {

/// Every way in which an operation can fail. The HTTP status and the exit code each follow from it
/// at one mapping site (http/error_mapping, apps/tabletalk/exit_codes).
enum class ErrorCode {
  invalid_argument,  ///< The request is malformed: bad JSON, missing or mistyped field, bad file.
  unauthorized,      ///< No valid token where one is needed.
  forbidden,         ///< A valid token that may not do this, or a switched-off capability.
  not_found,         ///< No such dataset, run, file or route.
  conflict,          ///< The state does not allow it.
  too_large,         ///< Over a size, row or cell limit.
  unsupported_type,  ///< A body or file type that is not taken here.
  rejected,          ///< Plan, SQL or Python that the policy or the type check refuses.
  not_understood,    ///< A question that could not be understood well enough to answer.
  busy,              ///< Queue full or rate limit reached; try again later.
  execution_failed,  ///< The code ran and failed: a query error, a crash.
  timed_out,         ///< Stopped at the time limit.
  memory_limit,      ///< Stopped at the memory limit.
  cpu_limit,         ///< Stopped at the limit of processor time.
  output_limit,      ///< Stopped because it printed more than allowed.
  result_limit,      ///< Its result is larger than allowed.
  disk_limit,        ///< It ran out of temporary space.
  process_limit,     ///< It wanted more processes or threads than allowed.
  open_files_limit,  ///< It wanted more open files than allowed.
  cancelled,         ///< The caller went away or asked to stop.
  unavailable,       ///< A part that is needed is not reachable or not configured.
  no_sandbox,        ///< This host cannot confine a process; nothing is run in the open.
  internal,          ///< A defect or broken infrastructure.
};

/// The stable wire name of a code ("invalid_argument").
std::string_view Name(ErrorCode code);

/// The inverse of Name.
std::optional<ErrorCode> CodeFromName(std::string_view name);

/// Text that a client may read: one clear sentence that says what to do, with no secret, no host
/// path and no cell value beyond the caller's own input.
struct PublicText {
  std::string text;
};

/// Text for the operator's log only.
struct InternalText {
  std::string text;
};

class Error {
 public:
  /// Only because boost::system::result asks for it; means a defect.
  Error() = default;
  Error(ErrorCode code, PublicText message, InternalText detail = {});

  ErrorCode code() const { return code_; }
  const std::string& public_message() const { return public_message_.text; }
  const InternalText& internal_detail() const { return internal_detail_; }
  /// Public machine-readable particulars, the `details` of the error body.
  const boost::json::object& details() const { return details_; }

  Error&& WithDetail(std::string_view key, boost::json::value value) &&;
  /// The same error with `context` and a colon before its public message.
  Error&& WithContext(std::string_view context) &&;

 private:
  ErrorCode code_ = ErrorCode::internal;
  PublicText public_message_;
  InternalText internal_detail_;
  boost::json::object details_;
};

/// Asking a failed Result for its value is a programmer's error and ends in this exception.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

template <class T>
using Result = boost::system::result<T, Error>;

/// Shorthand for the common case.
Error MakeError(ErrorCode code, std::string message, std::string internal_detail = {});
inline Error InvalidArgument(std::string message) {
  return MakeError(ErrorCode::invalid_argument, std::move(message));
}
/// An infrastructure failure with errno's text as the internal detail.
Error SystemError(ErrorCode code, std::string message, int error_number);

}  // namespace tabletalk::base

/// Assigns the value of a Result to `target`, or returns its error from the enclosing function.
#define TT_CONCAT_INNER(a, b) a##b
#define TT_CONCAT(a, b) TT_CONCAT_INNER(a, b)
#define TT_ASSIGN(target, expression) \
  TT_ASSIGN_INNER(TT_CONCAT(tt_result_, __LINE__), target, expression)
#define TT_ASSIGN_INNER(temporary, target, expression)            \
  auto temporary = (expression);                                  \
  if (temporary.has_error()) return std::move(temporary).error(); \
  target = std::move(temporary).value()
/// Returns the error of a Result<void> from the enclosing function.
#define TT_CHECK(expression)                                      \
  do {                                                            \
    auto tt_check = (expression);                                 \
    if (tt_check.has_error()) return std::move(tt_check).error(); \
  } while (false)
