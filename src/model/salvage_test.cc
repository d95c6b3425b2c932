#include "model/salvage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace tabletalk::model {
namespace {

namespace json = base::json;

json::object Object(std::string_view text) { return base::ParseJson(text).value().get_object(); }

std::vector<Tool> Tools() {
  return {
      {"run_sql", "",
       Object(R"({"type":"object","properties":{"sql":{"type":"string"}},"required":["sql"]})")},
      {"list_datasets", "", Object(R"({"type":"object","properties":{}})")},
      {"draw_chart", "",
       Object(R"({"type":"object","properties":{"kind":{"type":"string"},"x":{"type":"string"},
                  "stacked":{"type":"boolean"}},"required":["kind"]})")},
      {"run_query_plan", "",
       Object(R"({"type":"object","properties":{"plan":{"$ref":"#/$defs/Plan"}},"required":["plan"],
                  "$defs":{"Plan":{"type":"object","properties":{"from":{"type":"string"},
                  "select":{"type":"array"},"limit":{"type":"integer"}},"required":["from","select"]}}})")},
  };
}

struct Case {
  std::string text;
  std::string found;  ///< The objects, or "name(arguments)" of each call, a blank between.
};

TEST(FindJsonObjects, MendsWhatHasOneMeaning) {
  const std::vector<Case> cases = {
      {R"({"a": 1})", R"({"a":1})"},
      {R"(Sure! Here it is: {"a": 1}. Anything else?)", R"({"a":1})"},
      {"```json\n{\"a\": [1, 2, 3]}\n```", R"({"a":[1,2,3]})"},
      {R"({"a": 1} and {"b": 2})", R"({"a":1} {"b":2})"},
      {R"({"a": {"b": {}}})", R"({"a":{"b":{}}})"},
      {R"({"a": 1,})", R"({"a":1})"},
      {R"({"a": [1, 2,], })", R"({"a":[1,2]})"},
      {R"({'a': 'x', 'b': 2})", R"({"a":"x","b":2})"},
      {R"({'a': 'it's fine'})", R"({"a":"it's fine"})"},
      {R"({'a': 'it\'s fine'})", R"({"a":"it's fine"})"},
      {R"({"a": True, "b": False, "c": None})", R"({"a":true,"b":false,"c":null})"},
      {"{\"a\": 1, // the first\n \"b\": /* and */ 2}", R"({"a":1,"b":2})"},
      {R"({a: 1, b_c: "x"})", R"({"a":1,"b_c":"x"})"},
      {"{\"sql\": \"SELECT 1\nFROM t\"}", R"({"sql":"SELECT 1\nFROM t"})"},
      {"{\"sql\": \"\"\"SELECT \"a\"\nFROM t\"\"\"}", R"({"sql":"SELECT \"a\"\nFROM t"})"},
      {R"({"sql": "SELECT "Region" FROM t"})", R"({"sql":"SELECT \"Region\" FROM t"})"},
      {R"({"re": "\d+\_x"})", R"({"re":"\\d+_x"})"},
      {R"({"a": "gr\u00f6\u00dfer \ud83d\ude00"})", "{\"a\":\"größer 😀\"}"},
      {R"({"a": 1, "b": {"c": [1, 2)", R"({"a":1,"b":{"c":[1]}})"},
      {R"({"a": 1, "b": {"c": 2})", R"({"a":1,"b":{"c":2}})"},
      {R"({"a": "x", "sql": "SELECT * FROM ord)", R"({"a":"x"})"},
      {"```json\n{\"a\": {\"b\": 1}\n```", R"({"a":{"b":1}})"},
      {R"({"a": -1.5e3, "b": 12345678901})", R"({"a":-1500.0,"b":12345678901})"},
      {R"({{not}} {"a": 1})", R"({"a":1})"},
      {"{\"a\": 1}\r\n\r\n", R"({"a":1})"},
      {"<think>maybe {\"x\": 1}?</think>{\"a\": 2}", R"({"x":1} {"a":2})"},
  };
  for (const auto& [text, found] : cases) {
    std::string all;
    for (const auto& object : FindJsonObjects(text))
      all += (all.empty() ? "" : " ") + base::ToJsonText(object);
    EXPECT_EQ(all, found) << text;
  }
}

TEST(FindJsonObjects, LeavesTheRestAlone) {
  for (const char* text : {"",
                           "no object here",
                           "{",
                           "{{",
                           "a { b } c",
                           "{not json}",
                           "{\"a\"}",
                           "{\"a\": }",
                           "{\"a\": 1 2}",
                           "{\"a\": nope}",
                           "The total is {{r1.rows[0].total|money:EUR}}.",
                           "[1, 2, 3]",
                           "{\"a\": \"x\" \"b\": \"y\"}",
                           "{\"a\": NaN}",
                           "f(x) { return 1; }",
                           "{1: 2",
                           "SELECT {a}",
                           "{'",
                           "{\"",
                           "```\n{\n```"}) {
    EXPECT_TRUE(FindJsonObjects(text).empty())
        << text << " gave " << base::ToJsonText(FindJsonObjects(text).front());
  }
}

TEST(FindJsonObjects, StaysBounded) {
  const std::vector<std::string> hostile = {
      std::string(200'000, '{'),
      std::string(200'000, '['),
      [] {
        std::string s;
        for (int i = 0; i < 50'000; ++i) s += "{\"a\":";
        return s;
      }(),
      [] {
        std::string s;
        for (int i = 0; i < 50'000; ++i) s += "{'";
        return s;
      }(),
      [] {
        std::string s;
        for (int i = 0; i < 50'000; ++i) s += "{\"a\": \"\" ";
        return s;
      }(),
      "{\"a\": \"" + std::string(200'000, '"'),
      "{\"a\"" + std::string(200'000, ' '),
      [] {
        std::string s = "{";
        for (int i = 0; i < 50'000; ++i) s += "/* */ {a";
        return s;
      }(),
      [] {
        std::string s;
        for (int i = 0; i < 50'000; ++i) s += "{a:\"\"\"";
        return s;
      }(),
  };
  for (const auto& text : hostile) {
    const auto start = std::chrono::steady_clock::now();
    FindJsonObjects(text);
    FindToolCalls(text, Tools(), "run_query_plan");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3))
        << text.substr(0, 40);
  }
}

std::string Calls(std::string_view text, std::string_view only = {}) {
  std::string all;
  for (const auto& call : FindToolCalls(text, Tools(), only))
    all += (all.empty() ? "" : " ") + call.name + "(" + call.arguments + ")";
  return all;
}

TEST(FindToolCalls, KnowsHowModelsWriteThem) {
  const std::string one = R"(run_sql({"sql":"SELECT 1"}))";
  const std::vector<Case> cases = {
      {R"({"tool": "run_sql", "arguments": {"sql": "SELECT 1"}})", one},
      {R"({"name": "run_sql", "arguments": {"sql": "SELECT 1"}})", one},
      {R"({"name": "run_sql", "parameters": {"sql": "SELECT 1"}})", one},
      {R"({"function": "run_sql", "args": {"sql": "SELECT 1"}})", one},
      {R"({"tool_name": "run_sql", "input": {"sql": "SELECT 1"}})", one},
      {R"({"action": "run_sql", "action_input": {"sql": "SELECT 1"}})", one},
      {R"({"type": "function", "name": "run_sql", "parameters": {"sql": "SELECT 1"}})", one},
      {R"({"type": "function", "function": {"name": "run_sql", "arguments": "{\"sql\": \"SELECT 1\"}"}})",
       one},
      {R"({"tool_calls": [{"id": "x", "type": "function", "function": {"name": "run_sql", "arguments": {"sql": "SELECT 1"}}}]})",
       one},
      {R"({"tool": "functions.run_sql", "arguments": {"sql": "SELECT 1"}})", one},
      {R"({"tool": "run_sql", "arguments": "SELECT 1"})", one},
      {R"({"tool": "run_sql", "sql": "SELECT 1"})", one},
      {R"({"thought": "count them", "tool": "run_sql", "sql": "SELECT 1"})", one},
      {R"({"run_sql": {"sql": "SELECT 1"}})", one},
      {R"(I will count the orders now.

```json
{"tool": "run_sql", "arguments": {"sql": "SELECT 1"}}
```
Let me know!)",
       one},
      {R"({'tool': 'run_sql', 'arguments': {'sql': 'SELECT 1'}})", one},
      {R"({"tool": "run_sql", "arguments": {"sql": "SELECT 1"})", one},
      {R"([{"name": "run_sql", "arguments": {"sql": "SELECT 1"}}])", one},
      {"<tool_call>\n{\"name\": \"run_sql\", \"arguments\": {\"sql\": \"SELECT 1\"}}\n</tool_call>",
       one},
      {"<tool_call>{\"name\": \"run_sql\", \"arguments\": {\"sql\": \"SELECT 1\"}}", one},
      {"<tool_call>\n<function=run_sql>\n<parameter=sql>\nSELECT "
       "1\n</parameter>\n</function>\n</tool_call>",
       one},
      {R"(<function=run_sql>{"sql": "SELECT 1"}</function>)", one},
      {R"(<function="run_sql">{"sql": "SELECT 1"}</function>)", one},
      {R"([TOOL_CALLS] [{"name": "run_sql", "arguments": {"sql": "SELECT 1"}}])", one},
      {R"([TOOL_CALLS]run_sql{"sql": "SELECT 1"})", one},
      {R"([TOOL_CALLS]run_sql[ARGS]{"sql": "SELECT 1"})", one},
      {R"(<|python_tag|>{"name": "run_sql", "parameters": {"sql": "SELECT 1"}})", one},
      {"Thought: count\nAction: run_sql\nAction Input: {\"sql\": \"SELECT 1\"}\nObservation: 7",
       one},
      {"Action: run_sql\nAction Input: ```json\n{\"sql\": \"SELECT 1\"}\n```", one},
      {R"({"tool": "list_datasets", "arguments": {}})", "list_datasets({})"},
      {R"({"tool": "list_datasets"})", "list_datasets({})"},
      {R"({"tool": "list_datasets", "arguments": null})", "list_datasets({})"},
      {R"({"tool": "list_datasets", "arguments": ""})", "list_datasets({})"},
      {"<function=list_datasets></function>", "list_datasets({})"},
      {R"({"tool": "draw_chart", "arguments": {"kind": "bar", "stacked": True,}})",
       R"(draw_chart({"kind":"bar","stacked":true}))"},
      {R"({"tool": "draw_chart", "kind": "bar", "x": "month"})",
       R"(draw_chart({"kind":"bar","x":"month"}))"},
      {R"({"tool": "run_sql", "arguments": {"sql": "SELECT 1"}} {"tool": "list_datasets", "arguments": {}})",
       one + " list_datasets({})"},
      {R"({"tool": "run_sql", "arguments": {"sql": "SELECT "Region" FROM t"}})",
       R"(run_sql({"sql":"SELECT \"Region\" FROM t"}))"},
      {"{\"tool\": \"run_sql\", \"arguments\": {\"sql\": \"SELECT a,\n  b\nFROM t\"}}",
       R"(run_sql({"sql":"SELECT a,\n  b\nFROM t"}))"},
      // Half a statement is not run: the tool says what is missing.
      {R"({"tool": "run_sql", "arguments": {"sql": "SELECT * FROM ord)", "run_sql({})"},
      {R"({"tool": "run_query_plan", "arguments": {"plan": {"from": "t", "select": []}}})",
       R"(run_query_plan({"plan":{"from":"t","select":[]}}))"},
  };
  for (const auto& [text, found] : cases) EXPECT_EQ(Calls(text), found) << text;
}

TEST(FindToolCalls, DoesNotMistakeOtherThingsForCalls) {
  for (const char* text :
       {"", "I would use run_sql for that.", R"({"tool": "drop_table", "arguments": {}})",
        R"({"name": "Ada", "parameters": {"age": 36}})", R"({"answer": "run_sql is a tool"})",
        R"({"sql": "SELECT 1"})", R"({"from": "t", "select": []})",
        R"({"tool": "run_sql", "note": "maybe later"})", R"({"tool": 7})",
        R"({"tool": "run_sql", "arguments": [1, 2]})", "<function=rm>{\"a\": 1}</function>",
        "Action: think hard\nAction Input: {\"sql\": \"x\"}", "[TOOL_CALLS]", "<tool_call>",
        "<function=run_sql", "{{r1.rows[0].total}}", "run_sql()",
        R"({"name": "run_sqlx", "arguments": {"sql": "SELECT 1"}})",
        "<function=run_sql><parameter=sql>SELECT * FROM ord"}) {
    EXPECT_EQ(Calls(text), "") << text;
  }
}

TEST(FindToolCalls, TakesABareArgumentOfTheToolThatWasAskedFor) {
  const std::string plan = R"({"from": "t", "select": ["a"]})";
  const std::string call = R"(run_query_plan({"plan":{"from":"t","select":["a"]}}))";
  const std::vector<Case> cases = {
      {plan, call},
      {"Here is the plan:\n```json\n" + plan + "\n```", call},
      {R"({"plan": {"from": "t", "select": ["a"]}})", call},
      {R"({"from": "t"})", ""},
      {R"({"from": "t", "select": [], "other": 1})", ""},
      {"{}", ""},
  };
  for (const auto& [text, found] : cases) EXPECT_EQ(Calls(text, "run_query_plan"), found) << text;
  EXPECT_EQ(Calls(R"({"sql": "SELECT 1"})", "run_sql"), R"(run_sql({"sql":"SELECT 1"}))");
  EXPECT_EQ(Calls(plan, "no_such_tool"), "");
}

TEST(FindCode, TakesTheLongestBlockOfTheLanguage) {
  struct CodeCase {
    std::string text;
    std::string_view language;
    std::string found;
  };
  const std::vector<CodeCase> cases = {
      {"```sql\nSELECT 1\n```", "sql", "SELECT 1"},
      {"Here:\n```SQL\nSELECT 1;\n```\nDone.", "sql", "SELECT 1;"},
      {"```sql\nSELECT 1\n```\nor\n```sql\nSELECT 1 + 1\n```", "sql", "SELECT 1 + 1"},
      {"```json\n{\"a\": 1, \"b\": 2}\n```\n```sql\nSELECT 1\n```", "sql", "SELECT 1"},
      {"```\nSELECT 1\n```", "sql", "SELECT 1"},
      {"```py\nx = 1\n```", "python", "x = 1"},
      {"```python title=\"a\"\n    x = 1\n    y = 2\n```", "python", "    x = 1\n    y = 2"},
      {"```python\nx = 1", "python", "x = 1"},
      {"```jsx\nexport default 1\n```", "tsx", "export default 1"},
      {"SELECT a FROM t", "sql", "SELECT a FROM t"},
      {"\n with x as (select 1) select * from x\n", "sql", "with x as (select 1) select * from x"},
      {"import pandas as pd\nresult = 1", "python", "import pandas as pd\nresult = 1"},
      {"def calculate(input):\n    return 1", "python", "def calculate(input):\n    return 1"},
      {"result = df.groupby('a').size()", "python", "result = df.groupby('a').size()"},
      {"export default function App() { return null }", "tsx",
       "export default function App() { return null }"},
      // No code.
      {"", "sql", ""},
      {"   \n", "sql", ""},
      {"I cannot write that.", "sql", ""},
      {"Selecting the rows is easy.", "sql", ""},
      {"If you like, I can import it.", "python", ""},
      {"For each row, do it.", "python", ""},
      {"```json\n{\"a\": 1}\n```", "sql", ""},
      {"```sql\n\n```", "sql", ""},
      {"```", "sql", ""},
      {"import the file first", "tsx", ""},
  };
  for (const auto& [text, language, found] : cases)
    EXPECT_EQ(FindCode(text, {language}).value_or(""), found) << text;
}

}  // namespace
}  // namespace tabletalk::model
