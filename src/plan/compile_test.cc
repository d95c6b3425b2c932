// What plans mean: each gives the same rows as SQL written by hand for the same question.
#include "plan/compile.h"

#include <gtest/gtest.h>

#include "base/codec.h"
#include "plan/explain.h"
#include "plan/testing/engine.h"
#include "plan/testing/shop.h"

namespace tabletalk::plan {
namespace {

std::string Json(std::string text) {
  for (char& c : text)
    if (c == '\'') c = '"';
  return text;
}

struct Case {
  const char* plan;  // JSON with ' for ".
  const char* sql;
};

const Case kMeanings[] = {
    {"{'from':'orders','select':[{'agg':'count'}]}", "SELECT count(*) FROM orders"},
    {"{'from':'orders','select':[{'agg':'count','column':'note'}]}", "SELECT sum(CASE WHEN note IS NULL THEN 0 ELSE 1 END) FROM orders"},
    {"{'from':'orders','select':[{'agg':'count_distinct','column':'status'}]}", "SELECT count(*) FROM (SELECT DISTINCT status FROM orders WHERE status IS NOT NULL)"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'sum','column':'total'}]}", "SELECT status, sum(total) FROM orders GROUP BY status ORDER BY status NULLS LAST"},
    {"{'from':'customers','select':[{'agg':'avg','column':'is_member'}]}", "SELECT count(*) FILTER (WHERE is_member) / count(*) FROM customers"},
    {"{'from':'order_items','select':[{'agg':'median','column':'price'},{'agg':'quantile','p':0.25,'column':'price'}]}", "SELECT median(price), quantile_cont(price, 0.25) FROM order_items"},
    {"{'from':'order_items','select':[{'agg':'stddev','column':'price'},{'agg':'variance','column':'price'}]}", "SELECT stddev(price), variance(price) FROM order_items"},
    {"{'from':'order_items','select':[{'agg':'corr','column':['price','quantity']}]}", "SELECT corr(price, quantity) FROM order_items"},
    {"{'from':'order_items','select':[{'agg':'mode','column':'quantity'}]}", "SELECT quantity FROM order_items GROUP BY 1 ORDER BY count(*) DESC, quantity LIMIT 1"},
    {"{'from':'orders','select':[{'agg':'first','column':'status'},{'agg':'last','column':'status'}]}", "SELECT (SELECT status FROM orders WHERE status IS NOT NULL ORDER BY order_date, status LIMIT 1), (SELECT status FROM orders WHERE status IS NOT NULL ORDER BY order_date DESC, status DESC LIMIT 1)"},
    {"{'from':'orders','select':[{'agg':'arg_max','column':['order_id','total']}]}", "SELECT order_id FROM orders WHERE total IS NOT NULL ORDER BY total DESC, order_id LIMIT 1"},
    {"{'from':'orders','select':[{'agg':'arg_min','column':['order_id','total']}]}", "SELECT order_id FROM orders WHERE total IS NOT NULL ORDER BY total, order_id LIMIT 1"},
    {"{'from':'orders','select':[{'agg':'count','where':{'column':'status','op':'=','value':'COMPLETED'}}]}", "SELECT count(*) FROM orders WHERE lower(status) = 'completed'"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'status','op':'=','value':'completed','case_sensitive':true}}", "SELECT count(*) FROM orders WHERE status = 'completed'"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'status','op':'!=','value':'open'}}", "SELECT count(*) FROM orders WHERE status IS NOT NULL AND status <> 'open'"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'not':{'any':[{'column':'status','op':'=','value':'open'},{'column':'note','op':'is_null'}]}}}", "SELECT count(*) FROM orders WHERE status IS NOT NULL AND status <> 'open' AND note IS NOT NULL"},
    {"{'from':'customers','select':[{'agg':'count'}],'where':{'column':'country','op':'contains','value':'%'}}", "SELECT count(*) FROM customers WHERE instr(country, '%') > 0"},
    {"{'from':'customers','select':[{'agg':'count'}],'where':{'column':'country','op':'contains','value':'_'}}", "SELECT count(*) FROM customers WHERE instr(country, '_') > 0"},
    {"{'from':'customers','select':[{'agg':'count'}],'where':{'column':'country','op':'starts_with','value':'NOR'}}", "SELECT count(*) FROM customers WHERE country IN ('Norway', 'norway')"},
    {"{'from':'customers','select':[{'agg':'count'}],'where':{'column':'name','op':'matches','value':'R 1\\\\d$'}}", "SELECT count(*) FROM customers WHERE id BETWEEN 10 AND 19"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'created','op':'<=','value':'2024-01-31'}}", "SELECT count(*) FROM orders WHERE created < '2024-02-01'"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'created','op':'>','value':'2024-01-31'}}", "SELECT count(*) FROM orders WHERE created >= '2024-02-01'"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'order_date','op':'last','value':{'n':30,'unit':'day'}}}", "SELECT count(*) FROM orders WHERE order_date > (SELECT max(order_date) FROM orders) - 30"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'column':'total','op':'in','value':[3.25,6.5]}}", "SELECT count(*) FROM orders WHERE total = 3.25 OR total = 6.5"},
    {"{'from':'orders','select':[{'column':'order_date','grain':'month'},{'agg':'count'}]}", "SELECT make_date(year(order_date), month(order_date), 1), count(*) FROM orders GROUP BY 1 ORDER BY 1"},
    {"{'from':'orders','select':[{'column':'order_date','grain':'day_of_week'},{'agg':'count'}]}", "SELECT isodow(order_date), count(*) FROM orders GROUP BY 1 ORDER BY 1"},
    {"{'from':'orders','select':[{'column':'created','grain':'hour_of_day'},{'agg':'count'}]}", "SELECT hour(created), count(*) FROM orders GROUP BY 1 ORDER BY 1"},
    {"{'from':'order_items','select':[{'column':'quantity','bin':2},{'agg':'count'}]}", "SELECT CASE WHEN quantity < 2 THEN 0 WHEN quantity < 4 THEN 2 ELSE 4 END, count(*) FROM order_items GROUP BY 1 ORDER BY 1"},
    {"{'from':'order_items','select':[{'column':'discount','bin':0.1},{'agg':'count'}]}", "SELECT discount, count(*) FROM order_items GROUP BY 1 ORDER BY 1 NULLS LAST"},
    {"{'from':'order_items','select':[{'column':'quantity','bin':{'count':2}},{'agg':'count'}]}", "SELECT CASE WHEN quantity < 2 THEN 0.0 ELSE 2.0 END::DOUBLE, count(*) FROM order_items GROUP BY 1 ORDER BY 1"},
    {"{'from':'order_items','select':[{'column':'item_id'},{'calc':'/','args':['price','quantity'],'as':'q'}],'limit':10}", "SELECT item_id, CASE WHEN quantity = 0 THEN NULL ELSE price / quantity END FROM order_items ORDER BY 1 LIMIT 10"},
    {"{'from':'order_items','select':[{'column':'item_id'},{'calc':'%','args':['item_id','quantity'],'as':'q'}],'limit':10}", "SELECT item_id, CASE WHEN quantity > 0 THEN item_id - quantity * (item_id // quantity) END FROM order_items ORDER BY 1 LIMIT 10"},
    {"{'from':'order_items','select':[{'column':'item_id'},{'calc':'/','args':['quantity',2],'as':'half'}],'limit':5}", "SELECT item_id, quantity * 0.5::DOUBLE FROM order_items ORDER BY 1 LIMIT 5"},
    {"{'from':'order_items','select':[{'column':'item_id'},{'calc':'ln','args':['quantity'],'as':'l'},{'calc':'sqrt','args':[{'calc':'-','args':['quantity',2]}],'as':'s'}],'limit':9}", "SELECT item_id, CASE WHEN quantity > 0 THEN ln(quantity) END, CASE WHEN quantity >= 2 THEN sqrt(quantity - 2) END FROM order_items ORDER BY 1 LIMIT 9"},
    {"{'from':'order_items','select':[{'calc':'*','args':['price','quantity'],'as':'revenue'},{'agg':'sum','column':'revenue'}]}", "SELECT sum(price * quantity) FROM order_items"},
    {"{'from':'orders','select':[{'column':'status'},{'agg':'count','as':'n'},{'window':'share','of':'n','as':'s'}]}", "SELECT status, count(*) AS n, count(*) / (SELECT count(*) FROM orders) FROM orders GROUP BY 1 ORDER BY 1 NULLS LAST"},
    {"{'from':'order_items','select':[{'column':'quantity'},{'agg':'count','as':'n'},{'window':'rank','of':'n','as':'r'},{'window':'dense_rank','of':'n','as':'d'},{'window':'row_number','of':'n','as':'w'}]}", "SELECT quantity, count(*), 1, 1, quantity + 1 FROM order_items GROUP BY 1 ORDER BY 1"},
    {"{'from':'orders','select':[{'column':'order_date','grain':'month','as':'m'},{'agg':'count','as':'n'},{'window':'running_total','of':'n','order_by':[{'by':'m'}],'as':'r'}]}", "SELECT m, n, (SELECT count(*) FROM orders o WHERE date_trunc('month', o.order_date) <= m) FROM (SELECT CAST(date_trunc('month', order_date) AS DATE) m, count(*) n FROM orders GROUP BY 1) ORDER BY 1"},
    {"{'from':'orders','select':[{'column':'order_date','grain':'month','as':'m'},{'agg':'count','as':'n'},{'window':'previous','of':'n','order_by':[{'by':'m'}],'as':'p'},{'window':'change','of':'n','order_by':[{'by':'m'}],'as':'c'},{'window':'pct_change','of':'n','order_by':[{'by':'m'}],'as':'x'}]}", "WITH g AS (SELECT CAST(date_trunc('month', order_date) AS DATE) m, count(*) n FROM orders GROUP BY 1) SELECT g.m, g.n, p.n, g.n - p.n, g.n / p.n - 1 FROM g LEFT JOIN g p ON p.m = g.m - INTERVAL 1 MONTH ORDER BY 1"},
    {"{'from':'orders','select':[{'column':'order_date','grain':'month','as':'m'},{'agg':'count','as':'n'},{'window':'moving_avg','of':'n','size':2,'order_by':[{'by':'m'}],'as':'a'}]}", "WITH g AS (SELECT CAST(date_trunc('month', order_date) AS DATE) m, count(*) n FROM orders GROUP BY 1) SELECT g.m, g.n, CASE WHEN p.n IS NULL THEN g.n ELSE (g.n + p.n) / 2 END::DOUBLE FROM g LEFT JOIN g p ON p.m = g.m - INTERVAL 1 MONTH ORDER BY 1"},
    {"{'from':'orders','select':[{'column':'customer_id'},{'agg':'count','as':'n'}],'having':{'column':'n','op':'>','value':3}}", "SELECT customer_id, count(*) FROM orders GROUP BY 1 HAVING count(*) > 3 ORDER BY 1"},
    {"{'from':'orders','select':[{'column':'customer_id'},{'agg':'count','as':'n'},{'window':'share','of':'n','as':'s'}],'having':{'column':'n','op':'>','value':3}}", "SELECT customer_id, n, n / sum(n) OVER () FROM (SELECT customer_id, count(*) n FROM orders GROUP BY 1 HAVING count(*) > 3) ORDER BY 1"},
    {"{'from':'order_items','select':[{'column':'product_id'},{'column':'quantity'},{'agg':'count','as':'n'}],'top':{'n':1,'per':['product_id'],'by':'n'}}", "SELECT product_id, min(quantity), max(n) FROM (SELECT product_id, quantity, count(*) n, max(count(*)) OVER (PARTITION BY product_id) best FROM order_items GROUP BY 1, 2) WHERE n = best GROUP BY 1 ORDER BY 1"},
    {"{'from':'customers','select':[{'column':'country'}],'distinct':true}", "SELECT country FROM customers GROUP BY 1 ORDER BY 1 NULLS LAST"},
    {"{'from':'orders','select':[{'column':'order_id'}],'order_by':[{'by':'total','direction':'desc','nulls':'first'}],'limit':4}", "SELECT order_id FROM orders ORDER BY total DESC NULLS FIRST, order_id LIMIT 4"},
    {"{'from':'customers','joins':[{'table':'orders','kind':'left'}],'select':[{'column':'customers.id'},{'agg':'count','column':'orders.order_id'},{'agg':'sum','column':'orders.total'}]}", "SELECT id, (SELECT count(*) FROM orders WHERE customer_id = id), (SELECT sum(total) FROM orders WHERE customer_id = id) FROM customers ORDER BY 1"},
    {"{'from':'order_items','joins':[{'table':'customers'}],'select':[{'column':'customers.country'},{'agg':'sum','column':'quantity'}]}", "SELECT country, sum(quantity) FROM order_items JOIN orders USING (order_id) JOIN customers ON customer_id = id GROUP BY 1 ORDER BY 1 NULLS LAST"},
    {"{'from':'orders','joins':[{'table':'order_items'}],'select':[{'agg':'max','column':'total'},{'agg':'count_distinct','column':'orders.order_id'}]}", "SELECT max(total), count(*) FROM orders WHERE order_id IN (SELECT order_id FROM order_items)"},
    {"{'from':{'plan':{'from':'orders','select':[{'column':'order_date'},{'agg':'sum','column':'total','as':'t'}]},'as':'d'},'select':[{'agg':'max','column':'t'},{'agg':'count'}]}", "SELECT max(t), count(*) FROM (SELECT sum(total) t FROM orders GROUP BY order_date)"},
    {"{'from':{'plan':{'from':'orders','select':[{'column':'customer_id'},{'agg':'sum','column':'total','as':'t'}]},'as':'c'},'joins':[{'table':'customers','on':[['c.customer_id','customers.id']]}],'select':[{'column':'country'},{'agg':'sum','column':'t'}]}", "SELECT country, sum(total) FROM orders JOIN customers ON customer_id = id GROUP BY 1 ORDER BY 1 NULLS LAST"},
    {"{'from':'orders','select':[{'case':[{'when':{'column':'total','op':'>','value':12},'then':'high'},{'when':{'column':'total','op':'is_null'},'then':'none'}],'else':'low','as':'k'},{'agg':'count'}]}", "SELECT CASE WHEN total > 12 THEN 'high' WHEN total IS NULL THEN 'none' ELSE 'low' END, count(*) FROM orders GROUP BY 1 ORDER BY 1"},
    {"{'from':'odd table','select':[{'column':'имя'},{'agg':'sum','column':'order'}],'where':{'column':'日付','op':'between','value':['2024-02-05','2024-02-20']}}", "SELECT \"имя\", sum(\"order\") FROM \"odd table\" WHERE \"日付\" >= '2024-02-05' AND \"日付\" <= '2024-02-20' GROUP BY 1 ORDER BY 1"},
    {"{'from':'odd table','select':[{'agg':'count'}],'where':{'column':'order','op':'>','value':-2.5}}", "SELECT count(*) FROM \"odd table\""},
    {"{'from':'odd table','select':[{'agg':'count'}],'where':{'column':'big','op':'<=','value':'20000000000000'}}", "SELECT 20"},
    {"{'from':'customers','select':[{'column':'id'}],'where':{'not':{'exists':{'table':'orders'}}}}", "SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders) ORDER BY 1"},
    {"{'from':'customers','select':[{'column':'id'}],'where':{'exists':{'table':'orders','where':{'column':'total','op':'>','value':20}}}}", "SELECT DISTINCT id FROM customers JOIN orders ON customer_id = id WHERE total > 20 ORDER BY 1"},
    {"{'from':'customers','select':[{'column':'id'}],'where':{'not':{'exists':{'table':'order_items','where':{'column':'quantity','op':'=','value':4}}}}}", "SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders JOIN order_items USING (order_id) WHERE quantity = 4) ORDER BY 1"},
    {"{'from':'orders','select':[{'agg':'count'}],'where':{'not':{'exists':{'table':'orders','as':'later','on':[['orders.customer_id','later.customer_id']],'where':{'column':'order_date','op':'>','value':{'column':'orders.order_date'}}}}}}", "SELECT count(*) FROM orders o WHERE order_date = (SELECT max(order_date) FROM orders p WHERE p.customer_id = o.customer_id)"},
    {"{'from':'customers','select':[{'agg':'count','as':'all'},{'agg':'count','where':{'exists':{'table':'orders'}},'as':'some'}]}", "SELECT 20, count(DISTINCT customer_id) FROM orders"},
    {"{'from':'order_items','select':[{'column':'item_id'}],'order_by':[{'by':'quantity','direction':'desc'}],'limit':1,'ties':true}", "SELECT item_id FROM order_items WHERE quantity = 4 ORDER BY 1"},
    {"{'from':'order_items','select':[{'column':'product_id'},{'column':'item_id'},{'column':'quantity','as':'q'}],'top':{'n':1,'per':['product_id'],'by':'q','ties':true}}", "SELECT product_id, item_id, quantity FROM order_items WHERE quantity = 4 ORDER BY 1, 2"},
    {"{'from':'order_items','select':[{'column':'item_id'}],'where':{'column':'price','op':'>','value':{'plan':{'from':'order_items','select':[{'agg':'avg','column':'price'}]}}}}", "SELECT item_id FROM order_items WHERE price > (SELECT avg(price) FROM order_items) ORDER BY 1"},
    {"{'from':'order_items','select':[{'column':'product_id'},{'calc':'/','args':[{'agg':'sum','column':'price'},{'agg':'sum','column':'quantity'}],'as':'r'}]}", "SELECT product_id, sum(price) / sum(quantity) FROM order_items GROUP BY 1 ORDER BY 1"},
    {"{'from':'orders','select':[{'calc':'-','args':[{'agg':'max','column':'total'},{'plan':{'from':'orders','select':[{'agg':'min','column':'total'}]}}],'as':'d'}]}", "SELECT max(total) - min(total) FROM orders"},
    {"{'from':'orders','joins':[{'plan':{'from':'order_items','select':[{'column':'order_id'},{'agg':'sum','column':'quantity','as':'pieces'}]},'as':'p','on':[['orders.order_id','p.order_id']]}],'select':[{'agg':'sum','column':'total'},{'agg':'sum','column':'pieces'}]}", "SELECT (SELECT sum(total) FROM orders WHERE order_id IN (SELECT order_id FROM order_items)), (SELECT sum(quantity) FROM order_items JOIN orders USING (order_id))"},
    {"{'from':'products','select':[{'column':'product_id'},{'window':'zscore','of':'product_id','as':'z'},{'window':'avg','of':'product_id','as':'m'}]}", "SELECT i, (i - 4) / stddev_samp(i) OVER (), 4.0::DOUBLE FROM range(1, 8) t(i) ORDER BY 1"},
    {"{'from':'products','select':[{'column':'product_id'},{'window':'next','of':'product_id','order_by':[{'by':'product_id'}],'as':'n'}],'having':{'column':'n','op':'=','value':4}}", "SELECT 3, 4"},
    {"{'from':'order_items','select':[{'agg':'regr_slope','column':['price','quantity']},{'agg':'regr_r2','column':['price','quantity']}]}", "SELECT covar_pop(price, quantity) / var_pop(quantity), corr(price, quantity) ** 2 FROM order_items"},
    {"{'from':'order_items','select':[{'calc':'round','args':[{'agg':'stddev_pop','column':'quantity'},9],'as':'s'},{'calc':'round','args':[{'agg':'var_pop','column':'quantity'},9],'as':'v'}]}", "SELECT round(2 ** 0.5::DOUBLE, 9), 2.0::DOUBLE"},
    {"{'from':'orders','select':[{'calc':'to_number','args':[{'literal':' 12.5 '}],'as':'n'},{'calc':'to_number','args':['note'],'as':'o'}],'limit':1}", "SELECT 12.5::DOUBLE, NULL"},
    {"{'from':'orders','select':[{'column':'customer_id'},{'agg':'avg','column':'total','as':'a'}],'having':{'column':'a','op':'>','value':{'plan':{'from':'orders','select':[{'agg':'avg','column':'total'}]}}}}", "SELECT customer_id, avg(total) FROM orders GROUP BY 1 HAVING avg(total) > (SELECT avg(total) FROM orders) ORDER BY 1"},
    {"{'from':'orders','joins':[{'table':'orders','as':'other','on':[['orders.customer_id','other.customer_id'],['orders.status','other.status']]}],'select':[{'agg':'count_distinct','column':'orders.order_id'}],'where':{'column':'orders.order_id','op':'!=','value':{'column':'other.order_id'}}}", "SELECT count(DISTINCT a.order_id) FROM orders a JOIN orders b ON a.customer_id = b.customer_id AND a.status = b.status WHERE a.order_id <> b.order_id"},
};

TEST(Compile, MeansWhatTheSqlMeans) {
  const wire::DatasetSchema shop = testing::Shop();
  testing::Engine engine;
  EXPECT_GE(std::size(kMeanings), 40u);
  for (const Case& c : kMeanings) {
    SCOPED_TRACE(c.plan);
    const auto plan = base::FromJsonText<wire::QueryPlan>(Json(c.plan));
    ASSERT_TRUE(plan.has_value()) << plan.error().public_message();
    const auto compiled = Compile(*plan, shop);
    ASSERT_TRUE(compiled.has_value()) << compiled.error().public_message();
    const testing::Answer ours = engine.Run(compiled->sql, compiled->parameters);
    const testing::Answer theirs = engine.Run(c.sql);
    ASSERT_EQ(ours.error, "") << compiled->sql;
    ASSERT_EQ(theirs.error, "") << c.sql;
    EXPECT_FALSE(theirs.rows.empty());
    EXPECT_EQ(ours.rows, theirs.rows) << compiled->sql;
  }
}

TEST(Compile, Assumptions) {
  const wire::DatasetSchema shop = testing::Shop();
  const auto plan = base::FromJsonText<wire::QueryPlan>(
      Json("{'from':'orders','joins':[{'table':'customers'}],'select':[{'column':'country'},{'agg':'count'}],'where':{'all':["
           "{'column':'status','op':'!=','value':'open'},{'column':'order_date','op':'last','value':{'n':3,'unit':'month'}}]}}"));
  const auto compiled = Compile(*plan, shop);
  ASSERT_TRUE(compiled.has_value()) << compiled.error().public_message();
  const std::vector<std::string> expected{
      "customers is joined on orders.customer_id = customers.id; rows without a match are left out.",
      "Rows without orders.status are left out by the condition on it.",
      "\"Last 3 months\" is counted back from the newest order_date in orders, 2024-06-30.",
      "Rows of orders are counted.",
      "At most 200 rows are shown."};
  EXPECT_EQ(compiled->assumptions, expected);
}

TEST(Compile, SaysWhatIsNearestToAValueThatNoRowHas) {
  wire::DatasetSchema shop = testing::Shop();
  for (wire::TableSchema& table : shop.tables)
    for (wire::ColumnSchema& column : table.columns)
      if (column.name == "status") {
        for (const char* value : {"completed", "open", "on hold"})
          column.profile.top_values.push_back({wire::Value(value), 5});
        column.profile.top_values_complete = true;
      }
  struct Asked {
    const char* value;
    const char* says;
  };
  for (const Asked& c : {Asked{"complted", "No row has \"complted\" as status; the nearest there are: \"completed\"."},
                        Asked{"hold", "No row has \"hold\" as status; the nearest there are: \"on hold\"."},
                        Asked{"xyz", "No row has \"xyz\" as status."}, Asked{"COMPLETED", ""}}) {
    const auto plan = base::FromJsonText<wire::QueryPlan>(
        Json("{'from':'orders','select':[{'agg':'count'}],'where':{'column':'status','op':'=','value':'" + std::string(c.value) + "'}}"));
    const auto compiled = Compile(*plan, shop);
    ASSERT_TRUE(compiled.has_value());
    EXPECT_EQ(compiled->assumptions, *c.says ? std::vector<std::string>{c.says} : std::vector<std::string>{});
  }
}

TEST(Compile, NoLiteralReachesTheText) {
  const wire::DatasetSchema shop = testing::Shop();
  const auto plan = base::FromJsonText<wire::QueryPlan>(
      Json("{'from':'orders','select':[{'agg':'count'}],'where':{'any':[{'column':'note','op':'in','value':['xyzzy1','xyzzy2']},"
           "{'column':'total','op':'>','value':98765},{'column':'order_date','op':'=','value':'2031-12-13'}]}}"));
  const auto compiled = Compile(*plan, shop);
  ASSERT_TRUE(compiled.has_value());
  for (const char* literal : {"xyzzy", "98765", "2031"}) EXPECT_EQ(compiled->sql.find(literal), std::string::npos);
  EXPECT_EQ(compiled->parameters.size(), 4u);
  EXPECT_EQ(compiled->parameters.at("p4"), wire::Value("2031-12-13"));
  ASSERT_EQ(compiled->columns.size(), 1u);
  EXPECT_EQ(compiled->columns[0].name, "count");
  EXPECT_EQ(compiled->columns[0].type, wire::ColumnType::integer);
}

}  // namespace
}  // namespace tabletalk::plan
