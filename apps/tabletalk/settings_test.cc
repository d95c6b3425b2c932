#include "settings.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace tabletalk::app {
namespace {

namespace fs = std::filesystem;

class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() {
    std::string pattern = (fs::temp_directory_path() / "settings-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~SettingsTest() override { fs::remove_all(folder_); }

  void Write(const char* name, std::string_view text) const {
    std::ofstream(fs::path(folder_) / name) << text;
  }
  base::Result<LoadedSettings> Load(std::map<std::string, std::string> flags = {}) const {
    return LoadSettings({std::move(flags),
                         [this](const char* name) -> const char* {
                           const auto found = environment_.find(name);
                           return found == environment_.end() ? nullptr : found->second.c_str();
                         },
                         folder_});
  }
  static std::string Source(const LoadedSettings& loaded, std::string_view name) {
    for (const auto& setting : loaded.resolved)
      if (setting.name == name) return setting.source;
    return "";
  }

  std::string folder_;
  std::map<std::string, std::string> environment_;
};

TEST_F(SettingsTest, DefaultsAreValid) {
  const auto loaded = Load();
  ASSERT_TRUE(loaded.has_value()) << loaded.error().public_message();
  EXPECT_EQ(loaded->settings.port, 8000);
  EXPECT_EQ(loaded->settings.run_timeout, std::chrono::seconds(10));
  EXPECT_EQ(loaded->resolved.size(), AllSettings().size());
}

TEST_F(SettingsTest, NearerSourcesWin) {
  Write("tabletalk.toml", "port = 1\n");
  EXPECT_EQ(Load()->settings.port, 1);
  EXPECT_EQ(Source(*Load(), "PORT"), "tabletalk.toml");
  Write(".env", "# a comment\nexport PORT=\"2\"\n\n");
  EXPECT_EQ(Load()->settings.port, 2);
  EXPECT_EQ(Source(*Load(), "PORT"), ".env");
  environment_["PORT"] = "3";
  EXPECT_EQ(Load()->settings.port, 3);
  EXPECT_EQ(Source(*Load(), "PORT"), "environment");
  EXPECT_EQ(Load({{"PORT", "4"}})->settings.port, 4);
  EXPECT_EQ(Source(*Load({{"PORT", "4"}}), "PORT"), "flag");
}

TEST_F(SettingsTest, WhatDoesNotParseStopsTheStart) {
  const std::pair<std::string, std::string> cases[] = {
      {"PORT", "65536"},      {"PORT", "-1"},       {"PORT", ""},          {"PORT", "80 "},
      {"LOG_LEVEL", "loud"},  {"MAX_ROWS", "0"},    {"MAX_ROWS", "1e3"},   {"REQUIRE_CGROUP", "yes"},
      {"DATA_DIR", ""},       {"RUN_TIMEOUT_SECONDS", "0"}, {"SANDBOX_PROVIDER", "none"},
      {"RUN_MAX_PROCESSES", "2"}, {"ENABLE_PYTHON_EXECUTION", "no"}, {"MAX_LOOP_DEPTH", "0"},
      {"RATE_LIMITS", "/ai/execute=0"}, {"RATE_LIMITS", "/ai/other=1"}, {"ATTEST_MINUTES", "0"},
      {"PYTHON_MEMORY_MB", "1"}, {"MAX_OUTPUT_BYTES", "1"}, {"WARM_SPARES", "65"},
  };
  for (const auto& [name, value] : cases) {
    environment_ = {{name, value}};
    const auto loaded = Load();
    ASSERT_TRUE(loaded.has_error()) << name << "=" << value;
    EXPECT_NE(loaded.error().public_message().find(name + " (environment)"), std::string::npos)
        << loaded.error().public_message();
  }
}

TEST_F(SettingsTest, BrokenFilesAreNamed) {
  Write("tabletalk.toml", "port = = 3\n");
  EXPECT_NE(Load().error().public_message().find("tabletalk.toml line 1"), std::string::npos);
  Write("tabletalk.toml", "prot = 3\n");
  EXPECT_NE(Load().error().public_message().find("there is no setting \"prot\""), std::string::npos);
  Write("tabletalk.toml", "port = [1]\n");
  EXPECT_NE(Load().error().public_message().find("port must be"), std::string::npos);
  fs::remove(fs::path(folder_) / "tabletalk.toml");
  Write(".env", "just words\n");
  EXPECT_NE(Load().error().public_message().find(".env line 1"), std::string::npos);
}

TEST(Settings, EachIsDocumented) {
  std::ifstream file(std::string(TABLETALK_SOURCE_DIR) + "/docs/settings.md");
  std::ostringstream text;
  text << file.rdbuf();
  for (const SettingSpec& spec : AllSettings())
    EXPECT_NE(text.str().find("`" + spec.name + "`"), std::string::npos)
        << spec.name << " is not in docs/settings.md";
}

}  // namespace
}  // namespace tabletalk::app
