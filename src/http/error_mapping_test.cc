#include "http/error_mapping.h"

#include <gtest/gtest.h>

#include "base/codec.h"

namespace tabletalk::http {
namespace {

using base::ErrorCode;

TEST(ErrorMapping, EveryCodeHasItsStatus) {
  struct Case {
    ErrorCode code;
    int status;
    bool retryable;
  };
  const Case cases[] = {
      {ErrorCode::invalid_argument, 400, false}, {ErrorCode::unauthorized, 401, false},
      {ErrorCode::forbidden, 403, false},        {ErrorCode::not_found, 404, false},
      {ErrorCode::conflict, 409, false},         {ErrorCode::too_large, 413, false},
      {ErrorCode::unsupported_type, 415, false}, {ErrorCode::rejected, 422, false},
      {ErrorCode::not_understood, 422, false},   {ErrorCode::busy, 429, true},
      {ErrorCode::execution_failed, 500, false}, {ErrorCode::timed_out, 500, true},
      {ErrorCode::memory_limit, 500, false},     {ErrorCode::output_limit, 500, false},
      {ErrorCode::cpu_limit, 500, false},        {ErrorCode::result_limit, 500, false},
      {ErrorCode::disk_limit, 500, false},       {ErrorCode::process_limit, 500, false},
      {ErrorCode::open_files_limit, 500, false},
      {ErrorCode::cancelled, 503, true},         {ErrorCode::unavailable, 503, true},
      {ErrorCode::no_sandbox, 503, true},        {ErrorCode::internal, 500, true},
  };
  EXPECT_EQ(std::size(cases), static_cast<std::size_t>(ErrorCode::internal) + 1);
  for (const Case& one : cases) {
    const auto name = base::Name(one.code);
    const Failure failure = FailureOf(base::MakeError(one.code, "sentence", "for the operator"));
    EXPECT_EQ(failure.status, one.status) << name;
    EXPECT_EQ(failure.retryable, one.retryable) << name;
    EXPECT_EQ(std::string_view(failure.details.at("code").as_string()), name);
    EXPECT_EQ(base::CodeFromName(name), one.code) << name;
    const bool waits = !failure.headers.empty() && failure.headers[0].first == "Retry-After";
    EXPECT_EQ(waits, one.code == ErrorCode::busy) << name;
    EXPECT_EQ(failure.details.contains("timed_out"), one.code == ErrorCode::timed_out) << name;
  }
  EXPECT_FALSE(base::CodeFromName("no_such_code").has_value());
}

TEST(ErrorMapping, WhatIsTheModelsFault) {
  struct Case {
    ErrorCode code;
    const char* details;
    int status;
    const char* retry_after;  ///< Empty: no such header.
    wire::Stage stage;
  };
  using enum wire::Stage;
  const Case cases[] = {
      {ErrorCode::unavailable, R"({"provider":"openai"})", 503, "", model},
      {ErrorCode::unavailable, R"({"provider":"openai","stage":"model"})", 503, "", model},
      {ErrorCode::timed_out, R"({"provider":"openai","stage":"model"})", 503, "", model},
      {ErrorCode::timed_out, R"({"stage":"model"})", 503, "", model},
      {ErrorCode::timed_out, R"({"provider":"openai","stage":"sql_execution"})", 500, "",
       sql_execution},
      {ErrorCode::timed_out, R"({"provider":"openai","run_id":"run_1"})", 500, "",
       sql_execution},
      {ErrorCode::timed_out, "{}", 500, "", sql_execution},
      {ErrorCode::busy, R"({"provider":"openai","stage":"model"})", 503, "1", model},
      {ErrorCode::busy, R"({"provider":"openai","retry_after_s":20})", 503, "20", model},
      {ErrorCode::busy, R"({"provider":"openai","retry_after_s":0.2})", 503, "1", model},
      {ErrorCode::busy, R"({"provider":"openai","retry_after_s":1e9})", 503, "3600", model},
      {ErrorCode::busy, R"({"provider":"openai","retry_after_s":"soon"})", 503, "1", model},
      {ErrorCode::busy, "{}", 429, "1", planning},
      {ErrorCode::invalid_argument, R"({"provider":"openai"})", 503, "", model},
      {ErrorCode::invalid_argument, "{}", 400, "", planning},
      {ErrorCode::too_large, R"({"provider":"openai","stage":"model"})", 503, "", model},
      {ErrorCode::rejected, R"({"provider":"openai","stage":"validation"})", 422, "", validation},
      {ErrorCode::rejected, R"({"provider":"openai","stage":"model"})", 422, "", model},
      {ErrorCode::rejected, "{}", 422, "", validation},
      {ErrorCode::internal, R"({"stage":"no such stage"})", 500, "", planning},
      {ErrorCode::execution_failed, R"({"stage":"python_execution"})", 500, "", python_execution},
  };
  for (const Case& one : cases) {
    const std::string shown = std::string(base::Name(one.code)) + " " + one.details;
    base::Error error = base::MakeError(one.code, "sentence");
    const auto details = base::ParseJson(one.details);
    ASSERT_TRUE(details.has_value()) << shown;
    for (const auto& detail : details->as_object())
      error = std::move(error).WithDetail(detail.key(), detail.value());
    const Failure failure = FailureOf(error);
    EXPECT_EQ(failure.status, one.status) << shown;
    EXPECT_EQ(failure.headers.empty() ? "" : failure.headers[0].second, one.retry_after) << shown;
    EXPECT_EQ(StageOf(failure), one.stage) << shown;
  }
}

TEST(ErrorMapping, TheBodyKeepsTheInternalDetailToItself) {
  const Failure failure = FailureOf(
      base::MakeError(ErrorCode::internal, "it broke", "/secret/path").WithDetail("n", 1));
  EXPECT_EQ(ErrorBody(failure, base::TraceId("t1")),
            R"({"error":"it broke","details":{"n":1,"code":"internal"},"trace_id":"t1"})");
  EXPECT_EQ(failure.internal_detail.text, "/secret/path");
}

TEST(ErrorMapping, ARunThatFailed) {
  wire::Run run;
  run.run_id = "run_1";
  run.status = wire::RunStatus::timed_out;
  run.error = wire::RunError{"timed_out", "stopped after 10 s", {}};
  Failure failure = FailureOf(run);
  EXPECT_EQ(failure.status, 500);
  EXPECT_EQ(failure.message, "stopped after 10 s");
  EXPECT_EQ(base::ToJsonText(failure.details),
            R"({"code":"timed_out","timed_out":true,"run_id":"run_1","status":"timed_out"})");

  wire::Issue issue;
  issue.rule = "select_only";
  run.status = wire::RunStatus::failed;
  run.error = wire::RunError{"rejected", "no", {issue}};
  failure = FailureOf(run);
  EXPECT_EQ(failure.status, 422);
  EXPECT_EQ(failure.details.at("timed_out"), false);
  EXPECT_EQ(failure.details.at("issues").at(0).at("rule"), "select_only");

  run.error.reset();
  EXPECT_EQ(FailureOf(run).status, 500);
}

}  // namespace
}  // namespace tabletalk::http
