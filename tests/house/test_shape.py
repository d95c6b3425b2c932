"""The shape of the code: how long functions and files are, how tangled, how full a folder is.

Lizard counts functions of src, apps and the programs of tests: a function's length is its lines from
the name to the closing brace, its complexity the number of ways through it (McCabe's cyclomatic
complexity). Tests of modules are tables and are not counted.
"""

import pathlib

import lizard

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("src", "apps", "bench", "tests/evaluation", "tests/scenarios")
# Files that are one table each.
TABLES = {"src/runner/policy/artifact_syntax.cc"}
# What is still to be parted; nothing may join it, and what was parted leaves it.
LONG = {
    "src/analyst/answer/neighbours.cc",
    "src/net/http_client_test.cc",
    "src/offline/compose.cc",
    "src/offline/linker.cc",
    "src/offline/read_roles.cc",
    "src/runner/cells/column_decision.cc",
}
FULL = {"src/model", "src/offline", "src/runs"}


def sources():
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".cc", ".h"):
                yield path


def name(path):
    return path.relative_to(ROOT).as_posix()


def counted(path):
    return not path.name.endswith("_test.cc") and "testing" not in path.parts


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def test_functions_are_short_and_simple():
    functions = [
        (function.length, function.cyclomatic_complexity, f"{name(path)}: {function.name}")
        for path in sources()
        if counted(path) and name(path) not in TABLES
        for function in lizard.analyze_file(str(path)).function_list
    ]
    assert len(functions) > 3000, "lizard read the sources"
    longest = percentile([length for length, _, _ in functions], 0.99)
    tangled = percentile([ways for _, ways, _ in functions], 0.99)
    print(f"{len(functions)} functions, P99: {longest} lines, complexity {tangled}")
    assert longest <= 45, sorted(functions, reverse=True)[:50]
    assert tangled <= 25, sorted(functions, key=lambda one: -one[1])[:50]


def test_files_are_short():
    too_long = {}
    for path in sources():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > 500 and name(path) not in TABLES:
            too_long[name(path)] = lines
    assert set(too_long) == LONG, too_long


def test_folders_are_rooms():
    full = {}
    for folder in {path.parent for path in sources()}:
        files = sum(1 for path in folder.iterdir() if path.is_file())
        if files > 45:
            full[name(folder)] = files
    assert set(full) == FULL, full
