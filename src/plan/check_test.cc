#include "plan/check.h"

#include <gtest/gtest.h>

#include "base/codec.h"
#include "plan/compile.h"
#include "plan/testing/shop.h"

namespace tabletalk::plan {
namespace {

struct Case {
  const char* plan;      // JSON, with ' for " so that it can be read.
  const char* messages;  // Rule and message of every issue, one a line.
};

std::string Json(std::string text) {
  for (char& c : text)
    if (c == '\'') c = '"';
  return text;
}

std::string IssuesOf(const std::string& text) {
  const auto plan = base::FromJsonText<wire::QueryPlan>(Json(text));
  if (!plan.has_value()) return "unreadable: " + plan.error().public_message();
  std::string all;
  for (const wire::Issue& issue : Check(*plan, testing::Shop())) {
    EXPECT_TRUE(issue.message.starts_with(issue.path)) << issue.message;
    EXPECT_EQ(issue.severity, wire::Severity::error);
    all += (all.empty() ? "" : "\n") + issue.rule + " " + issue.message;
  }
  return all;
}

const Case kBad[] = {
    {"{'from':'ordres','select':[{'agg':'count'}]}",
     "unknown_table from: \"ordres\" is not a table of this dataset; did you mean \"orders\"?"},
    {"{'from':'zzz','select':[{'agg':'count'}]}",
     "unknown_table from: \"zzz\" is not a table of this dataset; its tables are: customers, orders, order_items, products, stores, odd table"},
    {"{'version':2,'from':'orders','select':[{'agg':'count'}]}",
     "bad_version version: this is version 1 of the language, not 2"},
    {"{'from':'orders','select':[]}",
     "empty_select select: must have at least one item"},
    {"{'from':'orders','select':[{'column':'order_id'},{'column':'amuont'}]}",
     "unknown_column select[1].column: \"amuont\" is not a column of orders"},
    {"{'from':'orders','select':[{'column':'totl'}]}",
     "unknown_column select[0].column: \"totl\" is not a column of orders; did you mean \"total\"?"},
    {"{'from':'orders','select':[{'column':'customers.name'}]}",
     "unknown_column select[0].column: \"customers.name\" is a column of customers, which is not part of this plan; join it"},
    {"{'from':'order_items','joins':[{'table':'products'},{'table':'orders'},{'table':'customers'}],'select':[{'column':'name'},{'column':'orders.statuss'}]}",
     "unknown_column select[1].column: \"orders.statuss\" is not a column of order_items or products or orders or customers; did you mean \"orders.status\"?"},
    {"{'from':'order_items','joins':[{'table':'orders'},{'table':'customers'},{'table':'products'}],'select':[{'column':'customer_id'},{'column':'id'},{'column':'item'}]}",
     "unknown_column select[2].column: \"item\" is not a column of order_items or orders or customers or products"},
    {"{'from':'orders','joins':[{'table':'stores'}],'select':[{'agg':'count'}]}",
     "no_join_path joins[0]: no relationship leads to stores; say which columns are equal, as \"on\": [[\"table.column\", \"stores.column\"]]"},
    {"{'from':'orders','joins':[{'table':'stores','on':[['orders.note','stores.sotre']]}],'select':[{'agg':'max','column':'area'}]}",
     "unknown_column joins[0].on[0][1]: \"stores.sotre\" is not a column of orders or stores; did you mean \"stores.store\"?"},
    {"{'from':'orders','joins':[{'table':'stores','on':[['orders.note','orders.status']]}],'select':[{'agg':'max','column':'area'}]}",
     "join_sides joins[0].on[0]: must pair a column of stores with one of a table before it"},
    {"{'from':'orders','joins':[{'table':'stores','on':[['orders.total','stores.store']]}],'select':[{'agg':'max','column':'area'}]}",
     "wrong_type joins[0].on[0]: orders.total is a number and stores.store is text; they are never equal"},
    {"{'from':'orders','joins':[{'table':'orders'}],'select':[{'agg':'count'}]}",
     "duplicate_table joins[0].table: \"orders\" is already part of this plan"},
    {"{'from':'orders','joins':[{'table':'custmers'}],'select':[{'agg':'count'}]}",
     "unknown_table joins[0].table: \"custmers\" is not a table of this dataset; did you mean \"customers\"?"},
    {"{'from':'orders','joins':[{'table':'order_items'}],'select':[{'agg':'sum','column':'total'}]}",
     "fan_out select[0].column: the join repeats rows of orders, so sum of \"orders.total\" would take values more than once; aggregate it in a nested plan before joining"},
    {"{'from':'orders','joins':[{'table':'order_items'}],'select':[{'agg':'count','column':'orders.order_id'}]}",
     "fan_out select[0].column: the join repeats rows of orders, so count of \"orders.order_id\" would take values more than once; use count_distinct, or count in a nested plan before joining"},
    {"{'from':'orders','joins':[{'table':'order_items'}],'select':[{'agg':'avg','column':'total'},{'agg':'sum','column':'quantity'}]}",
     "fan_out select[0].column: the join repeats rows of orders, so avg of \"orders.total\" would take values more than once; aggregate it in a nested plan before joining"},
    {"{'from':'stores','joins':[{'table':'customers','on':[['stores.city','customers.name']]}],'select':[{'agg':'count'}]}",
     "fan_out select[0].column: the joins repeat the rows of every table, so a count of rows would count nothing in particular; use count_distinct of a column"},
    {"{'from':'customers','joins':[{'table':'orders','kind':'left'}],'select':[{'column':'customers.name'},{'agg':'count'}]}",
     "left_join_count select[1].column: with a left join, what has no row in orders would count as 1; count \"orders.customer_id\" instead"},
    {"{'from':'orders','select':[{'agg':'sum','column':'note'}]}",
     "wrong_type select[0].column: sum needs a number, and \"note\" is text"},
    {"{'from':'orders','select':[{'agg':'avg','column':'order_date'}]}",
     "wrong_type select[0].column: avg needs a number, and \"order_date\" is a date"},
    {"{'from':'customers','select':[{'agg':'median','column':'is_member'}]}",
     "wrong_type select[0].column: median needs a number, and \"is_member\" is true or false"},
    {"{'from':'odd table','select':[{'agg':'max','column':'list'}]}",
     "wrong_type select[0].column: max needs a value with an order, and \"list\" is of a type that plans cannot calculate with"},
    {"{'from':'orders','select':[{'agg':'sum','column':'*'}]}",
     "missing_argument select[0].column: sum needs a column; only count takes \"*\""},
    {"{'from':'orders','select':[{'agg':'corr','column':['total']}]}",
     "missing_argument select[0].column: corr takes two columns, as [\"a\", \"b\"]"},
    {"{'from':'orders','select':[{'agg':'sum','column':['total','order_id']}]}",
     "missing_argument select[0].column: sum takes one column"},
    {"{'from':'orders','select':[{'agg':'quantile','column':'total'}]}",
     "missing_argument select[0].p: is missing; 0.9 gives the 90th percentile"},
    {"{'from':'orders','select':[{'agg':'quantile','column':'total','p':90}]}",
     "out_of_range select[0].p: must be from 0 to 1"},
    {"{'from':'orders','select':[{'agg':'sum','column':'total','p':0.5}]}",
     "misplaced select[0].p: belongs to quantile, not to sum"},
    {"{'from':'stores','select':[{'agg':'first','column':'area'}]}",
     "no_order select[0].column: stores has no date or timestamp that says which row is first; use arg_min or arg_max"},
    {"{'from':'orders','select':[{'agg':'sum','column':'total','as':'s'},{'agg':'avg','column':'s'}]}",
     "nested_aggregate select[1].column: \"s\" is itself computed from the groups; put it into a nested plan to measure it"},
    {"{'from':'orders','select':[{'agg':'sum','column':'total','as':'x'},{'agg':'avg','column':'total','as':'X'}]}",
     "duplicate_name select[1].as: \"X\" is the name of select[0] already"},
    {"{'from':'orders','select':[{'column':'note','as':''}]}",
     "bad_name select[0].as: must not be empty"},
    {"{'from':'orders','select':[{'column':'status','grain':'month'}]}",
     "grain_not_time select[0].grain: \"status\" is text, and a grain needs a date or a timestamp"},
    {"{'from':'orders','select':[{'column':'order_date','grain':'hour'}]}",
     "grain_too_fine select[0].grain: \"order_date\" is a date and cannot be taken by hour"},
    {"{'from':'orders','select':[{'column':'order_date','grain':'hour_of_day'}]}",
     "grain_too_fine select[0].grain: \"order_date\" is a date and cannot be taken by hour_of_day"},
    {"{'from':'orders','select':[{'column':'note','bin':5}]}",
     "wrong_type select[0].bin: \"note\" is text, and a bin needs a number"},
    {"{'from':'orders','select':[{'column':'total','bin':0}]}",
     "out_of_range select[0].bin: the width of a bin must be above 0"},
    {"{'from':'orders','select':[{'column':'total','bin':{'count':0}}]}",
     "out_of_range select[0].bin.count: must be from 1 to 1000"},
    {"{'from':'orders','select':[{'column':'order_date','grain':'day','bin':2}]}",
     "grain_and_bin select[0]: takes a grain or a bin, not both"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'total','op':'>','value':'high'}}",
     "wrong_type where.value: \"total\" is a number and cannot be compared with \"high\""},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'status','op':'=','value':5}}",
     "wrong_type where.value: \"status\" is text and cannot be compared with 5"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'order_date','op':'=','value':'2024-02-30'}}",
     "bad_date where.value: \"order_date\" is a date, and \"2024-02-30\" is not; write YYYY-MM-DD"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'created','op':'<','value':'last week'}}",
     "bad_date where.value: \"created\" is a timestamp, and \"last week\" is not; write YYYY-MM-DD or YYYY-MM-DD HH:MM:SS"},
    {"{'from':'odd table','select':[{'agg':'count'}],'where':{'column':'at','op':'<','value':'25:00'}}",
     "bad_date where.value: \"at\" is a time of day, and \"25:00\" is not; write HH:MM:SS"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'order_date','op':'=','value':2024}}",
     "wrong_type where.value: \"order_date\" is a date and cannot be compared with 2024"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'note','op':'=','value':null}}",
     "bad_value where.value: must not be null; use is_null or is_not_null"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'note','op':'in','value':[]}}",
     "empty_list where.value: must have at least one value"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'note','op':'in','value':['a',1,null]}}",
     "wrong_type where.value[1]: \"note\" is text and cannot be compared with 1\n"
     "bad_value where.value[2]: must not be null; use is_null or is_not_null"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'total','op':'between','value':[5,1]}}",
     "bad_value where.value: the lower bound is above the upper one"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'total','op':'contains','value':'5'}}",
     "wrong_type where.op: contains needs text, and \"total\" is a number"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'note','op':'matches','value':'(a'}}",
     "bad_pattern where.value: the pattern has a ( without its )"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'note','op':'last','value':{'n':3,'unit':'day'}}}",
     "wrong_type where.op: last needs a date or timestamp column, and \"note\" is not one"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'order_date','op':'last','value':{'n':0,'unit':'day'}}}",
     "out_of_range where.value.n: must be from 1 to 10000"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'order_date','op':'last','value':{'n':3,'unit':'hour'}}}",
     "grain_too_fine where.value.unit: \"order_date\" is a date and cannot be counted in hours"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'total','op':'<','value':{'column':'note'}}}",
     "wrong_type where.value.column: \"total\" is a number and \"note\" is text; they cannot be compared"},
    {"{'from':'customers','select':[{'agg':'count'}],'where':{'column':'is_member','op':'<','value':true}}",
     "wrong_type where.op: \"is_member\" is true or false and takes =, !=, in and not_in"},
    {"{'from':'odd table','select':[{'agg':'count'}],'where':{'column':'list','op':'=','value':1}}",
     "wrong_type where.op: \"list\" is of a type that plans cannot calculate with; only is_null and is_not_null can be asked of it"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'all':[]}}",
     "empty_condition where.all: must have at least one condition"},
    {"{'from':'orders','select':[{'calc':'plus','args':['total',1]}]}",
     "unknown_function select[0].calc: \"plus\" is not a calculation; did you mean \"+\"?"},
    {"{'from':'orders','select':[{'calc':'powr','args':['total',1]}]}",
     "unknown_function select[0].calc: \"powr\" is not a calculation; did you mean \"power\"?"},
    {"{'from':'orders','select':[{'calc':'/','args':['total']}]}",
     "missing_argument select[0].args: / takes 2 arguments, not 1"},
    {"{'from':'orders','select':[{'calc':'+','args':['total','note']}]}",
     "wrong_type select[0].args[1]: + needs numbers, and \"note\" is text"},
    {"{'from':'orders','select':[{'calc':'+','args':['total',null]}]}",
     "bad_value select[0].args[1]: must not be null"},
    {"{'from':'orders','select':[{'calc':'round','args':['total',99]}]}",
     "out_of_range select[0].args[1]: must be a whole number of digits from -15 to 15"},
    {"{'from':'orders','select':[{'calc':'date_diff','args':['order_date','created','fortnight']}]}",
     "bad_value select[0].args[2]: must be one of the units minute, hour, day, week, month, quarter and year"},
    {"{'from':'orders','select':[{'calc':'year','args':['note']}]}",
     "wrong_type select[0].args[0]: year needs dates, and \"note\" is text"},
    {"{'from':'orders','select':[{'calc':'hour','args':['order_date']}]}",
     "wrong_type select[0].args[0]: hour needs timestamps, and \"order_date\" is a date"},
    {"{'from':'orders','select':[{'calc':'coalesce','args':['total',{'literal':'none'}]}]}",
     "wrong_type select[0].args[1]: \"none\" is text, while \"total\" is a number"},
    {"{'from':'orders','select':[{'calc':'+','args':['b',1],'as':'a'},{'calc':'+','args':['a',1],'as':'b'}]}",
     "cycle select[1].args[0]: \"b\" and \"a\" refer to each other"},
    {"{'from':'orders','select':[{'calc':'+','args':['a',1],'as':'a'}]}",
     "cycle select[0].args[0]: \"a\" refers to itself"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'sum','column':'total','as':'s'},{'calc':'/','args':['s','order_id'],'as':'x'}]}",
     "not_grouped select[2]: \"order_id\" is neither a group nor the name of a select item"},
    {"{'from':'orders','select':[{'case':[],'as':'c'}]}",
     "missing_argument select[0].case: must have at least one branch"},
    {"{'from':'orders','select':[{'case':[{'when':{'column':'total','op':'>','value':1},'then':'a'},{'when':{'column':'total','op':'>','value':0},'then':2}],'as':'c'}]}",
     "wrong_type select[0].case[1].then: 2 is a number, while \"a\" is text"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'},{'window':'running_total','of':'n','as':'r'}]}",
     "no_order select[2].order_by: running_total needs an order, as [{\"by\": \"the date\"}]"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'},{'window':'share','of':'m','as':'r'}]}",
     "unknown_item select[2].of: \"m\" is not the name of a select item or of a column; did you mean \"n\"?"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'},{'window':'share','of':'status','as':'r'}]}",
     "wrong_type select[2].of: share needs a number, and \"status\" is text"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'},{'window':'moving_avg','of':'n','order_by':[{'by':'status'}],'as':'r'}]}",
     "missing_argument select[2].size: is missing; it says over how many rows to average"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'},{'window':'rank','as':'r'}]}",
     "no_order select[2].order_by: rank needs an order, or \"of\" to rank by"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'},{'window':'share','of':'n','size':3,'as':'r'}]}",
     "misplaced select[2].size: does not belong to share"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'}],'having':{'column':'m','op':'>','value':1}}",
     "unknown_item having.column: \"m\" is not the name of a select item; did you mean \"n\"?"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'}],'having':{'column':'n','op':'>','value':'many'}}",
     "wrong_type having.value: \"n\" is a number and cannot be compared with \"many\""},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'}],'order_by':[{'by':'total'}]}",
     "not_grouped order_by[0].by: \"total\" is neither a group nor the name of a select item"},
    {"{'from':'orders','select':[{'column':'status'}],'distinct':true,'order_by':[{'by':'total'}]}",
     "order_not_selected order_by[0].by: with \"distinct\", rows can be put in order only by what is selected"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'}],'top':{'n':0,'by':'nn'}}",
     "out_of_range top.n: must be from 1 to 1000\n"
     "unknown_item top.by: \"nn\" is not the name of a select item or of a column; did you mean \"n\"?"},
    {"{'from':'orders','select':[{'agg':'count'}],'limit':0}",
     "out_of_range limit: must be from 1 to 1000"},
    {"{'from':'orders','select':[{'agg':'count'}],'limit':1001,'offset':-1}",
     "out_of_range limit: must be from 1 to 1000\n"
     "out_of_range offset: must be from 0 to 1000000000"},
    {"{'from':'orders','select':[{'agg':'count'}],'chart':{'kind':'bar','x':'status','y':['cuont']}}",
     "unknown_item chart.x: \"status\" is not a column of the result\n"
     "unknown_item chart.y[0]: \"cuont\" is not a column of the result; did you mean \"count\"?"},
    {"{'from':{'plan':{'from':'orders','select':[{'column':'staus'},{'agg':'sum','column':'total','as':'s'}]},'as':'t'},'select':[{'agg':'avg','column':'t.ss'}]}",
     "unknown_column from.plan.select[0].column: \"staus\" is not a column of orders; did you mean \"status\"?\n"
     "unknown_column select[0].column: \"t.ss\" is not a column of t; did you mean \"t.s\"?"},
    {"{'from':'orders','select':[{'column':'amuont'},{'agg':'sum','column':'note'}],'where':{'column':'total','op':'=','value':'x'},'limit':0}",
     "wrong_type where.value: \"total\" is a number and cannot be compared with \"x\"\n"
     "unknown_column select[0].column: \"amuont\" is not a column of orders\n"
     "wrong_type select[1].column: sum needs a number, and \"note\" is text\n"
     "out_of_range limit: must be from 1 to 1000"},
    {"{'from':{'plan':{'from':'orders','joins':[{'table':'order_items'}],'select':[{'column':'total'},{'column':'price'}]},'as':'t'},'select':[{'agg':'sum','column':'total'},{'agg':'sum','column':'price'}]}",
     "fan_out select[0].column: the join repeats rows of t, so sum of \"total\" would take values more than once; aggregate it in a nested plan before joining"},
    {"{'from':'orders','joins':[{'table':'odd table','on':[['orders.note','odd table.group']]}],'select':[{'column':'order_id'},{'column':'at'},{'column':'order'}],'limit':2000}",
     "out_of_range limit: must be from 1 to 1000"},
    {"{'from':{'plan':{'from':'orders','select':[{'column':'customer_id','as':'id'},{'column':'status','as':'name'}]},'as':'t'},'joins':[{'table':'customers','on':[['t.id','customers.id']]}],'select':[{'column':'id'},{'column':'name'}]}",
     "ambiguous_column select[1].column: \"name\" could be \"t.name\" or \"customers.name\""},
    {"{'from':'orders','select':[{'calc':'sqr','args':['total']}]}",
     "unknown_function select[0].calc: \"sqr\" is not a calculation; there are: + - * / % ratio round abs floor ceil sqrt ln log10 exp power date_diff year month day hour length lower upper to_number greatest least coalesce concat"},
    {"{'from':'orders','select':[{'calc':'mod','args':['total',2]}]}",
     "unknown_function select[0].calc: \"mod\" is not a calculation; did you mean \"%\"?"},
    {"{'from':'customers','select':[{'column':'id'}],'where':{'exists':{'table':'stores'}}}",
     "no_join_path where.exists: no relationship leads to stores; say which columns are equal, as \"on\": [[\"table.column\", \"stores.column\"]]"},
    {"{'from':'customers','select':[{'column':'id'}],'where':{'exists':{'table':'ordres'}}}",
     "unknown_table where.exists.table: \"ordres\" is not a table of this dataset; did you mean \"orders\"?"},
    {"{'from':'orders','select':[{'column':'order_id'}],'where':{'exists':{'table':'orders'}}}",
     "duplicate_table where.exists.table: \"orders\" is already part of this plan"},
    {"{'from':'customers','select':[{'column':'id'}],'where':{'exists':{'table':'orders','where':{'column':'statuss','op':'=','value':'open'}}}}",
     "unknown_column where.exists.where.column: \"statuss\" is not a column of customers or orders; did you mean \"status\"?"},
    {"{'from':'customers','select':[{'column':'id'}],'having':{'exists':{'table':'orders'}}}",
     "misplaced having.exists: chooses rows of tables, and so belongs to a \"where\""},
    {"{'from':'orders','select':[{'column':'order_id'}],'where':{'column':'total','op':'>','value':{'plan':{'from':'orders','select':[{'column':'status'},{'agg':'avg','column':'total'}]}}}}",
     "not_one_value where.value.plan: must give one value: one item, which is an aggregate without groups, or a limit of 1"},
    {"{'from':'orders','select':[{'column':'order_id'}],'where':{'column':'total','op':'>','value':{'plan':{'from':'orders','select':[{'agg':'max','column':'note'}]}}}}",
     "wrong_type where.value.plan: \"total\" is a number and the value of the plan is text; they cannot be compared"},
    {"{'from':'orders','select':[{'calc':'/','args':[{'agg':'sum','column':'note'},{'agg':'count'}],'as':'x'}]}",
     "wrong_type select[0].args[0].column: sum needs a number, and \"note\" is text"},
    {"{'from':'orders','joins':[{'plan':{'from':'order_items','select':[{'column':'order_id'},{'column':'quantity'}]},'as':'p','on':[['orders.order_id','p.order_id']]}],'select':[{'agg':'sum','column':'total'}]}",
     "fan_out select[0].column: the join repeats rows of orders, so sum of \"orders.total\" would take values more than once; aggregate it in a nested plan before joining"},
    {"{'from':'orders','joins':[{'table':'orders','as':'o'}],'select':[{'agg':'count'}]}",
     "missing_argument joins[0].on: is missing; say which columns are equal, as [[\"orders.x\", \"o.y\"]]"},
    {"{'from':'orders','select':[{'column':'order_id'}],'limit':3,'ties':true}",
     "missing_argument ties: needs a \"limit\" and an \"order_by\""},
    {"{'from':'orders','select':[{'column':'order_id'}],'order_by':[{'by':'total'}],'limit':3,'offset':2,'ties':true}",
     "misplaced offset: does not go with \"ties\""},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'},{'window':'next','of':'n','as':'r'}]}",
     "no_order select[2].order_by: next needs an order, as [{\"by\": \"the date\"}]"},
    {"{'from':'orders','select':[{'calc':'to_number','args':['total'],'as':'x'}]}",
     "wrong_type select[0].args[0]: to_number needs text, and \"total\" is a number"},
};

TEST(Check, SaysWhatIsWrong) {
  EXPECT_GE(std::size(kBad), 60u);
  for (const Case& c : kBad) EXPECT_EQ(IssuesOf(c.plan), c.messages) << c.plan;
}

TEST(Check, LimitsHold) {
  const auto shop = testing::Shop();
  std::string list;
  for (int i = 0; i < 1001; ++i) list += (i ? "," : "") + std::to_string(i);
  EXPECT_EQ(IssuesOf("{'from':'orders','select':[{'column':'order_id'}],'where':{'column':'order_id','op':'in','value':[" + list + "]}}"),
            "too_many where.value: has 1001 values; at most 1000 are taken");
  EXPECT_EQ(IssuesOf("{'from':'orders','select':[{'column':'note'}],'where':{'column':'note','op':'=','value':'" +
                     std::string(1001, 'x') + "'}}"),
            "bad_value where.value: is too long a text");
  std::string select;
  for (int i = 0; i < 65; ++i) select += (i ? "," : "") + std::string("{'column':'note'}");
  EXPECT_EQ(IssuesOf("{'from':'orders','select':[" + select + "]}"),
            "too_many select: has 65 items; at most 64 are taken");
  std::string conditions;
  for (int i = 0; i < 201; ++i) conditions += (i ? "," : "") + std::string("{'column':'note','op':'is_null'}");
  EXPECT_EQ(IssuesOf("{'from':'orders','select':[{'column':'note'}],'where':{'any':[" + conditions + "]}}"),
            "too_many where.any[200]: a plan may have at most 200 comparisons");
  std::string nested = "'orders'";
  for (int i = 0; i < 4; ++i)
    nested = "{'plan':{'from':" + nested + ",'select':[{'column':'note'}]},'as':'t'}";
  EXPECT_NE(IssuesOf("{'from':" + nested + ",'select':[{'column':'note'}]}").find("too_deep"), std::string::npos);
}

TEST(Check, WhatPassesTheReaderIsNotTrusted) {
  wire::QueryPlan plan;  // As built by code, not read from JSON.
  plan.from.node = std::string("orders");
  plan.select.push_back({wire::ColumnItem{"note", {}, {}}, std::string("a\0b", 3)});
  plan.where = wire::Condition{wire::Comparison{"note", wire::ConditionOp::equal,
                                                {wire::Value(std::string("\xff"))}, {}, {}, false}};
  const auto issues = Check(plan, testing::Shop());
  ASSERT_EQ(issues.size(), 2u);
  EXPECT_EQ(issues[0].message, "where.value: is not valid UTF-8");
  EXPECT_EQ(issues[1].message, "select[0].as: must not contain a NUL character");
}

TEST(Check, CompileRefusesWithAllIssues) {
  const auto plan = base::FromJsonText<wire::QueryPlan>(
      Json("{'from':'orders','select':[{'column':'amuont'},{'agg':'sum','column':'note'}]}"));
  const auto compiled = Compile(*plan, testing::Shop());
  ASSERT_TRUE(compiled.has_error());
  EXPECT_EQ(compiled.error().code(), base::ErrorCode::rejected);
  EXPECT_EQ(compiled.error().details().at("issues").as_array().size(), 2u);
}

}  // namespace
}  // namespace tabletalk::plan
