// A second dialect is one file: this test is such a file, and what it writes is its own throughout.
#include "plan/dialect.h"

#include <gtest/gtest.h>

#include "base/codec.h"
#include "plan/compile.h"
#include "plan/testing/shop.h"

namespace tabletalk::plan {
namespace {

class OtherDialect final : public Dialect {
 public:
  std::string Quote(const std::string& name) const override { return "`" + name + "`"; }
  std::string Parameter(const std::string& name) const override { return ":" + name; }
  std::string_view TypeName(CastType type) const override {
    return type == CastType::wide_whole ? "DECIMAL(38, 0)" : type == CastType::date ? "DATE" : "REAL";
  }
  std::string_view Text(Construct construct, std::string_view name) const override {
    if (construct == Construct::aggregate && name == "quantile") return "PERCENTILE({0}, {p})";
    if (construct == Construct::aggregate) return "AGG({*})";
    if (construct == Construct::calc) return "CALC({*})";
    return "WINDOW({0}) OVER [{over}]";
  }
  std::string_view Text(Piece piece) const override {
    return piece == Piece::month ? "TRUNC({0}, 'MM')" : piece == Piece::fold ? "FOLD({0})" : "PIECE({0}, {1})";
  }
};

std::string Json(std::string text) {
  for (char& c : text)
    if (c == '\'') c = '"';
  return text;
}

TEST(Dialect, EveryFunctionHasItsTextInDuckdb) {
  for (const Construct construct : {Construct::aggregate, Construct::calc, Construct::window})
    for (const std::string_view name : NamesOf(construct)) {
      const bool sign = construct == Construct::calc && (name == "ratio" || !std::isalpha(static_cast<unsigned char>(name[0])));
      EXPECT_EQ(Duckdb().Text(construct, name).empty(), sign) << name;
    }
}

TEST(Dialect, TheTableKnowsTheFunctionsOfTheLanguageAndNoOthers) {
  EXPECT_EQ(NamesOf(Construct::aggregate).size(), base::codec::EnumNames<wire::Aggregate>().size());
  for (const std::string_view name : base::codec::EnumNames<wire::Aggregate>())
    EXPECT_NE(FindFunction(Construct::aggregate, name), nullptr) << name;
  EXPECT_EQ(NamesOf(Construct::window).size(), base::codec::EnumNames<wire::WindowFunction>().size());
  for (const std::string_view name : base::codec::EnumNames<wire::WindowFunction>())
    EXPECT_NE(FindFunction(Construct::window, name), nullptr) << name;
  EXPECT_EQ(NamesOf(Construct::calc).size(), std::size(wire::kCalcFunctions));
  for (const std::string_view name : wire::kCalcFunctions)
    EXPECT_NE(FindFunction(Construct::calc, name), nullptr) << name;
}

TEST(Dialect, ASecondOneIsOneFile) {
  const wire::DatasetSchema shop = testing::Shop();
  const OtherDialect other;
  struct Case {
    const char* plan;
    const char* sql;
  };
  for (const Case& c : {
           Case{"{'from':'orders','select':[{'column':'order_date','grain':'month','as':'m'},{'agg':'quantile','p':0.9,'column':'total','as':'q'}],'where':{'column':'status','op':'=','value':'open'},'limit':5}",
                "SELECT\n  TRUNC(`orders`.`order_date`, 'MM') AS `m`,\n  PERCENTILE(`orders`.`total`, 0.9) AS `q`\nFROM `orders`\nWHERE FOLD(`orders`.`status`) = FOLD(:p1)\nGROUP BY 1\nORDER BY `m` NULLS LAST\nLIMIT 5"},
           Case{"{'from':'order_items','select':[{'column':'item_id'},{'calc':'*','args':['quantity',2],'as':'twice'},{'calc':'sqrt','args':['price'],'as':'root'}],'limit':5}",
                "SELECT\n  `order_items`.`item_id` AS `item_id`,\n  CAST(`order_items`.`quantity` AS DECIMAL(38, 0)) * :p1 AS `twice`,\n  CALC(`order_items`.`price`) AS `root`\nFROM `order_items`\nORDER BY `item_id` NULLS LAST, `twice` NULLS LAST, `root` NULLS LAST\nLIMIT 5"}}) {
    const auto plan = base::FromJsonText<wire::QueryPlan>(Json(c.plan));
    ASSERT_TRUE(plan.has_value()) << plan.error().public_message();
    const auto compiled = Compile(*plan, shop, other);
    ASSERT_TRUE(compiled.has_value()) << compiled.error().public_message();
    EXPECT_EQ(compiled->sql, c.sql);
  }
}

}  // namespace
}  // namespace tabletalk::plan
