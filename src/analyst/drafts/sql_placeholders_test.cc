#include "analyst/drafts/sql_placeholders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tabletalk::analyst {
namespace {

TEST(SqlPlaceholders, AreFoundOutsideOfTextsOnly) {
  struct Case {
    const char* sql;
    std::vector<std::string> names;
  };
  for (const Case& c : std::vector<Case>{
           {"SELECT 1", {}},
           {"SELECT a FROM t WHERE a > $least AND b = $name AND c = $least", {"least", "name"}},
           {"SELECT '$no' || \"$no\" -- $no\n, /* $no */ $yes", {"yes"}},
           {"SELECT 'it''s $no', $yes", {"yes"}},
           {"SELECT $$ $no $$, $yes", {"yes"}},
           {"SELECT $1, ?", {"1", "?"}},
           {"SELECT 'open $no", {}},
           {"$", {}}})
    EXPECT_EQ(SqlPlaceholders(c.sql), c.names) << c.sql;
}

}  // namespace
}  // namespace tabletalk::analyst
