#include <gtest/gtest.h>

#include <fstream>

#include "confine/testing/confined_payload.h"

namespace tabletalk::confine {
namespace {

TEST(ResolveProgramTest, StaticProgramNeedsItselfOnly) {
  const auto program = ResolveProgram(testing::PayloadHome() + "/static/probe_payload");
  ASSERT_TRUE(program.has_value()) << program.error().public_message();
  EXPECT_EQ(program->inside, "/bin/probe_payload");
  EXPECT_EQ(program->loader, "");
  EXPECT_EQ(program->binds.size(), 1u);
}

TEST(ResolveProgramTest, DynamicProgramNeedsLoaderAndLibraries) {
  const auto program = ResolveProgram(testing::PayloadHome() + "/dynamic/probe_payload");
  ASSERT_TRUE(program.has_value()) << program.error().public_message();
  EXPECT_TRUE(program->loader.find("/ld-linux-") != std::string::npos) << program->loader;
  std::vector<std::string> targets;
  for (const Bind& bind : program->binds) {
    targets.push_back(bind.target);
    EXPECT_TRUE(bind.executable && !bind.writable);
    EXPECT_EQ(std::filesystem::canonical(bind.source), bind.source);
  }
  for (const char* library : {"/lib/libc.so.6", "/lib/libstdc++.so.6"})
    EXPECT_NE(std::find(targets.begin(), targets.end(), library), targets.end()) << library;
}

TEST(ResolveProgramTest, RefusesWhatIsNoProgram) {
  const struct {
    const char* path;
    base::ErrorCode code;
  } cases[] = {{"/no/such/program", base::ErrorCode::not_found},
               {"/etc/hostname", base::ErrorCode::invalid_argument},
               {"/", base::ErrorCode::invalid_argument}};
  for (const auto& c : cases) {
    const auto program = ResolveProgram(c.path);
    ASSERT_TRUE(program.has_error()) << c.path;
    EXPECT_EQ(program.error().code(), c.code) << c.path;
  }
}

}  // namespace
}  // namespace tabletalk::confine
