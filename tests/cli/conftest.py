"""Runs the real program, as a user would, in a folder and a data directory of the test's own."""

import os
import subprocess
import time
from pathlib import Path

import pytest

PROGRAM = Path(os.environ["TABLETALK_BIN"]).resolve()


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def tabletalk(tmp_path, data_dir):
    """Calls tabletalk with arguments; returns the finished process, output as text.
    `to` names a file that standard output goes to instead, `stdin` is the text of standard input."""

    def call(*arguments, env=None, timeout=60, to=None, stdin=None):
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DATA_DIR": str(data_dir)}
        environment.update(env or {})
        output = open(to, "w") if to else subprocess.PIPE
        try:
            return subprocess.run(
                [str(PROGRAM), *map(str, arguments)],
                cwd=tmp_path,
                env=environment,
                **({"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}),
                stdout=output,
                stderr=subprocess.PIPE,
                timeout=timeout,
                text=True,
            )
        finally:
            if to:
                output.close()

    return call


def worked_seconds(pid):
    """Processor time that a process and all below it have used so far."""
    parents, used = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # It has ended.
            continue
        parents[int(stat.parent.name)] = int(fields[1])
        used[int(stat.parent.name)] = int(fields[11]) + int(fields[12])
    family = {pid}
    while grown := {child for child, parent in parents.items() if parent in family} - family:
        family |= grown
    return sum(used.get(member, 0) for member in family) / os.sysconf("SC_CLK_TCK")


def wait_until_worked(process, seconds):
    """Waits until the program has worked so long that only an endless run can be what it does."""
    until = time.monotonic() + 60
    while worked_seconds(process.pid) < seconds:
        assert process.poll() is None and time.monotonic() < until, "it does not work"
        time.sleep(0.05)


@pytest.fixture
def sales(tmp_path):
    path = tmp_path / "Sales 2024.csv"
    path.write_text(
        "Region,Order Date,Amount (EUR)\n"
        "North,2024-01-05,10.5\nNorth,2024-02-06,20\nSouth,2024-02-07,30\nEast,2024-03-08,\n"
    )
    return path
