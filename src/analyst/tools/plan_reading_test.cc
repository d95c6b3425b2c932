#include "analyst/tools/plan_reading.h"

#include <gtest/gtest.h>

#include "analyst/tools/plan_mending.h"
#include "wire/policy.h"

namespace tabletalk::analyst {
namespace {

TEST(MendPlan, RewritesWhatCanMeanOneThingOnly) {
  struct Case {
    const char* written;
    const char* meant;
  };
  // Each is a plan over `o`, without its "from".
  for (const Case& c : std::vector<Case>{
           {R"("select":["region"])", R"("select":[{"column":"region"}])"},
           {R"("select":"region")", R"("select":[{"column":"region"}])"},
           {R"("select":[{"aggregate":"mean","field":"x","alias":"m"}])",
            R"("select":[{"column":"x","as":"m","agg":"avg"}])"},
           {R"("select":[{"agg":"COUNT","column":"*","grain":null}])",
            R"("select":[{"agg":"count","column":"*"}])"},
           {R"("select":["r"],"where":[{"column":"a","op":"==","value":1}])",
            R"("select":[{"column":"r"}],"where":{"all":[{"column":"a","op":"=","value":1}]})"},
           {R"("select":["r"],"where":{"and":[{"field":"a","operator":"gte","value":1}]})",
            R"("select":[{"column":"r"}],"where":{"all":[{"value":1,"column":"a","op":">="}]})"},
           {R"("select":["r"],"where":{"column":"a","op":"NOT IN","values":[1]})",
            R"("select":[{"column":"r"}],"where":{"column":"a","op":"not_in","value":[1]})"},
           {R"("select":["r"],"where":{},"having":null,"joins":[],"limit":null,"top":{})",
            R"("select":[{"column":"r"}])"},
           {R"("select":["r"],"where":{"all":[]})", R"("select":[{"column":"r"}])"},
           {R"("select":["r"],"limit":"10")", R"("select":[{"column":"r"}],"limit":10)"},
           {R"("select":["r"],"order_by":"r DESC")",
            R"("select":[{"column":"r"}],"order_by":[{"by":"r","direction":"desc"}])"},
           {R"("select":["r"],"order_by":{"column":"r","order":"descending"})",
            R"("select":[{"column":"r"}],"order_by":[{"by":"r","direction":"desc"}])"},
           {R"("select":["r",{"agg":"count","as":"n"}],"group_by":["r"])",
            R"("select":[{"column":"r"},{"agg":"count","as":"n"}])"},
           {R"("select":[{"agg":"count","as":"n"}],"group_by":"r")",
            R"("select":[{"column":"r"},{"agg":"count","as":"n"}])"},
           {R"("select":[{"agg":"count","as":"n"}],"group_by":[{"column":"d","grain":"month"}])",
            R"("select":[{"column":"d","grain":"month"},{"agg":"count","as":"n"}])"},
           {R"("select":[{"column":"d","grain":"month","as":"m"}],"group_by":["m"])",
            R"("select":[{"column":"d","grain":"month","as":"m"}])"},
           {R"("select":["r"],"joins":"items")",
            R"("select":[{"column":"r"}],"joins":[{"table":"items"}])"},
           {R"("select":["r"],"join":{"table":"i","type":"LEFT","on":["o.id","i.id"]})",
            R"("select":[{"column":"r"}],"joins":[{"table":"i","on":[["o.id","i.id"]],"kind":"left"}])"},
           {R"("select":["r"],"chart":"column")",
            R"("select":[{"column":"r"}],"chart":{"kind":"bar"})"},
           {R"("select":["r"],"chart":{"type":"bar","x":"r","y":"n"})",
            R"("select":[{"column":"r"}],"chart":{"x":"r","y":["n"],"kind":"bar"})"},
           // At any depth, by the same table.
           {R"("select":["r"],"order_by":[{"by":"n","desc":true}])",
            R"("select":[{"column":"r"}],"order_by":[{"by":"n","direction":"desc"}])"},
           {R"("select":["r"],"order_by":[{"by":"n","ascending":false,"nulls_first":true}])",
            R"("select":[{"column":"r"}],"order_by":[{"by":"n","direction":"desc","nulls":"first"}])"},
           {R"("select":["r"],"top":{"n":"1","by":"a","dir":"ascending","partition_by":"r"})",
            R"("select":[{"column":"r"}],"top":{"n":1,"by":"a","direction":"asc","per":["r"]})"},
           {R"("select":[{"func":"rank","field":"n","partition_by":"r","sort":"n desc","name":"k"}])",
            R"("select":[{"window":"rank","of":"n","per":["r"],"order_by":[{"by":"n","direction":"desc"}],"as":"k"}])"},
           {R"("select":[{"window":"share","column":"n","group_by":["r"]}])",
            R"("select":[{"window":"share","of":"n","per":["r"]}])"},
           {R"("select":[{"name":"r"},{"function":"SUM","column":"x","name":"s"}])",
            R"("select":[{"column":"r"},{"agg":"sum","column":"x","as":"s"}])"},
           {R"("select":[{"agg":"count","where":{"or":[{"field":"a","operator":"in","values":"x"}]}}])",
            R"("select":[{"agg":"count","where":{"any":[{"column":"a","op":"in","value":["x"]}]}}])"},
           {R"("select":[{"case":[{"condition":{"field":"a","op":"is null"},"then":"x"}],"default":"y"}])",
            R"("select":[{"case":[{"when":{"column":"a","op":"is_null"},"then":"x"}],"else":"y"}])"},
           {R"("select":[{"calc":"/","operands":["a",{"calc":"ABS","arguments":["b"]}]}])",
            R"("select":[{"calc":"/","args":["a",{"calc":"abs","args":["b"]}]}])"},
           {R"("select":["r"],"where":{"not_exists":{"table":"i","filter":[{"field":"a","operator":"eq","value":1}]}})",
            R"("select":[{"column":"r"}],"where":{"not":{"exists":{"table":"i","where":{"all":[{"column":"a","op":"=","value":1}]}}}})"},
           {R"("select":["r"],"where":{"exists":"items"},"joins":[{"plan":{"table":"i","select":"a"},"alias":"p","on":["o.a","p.a"]}])",
            R"("select":[{"column":"r"}],"where":{"exists":{"table":"items"}},"joins":[{"plan":{"from":"i","select":[{"column":"a"}]},"as":"p","on":[["o.a","p.a"]]}])"},
           {R"("select":[{"calc":"ratio","args":[{"func":"sum","field":"x"},{"aggregate":"COUNT"}],"name":"r"}],"limit":3,"with_ties":true)",
            R"("select":[{"calc":"ratio","args":[{"agg":"sum","column":"x"},{"agg":"count"}],"as":"r"}],"limit":3,"ties":true)"},
           // What could mean two things stays, for the decoder to refuse.
           {R"("select":["r"],"order_by":[{"by":"n","desc":true,"direction":"asc"}])",
            R"("select":[{"column":"r"}],"order_by":[{"by":"n","desc":true,"direction":"asc"}])"},
           {R"("select":["r"],"where":{"column":"a","op":"=","value":null})",
            R"("select":[{"column":"r"}],"where":{"column":"a","op":"=","value":null})"},
           {R"("select":["r"],"where":{"column":"a","op":"=","value":""})",
            R"("select":[{"column":"r"}],"where":{"column":"a","op":"=","value":""})"},
           // Values, names and numbers stay, also where they look like words of ours.
           {R"("select":["mean"],"where":{"column":"eq","op":"=","value":"DESC"})",
            R"("select":[{"column":"mean"}],"where":{"column":"eq","op":"=","value":"DESC"})"},
       }) {
    const auto plan = [](const std::string& parts) {
      return base::ParseJson("{\"from\":\"o\"," + parts + "}").value();
    };
    base::json::value mended = plan(c.written);
    MendPlan(mended);
    EXPECT_EQ(mended, plan(c.meant)) << c.written << "\n became " << base::ToJsonText(mended);
  }
}

TEST(MendPlan, SaysWhatItReadAsSomethingElse) {
  base::json::value plan = base::ParseJson(
      R"({"from":"o","select":[{"func":"mean","column":"x","alias":"m"}],"order_by":[{"by":"m","desc":true}],"limit":null})").value();
  const std::vector<std::string> expected{
      R"(select[0]: "func" was read as "agg".)", R"(select[0]: "alias" was read as "as".)",
      R"(select[0].agg: "mean" was read as "avg".)", R"(order_by[0]: "desc" was read as "direction".)"};
  EXPECT_EQ(MendPlan(plan), expected);
  EXPECT_EQ(MendPlan(plan), std::vector<std::string>{});
}

TEST(ReadPlan, FindsThePlanWhereverItStands) {
  const std::string plan = R"({"from":"o","select":[{"agg":"count","column":"*","as":"n"}]})";
  const std::string quoted = base::ToJsonText(base::json::value(plan));
  const auto expected = base::FromJsonText<wire::QueryPlan>(plan);
  ASSERT_TRUE(expected.has_value());
  for (const std::string& written : std::vector<std::string>{
        R"({"plan":)" + plan + "}", R"({"query_plan":)" + plan + "}", plan, quoted,
        R"({"plan":)" + quoted + "}", R"({"plan":{"plan":)" + plan + "}}",
        R"({"plan": "Here: )" + std::string(R"({'from':'o','select':[{'agg':'count','column':'*','as':'n'}]})") + "\"}",
        R"({"tool":"run_query_plan","arguments":{"plan":)" + plan + "}}",
        "Here is the plan:\n```json\n" + plan + "\n```",
        R"({"plan":{"table":"o","select":[{"agg":"count","column":"*","as":"n"}]}})",
        R"({"plan":{"from":["o"],"select":{"agg":"count","column":"*","as":"n"}}})"}) {
    const auto read = ReadPlan(Arguments(written));
    ASSERT_TRUE(read.has_value()) << written << ": " << read.error().public_message();
    EXPECT_EQ(base::ToJson(read->plan), base::ToJson(*expected)) << written;
  }
}

TEST(ReadPlan, MendsNestedPlansToo) {
  const auto read = ReadPlan(Arguments(
      R"({"plan":{"from":{"plan":{"table":"o","select":["day",{"aggregate":"sum","field":"x","alias":"t"}]},"alias":"d"},"select":[{"agg":"average","column":"t"}]}})"));
  ASSERT_TRUE(read.has_value()) << read.error().public_message();
}

TEST(ReadPlan, SaysWhatIsWrongWithItsPath) {
  struct Case {
    const char* written;
    const char* path;
    const char* message;
  };
  for (const Case& c : std::vector<Case>{
           {"no plan at all", "", "There is no QueryPlan in the arguments"},
           {"{}", "from", "from: is missing"},
           {R"({"plan":{"from":"o","select":[{"agg":"summ","column":"x"}]}})", "select[0].agg",
            "select[0].agg: has no value \"summ\""},
           {R"({"plan":{"from":"o","select":["x"],"wehre":{}}})", "wehre", "did you mean \"where\""},
           {R"({"plan":{"from":"o","select":["x"],"limit":"ten"}})", "limit", "limit: must be"},
       }) {
    const auto read = ReadPlan(Arguments(c.written));
    ASSERT_TRUE(read.has_error()) << c.written;
    const base::Error error = read.error();
    EXPECT_EQ(error.code(), base::ErrorCode::rejected) << c.written;
    const auto issues =
        base::FromJson<std::vector<wire::Issue>>(error.details().at("issues")).value();
    ASSERT_FALSE(issues.empty()) << c.written;
    EXPECT_EQ(issues[0].rule, "malformed_plan");
    EXPECT_EQ(issues[0].path, c.path) << c.written;
    EXPECT_NE(issues[0].message.find(c.message), std::string::npos)
        << c.written << ": " << issues[0].message;
  }
}

}  // namespace
}  // namespace tabletalk::analyst
