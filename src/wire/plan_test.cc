#include "wire/plan.h"

#include <gtest/gtest.h>

#include <set>

namespace tabletalk::wire {
namespace {

std::string Json(std::string text) {
  for (char& c : text)
    if (c == '\'') c = '"';
  return text;
}

TEST(QueryPlan, ReadsAndWritesEveryForm) {
  for (const char* text : {
           "{'version':1,'from':'t','select':[{'column':'a'}]}",
           "{'version':1,'from':{'plan':{'version':1,'from':'t','select':[{'column':'a'}]},'as':'n'},'select':[{'column':'a','as':'b'}]}",
           "{'version':1,'from':'t','joins':[{'table':'u','kind':'left','on':[['t.a','u.b']]},{'table':'v','kind':'inner'}],'select':[{'column':'a','grain':'month'}]}",
           "{'version':1,'from':'t','where':{'all':[{'column':'a','op':'=','value':1},{'any':[{'column':'b','op':'in','value':['x',null]}]},{'not':{'column':'c','op':'is_null'}}]},'select':[{'column':'a','bin':{'count':5}}]}",
           "{'version':1,'from':'t','where':{'column':'a','op':'last','value':{'n':3,'unit':'month'}},'select':[{'agg':'count','column':'*'}]}",
           "{'version':1,'from':'t','where':{'column':'a','op':'<','value':{'column':'b'}},'select':[{'agg':'corr','column':['a','b'],'as':'r'}]}",
           "{'version':1,'from':'t','where':{'column':'a','op':'contains','value':'x','case_sensitive':true},'select':[{'agg':'sum','column':'a','where':{'column':'b','op':'between','value':[1,2]}}]}",
           "{'version':1,'from':'t','select':[{'calc':'+','args':['a',1,{'literal':'x'},{'calc':'abs','args':['b']}],'as':'c'}]}",
           "{'version':1,'from':'t','select':[{'case':[{'when':{'column':'a','op':'=','value':true},'then':'yes'}],'else':{'column':'b'}}]}",
           "{'version':1,'from':'t','select':[{'window':'moving_avg','of':'a','per':['b'],'order_by':[{'by':'c','direction':'asc','nulls':'first'}],'size':3}]}",
           "{'version':1,'from':'t','select':[{'column':'a'}],'having':{'column':'a','op':'!=','value':2},'top':{'n':1,'per':['b'],'by':'a','direction':'desc'},'distinct':true,'order_by':[{'by':'a','direction':'desc'}],'limit':5,'offset':2,'chart':{'kind':'bar','x':'a','y':['b']}}",
           "{'version':1,'from':'t','joins':[{'plan':{'version':1,'from':'u','select':[{'column':'a'}]},'as':'v','kind':'inner','on':[['t.a','v.a']]},{'table':'t','as':'w','kind':'left','on':[['t.a','w.b']]}],'select':[{'column':'a'}]}",
           "{'version':1,'from':'t','where':{'not':{'exists':{'table':'u','as':'v','on':[['t.a','v.a']],'where':{'column':'b','op':'>','value':{'plan':{'version':1,'from':'t','select':[{'agg':'avg','column':'b'}]}}}}}},'select':[{'column':'a'}]}",
           "{'version':1,'from':'t','select':[{'calc':'/','args':[{'agg':'sum','column':'a'},{'plan':{'version':1,'from':'t','select':[{'agg':'sum','column':'a'}]}}],'as':'c'}],'top':{'n':1,'by':'c','direction':'desc','ties':true},'order_by':[{'by':'c','direction':'asc'}],'limit':5,'ties':true}",
       }) {
    const auto plan = base::FromJsonText<QueryPlan>(Json(text));
    ASSERT_TRUE(plan.has_value()) << text << "\n" << plan.error().public_message();
    EXPECT_EQ(base::ToJsonText(base::ToJson(*plan)), Json(text));
  }
}

TEST(QueryPlan, SaysWhereItCannotBeRead) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"[]", "the document must be an object, not an array"},
           {"{'select':[{'column':'a'}]}", "from is missing"},
           {"{'from':'t'}", "select is missing"},
           {"{'from':'t','joins':[{'kind':'left'}],'select':[]}", "joins[0] must have exactly one of the fields table and plan"},
           {"{'from':'t','select':[{'agg':'mod','column':'a'}]}", "select[0].agg has no value \"mod\". It is one of: count, count_distinct, sum, avg, min, max, median, quantile, stddev, variance, stddev_pop, var_pop, mode, first, last, corr, covar, regr_slope, regr_intercept, regr_r2, skewness, kurtosis, arg_max, arg_min"},
           {"{'from':'t','select':[{'window':'lag','of':'a'}]}", "select[0].window has no value \"lag\"; did you mean \"previous\"? It is one of: share, rank, dense_rank, row_number, running_total, moving_avg, moving_stddev, avg, stddev, zscore, previous, next, change, pct_change"},
           {"{'from':3,'select':[]}", "from must be a table's name or {\"plan\": {...}, \"as\": \"name\"}, not a number"},
           {"{'from':'t','select':[{}]}", "select[0] must have one of the fields column, agg, calc, window and case"},
           {"{'from':'t','select':[{'agg':'sum','calc':'+'}]}", "select[0] must have only one of the fields agg and calc"},
           {"{'from':'t','select':[{'agg':'sum'}]}", "select[0].column is missing"},
           {"{'from':'t','select':[{'agg':'summ','column':'a'}]}", "select[0].agg has no value \"summ\"; did you mean \"sum\"? It is one of: count, count_distinct, sum, avg, min, max, median, quantile, stddev, variance, stddev_pop, var_pop, mode, first, last, corr, covar, regr_slope, regr_intercept, regr_r2, skewness, kurtosis, arg_max, arg_min"},
           {"{'from':'t','select':[{'column':'a'}],'wehre':{}}", "wehre is not known here; did you mean \"where\"? The fields are: version, from, joins, where, select, having, top, distinct, order_by, limit, ties, offset, chart"},
           {"{'from':'t','select':[{'column':'a'}],'where':{'column':'a','op':'=='}}", "where.op has no value \"==\"; did you mean \"=\"? It is one of: =, !=, <, <=, >, >=, in, not_in, between, contains, starts_with, ends_with, matches, is_null, is_not_null, last"},
           {"{'from':'t','select':[{'column':'a'}],'where':{'column':'a','op':'='}}", "where.value is missing"},
           {"{'from':'t','select':[{'column':'a'}],'where':{'column':'a','op':'in','value':1}}", "where.value must be an array of values, not a number"},
           {"{'from':'t','select':[{'column':'a'}],'where':{'column':'a','op':'between','value':[1]}}", "where.value must be an array of two values, the lower one first"},
           {"{'from':'t','select':[{'column':'a'}],'where':{'column':'a','op':'is_null','value':1}}", "where.value has no place beside is_null"},
           {"{'from':'t','select':[{'column':'a'}],'where':{'all':[],'column':'a'}}", "where must have only one of the fields column and all"},
           {"{'from':'t','select':[{'column':'a','bin':{'width':1,'count':2}}]}", "select[0].bin must have exactly one of the fields width and count"},
           {"{'from':'t','select':[{'calc':'+','args':[[1]]}]}", "select[0].args[0] must be a name, a literal or a calculation, not an array"},
           {"{'from':'t','select':[{'case':[{'when':{'column':'a','op':'is_null'}}]}]}", "select[0].case[0].then is missing"},
           {"{'from':'t','joins':[{'table':'u','on':[['a']]}],'select':[]}", "joins[0].on[0] must be a list of two"},
           {"{'from':'t','select':[{'column':'a'}],'order_by':[{'by':'n','desc':true}]}", "order_by[0].desc is not known here; did you mean \"direction\"? The fields are: by, direction, nulls"},
           {"{'from':'t','select':[{'column':'a'}],'top':{'n':1,'by':'Amount','dir':'asc'}}", "top.dir is not known here; did you mean \"direction\"? The fields are: n, per, by, direction, ties"},
           {"{'from':'t','select':[{'column':'a'}],'chart':{'kind':'bar','type':'bar'}}", "chart.type is not known here; did you mean \"kind\"? The fields are: kind, x, y, series, title"},
           {"{'from':'t','select':[{'window':'rank','of':'a','partition_by':['b']}]}", "select[0].partition_by is not known here; did you mean \"per\"? The fields are: window, of, per, order_by, size, as"},
           {"{'from':'t','select':[{'window':'rank','of':'a','order_by':[{'by':'a','order':'desc'}]}]}", "select[0].order_by[0].order is not known here; did you mean \"direction\"? The fields are: by, direction, nulls"},
           {"{'from':'t','select':[{'colum':'a'}]}", "select[0].colum is not known here; did you mean \"column\"? The fields are: agg, args, as, bin, calc, case, column, else, grain, of, order_by, p, per, size, where, window (and 1 more)"},
           {"{'from':'t','select':[{'case':[{'when':{'column':'a','op':'is_null'},'then':{'literal':'x','as':'y'}}]}]}", "select[0].case[0].then.as is not known here. The fields are: literal"},
           {"{'from':'t','select':[{'calc':'abs','args':[{'columnq':'a'}]}]}", "select[0].args[0].columnq is not known here; did you mean \"column\"? The fields are: literal, column, calc, args, agg, p, where, plan (and 1 more)"},
           {"{'from':'t','select':[{'column':'a'}],'where':{'column':'a','op':'=','value':{'column':'b','grain':'day'}}}", "where.value.grain is not known here. The fields are: column"},
           {"{'from':'t','select':[{'column':'a'}],'limit':1.5}", "limit must be a whole number"},
       }) {
    const auto plan = base::FromJsonText<QueryPlan>(Json(c.text));
    ASSERT_TRUE(plan.has_error()) << c.text;
    EXPECT_EQ(plan.error().public_message(), c.message) << c.text;
  }
}

TEST(QueryPlan, SchemaClosesEveryReference) {
  const base::json::value schema = base::JsonSchemaOf<QueryPlan>();
  const std::string text = base::ToJsonText(schema);
  for (std::string_view name : {"QueryPlan", "Condition", "SelectItem", "Operand"})
    EXPECT_TRUE(schema.at("$defs").as_object().contains(name)) << name;
  for (std::size_t at = text.find("\"#/$defs/"); at != text.npos; at = text.find("\"#/$defs/", at + 1)) {
    const auto end = text.find('"', at + 1);
    const std::string name = text.substr(at + 9, end - at - 9);
    EXPECT_TRUE(schema.at("$defs").as_object().contains(name)) << name;
  }
}

void Words(const base::json::value& schema, std::set<std::string>& fields, std::set<std::string>& words) {
  if (const auto* array = schema.if_array())
    for (const auto& one : *array) Words(one, fields, words);
  const auto* object = schema.if_object();
  if (object == nullptr) return;
  if (const auto* properties = object->if_contains("properties"))
    for (const auto& member : properties->as_object()) fields.insert(std::string(member.key()));
  if (const auto* listed = object->if_contains("enum"))
    for (const auto& word : listed->as_array()) words.insert(std::string(word.as_string()));
  for (const auto& member : *object) Words(member.value(), fields, words);
}

TEST(QueryPlan, WhatIsWrittenInsteadStandsForWordsOfTheLanguage) {
  std::set<std::string> fields, words;
  Words(base::JsonSchemaOf<QueryPlan>(), fields, words);
  for (const base::Synonym& row : kPlanFields) EXPECT_TRUE(fields.contains(std::string(row.meant))) << row.written;
  for (const base::Synonym& row : kPlanWords) EXPECT_TRUE(words.contains(std::string(row.meant))) << row.written;
  for (const PlanFlag& row : kPlanFlags) {
    EXPECT_TRUE(fields.contains(std::string(row.meant))) << row.written;
    EXPECT_TRUE(words.contains(std::string(row.if_true)) && words.contains(std::string(row.if_false))) << row.written;
  }
  for (const base::Synonyms table : {base::Synonyms(kPlanAggregates), base::Synonyms(kPlanWindows), base::Synonyms(kPlanCalcs)})
    for (const base::Synonym& row : table) {
      EXPECT_TRUE(row.meant.empty() || words.contains(std::string(row.meant))) << row.written;
      EXPECT_FALSE(row.meant == row.written) << row.written;
    }
}

TEST(QueryPlan, CopiesAreDeep) {
  auto plan = base::FromJsonText<QueryPlan>(
      Json("{'from':{'plan':{'from':'t','select':[{'column':'a'}]},'as':'n'},'select':[{'column':'a'}]}"));
  QueryPlan copy = *plan;
  std::get<Source::Nested>(copy.from.node).plan->from.node = std::string("u");
  EXPECT_EQ(std::get<std::string>(std::get<Source::Nested>(plan->from.node).plan->from.node), "t");
}

}  // namespace
}  // namespace tabletalk::wire
