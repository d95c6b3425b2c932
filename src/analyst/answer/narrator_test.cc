#include "analyst/answer/narrator.h"

#include <gtest/gtest.h>

#include "analyst/parts.h"
#include "base/codec.h"
#include "model/testing/scripted_model.h"
#include "narrative/format.h"
#include "plan/testing/shop.h"

namespace tabletalk::analyst {
namespace {

using model::testing::Fails;
using model::testing::Says;
using model::testing::ScriptedModel;
using wire::ColumnType;
using wire::Value;

wire::DatasetSchema Shop() {
  wire::DatasetSchema shop = plan::testing::Shop();
  for (wire::TableSchema& table : shop.tables)
    for (wire::ColumnSchema& column : table.columns)
      if (column.name == "total" || column.name == "price") column.unit = "EUR";
  shop.tables[0].columns[2].synonyms = {"market"};
  return shop;
}

wire::Run Ran(const char* plan, std::vector<wire::Column> columns,
              std::vector<std::vector<Value>> rows) {
  wire::Run run;
  run.run_id = "run_7";
  run.status = wire::RunStatus::succeeded;
  if (plan != nullptr && *plan == '{') {
    run.kind = wire::RunKind::plan;
    run.plan = base::FromJsonText<wire::QueryPlan>(plan).value();
  } else if (plan != nullptr) {
    run.sql = plan;
  }
  run.result.emplace();
  run.result->columns = std::move(columns);
  run.result->total_rows = rows.size();
  run.result->rows = std::move(rows);
  return run;
}
wire::Column Text(std::string name) { return {std::move(name), ColumnType::text, ""}; }
wire::Column Number(std::string name) { return {std::move(name), ColumnType::number, ""}; }
wire::Column Whole(std::string name) { return {std::move(name), ColumnType::integer, ""}; }
wire::Column Date(std::string name) { return {std::move(name), ColumnType::date, ""}; }

constexpr char kByCountry[] = R"({"from": "orders", "joins": [{"table": "customers"}],
  "select": [{"column": "country"}, {"agg": "sum", "column": "total", "as": "revenue"}],
  "order_by": [{"by": "revenue", "direction": "desc"}]})";

wire::Run ByCountry() {
  return Ran(kByCountry, {Text("country"), Number("revenue")},
             {{Value("Norway"), Value(1234.5)}, {Value("Chile"), Value(99.0)}});
}
wire::Run Failed() {
  wire::Run run;
  run.run_id = "run_8";
  run.status = wire::RunStatus::failed;
  run.error = wire::RunError{"execution_failed", "It broke.", {}};
  return run;
}

Telling Tells(const wire::DatasetSchema& shop, const std::vector<wire::Run>& runs,
              std::string draft, std::string question = "Which country sold most?") {
  return {&shop, std::move(question), &runs, std::move(draft)};
}

Told Tell(const std::vector<wire::Run>& runs, std::string draft, model::ChatModel* model = nullptr,
          std::string question = "Which country sold most?") {
  const wire::DatasetSchema shop = Shop();
  auto told = Narrate(Tells(shop, runs, std::move(draft), std::move(question)), {}, model, {});
  EXPECT_TRUE(told.has_value()) << told.error().public_message();
  return told.has_value() ? std::move(*told) : Told();
}

TEST(Narrator, FillsWhatTheModelWrote) {
  struct Case {
    const char* draft;
    const char* text;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"{{r1.rows[0].country}} sold most, with {{r1.rows[0].revenue|money:EUR}}.",
            "Norway sold most, with €1,234.50."},
           // The plan knows the unit, whatever the model says of it.
           {"{{r1.rows[0].country}}: {{r1.rows[0].revenue}}.", "Norway: €1,234.50."},
           {"{{r1.rows[0].country}}: {{r1.rows[0].revenue|money:USD}}.", "Norway: €1,234.50."},
           {"{{r1.rows[0].country}}: {{r1.rows[0].revenue|percent}}.", "Norway: €1,234.50."},
           {"{{r1.rows[0].country|unit:42}} leads.", "Norway leads."},
           {"Answer: **{{ r1.rows[0].Country }}** leads.", "Norway leads."},
           {"One of the countries leads: {r1.max(revenue).country}.",
            "One of the countries leads: Norway."},
           {"The country_id is not in it, is_member neither: {{r1.rows[0].country}}.",
            "The country_id is not in it, is member neither: Norway."},
           {"Among {{r1.total_rows|count:country,countries}} the first is {{r1.rows[0].country}}.",
            "Among 2 countries the first is Norway."},
           {"These two are {{r1.list(country)}}.", "These two are Norway and Chile."}}) {
    const Told told = Tell({ByCountry()}, c.draft);
    EXPECT_EQ(told.text, c.text) << c.draft;
    EXPECT_FALSE(told.generated) << c.draft;
    EXPECT_EQ(told.about, std::optional<std::size_t>(0)) << c.draft;
    for (const wire::NumberLink& link : told.numbers) {
      EXPECT_EQ(link.run_id, "run_7");
      EXPECT_NE(told.text.find(link.text), std::string::npos);
    }
    EXPECT_EQ(told.said.find("Norway"), std::string::npos) << told.said;
    EXPECT_EQ(told.said.find("1,234"), std::string::npos) << told.said;
  }
}

TEST(Narrator, NumbersOfTheQuestionAndOfNamesMayBeRepeated) {
  const std::string question = "Top 5 countries in Q1 2024 by product_2?";
  const Told told =
      Tell({ByCountry()}, "Of the top 5 in Q1 2024, {{r1.rows[0].country}} leads.", nullptr, question);
  EXPECT_EQ(told.text, "Of the top 5 in Q1 2024, Norway leads.");
  EXPECT_TRUE(told.numbers.empty());
  EXPECT_EQ(Tell({ByCountry()}, "Of the five, {{r1.rows[0].country}} leads.", nullptr, question).text,
            "Of the five, Norway leads.");
  EXPECT_TRUE(
      Tell({ByCountry()}, "In 2023 {{r1.rows[0].country}} led.", nullptr, question).generated);
}

TEST(Narrator, WhatNoCellBacksIsNotShown) {
  for (const char* draft :
       {"Norway sold 1233.5.", "Norway sold most, with {{r1.rows[0].revenue}}, 12% more.",
        "It was ４２.", "{{r1.rows[0].country}} sold twice as much.", "Half of it is Norway.",
        "{{r1.rows[9].country}} leads.", "{{r2.rows[0].country}} leads.",
        "{{r1.rows[0].profit}} is the profit.", "{{q.0}} is it: {{r1.rows[0].country}}.",
        "{{r1.rows[0].revenue}} million euros.", "{{r1.rows[0].country leads.", "", "   ",
        "```json\n{}\n```", "Here is the result."}) {
    const Told told = Tell({ByCountry()}, draft);
    EXPECT_TRUE(told.generated) << draft << " gave " << told.text;
    EXPECT_EQ(told.text,
              "Norway has the highest revenue, €1,234.50, followed by Chile with €99.00; 2 rows are "
              "listed.")
        << draft;
  }
}

TEST(Narrator, EmptyAndVeryLongCellsAreFaults) {
  const auto run = [](Value cell) {
    return Ran("select 1", {Text("note")}, {{std::move(cell)}, {Value("x")}});
  };
  for (const Value& cell : {Value(), Value(""), Value(std::string(300, 'x'))})
    EXPECT_TRUE(Tell({run(cell)}, "The note is {{r1.rows[0].note}}.").generated);
  EXPECT_FALSE(Tell({run(Value("short"))}, "The note is {{r1.rows[0].note}}.").generated);
}

TEST(Narrator, TheModelIsAskedOnceMoreWithTheReasons) {
  ScriptedModel model({Says("<think>42?</think>{{r1.rows[0].country}} sold most.")});
  const Told told = Tell({ByCountry()}, "Norway sold 1233.5.", &model);
  EXPECT_EQ(told.text, "Norway sold most.");
  EXPECT_FALSE(told.generated);
  const auto asked = model.asked();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_DOUBLE_EQ(asked[0].temperature, 0.3);
  EXPECT_TRUE(asked[0].tools.empty());
  const std::string text = TextOf(asked[0].messages[0].parts);
  for (const char* piece : {"Which country sold most?", "Norway sold 1233.5.",
                            "\"1233.5\" is a number that you wrote yourself", "\"revenue\" number"})
    EXPECT_NE(text.find(piece), std::string::npos) << piece << "\n" << text;
}

TEST(Narrator, AndThenThePlainSentenceIsSaid) {
  for (auto reply : {Says("Norway sold 1233.5."), Says(""),
                     Fails(base::ErrorCode::unavailable, "gone"),
                     Fails(base::ErrorCode::too_large, "budget")}) {
    ScriptedModel model({reply});
    const Told told = Tell({ByCountry()}, "Norway sold 1233.5.", &model);
    EXPECT_TRUE(told.generated);
    EXPECT_TRUE(told.text.starts_with("Norway has the highest revenue, €1,234.50")) << told.text;
    EXPECT_EQ(model.asked().size(), 1u);
  }
  ScriptedModel model({Fails(base::ErrorCode::cancelled, "stopped")});
  const wire::DatasetSchema shop = Shop();
  const std::vector<wire::Run> runs = {ByCountry()};
  EXPECT_EQ(Narrate(Tells(shop, runs, "12"), {}, &model, {}).error().code(),
            base::ErrorCode::cancelled);
}

TEST(Narrator, ATextWithoutSlotsIsTakenTheSecondTime) {
  ScriptedModel model({Says("These tables say nothing of the weather.")});
  const Told told = Tell({ByCountry()}, "There is no weather here.", &model);
  EXPECT_EQ(told.text, "These tables say nothing of the weather.");
  EXPECT_FALSE(told.generated);
}

TEST(Narrator, WithSamplesWithheldTheSecondRequestHasNoCell) {
  ScriptedModel model({Says("{{r1.rows[0].country}} leads.")});
  const wire::DatasetSchema shop = Shop();
  const std::vector<wire::Run> runs = {ByCountry()};
  Options options;
  options.send_samples = false;
  ASSERT_TRUE(Narrate(Tells(shop, runs, "It is 7."), options, &model, {}).has_value());
  const std::vector<model::Request> asked = model.asked();
  for (const model::Message& message : asked.at(0).messages)
    for (const wire::EgressPart& part : message.parts) {
      EXPECT_NE(part.data_class, wire::DataClass::values) << part.text;
      for (const char* cell : {"Norway", "Chile", "1234", "99"})
        EXPECT_EQ(part.text.find(cell), std::string::npos) << part.text;
    }
}

TEST(Narrator, ACutResultSaysSo) {
  wire::Run run = ByCountry();
  run.result->total_rows = 500;
  run.result->truncated = true;
  EXPECT_EQ(Tell({run}, "{{r1.rows[0].country}} leads.").text,
            "Norway leads. Only 2 of 500 rows came back.");
  EXPECT_EQ(Tell({run}, "{{r1.rows[0].country}} leads; {{r1.shown_rows}} of {{r1.total_rows}} rows "
                        "are here.")
                .text,
            "Norway leads; 2 of 500 rows are here.");
  EXPECT_NE(Tell({run}, "").text.find("Only 2 of 500 rows came back."), std::string::npos);
  // Cut by the limit that every plan has.
  std::vector<std::vector<Value>> rows(200, {Value("x"), Value(1.0)});
  EXPECT_EQ(Tell({Ran(kByCountry, {Text("country"), Number("revenue")}, rows)},
                 "{{r1.rows[0].country}} leads.")
                .text,
            "x leads. The list was cut after 200 rows; there may be more.");
}

TEST(Narrator, PlainSentences) {
  struct Case {
    wire::Run run;
    const char* text;
  };
  const auto python = [](const char* json) {
    wire::Run run;
    run.kind = wire::RunKind::python;
    run.run_id = "run_9";
    run.value = base::ParseJson(json).value();
    return run;
  };
  wire::Run figure = python("null");
  figure.figure = "aGk=";
  const Case cases[] = {
      {Ran(R"({"from": "orders", "where": {"column": "status", "op": "=", "value": "open 24"},
            "select": [{"agg": "avg", "column": "total"}]})",
           {Number("avg_total")}, {{Value(12.5)}}),
       "The average total is €12.50 where status is \"open 24\"."},
      {Ran(R"({"from": "orders", "select": [{"agg": "count", "column": "*"}]})", {Whole("count")},
           {{Value(std::int64_t{4321})}}),
       "The number of orders is 4,321."},
      {Ran(R"({"from": "orders", "select": [{"agg": "sum", "column": "total", "as": "total"},
            {"agg": "count_distinct", "column": "customer_id", "as": "n_customers"}]})",
           {Number("total"), Whole("n_customers")}, {{Value(10.0), Value(std::int64_t{3})}}),
       "The total is €10.00 and the number of customers is 3."},
      {Ran(R"({"from": "orders", "where": {"all": [
              {"column": "order_date", "op": "between", "value": ["2024-01-01", "2024-03-31"]},
              {"column": "status", "op": "in", "value": ["a", "b"]}]},
            "select": [{"agg": "sum", "column": "total"}]})",
           {Number("sum_total")}, {{Value()}}),
       "No rows have a value for this where order date is from 2024-01-01 to 2024-03-31 and status "
       "is \"a\" or \"b\"."},
      {Ran(R"({"from": "orders", "where": {"column": "total", "op": ">", "value": 5000},
            "select": [{"column": "note"}]})",
           {Text("note")}, {}),
       "No rows match where total is above 5,000."},
      {Ran("select country from t", {Text("country")}, {}), "Nothing matches the question."},
      {Ran(R"({"from": "orders", "select": [{"column": "order_date", "grain": "month", "as": "m"},
            {"agg": "sum", "column": "total", "as": "revenue"}]})",
           {Date("m"), Number("revenue")},
           {{Value("2024-01-01"), Value(5.0)},
            {Value("2024-02-01"), Value(9.0)},
            {Value("2024-03-01"), Value(7.0)}}),
       "The revenue went from €5.00 (January 2024) to €7.00 (March 2024); it was highest at €9.00 "
       "(February 2024)."},
      {Ran(R"({"from": "orders", "select": [{"column": "status"},
            {"agg": "sum", "column": "total", "as": "revenue"},
            {"window": "share", "of": "revenue", "as": "share"}]})",
           {Text("status"), Number("revenue"), Number("share")},
           {{Value("a"), Value(1.0), Value(0.1)},
            {Value("b"), Value(9.0), Value(0.8)},
            {Value("c"), Value(2.0), Value(0.1)}}),
       "The revenue is highest for b (€9.00) and lowest for a (€1.00); 3 rows are listed."},
      {Ran("select", {Text("odd \"name|2\""), Number("a.b")},
           {{Value("x"), Value(1.0)}, {Value("y"), Value(3.0)}, {Value("z"), Value(2.0)}}),
       "The a b is highest for y (3) and lowest for x (1); 3 rows are listed."},
      {Ran("select name from customers", {Text("name")}, {{Value("Ann")}, {Value("Bob")}}),
       "There are 2 values: Ann and Bob."},
      {Ran("select", {Text("name"), Text("city")},
           {{Value("Ann"), Value("Bonn")}, {Value("Bob"), Value("Bonn")}}),
       "Found 2 rows."},
      {Ran("select", {Text("name")}, {{Value("Ann")}}),
       "For the question asked, the name is Ann."},
      {python("3.5"), "The result is 3.50."},
      {python("\"text\""), "The result is text."},
      {python("[3, 4]"), "The result has 2 values: 3 and 4."},
      {python("[]"), "The result is an empty list."},
      {python(R"({"mean": 3, "std_dev": 1.5})"), "The results are: mean 3, standard deviation of dev "
                                                 "1.50."},
      {python(R"({"a": {"b": 1}})"), "The results are: a b 1."},
      {python("null"), "The code ran and gave no value."},
      {figure, "Here is the figure."},
  };
  for (const Case& c : cases) {
    const Told told = Tell({c.run}, "");
    EXPECT_EQ(told.text, c.text);
    EXPECT_TRUE(told.generated);
    EXPECT_EQ(told.about, std::optional<std::size_t>(0));
  }
}

TEST(Narrator, NumbersOfPythonLinkToItsValue) {
  wire::Run run;
  run.run_id = "run_9";
  run.value = base::ParseJson(R"({"mean": 3, "n": 40})").value();
  const Told told = Tell({run}, "The mean is {{r1.mean}} of {{r1.rows[0].n}}.");
  EXPECT_EQ(told.text, "The mean is 3 of 40.");
  ASSERT_EQ(told.numbers.size(), 2u);
  EXPECT_EQ(told.numbers[1].column, "value");
  EXPECT_EQ(told.numbers[1].row, 0u);
}

TEST(Narrator, TellsOfTheRunThatTheTextUses) {
  wire::Run other = ByCountry();
  other.run_id = "run_1";
  const std::vector<wire::Run> runs = {other, Failed(), ByCountry()};
  EXPECT_EQ(Tell(runs, "{{r1.rows[0].country}} leads.").about, std::optional<std::size_t>(0));
  EXPECT_EQ(Tell(runs, "{{r3.rows[0].country}} leads.").about, std::optional<std::size_t>(2));
  EXPECT_EQ(Tell(runs, "").about, std::optional<std::size_t>(2));
  EXPECT_TRUE(Tell(runs, "{{r2.rows[0].country}} leads.").generated);
}

TEST(Narrator, WithoutARunNoNumberIsSaid) {
  const wire::DatasetSchema shop = Shop();
  const std::vector<wire::Run> none;
  const auto tell = [&](const char* draft, const char* question = "What is in it?") {
    return Narrate(Tells(shop, none, draft, question), {}, nullptr, {});
  };
  EXPECT_EQ(tell("It has orders and their items.")->text, "It has orders and their items.");
  EXPECT_FALSE(tell("It has orders.")->about.has_value());
  EXPECT_EQ(tell("There are 6 tables. It is a shop.")->text, "It is a shop.");
  EXPECT_EQ(tell("Nothing is known of 2031.", "Sales in 2031?")->text, "Nothing is known of 2031.");
  for (const char* draft : {"There are 6 tables.", "There are six tables.", "{{r1.rows[0].x}}.", ""})
    EXPECT_EQ(tell(draft).error().code(), base::ErrorCode::not_understood) << draft;
  ScriptedModel model({Says("It is a shop.")});
  EXPECT_EQ(Narrate(Tells(shop, none, "There are 6 tables."), {}, &model, {})->text,
            "It is a shop.");
}

TEST(Narrator, AFailureIsNeverNoData) {
  const wire::DatasetSchema shop = Shop();
  const std::vector<wire::Run> failed = {Failed()};
  for (const char* draft : {"There is no data for that.", "No rows match.", "There are no orders."})
    EXPECT_TRUE(Narrate(Tells(shop, failed, draft), {}, nullptr, {}).has_error()) << draft;
  EXPECT_EQ(Narrate(Tells(shop, failed, "The query did not work."), {}, nullptr, {})->text,
            "The query did not work.");
}

TEST(Narrator, FaultsOfATextAlone) {
  const wire::DatasetSchema shop = Shop();
  EXPECT_TRUE(NumberFaults("It computes the mean.", "mean", shop).empty());
  EXPECT_TRUE(NumberFaults("It takes the last 30 days.", "last 30 days", shop).empty());
  EXPECT_EQ(NumberFaults("It takes 31 days and doubles them.", "last 30 days", shop).size(), 2u);
}

/// Whatever a plain sentence is made of, its digits are cells, filters and names.
TEST(Narrator, PlainSentencesSurviveAwkwardNames) {
  for (const std::string name :
       {"{{r1.rows[0].x}}", "a}}b", "x\"] }}", "42", "r1", "total|money:EUR", "a.b.c", " ", "(", "]"}) {
    for (const std::size_t rows : {0, 1, 2, 3}) {
      std::vector<std::vector<Value>> cells;
      for (std::size_t i = 0; i < rows; ++i)
        cells.push_back({Value("g" + std::string(i, 'g')), Value(static_cast<double>((i * 7) % 3))});
      const Told told = Tell({Ran("select", {Text(name), Number(name + "n")}, cells)}, "");
      EXPECT_NE(told.text, "The result is shown below.") << name << rows;
    }
  }
}

}  // namespace
}  // namespace tabletalk::analyst
