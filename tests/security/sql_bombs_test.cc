// Statements that ask for more than there is, through the policy and straight into the sandbox:
// each ends with the error of the limit that it meets, in time, and the next statement is answered.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/testing/case_file.h"
#include "case_choice.h"
#include "python_cases.h"
#include "sandbox_fixture.h"

namespace tabletalk::security {
namespace {

using std::chrono::milliseconds;

constexpr int kWorkers = 2;
constexpr milliseconds kWall{1000};
constexpr milliseconds kSlack{2500};

std::string WordOf(const base::Result<sandbox::SqlOutcome>& outcome) {
  if (outcome.has_error()) return std::string(base::Name(outcome.error().code()));
  return outcome->ran ? "ran" : "rejected";
}

bool IsAmong(const std::string& word, const std::string& list) {
  return ("|" + list + "|").find("|" + word + "|") != std::string::npos;
}

class SqlBombs : public ::testing::Test {
 protected:
  SqlBombs() { sales_ = fixture_.Table(); }

  sandbox::SqlJob Job(std::string sql, bool check) const {
    sandbox::SqlJob job;
    job.sql = std::move(sql);
    job.tables = {sales_};
    job.check = check;
    job.limits.wall = kWall;
    job.limits.memory = base::ByteSize::Mebi(512);
    return job;
  }

  void Drop(const base::testing::Case& bomb, bool check) {
    const std::string& id = bomb["id"];
    const auto started = std::chrono::steady_clock::now();
    const auto outcome = fixture_.sandbox().RunSql(Job(ExpandRepetitions(bomb["sql"]), check), {});
    const auto took =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started);
    const std::string word = WordOf(outcome);
    const std::string text = outcome.has_error() ? outcome.error().public_message() : "";
    if (CasesAreShown())
      std::printf("%-28s %s %-14s %5d ms %s\n", id.c_str(), check ? "on " : "off", word.c_str(),
                  static_cast<int>(took.count()), text.substr(0, 100).c_str());
    EXPECT_LT(took, kWall + kSlack) << id;
    const bool may_be_rejected = check && bomb["policy"].starts_with("rejected ");
    if (word == "rejected") {
      std::string rules = " ";
      for (const auto& issue : outcome->checked.verdict.issues) rules += issue.rule + " ";
      EXPECT_TRUE(may_be_rejected) << id << ":" << rules;
      if (may_be_rejected) {
        EXPECT_NE(rules.find(" " + bomb["policy"].substr(9) + " "), rules.npos)
            << id << ":" << rules;
      }
    } else {
      EXPECT_FALSE(may_be_rejected) << id << " passed the policy";
      EXPECT_TRUE(IsAmong(word, bomb["outcome"])) << id << " ended as: " << word << ": " << text;
    }
    const auto next = fixture_.sandbox().RunSql(Job("SELECT sum(amount) FROM sales", true), {});
    ASSERT_EQ(WordOf(next), "ran") << "after " << id;
    EXPECT_EQ(base::ToJsonText(base::ToJson(next->ran->table.rows)),
              "[[" + std::to_string(fixture_.control_sum()) + "]]")
        << "after " << id;
  }

  void DropAll(bool check) {
    const auto bombs =
        base::testing::ReadCases(TABLETALK_SOURCE_DIR "/tests/security/sql/bombs.cases");
    ASSERT_TRUE(bombs.has_value()) << bombs.error().public_message();
    ASSERT_GE(bombs->size(), 50u);
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> workers;
    for (int i = 0; i < kWorkers; ++i)
      workers.emplace_back([&] {
        for (std::size_t at = 0; (at = next++) < bombs->size();)
          if (IsChosen((*bombs)[at]["id"])) Drop((*bombs)[at], check);
      });
  }

  SandboxFixture fixture_;
  sandbox::TableFile sales_;
};

TEST_F(SqlBombs, TheSandboxEndsThem) { DropAll(false); }

TEST_F(SqlBombs, WhatThePolicyPassesEndsToo) { DropAll(true); }

}  // namespace
}  // namespace tabletalk::security
