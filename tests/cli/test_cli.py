"""The command line: answers on standard output, everything else on standard error, exit codes."""

import json
import os
import signal
import subprocess

import pytest
from conftest import PROGRAM, wait_until_worked


def test_ask_answers_with_sentence_table_and_chart(tabletalk, sales):
    done = tabletalk("ask", sales, "total amount by region")
    assert done.returncode == 0, done.stderr
    for piece in ("North", "30.5", "South", "█"):
        assert piece in done.stdout
    assert "\x1b" not in done.stdout  # No colours where there is no terminal.


def test_ask_shows_its_work_when_asked(tabletalk, sales):
    done = tabletalk("ask", sales, "average amount by region", "--plan", "--sql")
    assert done.returncode == 0, done.stderr
    assert '"agg": "avg"' in done.stdout
    assert "SELECT" in done.stdout and "GROUP BY" in done.stdout


def test_ask_json_is_the_chat_reply(tabletalk, sales):
    reply = json.loads(tabletalk("ask", sales, "how many rows are there?", "--json").stdout)
    assert reply["understood"] is True
    assert reply["result"]["rows"] == [[4]]
    assert reply["verified"]["numbers"][0]["text"] == "4 rows"
    assert reply["metadata"]["provider"] == "offline"


def test_ask_csv_prints_the_whole_result_and_nothing_else(tabletalk, sales):
    done = tabletalk("ask", sales, "total amount by region", "--csv")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 4 and "North" in done.stdout


def test_ask_parquet_writes_a_file_that_can_be_asked_again(tabletalk, sales, tmp_path):
    done = tabletalk("ask", sales, "total amount by region", "--parquet", tmp_path / "out.parquet")
    assert done.returncode == 0, done.stderr
    again = tabletalk("run", tmp_path / "out.parquet", "--sql", "SELECT count(*) AS n FROM out",
                      "--json")
    assert json.loads(again.stdout)["result"]["rows"] == [[3]]


def test_a_result_is_never_written_over_a_file_that_is_read(tabletalk, sales):
    before = open(sales, "rb").read()
    for words in (("ask", sales, "total amount by region"), ("run", sales, "--sql", "FROM sales")):
        done = tabletalk(*words, "--parquet", sales)
        assert done.returncode == 2, done.stderr
        assert "is a file that is read" in done.stderr
    assert open(sales, "rb").read() == before


def test_the_user_says_what_a_column_is_and_which_lines_to_leave_out(tabletalk, tmp_path):
    file = tmp_path / "shops.csv"
    file.write_text("zip,amount\n1001,5\n1002,7\n1003,x\n")

    def columns(*flags):
        done = tabletalk("run", file, *flags, "--sql", "FROM shops", "--json")
        assert done.returncode == 0, done.stderr
        result = json.loads(done.stdout)["result"]
        return [c["database_type"] for c in result["columns"]], len(result["rows"])

    assert columns() == (["BIGINT", "VARCHAR"], 3)
    assert columns("--types", "zip=text", "--types", "amount=number") == (["VARCHAR", "DOUBLE"], 3)
    assert columns("--skip-lines", "4") == (["BIGINT", "BIGINT"], 2)
    assert columns() == (["BIGINT", "VARCHAR"], 3)  # Each choice has a copy of its own.
    for flags, told in ((("--types", "zap=text"), "did you mean \"zip\"?"),
                        (("--types", "zip=blob"), "is no type of a column"),
                        (("--skip-lines", "x"), "write lines to leave out as")):
        done = tabletalk("run", file, *flags, "--sql", "FROM shops")
        assert done.returncode != 0 and told in done.stderr, done.stderr


def test_tables_whose_names_differ_by_case_are_two(tabletalk, tmp_path):
    for name, rows in (("sales.csv", 1), ("Sales.csv", 2)):
        (tmp_path / name).write_text("a,b\n" + "1,x\n" * rows)
    done = tabletalk("run", tmp_path / "sales.csv", tmp_path / "Sales.csv", "--sql",
                     "SELECT (SELECT count(*) FROM sales) AS a, (SELECT count(*) FROM Sales_2) AS b",
                     "--json")
    assert json.loads(done.stdout)["result"]["rows"] == [[1, 2]], done.stderr


def test_whole_numbers_that_a_double_cannot_hold_are_text_in_json(tabletalk, tmp_path):
    file = tmp_path / "big.csv"
    file.write_text("n,m\n9007199254740993,1\n5,2\n")
    done = tabletalk("run", file, "--sql", "FROM big", "--json")
    assert json.loads(done.stdout)["result"]["rows"] == [["9007199254740993", 1], [5, 2]]


def test_an_export_has_every_row(tabletalk, tmp_path):
    many = tmp_path / "many.csv"
    many.write_text("id,code\n" + "".join(f"{i},c{i}\n" for i in range(5000)))
    by_sql = tabletalk("run", many, "--sql", "SELECT id FROM many", "--csv")
    assert len(by_sql.stdout.splitlines()) == 5001
    by_question = tabletalk("ask", many, "number of rows by code", "--csv")
    assert len(by_question.stdout.splitlines()) == 5001, by_question.stderr
    shown = tabletalk("run", many, "--sql", "SELECT id FROM many", "--json")
    assert json.loads(shown.stdout)["result"]["total_rows"] == 200


def test_ask_a_shipped_dataset(tabletalk):
    done = tabletalk("ask", "--dataset", "ecommerce", "How many orders per month in 2024?", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["result"]["total_rows"] == 12


def test_a_question_that_is_not_understood_is_refused(tabletalk, sales):
    done = tabletalk("ask", sales, "what is the airspeed velocity of an unladen swallow?")
    assert done.returncode == 3
    assert "You could ask" in done.stdout


def test_an_unquoted_question_is_one(tabletalk, sales):
    quoted = tabletalk("ask", sales, "total amount by region", "--json")
    unquoted = tabletalk("ask", sales, "total", "amount", "by", "region", "--json")
    assert unquoted.returncode == 0, unquoted.stderr
    assert json.loads(unquoted.stdout)["sql"] == json.loads(quoted.stdout)["sql"]


def test_a_refusal_offers_readings_that_can_be_picked(tabletalk, sales):
    question = "what is the airspeed velocity of an unladen swallow?"
    refused = tabletalk("ask", sales, question, "--json")
    assert refused.returncode == 3
    readings = json.loads(refused.stdout)["readings"]
    assert len(readings) <= 3
    for number, reading in enumerate(readings, 1):
        picked = tabletalk("ask", sales, question, "--json", "--pick", str(number))
        assert picked.returncode == 0, picked.stderr
        assert json.loads(picked.stdout)["plan"] == reading["plan"]
    beyond = tabletalk("ask", sales, question, "--pick", str(len(readings) + 1))
    assert beyond.returncode == 2 and "--pick" in beyond.stderr


@pytest.mark.parametrize("command", [
    ("ask", "total amount by region", "--parquet"),
    ("run", "--sql", 'SELECT 1', "--parquet"),
])
def test_an_output_never_overwrites_an_input(tabletalk, tmp_path, command):
    data = tmp_path / "sales.csv"
    data.write_text("region,amount\nnorth,1\nsouth,2\n")
    link = tmp_path / "link.csv"
    link.hardlink_to(data)
    before = data.read_bytes()
    for target in (data, link, tmp_path / "." / "sales.csv"):
        done = tabletalk(command[0], data, *command[1:], target)
        assert done.returncode == 2 and "not written over it" in done.stderr, done.stderr
    assert data.read_bytes() == before


def test_chat_knows_the_first_words_one_types(tabletalk, sales):
    done = tabletalk("chat", sales, stdin="help\nquit\nhow many rows are there?\n")
    assert done.returncode == 0, done.stderr
    assert "Type a question" in done.stdout and "rows" not in done.stdout.split("Type", 1)[1]


def test_ask_runs_sql_as_it_stands(tabletalk, sales):
    done = tabletalk("ask", sales, 'SQL: SELECT count(*) AS n FROM "Sales 2024"', "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["result"]["rows"] == [[4]]


def test_run_sql_with_parameters(tabletalk, sales):
    done = tabletalk("run", sales, "--sql",
                     'SELECT count(*) AS n FROM "Sales 2024" WHERE Region = $region',
                     "--param", "region=North", "--json")
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)
    assert run["result"]["rows"] == [[2]]
    assert run["status"] == "succeeded"
    assert len(run["digest"]) == 64
    assert "seccomp" in run["sandbox_layers"]


def test_run_plan(tabletalk, sales, tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({
        "version": 1, "from": "Sales 2024",
        "select": [{"column": "Region"}, {"agg": "sum", "column": "Amount (EUR)", "as": "total"}],
        "order_by": [{"by": "total", "direction": "desc"}]}))
    done = tabletalk("run", sales, "--plan", plan, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["result"]["rows"][0] == ["North", 30.5]


@pytest.mark.parametrize("sql", [
    "SELECT * FROM read_csv('/etc/passwd')", "COPY (SELECT 1) TO '/tmp/x'", "SELECT 1; SELECT 2",
    "ATTACH '/tmp/x'", "PRAGMA version", "SELECT nope FROM \"Sales 2024\""])
def test_the_policy_rejects(tabletalk, sales, sql):
    done = tabletalk("run", sales, "--sql", sql)
    assert done.returncode == 4, done.stdout + done.stderr
    assert done.stdout == ""
    checked = tabletalk("check", sales, "--sql", sql, "--json")
    assert checked.returncode == 4
    verdict = json.loads(checked.stdout)
    assert verdict["is_valid"] is False and verdict["issues"][0]["rule"]


def test_check_accepts(tabletalk, sales):
    done = tabletalk("check", sales, "--sql", 'SELECT Region FROM "Sales 2024" LIMIT 5')
    assert done.returncode == 0
    assert "valid" in done.stdout


def test_check_plan_reports_every_issue_with_its_path(tabletalk, sales, tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({
        "version": 1, "from": "Sales 2024",
        "select": [{"column": "Regoin"}, {"agg": "sum", "column": "Order Date"}]}))
    verdict = json.loads(tabletalk("check", sales, "--plan", plan, "--json").stdout)
    assert [issue["path"] for issue in verdict["issues"]] == ["select[0].column", "select[1].column"]
    assert "Region" in verdict["issues"][0]["message"]


@pytest.mark.parametrize("arguments, says", [
    (["ask"], "required"),
    (["ask", "just a question"], "name a file or a dataset"),
    (["ask", "missing.csv", "how many rows?"], "there is no such file"),
    (["ask", "--dataset", "ecomerce", "how many orders?"], 'did you mean "ecommerce"?'),
    (["run", "--dataset", "ecommerce"], "exactly one of --sql, --plan and --python"),
    (["run", "--dataset", "ecommerce", "--python", "none.py"], "none.py cannot be read"),
    (["run", "--dataset", "ecommerce", "--sql", "SELECT 1", "--python", "none.py"], "exactly one of"),
    (["run", "--dataset", "ecommerce", "--sql", "SELECT 1", "--png", "x.png"], "--png goes with"),
    (["check", "--python", "."], "cannot be read"),
    (["run", "--dataset", "ecommerce", "--plan", "none.json"], "cannot be read"),
    (["dataset"], 'did you mean "datasets"?'),
    (["datasets", "nope"], "there is no dataset"),
    (["ask", ".", "how many rows?"], "is a folder"),
])
def test_usage_errors(tabletalk, arguments, says):
    done = tabletalk(*arguments)
    assert done.returncode == 2
    assert says in done.stderr + done.stdout


def test_a_setting_that_does_not_parse_stops_the_start(tabletalk):
    done = tabletalk("datasets", env={"MAX_ROWS": "many"})
    assert done.returncode == 2
    assert "MAX_ROWS (environment)" in done.stderr


def test_config_says_where_values_come_from(tabletalk, tmp_path):
    (tmp_path / "tabletalk.toml").write_text("max_rows = 7\n")
    settings = {s["name"]: s for s in json.loads(tabletalk("config", "--json").stdout)}
    assert settings["MAX_ROWS"] == {"name": "MAX_ROWS", "value": "7", "source": "tabletalk.toml"}
    assert settings["DATA_DIR"]["source"] == "environment"


def test_datasets_and_doctor(tabletalk):
    listed = tabletalk("datasets")
    assert listed.returncode == 0
    for name in ("ecommerce", "support", "sensors"):
        assert name in listed.stdout
    shown = tabletalk("datasets", "support")
    assert "tickets" in shown.stdout and "You could ask" in shown.stdout
    doctor = json.loads(tabletalk("doctor", "--json").stdout)
    assert doctor["healthy"] is True and doctor["test_run"]["ok"] is True
    assert {layer["layer"] for layer in doctor["layers"] if layer["present"]} >= {
        "namespaces", "mount_view", "seccomp", "rlimits", "no_capabilities"}


def test_every_help_has_an_example(tabletalk):
    for command in ("ask", "run", "check", "datasets", "doctor", "config", "serve"):
        text = tabletalk(command, "--help").stdout
        assert "Example:" in text and f"tabletalk {command}" in text


def test_a_query_that_takes_too_long_fails_and_says_so(tabletalk):
    sql = ("SELECT count(*) FROM order_items a, order_items b, order_items c "
           "WHERE a.quantity + b.quantity > c.quantity")
    done = tabletalk("run", "--dataset", "ecommerce", "--sql", sql, "--run-timeout-seconds", "1")
    assert done.returncode == 1
    assert "time limit" in done.stderr


def test_interrupt_ends_the_run_at_once(data_dir, tmp_path):
    sql = ("SELECT count(*) FROM order_items a, order_items b, order_items c "
           "WHERE a.quantity + b.quantity > c.quantity")
    process = subprocess.Popen(
        [PROGRAM, "run", "--dataset", "ecommerce", "--sql", sql, "--run-timeout-seconds", "60"],
        env={"DATA_DIR": str(data_dir), "HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until_worked(process, 1.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=5) == 130


def test_many_at_once_on_the_same_new_file(tmp_path, sales):
    """Several processes that read the same bytes for the first time agree, and leave one copy."""
    data = tmp_path / "fresh"
    started = [
        subprocess.Popen([PROGRAM, "ask", sales, "how many rows are there?", "--json"],
                         env={"DATA_DIR": str(data), "HOME": str(tmp_path), "PATH": os.environ["PATH"]},
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(6)
    ]
    for process in started:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert json.loads(out)["result"]["rows"] == [[4]]
    assert len(list(data.glob("columnar-v*/*"))) == 1
    assert list((data / "staging").iterdir()) == []


def test_an_answer_that_cannot_be_written_is_a_failure(tabletalk, sales):
    done = tabletalk("ask", sales, "how many rows?", to="/dev/full")
    assert done.returncode == 1
    assert "could not be written" in done.stderr


def test_what_a_killed_process_left_is_swept(tabletalk, sales, data_dir):
    abandoned = data_dir / "staging" / "abandoned"
    abandoned.mkdir(parents=True, exist_ok=True)
    assert tabletalk("ask", sales, "how many rows?").returncode == 0
    assert not any((data_dir / "staging").iterdir())


def test_a_damaged_copy_is_made_again(tabletalk, sales, data_dir):
    assert tabletalk("ask", sales, "how many rows?").returncode == 0
    for copy in data_dir.glob("columnar-v*/*/table.duckdb"):
        os.truncate(copy, 4096)
    assert tabletalk("ask", sales, "how many rows?").returncode == 0
