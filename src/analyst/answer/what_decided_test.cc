#include "analyst/answer/what_decided.h"

#include <gtest/gtest.h>

namespace tabletalk::analyst {
namespace {

wire::DatasetSchema Noted() {
  wire::ColumnSchema amount, day, other;
  amount.name = "Amount";
  amount.type = wire::ColumnType::number;
  day.name = "day";
  day.type = wire::ColumnType::date;
  other.name = "amount_due";
  wire::TableSchema table;
  table.name = "bills";
  table.columns = {amount, day, other};
  table.notes = {{wire::NoteKind::cells, "Amount", "2 cells of \"Amount\" were set aside."},
                 {wire::NoteKind::guess, "day", "\"day\" was read with the day first."},
                 {wire::NoteKind::layout, "", "The file has no header."}};
  wire::DatasetSchema dataset;
  dataset.tables = {table};
  return dataset;
}

TEST(WhatDecided, AreTheNotesOfTheColumnsThatWereUsed) {
  const struct {
    const char* sql;
    std::size_t notes;
  } kCases[] = {{"SELECT sum(\"Amount\") FROM bills", 1},
                {"SELECT sum(amount), min(day) FROM bills", 2},
                {"SELECT sum(amount_due) FROM bills", 0},
                {"SELECT count(*) FROM bills", 0}};
  for (const auto& c : kCases) {
    wire::Run run;
    run.sql = c.sql;
    EXPECT_EQ(WhatDecided(run, Noted()).size(), c.notes) << c.sql;
    run.python = std::exchange(run.sql, "");
    EXPECT_EQ(WhatDecided(run, Noted()).size(), c.notes) << c.sql;
  }
}

TEST(WhatDecided, RowsThatAreMissingAreInEveryNumber) {
  wire::DatasetSchema dataset = Noted();
  dataset.tables[0].notes = {{wire::NoteKind::rows, "", "3 rows were set aside."}};
  wire::Run run;
  run.sql = "SELECT count(*) FROM bills";
  EXPECT_EQ(WhatDecided(run, dataset), (std::vector<std::string>{"3 rows were set aside."}));
}

TEST(WhatDecided, HasTheNotesOfThePolicy) {
  wire::Run run;
  run.sql = "SELECT 1";
  run.notes.push_back({"limit_added", "A LIMIT was added.", 0, 0, wire::Severity::info, ""});
  EXPECT_EQ(WhatDecided(run, Noted()), (std::vector<std::string>{"A LIMIT was added."}));
}

}  // namespace
}  // namespace tabletalk::analyst
