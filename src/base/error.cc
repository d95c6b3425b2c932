#include "base/error.h"

#include <cstring>
#include <stdexcept>

namespace tabletalk::base {

std::string_view Name(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return "invalid_argument";
    case ErrorCode::unauthorized: return "unauthorized";
    case ErrorCode::forbidden: return "forbidden";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::too_large: return "too_large";
    case ErrorCode::unsupported_type: return "unsupported_type";
    case ErrorCode::rejected: return "rejected";
    case ErrorCode::not_understood: return "not_understood";
    case ErrorCode::busy: return "busy";
    case ErrorCode::execution_failed: return "execution_failed";
    case ErrorCode::timed_out: return "timed_out";
    case ErrorCode::memory_limit: return "memory_limit";
    case ErrorCode::cpu_limit: return "cpu_limit";
    case ErrorCode::output_limit: return "output_limit";
    case ErrorCode::result_limit: return "result_limit";
    case ErrorCode::disk_limit: return "disk_limit";
    case ErrorCode::process_limit: return "process_limit";
    case ErrorCode::open_files_limit: return "open_files_limit";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::unavailable: return "unavailable";
    case ErrorCode::no_sandbox: return "no_sandbox";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

std::optional<ErrorCode> CodeFromName(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i)
    if (const auto code = static_cast<ErrorCode>(i); Name(code) == name) return code;
  return std::nullopt;
}

Error::Error(ErrorCode code, PublicText message, InternalText detail)
    : code_(code), public_message_(std::move(message)), internal_detail_(std::move(detail)) {}

Error&& Error::WithDetail(std::string_view key, boost::json::value value) && {
  details_[key] = std::move(value);
  return std::move(*this);
}

Error&& Error::WithContext(std::string_view context) && {
  public_message_.text.insert(0, ": ").insert(0, context);
  return std::move(*this);
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  throw std::logic_error(std::string("a failed Result was used as a value in ") +
                         where.function_name() + ": " + error.public_message());
}

Error MakeError(ErrorCode code, std::string message, std::string internal_detail) {
  return Error(code, PublicText{std::move(message)}, InternalText{std::move(internal_detail)});
}

Error SystemError(ErrorCode code, std::string message, int error_number) {
  return MakeError(code, std::move(message), std::strerror(error_number));
}

}  // namespace tabletalk::base
