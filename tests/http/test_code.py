"""Python and SQL that somebody brings along: execute it, check it, run it on a dataset."""

import base64
import concurrent.futures
import time

import pytest

from wire import check_error

PNG = b"\x89PNG\r\n\x1a\n"
EXECUTE = ["/ai/execute", "/calculate/advanced/execute"]
SWITCHED_OFF = "Python execution is switched off on this server (ENABLE_PYTHON_EXECUTION=false)"


def calculate(body):
    """Code whose calculate(input) has this body, one statement a line."""
    return "def calculate(input):\n" + "".join(f"    {line}\n" for line in body.split("\n"))


def execute(server, body, data=None, path="/ai/execute", headers=None):
    return server.post(path, {"python_code": calculate(body), "input_data": data or {}}, headers)


@pytest.mark.parametrize("path", EXECUTE)
def test_execute(server, path):
    response = execute(server, "print('hello')\nreturn {'sum': sum(input['values'])}",
                       {"values": [1, 2, 3.5]}, path, {"X-Trace-Id": "code-1"})
    assert response.status == 200, response.body
    reply = response.json
    assert set(reply) == {"result", "logs", "logs_truncated", "figure", "execution_time_ms",
                          "memory_used_mb", "timed_out", "metadata"}
    assert reply["result"] == {"sum": 6.5} and reply["logs"] == "hello\n"
    assert reply["timed_out"] is False and reply["logs_truncated"] is False
    assert reply["figure"] is None
    assert reply["execution_time_ms"] > 0 and reply["memory_used_mb"] > 0
    assert set(reply["metadata"]) >= {"trace_id", "attempts", "time_ms", "model_ms", "execution_ms",
                                      "memory_mb", "provider", "model", "tokens"}
    assert reply["metadata"]["trace_id"] == "code-1"


def test_results_have_typed_shapes(server):
    table = execute(server, "import pandas as pd\nreturn pd.DataFrame({'a': range(3)})").json
    assert table["result"]["type"] == "dataframe" and table["result"]["total_rows"] == 3
    series = execute(server, "import pandas as pd\nreturn pd.Series([1, 2])").json["result"]
    assert (series["type"], series["length"], series["truncated"]) == ("series", 2, False)
    array = execute(server, "import numpy as np\nreturn np.zeros((2, 3))").json["result"]
    assert (array["type"], array["shape"], array["truncated"]) == ("array", [2, 3], False)
    for value in ["None", "1", "1.5", "'text'", "True", "[1, 'a', None]", "{'a': {'b': []}}"]:
        assert execute(server, f"return {value}").json["result"] == eval(value)


def test_a_figure_comes_as_png(server):
    reply = execute(server, "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nreturn 1").json
    assert base64.b64decode(reply["figure"], validate=True).startswith(PNG)


@pytest.mark.parametrize("path", EXECUTE)
def test_what_the_policy_refuses(server, path):
    code = "import os\n\ndef calculate(input):\n    return eval('1')\n"
    details = check_error(server.post(path, {"python_code": code, "input_data": {}}), 422)
    issues = {issue["rule"]: issue for issue in details["issues"]}
    assert (issues["import_not_allowed"]["line"], issues["import_not_allowed"]["column"]) == (1, 1)
    assert (issues["name_not_allowed"]["line"], issues["name_not_allowed"]["column"]) == (4, 12)


@pytest.mark.parametrize("body, says", [
    ({"input_data": {}}, "python_code is missing"),
    ({"python_code": 1, "input_data": {}}, "python_code must be a string"),
    ({"python_code": "x"}, "input_data is missing"),
    ({"python_code": "x", "input_data": [1]}, "input_data must be an object"),
    ({"python_code": "x", "input_data": "{}"}, "input_data must be an object"),
])
def test_fields_that_are_missing_or_mistyped(server, body, says):
    for path in EXECUTE:
        check_error(server.post(path, body), 400, says)


@pytest.mark.parametrize("code", ["", "   ", "result = 1", "def calculate(input:", "\u0000",
                                  "def calculate(a, b): return 1", "x = 1\n" * 5000])
def test_code_that_is_no_calculation(server, code):
    details = check_error(server.post("/ai/execute", {"python_code": code, "input_data": {}}), 422)
    assert details["issues"] and all(issue["rule"] for issue in details["issues"])


def test_code_that_fails(server):
    response = execute(server, "print('before')\nreturn 1 / 0")
    details = check_error(response, 500, "ZeroDivisionError")
    assert details["code"] == "execution_failed" and details["timed_out"] is False
    assert details["logs"].startswith("before\n")


def test_bodies_that_are_too_large(server):
    check_error(server.post("/ai/execute", {"python_code": "x" * (1 << 20), "input_data": {}}), 413)


def test_the_time_limit_gives_the_logs_so_far(start_server):
    server = start_server(python=True, RUN_TIMEOUT_SECONDS="1").server
    execute(server, "return 1")  # So that what follows measures the limit alone.
    began = time.monotonic()
    details = check_error(execute(server, "print('so far', flush=True)\nwhile True: pass"), 500,
                          "time limit")
    assert time.monotonic() - began < 5
    assert details["timed_out"] is True and details["logs"].startswith("so far\n")
    assert details["code"] in ("timed_out", "cpu_limit")
    assert execute(server, "return 2").json["result"] == 2
    response = server.post("/runs", {"dataset_id": "support",
                                     "python": "print('so far')\nwhile True: pass\nresult = 1"})
    details = check_error(response, 500, "time limit")
    assert (details["timed_out"], details["status"]) == (True, "timed_out")
    assert details["logs"].startswith("so far\n")


def test_the_memory_limit(server):
    details = check_error(execute(server, "x = 'x' * (3 << 30)\nreturn len(x)"), 500, "memory")
    assert details["code"] == "memory_limit"
    assert execute(server, "return 2").json["result"] == 2


def test_the_next_run_is_clean(server):
    execute(server, "import pandas as pd\npd.leftover = 1\nreturn 1")
    assert execute(server, "import math\nreturn math.pi > 3").json["result"] is True


def test_many_at_once(server):
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        results = list(pool.map(
            lambda n: execute(server, "return input['n'] * 2", {"n": n}).json["result"], range(24)))
    assert results == [2 * n for n in range(24)]


def test_who_leaves_ends_their_code(server):
    connection = server.connect()
    connection.request("POST", "/ai/execute", body=(
        b'{"python_code": "def calculate(input):\\n    while True: pass", "input_data": {}}'),
        headers={"Content-Type": "application/json"})
    time.sleep(0.5)
    connection.close()
    # Both cores are free again long before the time limit of ten seconds.
    began = time.monotonic()
    for _ in range(4):
        assert execute(server, "return 1").json["result"] == 1
    assert time.monotonic() - began < 6


def test_validate_python(server):
    good = server.post("/ai/validate/python", {"python_code": calculate("return 1")})
    assert good.json == {"is_valid": True, "issues": [], "severity": "none"}
    bad = server.post("/ai/validate/python", {"python_code": "import socket\n"}).json
    assert bad["is_valid"] is False and bad["severity"] == "error"
    rules = {issue["rule"]: issue for issue in bad["issues"]}
    assert {"import_not_allowed", "missing_calculate"} <= set(rules)
    assert rules["import_not_allowed"]["line"] == 1 and rules["import_not_allowed"]["column"] == 1
    check_error(server.post("/ai/validate/python", {"python_code": None}), 400, "python_code")


def validate_sql(server, sql, columns=("region", {"name": "amount", "type": "DOUBLE"}), **more):
    return server.post("/ai/validate/sql",
                       {"sql": sql, "available_columns": list(columns), **more})


@pytest.mark.parametrize("sql", [
    "SELECT region, sum(amount) FROM uploaded GROUP BY region LIMIT 10",
    "SELECT upper(region) AS r FROM uploaded WHERE amount > 5 AND region LIKE 'N%' LIMIT 5",
    "SELECT year(region) AS y, date_trunc('month', region) FROM uploaded LIMIT 5",
    "SELECT avg(region) AS a, max(region) AS b FROM uploaded WHERE region > DATE '2024-01-01' LIMIT 1",
    "SELECT count(*) AS n FROM uploaded WHERE region = $region LIMIT 1",
])
def test_validate_sql_accepts(server, sql):
    verdict = validate_sql(server, sql)
    assert verdict.status == 200 and verdict.json["is_valid"] is True, verdict.body


@pytest.mark.parametrize("sql, rule", [
    ("DROP TABLE uploaded", "not_a_select"),
    ("SELECT 1; SELECT 2", "multiple_statements"),
    ("SELECT nope FROM uploaded", "unknown_column"),
    ("SELECT * FROM other", "unknown_table"),
    ("SELECT * FROM read_csv('/etc/passwd')", "table_function_not_allowed"),
    ("SELECT amount + [1] FROM uploaded", "type_mismatch"),
    ("SELEC 1", "syntax_error"),
    ("", "empty_statement"),
    ("SELECT '" + "x" * 10_000 + "'", "too_long"),
])
def test_validate_sql_rejects(server, sql, rule):
    verdict = validate_sql(server, sql).json
    assert verdict["is_valid"] is False and verdict["severity"] == "error"
    assert rule in [issue["rule"] for issue in verdict["issues"]], verdict


def test_validate_sql_takes_a_table_name_and_several_spellings_of_types(server):
    for kind in ["DOUBLE", "number", "float64", "DECIMAL(18,3)", "int64"]:
        verdict = validate_sql(server, "SELECT sum(\"a b\") FROM \"my t\" LIMIT 1",
                               [{"name": "a b", "type": kind}], table_name="my t")
        assert verdict.json["is_valid"] is True, (kind, verdict.body)
    verdict = validate_sql(server, "SELECT sum(a) FROM uploaded", [{"name": "a", "type": "object"}])
    assert verdict.json["is_valid"] is False


@pytest.mark.parametrize("body, says", [
    ({"sql": "SELECT 1"}, "available_columns is missing"),
    ({"sql": "SELECT 1", "available_columns": "a"}, "available_columns must be an array"),
    ({"sql": "SELECT 1", "available_columns": [1]}, "available_columns[0] must be"),
    ({"sql": "SELECT 1", "available_columns": [{"type": "x"}]}, "available_columns[0].name"),
    ({"sql": "SELECT 1", "available_columns": []}, "at least one column"),
    ({"sql": "SELECT 1", "available_columns": ["a"], "table_name": " "}, "table_name is empty"),
])
def test_columns_that_are_missing_or_mistyped(server, body, says):
    check_error(server.post("/ai/validate/sql", body), 400, says)


def test_run_python(server):
    response = server.post("/runs", {
        "dataset_id": "support",
        "python": "print(len(df))\nresult = df.groupby('priority').size().reset_index(name='n')"})
    assert response.status == 200, response.body
    run = response.json
    assert (run["status"], run["kind"]) == ("succeeded", "python")
    assert run["python"].startswith("print(") and run["sql"] == "" and run["value"] is None
    assert [column["name"] for column in run["result"]["columns"]] == ["priority", "n"]
    assert sum(row[1] for row in run["result"]["rows"]) == int(run["logs"])
    assert len(run["digest"]) == 64 and "python" in run["engine"] and run["sandbox_layers"]
    assert run["usage"]["time_ms"] > 0
    assert server.get(f"/runs/{run['run_id']}").json == run
    again = server.post("/runs", {"dataset_id": "support", "python": run["python"]}).json
    assert again["digest"] == run["digest"] and again["run_id"] != run["run_id"]


def test_every_table_is_there_by_its_name(server):
    schema = server.get("/datasets/ecommerce/schema").json
    run = server.post("/runs", {"dataset_id": "ecommerce",
                                "python": "result = {k: len(v) for k, v in tables.items()}"}).json
    assert run["value"] == {table["name"]: table["rows"] for table in schema["tables"]}


def test_a_run_that_is_rejected_fails_or_asks_too_much(server):
    ask = {"dataset_id": "support"}
    details = check_error(server.post("/runs", {**ask, "python": "import os\nresult = 1"}), 422)
    assert details["issues"][0]["rule"] == "import_not_allowed"
    details = check_error(server.post("/runs", {**ask, "python": "result = df['nope']"}), 500,
                          "KeyError")
    assert details["status"] == "failed" and details["timed_out"] is False
    assert server.get(f"/runs/{details['run_id']}").json["error"]["code"] == "execution_failed"
    check_error(server.post("/runs", {**ask, "python": "result = 1", "params": {"a": 1}}), 400,
                "params are bound to SQL")
    check_error(server.post("/runs", {**ask, "python": 1}), 400, "python must be a string")


def test_a_repeated_key_runs_python_once(server):
    ask = {"dataset_id": "support", "python": "import random\nresult = random.random()"}
    headers = {"Idempotency-Key": f"python-{time.time_ns()}"}
    first = server.post("/runs", ask, headers)
    second = server.post("/runs", ask, headers)
    assert first.status == 200, first.body
    assert second.json == first.json and second.headers["Idempotent-Replayed"] == "true"
    check_error(server.post("/runs", {**ask, "python": "result = 1"}, headers), 409)


def test_an_async_run_is_polled_and_can_be_cancelled(server):
    def until_ended(run_id):
        until = time.monotonic() + 20
        while time.monotonic() < until:
            status = server.get(f"/runs/{run_id}/status").json["status"]
            if status not in ("pending", "running"):
                return status
            time.sleep(0.05)
        return "never"

    ask = {"dataset_id": "support", "async": True}
    quick = server.post("/runs", {**ask, "python": "result = 7"})
    assert quick.status == 202 and until_ended(quick.json["run_id"]) == "succeeded"
    assert server.get(f"/runs/{quick.json['run_id']}").json["value"] == 7
    endless = server.post("/runs", {**ask, "python": "while True: pass\nresult = 1"}).json
    while server.get(f"/runs/{endless['run_id']}/status").json["status"] == "pending":
        time.sleep(0.02)
    assert server.request("DELETE", f"/runs/{endless['run_id']}").status == 200
    assert until_ended(endless["run_id"]) == "cancelled"


def test_python_as_a_message(server):
    ask = {"dataset_id": "support"}
    reply = server.post("/chat", {**ask, "message": "PYTHON: result = len(df)"}).json
    assert reply["answer"] == f"The result is {reply['value']}."
    number = reply["verified"]["numbers"][0]
    assert number == {"text": str(reply["value"]), "run_id": reply["runs"][0], "row": 0,
                      "column": "value"}
    table = server.post("/chat", {**ask, "message": "PYTHON:\nresult = df.head(3)"}).json
    assert table["answer"] == "3 rows." and len(table["result"]["rows"]) == 3
    drawn = server.post("/chat", {**ask, "message": "PYTHON: plt.plot([1, 2])\nresult = None"}).json
    assert drawn["answer"] == "A figure was drawn."
    assert base64.b64decode(drawn["figure"]).startswith(PNG)
    details = check_error(server.post("/chat", {**ask, "message": "PYTHON: import os"}), 422)
    assert details["issues"]
    check_error(server.post("/chat", {**ask, "message": "PYTHON: result = 1 / 0"}), 500,
                "ZeroDivisionError")


def test_long_parameters(server):
    ask = {"dataset_id": "support", "sql": "SELECT $a AS a"}
    assert server.post("/runs", {**ask, "params": {"a": "x" * 1000}}).status == 200
    check_error(server.post("/runs", {**ask, "params": {"a": "x" * 1001}}), 400,
                "params.a is longer than 1000 characters")


def test_python_can_be_switched_off(start_server):
    server = start_server(ENABLE_PYTHON_EXECUTION="false").server
    for path, body in [
            ("/ai/execute", {"python_code": calculate("return 1"), "input_data": {}}),
            ("/calculate/advanced/execute", {"python_code": calculate("return 1"), "input_data": {}}),
            ("/ai/validate/python", {"python_code": calculate("return 1")}),
            ("/runs", {"dataset_id": "support", "python": "result = 1"}),
            ("/chat", {"dataset_id": "support", "message": "PYTHON: result = 1"})]:
        response = server.post(path, body)
        assert check_error(response, 403)["code"] == "forbidden"
        assert response.json["error"] == SWITCHED_OFF
    assert server.get("/readyz").status == 200
    assert validate_sql(server, "SELECT region FROM uploaded").json["is_valid"] is True


def test_rate_limits(start_server):
    server = start_server(python=True, RATE_LIMITS="/ai/execute=3").server
    for path in [EXECUTE[0], EXECUTE[1], EXECUTE[0]]:
        assert execute(server, "return 1", path=path).status == 200
    for path in EXECUTE:
        response = execute(server, "return 1", path=path, headers={"X-Forwarded-For": "192.0.2.1"})
        check_error(response, 429, "too many requests")
        assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert server.post("/ai/validate/python", {"python_code": "x"}).status == 200
    assert server.get("/healthz").status == 200


def test_readyz_tells_of_python(server):
    parts = {part["name"]: part for part in server.get("/readyz").json["parts"]}
    assert "python" in parts["sandbox"]["detail"].lower(), parts


def test_the_settings_reach_the_sandbox(start_server):
    server = start_server(python=True, MAX_CODE_CHARS="200", MAX_LOOP_DEPTH="1",
                          MAX_OUTPUT_BYTES="1024", MAX_PARAM_CHARS="3").server
    nested = execute(server, "for a in []:\n    for b in []: pass\nreturn 1")
    rules = [issue["rule"] for issue in check_error(nested, 422)["issues"]]
    assert "loop_too_deep" in rules
    long = execute(server, "x = 1\n" * 50 + "return x")
    assert "too_long" in [issue["rule"] for issue in check_error(long, 422)["issues"]]
    chatty = execute(server, "for i in range(200): print('line', i)\nreturn 1").json
    assert chatty["logs_truncated"] is True and len(chatty["logs"]) < 2048
    check_error(server.post("/runs", {"dataset_id": "support", "sql": "SELECT $a AS a",
                                      "params": {"a": "long"}}), 400, "3 characters")
