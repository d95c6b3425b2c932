"""Starts the real program once, and stops it as a supervisor would.

TABLETALK_BIN names the program (default: build/release/bin/tabletalk of this checkout). A test that
needs a server of its own, to stop it or to give it other settings, takes `start_server`.
"""

import json
import os
import pathlib
import queue
import re
import signal
import subprocess
import threading
import time

import pytest

from wire import Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 30


class Program:
    """`tabletalk serve` as a child process. Its standard error is read all along and kept."""

    def __init__(self, data_dir, settings):
        binary = os.environ.get("TABLETALK_BIN", str(ROOT / "build/release/bin/tabletalk"))
        kept = {name: value for name, value in os.environ.items()
                if name in ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR", "LANG", "DATASETS_DIR")}
        environment = {**kept, "DATA_DIR": str(data_dir), "RATE_LIMITS": "off", **settings}
        self.lines = []
        self._address = queue.Queue()
        self.process = subprocess.Popen([binary, "serve", "--port", "0"], env=environment,
                                        cwd=data_dir, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        text=True, errors="replace")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        port = self._address.get(timeout=START_SECONDS)
        if port is None:
            raise RuntimeError("the server did not start:\n" + "".join(self.lines))
        self.server = Server(port)

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line)
            if found := re.search(r"listening on http://127\.0\.0\.1:(\d+)", line):
                self._address.put(int(found.group(1)))
        self._address.put(None)

    def stop(self):
        """SIGTERM; returns the exit code and the whole standard error."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._reader.join(STOP_SECONDS)
        return code, "".join(self.lines)


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """Shared by all servers of a session, so that each dataset is read once."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def program(data_dir):
    running = Program(data_dir, {"LOG_FORMAT": "json"})
    yield running
    code, log = running.stop()
    assert code == 0, log[-4000:]


@pytest.fixture(scope="session")
def server(program):
    return program.server


@pytest.fixture
def start_server(data_dir):
    """start_server(NAME="value", ...) gives a Program with these settings; all are stopped. Only
    with `python` does it keep interpreters warm, which is most of the work of starting one."""
    started = []

    def start(python=False, **settings):
        switch = {} if python else {"ENABLE_PYTHON_EXECUTION": "false"}
        started.append(Program(data_dir, {"LOG_FORMAT": "json", **switch, **settings}))
        return started[-1]

    yield start
    for program in started:
        if program.process.poll() is None:
            program.stop()


@pytest.fixture
def log_of(program):
    """The request log lines of one trace, waiting a moment for the line to be written."""
    def find(trace_id):
        until = time.monotonic() + 10
        while time.monotonic() < until:
            found = [json.loads(line) for line in list(program.lines)
                     if line.startswith("{") and trace_id in line]
            requests = [entry for entry in found if entry.get("event") == "http_request"]
            if requests:
                return requests
            time.sleep(0.02)
        return []

    return find
