// Runs, results and errors, with the interpreter in the test's own process. The confinement is
// tested where it is made (confine, sandbox, tests/security); what Python code gives and says does
// not hang on it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "python/check.h"
#include "python/encode.h"
#include "python/run.h"
#include "python/testing/embedded_interpreter.h"
#include "wire/result_digest.h"

namespace tabletalk::python {
namespace {

namespace json = base::json;

base::Result<PythonReply> RunCode(const std::string& code, wire::RunPythonRequest request = {}) {
  request.code = code;
  return RunPython(testing::TheInterpreter(), request);
}

std::string ResultOf(const std::string& code) {
  const auto reply = RunCode(code);
  if (reply.has_error())
    return "[" + std::string(base::Name(reply.error().code())) + "] " +
           reply.error().public_message();
  return base::ToJsonText(reply->ran.result);
}

struct Case {
  const char* code;
  const char* expected;
};

TEST(PythonResult, PlainValues) {
  for (const Case& c : std::initializer_list<Case>{
           {"result = None", "null"},
           {"result = True", "true"},
           {"result = 42", "42"},
           {"result = 2**63", R"("9223372036854775808")"},
           {"result = -2**63", "-9223372036854775808"},
           {"result = 10**5000", R"("<int>")"},
           {"result = 2.5", "2.5"},
           {"result = 3.0", "3.0"},
           {"result = float('nan')", R"("NaN")"},
           {"result = [float('inf'), -float('inf')]", R"(["Infinity","-Infinity"])"},
           {"result = 'a\\nb'", R"("a\nb")"},
           {"result = 'a\\x00b'", R"("a\u0000b")"},
           {"result = 'a\\ud800b'", R"("a?b")"},
           {"result = (1, [2, {'x': None}])", R"([1,[2,{"x":null}]])"},
           {"result = {3, 1, 2}", "[1,2,3]"},
           {"result = {1: 'a', '1': 'b', (1, 2): 'c', None: 'd', 2.0: 'e', True: 'f'}",
            R"({"1":"f","1_2":"b","1 / 2":"c","":"d","2":"e"})"},
           {"import collections\nresult = collections.Counter('aab')", R"({"a":2,"b":1})"},
           {"import collections\nP = collections.namedtuple('P', 'x y')\nresult = P(1, 2)",
            "[1,2]"},
           {"result = {'k': 1}.keys()", R"(["k"])"},
           {"result = range(3)", "[0,1,2]"},
           {"result = np.int64(7)", "7"},
           {"result = np.float32(0.1)", "0.1"},
           {"result = np.bool_(True)", "true"},
           {"result = np.str_('x')", R"("x")"},
           {"result = 1 + 2j", R"("1+2j")"},
           {"result = b'a\\xff'", R"("a\\xff")"},
           {"from decimal import Decimal\nresult = Decimal('1.10')", "1.1"},
           {"from decimal import Decimal\nresult = Decimal('12345678901234567.10')",
            R"("12345678901234567.10")"},
           {"from decimal import Decimal\nresult = Decimal('NaN')", R"("NaN")"},
           {"from fractions import Fraction\nresult = Fraction(1, 3)", R"("1/3")"},
           {"result = datetime.date(2026, 1, 31)", R"("2026-01-31")"},
           {"result = datetime.datetime(2026, 1, 31, 23, 59, 59)", R"("2026-01-31T23:59:59")"},
           {"result = pd.Timestamp('2026-01-31 12:00', tz='Europe/Berlin')",
            R"("2026-01-31T12:00:00+01:00")"},
           {"result = pd.NaT", "null"},
           {"result = pd.NA", "null"},
           {"result = pd.Timedelta('3 days 04:05:06.5')", R"("3 days 04:05:06.5")"},
           {"result = datetime.timedelta(seconds=-90)", R"("-00:01:30")"},
           {"result = pd.Interval(0, 10)", R"("(0, 10]")"},
           {"result = pd.Period('2026-01', 'M')", R"("2026-01")"},
           {"result = np.datetime64('2026-01-31')", R"("2026-01-31")"},
           {"result = print", R"("<builtin_function_or_method>")"},
           {"result = (x for x in [1])", R"("<generator>")"},
           {"result = df.groupby('city')", R"("<DataFrameGroupBy>")"},
       })
    EXPECT_EQ(ResultOf(c.code), c.expected) << c.code;
}

TEST(PythonResult, Tables) {
  for (
      const Case& c : std::initializer_list<Case>{
          {"result = df.groupby('city')['amount'].sum()",
           R"({"type":"series","data":{"Bonn":6.5,"Köln":2.0},"length":2,"truncated":false})"},
          {"result = df.groupby('city', as_index=False)['amount'].sum()",
           R"({"type":"dataframe","data":[{"city":"Bonn","amount":6.5},{"city":"Köln","amount":2.0}],"shape":[2,2],"truncated":false,"total_rows":2})"},
          {"result = df.groupby('city')[['amount']].sum()",
           R"({"type":"dataframe","data":[{"city":"Bonn","amount":6.5},{"city":"Köln","amount":2.0}],"shape":[2,1],"truncated":false,"total_rows":2})"},
          // Row numbers of the table are no answer.
          {"result = df.sort_values('amount').head(1)[['city', 'amount']]",
           R"({"type":"dataframe","data":[{"city":"Bonn","amount":1.5}],"shape":[1,2],"truncated":false,"total_rows":1})"},
          {"result = pd.DataFrame({'a': [1]}, index=[2020])",
           R"({"type":"dataframe","data":[{"index":2020,"a":1}],"shape":[1,1],"truncated":false,"total_rows":1})"},
          {"result = pd.DataFrame()",
           R"({"type":"dataframe","data":[],"shape":[0,0],"truncated":false,"total_rows":0})"},
          {"result = pd.DataFrame([[1, 2]], columns=['x', 'x'])",
           R"({"type":"dataframe","data":[{"x":1,"x_2":2}],"shape":[1,2],"truncated":false,"total_rows":1})"},
          {"result = pd.DataFrame([[1, 2]], columns=[2020, ('a', 'b')])",
           R"({"type":"dataframe","data":[{"2020":1,"a / b":2}],"shape":[1,2],"truncated":false,"total_rows":1})"},
          {"result = pd.DataFrame({('a', 'x'): [1], ('a', ''): [2]})",
           R"({"type":"dataframe","data":[{"a / x":1,"a":2}],"shape":[1,2],"truncated":false,"total_rows":1})"},
          {"result = pd.DataFrame({'v': [1, 2]}, index=pd.MultiIndex.from_tuples([('a', 1), ('b', "
           "2)], names=['k', None]))",
           R"({"type":"dataframe","data":[{"k":"a","level_1":1,"v":1},{"k":"b","level_1":2,"v":2}],"shape":[2,1],"truncated":false,"total_rows":2})"},
          {"result = pd.Series([1.5, None, float('inf')])",
           R"({"type":"series","data":{"0":1.5,"1":null,"2":"Infinity"},"length":3,"truncated":false})"},
          {"result = pd.Series([1, 2], index=['a', 'a'])",
           R"({"type":"series","data":[["a",1],["a",2]],"length":2,"truncated":false})"},
          {"result = pd.cut(pd.Series([1, 5]), [0, 2, 6])",
           R"({"type":"series","data":{"0":"(0, 2]","1":"(2, 6]"},"length":2,"truncated":false})"},
          {"result = pd.Series(pd.Categorical(['x', None, 'y']))",
           R"({"type":"series","data":{"0":"x","1":null,"2":"y"},"length":3,"truncated":false})"},
          {"result = pd.Series([1, None], dtype='Int64')",
           R"({"type":"series","data":{"0":1,"1":null},"length":2,"truncated":false})"},
          {"result = pd.Series([True, None], dtype='boolean')",
           R"({"type":"series","data":{"0":true,"1":null},"length":2,"truncated":false})"},
          {"result = pd.Series(['a', None], dtype='string')",
           R"({"type":"series","data":{"0":"a","1":null},"length":2,"truncated":false})"},
          {"result = pd.Series(['a', None], dtype='string[pyarrow]')",
           R"({"type":"series","data":{"0":"a","1":null},"length":2,"truncated":false})"},
          {"result = pd.Series([1, 'x', None, 2.5, [1, {'a': 2}], (3,), {4}, object])",
           R"({"type":"series","data":{"0":1,"1":"x","2":null,"3":2.5,"4":"[1,{\"a\":2}]","5":"[3]","6":"[4]","7":"<type>"},"length":8,"truncated":false})"},
          {"result = pd.Series([2**70, 1])",
           R"({"type":"series","data":{"0":"1180591620717411303424","1":1},"length":2,"truncated":false})"},
          {"result = pd.Series([2**64 - 1], dtype='uint64')",
           R"({"type":"series","data":{"0":"18446744073709551615"},"length":1,"truncated":false})"},
          {"result = pd.Series(pd.to_datetime(['2026-01-31 23:59:59.5', None]))",
           R"({"type":"series","data":{"0":"2026-01-31 23:59:59.5","1":null},"length":2,"truncated":false})"},
          {"result = pd.Series(pd.to_datetime(['2026-01-31 "
           "12:00'])).dt.tz_localize('Europe/Berlin')",
           R"({"type":"series","data":{"0":"2026-01-31 11:00:00+00"},"length":1,"truncated":false})"},
          {"result = pd.Series(pd.to_timedelta(['1 days 02:00:00']))",
           R"({"type":"series","data":{"0":"1 day 02:00:00"},"length":1,"truncated":false})"},
          {"result = pd.Series(pd.period_range('2026-01', periods=2, freq='M'))",
           R"({"type":"series","data":{"0":"2026-01","1":"2026-02"},"length":2,"truncated":false})"},
          {"result = df['day'].dt.to_period('M').value_counts()",
           R"({"type":"series","data":{"2026-01":2,"2026-02":1},"length":2,"truncated":false})"},
          {"result = np.array([[1, 2], [3, 4]])",
           R"({"type":"array","data":[[1,2],[3,4]],"shape":[2,2],"truncated":false})"},
          {"result = np.array([1.5, np.nan])",
           R"({"type":"array","data":[1.5,"NaN"],"shape":[2],"truncated":false})"},
          {"result = df['city'].unique()",
           R"({"type":"array","data":["Bonn","Köln"],"shape":[2],"truncated":false})"},
          {"result = df.columns.tolist()", R"(["city","amount","count","day","price"])"},
          {"result = df.columns",
           R"({"type":"array","data":["city","amount","count","day","price"],"shape":[5],"truncated":false})"},
          {"result = np.array(5)", "5"},
          {"result = np.zeros((0, 3))",
           R"({"type":"array","data":[],"shape":[0,3],"truncated":false})"},
          {"result = {'total': df['amount'].sum(), 'rows': df[['city']].head(1)}",
           R"({"total":8.5,"rows":{"type":"dataframe","data":[{"city":"Bonn"}],"shape":[1,1],"truncated":false,"total_rows":1}})"},
          {"result = df[['price']].head(2)",
           R"({"type":"dataframe","data":[{"price":1.1},{"price":2.25}],"shape":[2,1],"truncated":false,"total_rows":2})"},
          {"result = df.iloc[0][['city', 'count']]",
           R"({"type":"series","data":{"city":"Bonn","count":1.0},"length":2,"truncated":false})"},
      })
    EXPECT_EQ(ResultOf(c.code), c.expected) << c.code;
}

TEST(PythonResult, HostileObjectsAreNamedAndNotAsked) {
  const std::string liar =
      "class Liar:\n"
      "  __class__ = dict\n"
      "  def __getattribute__(self, name): raise ValueError(name)\n"
      "  def __repr__(self): raise SystemExit\n"
      "  __str__ = __len__ = __iter__ = __reduce__ = __eq__ = __repr__\n"
      "  __hash__ = __repr__\n";
  const std::string meta =
      "class Meta(type):\n"
      "  def __eq__(self, other): raise SystemExit\n"
      "  def __hash__(self): raise SystemExit\n"
      "  def __getattribute__(self, name): raise SystemExit\n"
      "class Odd(metaclass=Meta): pass\n";
  for (const auto& [code, expected] : std::initializer_list<std::pair<std::string, std::string>>{
           {liar + "result = Liar()", R"("<Liar>")"},
           {liar + "result = [Liar()]", R"(["<Liar>"])"},
           {liar + "result = pd.Series([0, 1], dtype=object)\nresult.array[0] = Liar()",
            R"({"type":"series","data":{"0":"<Liar>","1":1},"length":2,"truncated":false})"},
           {meta + "result = Odd()", R"("<Odd>")"},
           {meta + "result = [Odd]", R"(["<Meta>"])"},
           {meta + "result = pd.Series([Odd()])",
            R"({"type":"series","data":{"0":"<Odd>"},"length":1,"truncated":false})"},
           {"class D(dict):\n  def items(self): raise SystemExit\n  __iter__ = keys = items\n"
            "result = D(a=1)",
            R"({"a":1})"},
           {"class L(list):\n  def __iter__(self): raise SystemExit\n  __len__ = __iter__\nresult "
            "= "
            "L([1])",
            "[1]"},
           {"class S(str):\n  def __str__(self): raise SystemExit\n  encode = __str__\nresult = "
            "S('x')",
            R"("x")"},
           {"class F(pd.DataFrame): pass\nresult = F({'a': [1]})", R"("<F>")"},
           {"result = []\nresult.append(result)",
            "[result_limit] The result contains itself; leave plain values in it."},
           {"a = {}\nresult = pd.Series([a])\na['x'] = [a]",
            "[result_limit] The result contains itself; leave plain values in it."},
           {"result = []\nfor i in range(100): result = [result]",
            "[result_limit] The result is nested more than 32 deep."},
           {"result = [0]\nfor i in range(31): result = [result, result]",
            "[result_limit] The result is larger than 64.0 MiB; aggregate it or keep fewer rows or "
            "columns."},
           {"result = range(10**12)",
            "[result_limit] The result is larger than 64.0 MiB; aggregate it or keep fewer rows or "
            "columns."},
       })
    EXPECT_EQ(ResultOf(code), expected) << code;
}

TEST(PythonRun, Errors) {
  for (const Case& c : std::initializer_list<Case>{
           {"x = 1\n\nresult = 1 / 0",
            "[execution_failed] ZeroDivisionError: division by zero (line 3)"},
           {"x = (", "[execution_failed] SyntaxError: '(' was never closed (line 1)"},
           {"x = 1", "[execution_failed] The code must assign its answer to `result`."},
           {"result = df['amout']",
            "[execution_failed] KeyError: 'amout' (line 1); did you mean 'amount'?"},
           {"result = df['zzzz']",
            "[execution_failed] KeyError: 'zzzz' (line 1); the columns are: city, amount, count, "
            "day, price"},
           {"result = {}['amout']", "[execution_failed] KeyError: 'amout' (line 1)"},
           {"def f():\n  raise ValueError('no')\nresult = f()",
            "[execution_failed] ValueError: no (line 2)"},
           {"raise SystemExit(0)",
            "[execution_failed] SystemExit: the code ended itself; assign the result instead (line "
            "1)"},
           {"raise KeyboardInterrupt", "[execution_failed] KeyboardInterrupt (line 1)"},
           {"raise GeneratorExit", "[execution_failed] GeneratorExit (line 1)"},
           {"class E(Exception):\n  def __str__(self): raise SystemExit\nraise E()",
            "[execution_failed] E (line 3)"},
           {"class E(Exception):\n  __class__ = MemoryError\nraise E('x')",
            "[execution_failed] E: x (line 3)"},
           {"def f(): f()\nf()",
            "[execution_failed] RecursionError: maximum recursion depth exceeded (line 1)"},
           {"result = np.zeros((1 << 40, 1 << 10))",
            "[memory_limit] The code needed more memory than it may have (line 1)."},
           {"raise MemoryError",
            "[memory_limit] The code needed more memory than it may have (line 1)."},
           {"raise OSError(28, 'No space left on device')",
            "[disk_limit] The code wrote more than its temporary space holds (line 1)."},
           {"raise OSError(24, 'Too many open files')",
            "[open_files_limit] The code opened more files than it may have open (line 1)."},
           {"raise RuntimeError(\"can't start new thread\")",
            "[process_limit] The code wanted more threads than it may have (line 1)."},
           {"raise BlockingIOError(11, 'x')",
            "[process_limit] The code wanted more processes than it may have (line 1)."},
           {"import sys\nsys.settrace(lambda *a: 1 / 0)\nresult = 1", "1"},
           {"import sys\nsys.setrecursionlimit(60)\nresult = df[['city']].head(0)",
            R"({"type":"dataframe","data":[],"shape":[0,1],"truncated":false,"total_rows":0})"},
           {"result = __name__", R"("__main__")"},
           {"# coding: latin-1\nresult = 'é'", R"("é")"},
       })
    EXPECT_EQ(ResultOf(c.code), c.expected) << c.code;
}

TEST(PythonRun, Calculate) {
  struct CalculateCase {
    const char* code;
    const char* input;
    const char* expected;
  };
  for (const CalculateCase& c : std::initializer_list<CalculateCase>{
           {"def calculate(input):\n  return input['a'] + 1", R"({"a": 2})", "3"},
           {"def calculate(input):\n  return {k: v for k, v in input.items()}",
            R"({"a": [1, 2.5, null, true, "x", {"b": []}]})",
            R"({"a":[1,2.5,null,true,"x",{"b":[]}]})"},
           {"def calculate(input):\n  return 'df' in globals() or 'pd' in globals()", "{}",
            "false"},
           {"import numpy as np\ndef calculate(input):\n  return np.mean(input['v'])",
            R"({"v": [1, 2]})", "1.5"},
           {"calculate = 5", "{}", "[execution_failed] The code must define calculate(input)."},
           {"result = 1", "{}", "[execution_failed] The code must define calculate(input)."},
           {"def calculate(input):\n  return input['b']", R"({"a": 1})",
            "[execution_failed] KeyError: 'b' (line 2)"},
           {"def calculate():\n  return 1", "{}",
            "[execution_failed] TypeError: calculate() takes 0 positional arguments but 1 was "
            "given"},
       }) {
    wire::RunPythonRequest request;
    request.contract = wire::PythonContract::calculate;
    request.input = *base::ParseJson(c.input);
    const auto reply = RunCode(c.code, request);
    const std::string got = reply.has_error()
                                ? "[" + std::string(base::Name(reply.error().code())) + "] " +
                                      reply.error().public_message()
                                : base::ToJsonText(reply->ran.result);
    EXPECT_EQ(got, c.expected) << c.code;
  }
}

TEST(PythonRun, CutsWhatIsLongAndCountsTheWhole) {
  wire::RunPythonRequest request;
  request.max_rows = 2;
  request.max_text_chars = 3;
  for (
      const Case& c : std::initializer_list<Case>{
          {"result = pd.DataFrame({'a': ['x', 'äöüß', 'z']})",
           R"({"type":"dataframe","data":[{"a":"x"},{"a":"äöü … [cut: 4 characters]"}],"shape":[3,1],"truncated":true,"total_rows":3})"},
          {"result = [1, 2, 3]", R"({"type":"list","data":[1,2],"length":3,"truncated":true})"},
          {"result = {'a': 1, 'b': 2, 'c': 3}",
           R"({"type":"dict","data":{"a":1,"b":2},"length":3,"truncated":true})"},
          {"result = np.arange(5)",
           R"({"type":"array","data":[0,1],"shape":[5],"truncated":true})"},
          {"result = pd.Series([1, 2, 3])",
           R"({"type":"series","data":{"0":1,"1":2},"length":3,"truncated":true})"},
      }) {
    const auto reply = RunCode(c.code, request);
    ASSERT_TRUE(reply.has_value()) << c.code;
    EXPECT_EQ(base::ToJsonText(reply->ran.result), c.expected) << c.code;
  }
}

TEST(PythonRun, TheDigestIsOfTheWholeAndThatOfTheSameTableInSql) {
  wire::RunPythonRequest request;
  request.max_rows = 1;
  const auto digest = [&](const char* code) { return RunCode(code, request)->ran.digest; };
  EXPECT_NE(digest("result = [1, 2]"), digest("result = [1, 3]"));
  EXPECT_EQ(digest("result = [1, 2]"), digest("result = (1, 2.0)"));
  EXPECT_NE(digest("result = pd.DataFrame({'a': [1, 2]})"),
            digest("result = pd.DataFrame({'a': [1, 3]})"));
  // What runner_test gets for: SELECT * FROM (VALUES (1), (NULL)) t(x) ORDER BY ..., as BIGINT.
  wire::Column column{"x", wire::ColumnType::integer, "BIGINT"};
  wire::ResultDigest expected({column}, true);
  expected.AddRow("1:1");
  expected.AddRow("~");
  EXPECT_EQ(digest("result = pd.DataFrame({'x': pd.array([1, None], dtype='Int64')})"),
            expected.Finish());
}

TEST(PythonRun, TablesHaveTypes) {
  const auto reply = RunCode("result = df");
  ASSERT_TRUE(reply.has_value());
  ASSERT_TRUE(reply->ran.table.has_value());
  std::string types;
  for (const wire::Column& column : reply->ran.table->columns)
    types += column.name + ":" + std::string(base::EnumName(column.type)) + ":" +
             column.database_type + " ";
  EXPECT_EQ(types,
            "city:text:VARCHAR amount:number:DOUBLE count:number:DOUBLE day:timestamp:TIMESTAMP "
            "price:number:DECIMAL(38,2) ");
}

TEST(PythonFrames, OddTypes) {
  // Read by the same function, from a file made here.
  const std::string make =
      "import datetime, os, pyarrow as pa, pyarrow.parquet as pq\n"
      "t = pa.table({'flag': pa.array([True, None]), 'wide': pa.array([2**60 + 1, None]),\n"
      "  'old': pa.array([datetime.date(1, 1, 1), None]),\n"
      "  'far': pa.array([datetime.datetime(9999, 1, 1, 12), None])})\n"
      "pq.write_table(t, '/tmp/tabletalk_odd_types')\n"
      "fd = os.open('/tmp/tabletalk_odd_types', os.O_RDONLY)\n"
      "os.unlink('/tmp/tabletalk_odd_types')\n"
      "frame = load_frame(fd)\n"
      "os.close(fd)\n";
  const Ref scope = Ref::Steal(PyDict_New());
  PyDict_SetItemString(scope.get(), "__builtins__", PyEval_GetBuiltins());
  PyDict_SetItemString(scope.get(), "load_frame",
                       testing::TheInterpreter().Function("frames", "load_frame"));
  ASSERT_TRUE(Ref::Steal(PyRun_String(make.c_str(), Py_file_input, scope.get(), scope.get())))
      << TakeError();
  Encoder encoder(testing::TheInterpreter(), {});
  const auto encoded = encoder.Encode(PyDict_GetItemString(scope.get(), "frame"), false);
  ASSERT_TRUE(encoded.has_value());
  EXPECT_EQ(base::ToJsonText(encoded->result.at("data")),
            R"([{"flag":true,"wide":1152921504606846977,"old":"0001-01-01 00:00:00",)"
            R"("far":"9999-01-01 12:00:00"},{"flag":null,"wide":null,"old":null,"far":null}])");
}

TEST(PythonRun, Figures) {
  auto reply = RunCode("plt.plot([1, 2])\nplt.figure()\nresult = 1");
  ASSERT_TRUE(reply.has_value()) << reply.error().public_message();
  EXPECT_EQ(reply->attachment.substr(1, 3), "PNG");
  EXPECT_EQ(reply->ran.figure_bytes, reply->attachment.size());
  reply = RunCode("df.plot(x='city', y='amount')");
  ASSERT_TRUE(reply.has_value()) << reply.error().public_message();
  EXPECT_TRUE(reply->ran.result.is_null());
  EXPECT_GT(reply->ran.figure_bytes, 0);
  EXPECT_EQ(RunCode("result = 1")->ran.figure_bytes, 0);
  EXPECT_EQ(ResultOf("plt.title('$\\\\nosuchsymbol$')").substr(0, 30),
            "[execution_failed] ValueError:");
  reply = RunCode("plt.figure(figsize=(5000, 10))\nresult = 1");
  ASSERT_TRUE(reply.has_value()) << reply.error().public_message();
  const auto width = reply->attachment.substr(16, 4);
  EXPECT_EQ(width, std::string("\0\0\x0f\xa0", 4));  // 4000
}

TEST(PythonRun, Exports) {
  wire::RunPythonRequest request;
  request.max_rows = 1;
  request.export_format = wire::ExportFormat::csv;
  auto reply = RunCode("result = df[['city', 'amount', 'day', 'price']]", request);
  ASSERT_TRUE(reply.has_value()) << reply.error().public_message();
  EXPECT_EQ(reply->attachment,
            "city,amount,day,price\nBonn,1.5,2026-01-01 00:00:00,1.10\n"
            "Köln,2,2026-01-02 00:00:00,2.25\nBonn,5,2026-02-03 00:00:00,\n");
  request.export_format = wire::ExportFormat::parquet;
  reply = RunCode(
      "plt.plot([1])\nresult = df.assign(x=[1, 'a', None], c=df['city'].astype('category'))",
      request);
  ASSERT_TRUE(reply.has_value()) << reply.error().public_message();
  EXPECT_EQ(reply->attachment.size(), reply->ran.figure_bytes + reply->ran.export_bytes);
  EXPECT_EQ(reply->attachment.substr(reply->ran.figure_bytes, 4), "PAR1");
}

TEST(PythonRun, RandomNumbersRepeat) {
  wire::RunPythonRequest request;
  request.seed = 7;
  const char* code =
      "import random\nresult = [random.random(), np.random.rand(), "
      "np.random.default_rng().random()]";
  const auto first = RunCode(code, request), second = RunCode(code, request);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(base::ToJsonText(first->ran.result), base::ToJsonText(second->ran.result));
  request.seed = 8;
  EXPECT_NE(base::ToJsonText(first->ran.result),
            base::ToJsonText(RunCode(code, request)->ran.result));
}

TEST(PythonPolicy, IsThere) {
  const auto good = CheckPython(testing::TheInterpreter(), {.code = "result = df['a'].sum()"});
  ASSERT_TRUE(good.has_value()) << good.error().internal_detail().text;
  EXPECT_TRUE(good->verdict.is_valid);
  EXPECT_FALSE(good->allowed_imports.empty());
  const auto bad = CheckPython(testing::TheInterpreter(), {.code = "import os\nresult = 1"});
  ASSERT_TRUE(bad.has_value());
  EXPECT_FALSE(bad->verdict.is_valid);
  EXPECT_EQ(bad->verdict.issues.at(0).line, 1);
}

}  // namespace
}  // namespace tabletalk::python
