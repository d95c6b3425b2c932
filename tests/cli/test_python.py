"""tabletalk run --python and tabletalk check --python."""

import json
import os
import signal
import subprocess

import pytest
from conftest import PROGRAM, wait_until_worked

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def code(tmp_path):
    """code(text) writes a file of Python and returns its path."""

    def write(text):
        path = tmp_path / "code.py"
        path.write_text(text)
        return path

    return write


def test_a_table_is_printed_as_one(tabletalk, sales, code):
    done = tabletalk("run", sales, "--python",
                     code("result = df.groupby('Region', as_index=False)['Amount (EUR)'].sum()"))
    assert done.returncode == 0, done.stderr
    assert "Region" in done.stdout and "30.5" in done.stdout and "South" in done.stdout


@pytest.mark.parametrize("text, printed", [
    ("result = len(df)", "4\n"),
    ("result = 1 / 4", "0.25\n"),
    ("result = 'North'", "North\n"),
    ("result = True", "true\n"),
    ("result = [1, 2]", "[\n  1,\n  2\n]\n"),
])
def test_a_value_is_printed(tabletalk, sales, code, text, printed):
    done = tabletalk("run", sales, "--python", code(text))
    assert (done.returncode, done.stdout) == (0, printed), done.stderr


def test_code_from_standard_input(tabletalk, sales):
    done = tabletalk("run", sales, "--python", "-", stdin="result = int(df['Amount (EUR)'].sum())\n")
    assert (done.returncode, done.stdout) == (0, "60\n"), done.stderr


def test_several_files_are_tables_by_name(tabletalk, sales, tmp_path, code):
    (tmp_path / "more.csv").write_text("a\n1\n2\n")
    done = tabletalk("run", sales, tmp_path / "more.csv", "--python",
                     code("result = {name: len(table) for name, table in tables.items()}"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["value"] == {"Sales 2024": 4, "more": 2}


def test_what_is_printed_goes_to_standard_error(tabletalk, sales, code):
    done = tabletalk("run", sales, "--python", code("print('so far')\nresult = 1"))
    assert (done.returncode, done.stdout) == (0, "1\n")
    assert "so far" in done.stderr


def test_a_figure(tabletalk, sales, code, tmp_path):
    path = code("df['Amount (EUR)'].plot()\nresult = None")
    shown = tabletalk("run", sales, "--python", path)
    assert shown.returncode == 0 and "--png FILE" in shown.stderr, shown.stderr
    written = tabletalk("run", sales, "--python", path, "--png", tmp_path / "figure.png")
    assert written.returncode == 0, written.stderr
    assert (tmp_path / "figure.png").read_bytes().startswith(PNG)
    none = tabletalk("run", sales, "--python", code("result = 1"), "--png", tmp_path / "none.png")
    assert none.returncode == 1 and "left no figure" in none.stderr
    assert not (tmp_path / "none.png").exists()


def test_json_is_the_run(tabletalk, sales, code):
    done = tabletalk("run", sales, "--python", code("print('hi')\nresult = df"), "--json")
    run = json.loads(done.stdout)
    assert (run["status"], run["kind"], run["logs"]) == ("succeeded", "python", "hi\n")
    assert run["result"]["total_rows"] == 4 and run["value"] is None
    assert len(run["digest"]) == 64 and "python" in run["engine"]
    assert "seccomp" in run["sandbox_layers"]


def test_exports(tabletalk, sales, code, tmp_path):
    table = code("import pandas as pd\nresult = pd.DataFrame({'n': range(5000)})")
    by_csv = tabletalk("run", sales, "--python", table, "--csv")
    assert len(by_csv.stdout.splitlines()) == 5001, by_csv.stderr
    done = tabletalk("run", sales, "--python", table, "--parquet", tmp_path / "out.parquet")
    assert done.returncode == 0, done.stderr
    again = tabletalk("run", tmp_path / "out.parquet", "--sql", "SELECT count(*) AS n FROM out",
                      "--json")
    assert json.loads(again.stdout)["result"]["rows"] == [[5000]]
    for flags in (["--csv"], ["--parquet", tmp_path / "none.parquet"]):
        value = tabletalk("run", sales, "--python", code("result = 1"), *flags)
        assert value.returncode in (1, 2) and "no table" in value.stderr.lower(), value.stderr


@pytest.mark.parametrize("text, rule", [
    ("import os\nresult = 1", "import_not_allowed"),
    ("result = eval('1')", "name_not_allowed"),
    ("result = ().__class__", "dunder_not_allowed"),
    ("x = 1", "missing_result"),
    ("result = (", "syntax_error"),
])
def test_the_policy_rejects(tabletalk, sales, code, text, rule):
    done = tabletalk("run", sales, "--python", code(text))
    assert (done.returncode, done.stdout) == (4, ""), done.stderr
    checked = tabletalk("check", "--python", code(text), "--json")
    assert checked.returncode == 4, checked.stderr
    verdict = json.loads(checked.stdout)
    assert verdict["is_valid"] is False
    assert rule in [issue["rule"] for issue in verdict["issues"]]
    spoken = tabletalk("check", "--python", code(text))
    assert rule in spoken.stdout and spoken.stdout.endswith("rejected\n")


def test_check_needs_no_data_and_knows_both_contracts(tabletalk, code):
    assert tabletalk("check", "--python", code("result = df.sum()")).stdout == "valid\n"
    calculate = code("def calculate(input):\n    return input['a']\n")
    assert tabletalk("check", "--python", calculate, "--contract", "calculate").returncode == 0
    assert tabletalk("check", "--python", calculate).returncode == 4
    assert tabletalk("check", "--python", "-", stdin="import os\nresult = 1").returncode == 4


def test_an_error_of_the_code_says_what_and_where(tabletalk, sales, code):
    done = tabletalk("run", sales, "--python", code("print('before')\nresult = df['nope']"))
    assert done.returncode == 1
    assert "before" in done.stderr and "KeyError" in done.stderr and "2" in done.stderr


def test_the_time_limit(tabletalk, sales, code):
    done = tabletalk("run", sales, "--python", code("while True:\n    pass\nresult = 1"),
                     "--run-timeout-seconds", "1")
    assert done.returncode == 1
    assert "time limit" in done.stderr


def test_python_can_be_switched_off(tabletalk, sales, code):
    for command in (["run", sales], ["check"]):
        done = tabletalk(*command, "--python", code("result = 1"),
                         env={"ENABLE_PYTHON_EXECUTION": "false"})
        assert done.returncode == 1
        assert "Python execution is switched off" in done.stderr


def test_ask_runs_python_as_it_stands(tabletalk, sales):
    done = tabletalk("ask", sales, "PYTHON: result = len(df)", "--python")
    assert done.returncode == 0, done.stderr
    assert "The result is 4." in done.stdout and "result = len(df)" in done.stdout


def test_interrupt_ends_the_run_at_once(data_dir, tmp_path, sales, code):
    process = subprocess.Popen(
        [PROGRAM, "run", sales, "--python", code("print('on')\nwhile True:\n    pass\nresult = 1"),
         "--run-timeout-seconds", "60"],
        env={"DATA_DIR": str(data_dir), "HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until_worked(process, 3)  # An interpreter that starts cold takes more than one of them.
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=5) == 130
