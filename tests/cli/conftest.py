"""Runs the real program, as a user would, in a folder and a data directory of the test's own."""

import os
import subprocess
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


@pytest.fixture
def sales(tmp_path):
    path = tmp_path / "Sales 2024.csv"
    path.write_text(
        "Region,Order Date,Amount (EUR)\n"
        "North,2024-01-05,10.5\nNorth,2024-02-06,20\nSouth,2024-02-07,30\nEast,2024-03-08,\n"
    )
    return path
