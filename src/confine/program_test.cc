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

TEST(ResolveLibrariesTest, FindsWhatTheProgramLacks) {
  const std::string dynamic = testing::PayloadHome() + "/dynamic/probe_payload";
  const auto bare = ResolveProgram(testing::PayloadHome() + "/static/probe_payload");
  const auto full = ResolveProgram(dynamic);
  ASSERT_TRUE(bare.has_value() && full.has_value());
  const auto lacking = ResolveLibraries(*bare, {dynamic});
  ASSERT_TRUE(lacking.has_value()) << lacking.error().public_message();
  std::vector<std::string> targets;
  for (const Bind& bind : *lacking) {
    targets.push_back(bind.target);
    EXPECT_TRUE(bind.executable && !bind.writable);
    EXPECT_NE(bind.source, dynamic);
  }
  EXPECT_NE(std::find(targets.begin(), targets.end(), "/lib/libc.so.6"), targets.end());
  // Nothing twice: the program has these libraries, and a listed file stays where it is.
  EXPECT_TRUE(ResolveLibraries(*full, {dynamic})->empty());
  const auto self = std::find_if(lacking->begin(), lacking->end(),
                                 [](const Bind& b) { return b.target == "/lib/libc.so.6"; });
  ASSERT_NE(self, lacking->end());
  const auto listed = ResolveLibraries(*bare, {dynamic, self->source});
  for (const Bind& bind : *listed) EXPECT_NE(bind.target, "/lib/libc.so.6");
}

TEST(ResolveLibrariesTest, RefusesWhatIsNoLibrary) {
  const auto program = ResolveProgram(testing::PayloadHome() + "/static/probe_payload");
  const auto libraries = ResolveLibraries(*program, {"/etc/hostname"});
  ASSERT_TRUE(libraries.has_error());
  EXPECT_EQ(libraries.error().code(), base::ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tabletalk::confine
