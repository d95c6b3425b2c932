// Each tests/golden/plan/<name>.json is a plan over the shop of testing/shop.h; the .sql beside it
// holds what becomes of it, to the byte. UPDATE_GOLDEN=1 writes the .sql files anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/codec.h"
#include "plan/compile.h"
#include "plan/explain.h"
#include "plan/testing/engine.h"
#include "plan/testing/shop.h"

namespace tabletalk::plan {
namespace {

namespace fs = std::filesystem;

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Rendered(const wire::QueryPlan& plan, const Compiled& compiled,
                     const wire::DatasetSchema& shop) {
  std::string text = "-- " + Explain(plan, shop) + "\n";
  for (const std::string& assumption : compiled.assumptions)
    text += "-- Assumed: " + assumption + "\n";
  text += compiled.sql + "\n";
  for (const auto& [name, value] : compiled.parameters)
    text += "-- $" + name + " = " + base::ToJsonText(base::ToJson(value)) + "\n";
  return text;
}

TEST(Golden, PlansCompileToTheSameBytes) {
  const wire::DatasetSchema shop = testing::Shop();
  testing::Engine engine;
  const char* update = std::getenv("UPDATE_GOLDEN");
  std::vector<fs::path> plans;
  for (const auto& entry :
       fs::directory_iterator(fs::path(TABLETALK_SOURCE_DIR) / "tests/golden/plan"))
    if (entry.path().extension() == ".json") plans.push_back(entry.path());
  std::sort(plans.begin(), plans.end());
  EXPECT_GE(plans.size(), 40u);
  for (const fs::path& path : plans) {
    SCOPED_TRACE(path.filename().string());
    const auto plan = base::FromJsonText<wire::QueryPlan>(Read(path));
    ASSERT_TRUE(plan.has_value()) << plan.error().public_message();
    const auto compiled = Compile(*plan, shop);
    ASSERT_TRUE(compiled.has_value()) << compiled.error().public_message();
    EXPECT_EQ(engine.Run(compiled->sql, compiled->parameters).error, "") << compiled->sql;
    const fs::path golden = fs::path(path).replace_extension(".sql");
    const std::string text = Rendered(*plan, *compiled, shop);
    if (update && std::string(update) == "1") std::ofstream(golden, std::ios::binary) << text;
    EXPECT_EQ(text, Read(golden));
  }
}

}  // namespace
}  // namespace tabletalk::plan
