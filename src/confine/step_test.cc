#include "confine/step.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace tabletalk::confine {
namespace {

TEST(Step, SaysWhatIsMissing) {
  struct Case {
    Step step;
    int error;
    base::ErrorCode code;
    const char* says;
  };
  const Case cases[] = {
      {Step::clone_namespaces, EPERM, base::ErrorCode::no_sandbox, "does not give the namespaces"},
      {Step::clone_namespaces, EMFILE, base::ErrorCode::unavailable, "out of file descriptors"},
      {Step::make_pipes, EMFILE, base::ErrorCode::unavailable, "out of file descriptors"},
      {Step::bind_file, ENFILE, base::ErrorCode::unavailable, "LimitNOFILE="},
      {Step::make_pipes, ENOMEM, base::ErrorCode::internal, "No descriptors or memory"},
  };
  for (const Case& one : cases) {
    const base::Error error = ToError({one.step, one.error, -1});
    EXPECT_EQ(error.code(), one.code) << Name(one.step) << " " << one.error;
    EXPECT_NE(error.public_message().find(one.says), std::string::npos) << error.public_message();
  }
}

}  // namespace
}  // namespace tabletalk::confine
