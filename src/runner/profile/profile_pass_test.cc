// What the pass learns must be what the engine's own aggregates say.
#include "runner/profile/profile_pass.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

namespace tabletalk::runner {
namespace {

class ProfilePass : public testing::Test {
 protected:
  ProfilePass() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pass_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    database_.emplace(IngestDatabase::Create(folder_ + "/t.duckdb", 512, 2).value());
  }
  ~ProfilePass() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// Makes main.data of one column "v" and reads its facts.
  ColumnFacts Facts(const std::string& type, const std::string& values, std::uint64_t rows) {
    EXPECT_TRUE(database_
                    ->Execute("CREATE OR REPLACE TABLE main.data AS SELECT CAST(" + values +
                              " AS " + type + ") AS v FROM range(" + std::to_string(rows) +
                              ") t(i)")
                    .has_value());
    wire::ColumnSchema column;
    column.name = "v";
    column.database_type = type;
    EXPECT_TRUE(HasFacts(column)) << type;
    auto facts = ReadFacts(*database_, {&column}, rows);
    EXPECT_TRUE(facts.has_value());
    return facts.has_value() ? std::move(facts->at(0)) : ColumnFacts{};
  }

  wire::Value Ask(const std::string& expression) {
    return database_->Query("SELECT " + expression + " FROM main.data").value()[0][0];
  }

  std::string folder_;
  std::optional<IngestDatabase> database_;
};

TEST_F(ProfilePass, AgreesWithTheEngine) {
  const struct {
    std::string type, values, as;
    bool moments;
  } cases[] = {
      {"BIGINT", "CASE WHEN i % 7 > 0 THEN i * 7919 % 1000 - 500 END", "BIGINT", true},
      {"BIGINT", "9000000000000000000 + i % 1000", "BIGINT", true},
      {"INTEGER", "i % 5", "BIGINT", true},
      {"TINYINT", "i % 100 - 50", "BIGINT", true},
      {"DOUBLE", "CASE WHEN i % 3 > 0 THEN 1e6 + (i % 4000) / 8 END", "DOUBLE", true},
      {"DOUBLE", "CASE WHEN i % 2 = 0 THEN -0.0 ELSE 0.0 END", "DOUBLE", true},
      {"FLOAT", "(i % 100) / 4", "DOUBLE", true},
      {"BOOLEAN", "i % 3 = 0", "BOOLEAN", false},
      {"DATE", "DATE '2020-02-28' + CAST(i % 500 AS INTEGER)", "VARCHAR", false},
      {"TIMESTAMP", "TIMESTAMP '1969-12-31 23:59:59' + to_seconds(i % 900)", "VARCHAR", false},
      {"VARCHAR", "CASE WHEN i % 4 > 0 THEN 'a common beginning ' || i % 3000 END", "VARCHAR",
       false},
      {"VARCHAR", "CASE i % 5 WHEN 0 THEN '' WHEN 1 THEN 'é' ELSE 'abc' || i % 7 END", "VARCHAR",
       false},
  };
  constexpr std::uint64_t kRows = 300'000;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.type + ": " + c.values);
    const ColumnFacts facts = Facts(c.type, c.values, kRows);
    EXPECT_EQ(wire::Value(static_cast<std::int64_t>(facts.values)), Ask("count(v)"));
    EXPECT_EQ(wire::Value(static_cast<std::int64_t>(facts.distinct)), Ask("count(DISTINCT v)"));
    EXPECT_EQ(facts.min, Ask("CAST(min(v) AS " + c.as + ")"));
    EXPECT_EQ(facts.max, Ask("CAST(max(v) AS " + c.as + ")"));
    ASSERT_EQ(facts.mean.has_value(), c.moments);
    if (c.moments) {
      const double mean = Ask("avg(v)").AsNumber().value();
      EXPECT_NEAR(*facts.mean, mean, std::abs(mean) * 1e-12);
      // Doubles are too coarse for the deviations of such values, the engine's as ours.
      if (mean < 1e18) {
        const double deviation = Ask("stddev(v)").AsNumber().value();
        EXPECT_NEAR(*facts.stddev, deviation, 1e-9 * deviation);
      }
    }
    if (!facts.counts) continue;
    const Rows groups = database_
                            ->Query("SELECT CAST(v AS " + c.as +
                                    "), count(*) FROM main.data WHERE v IS NOT NULL GROUP BY v "
                                    "ORDER BY v")
                            .value();
    ASSERT_EQ(facts.counts->size(), groups.size());
    for (std::size_t i = 0; i < groups.size(); ++i) {
      EXPECT_EQ(facts.counts->at(i).value, groups[i][0]);
      EXPECT_EQ(wire::Value(static_cast<std::int64_t>(facts.counts->at(i).count)), groups[i][1]);
    }
  }
}

TEST_F(ProfilePass, KnowsThatRisingKeysAreAllDifferent) {
  EXPECT_EQ(Facts("BIGINT", "i * 3 + 10", 300'000).distinct, 300'000u);
  EXPECT_NEAR(static_cast<double>(Facts("BIGINT", "(i * 7919) % 200000", 300'000).distinct),
              200'000.0, 10'000.0);
  EXPECT_NEAR(static_cast<double>(Facts("BIGINT", "i % 150000", 300'000).distinct), 150'000.0,
              7'500.0);
}

TEST_F(ProfilePass, LeavesOutWhatHasNoMean) {
  const ColumnFacts odd =
      Facts("DOUBLE", "CASE i WHEN 0 THEN 'nan' WHEN 1 THEN 'inf' ELSE '2.5' END", 10'000);
  EXPECT_EQ(odd.mean, 2.5);
  EXPECT_EQ(odd.stddev, 0.0);
  EXPECT_EQ(odd.distinct, 3u);
  EXPECT_TRUE(std::isnan(*odd.max.if_double()));
  const ColumnFacts huge =
      Facts("DOUBLE", "CASE WHEN i % 2 = 0 THEN 1.7e308 ELSE -1.7e308 END", 10);
  EXPECT_FALSE(huge.mean.has_value());
  const ColumnFacts none = Facts("DOUBLE", "NULL", 10'000);
  EXPECT_EQ(none.values, 0u);
  EXPECT_TRUE(none.min.is_null());
  EXPECT_FALSE(none.mean.has_value());
}

}  // namespace
}  // namespace tabletalk::runner
