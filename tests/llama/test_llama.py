"""The OpenAI-compatible wire against a real llama-server (make test-llama).

The model has 135 million parameters, so nothing here rests on its wit. What is held: nothing hangs,
and whatever it says ends in an answer whose numbers are cells of a run, in a reply that says it has
not understood, or in an error of the one shape.
"""

import os
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "http"))

from conftest import Program  # noqa: E402
from test_streams import ask, begin  # noqa: E402
from wire import check_error  # noqa: E402

LLAMA = ROOT / "build" / "llama"
START_SECONDS = 120
ANSWER_SECONDS = 240  # The limit of a question, plus what a slow machine needs to say so.
QUESTION = {"dataset_id": "ecommerce", "message": "How many orders are there?"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LlamaServer:
    def __init__(self, *flags):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [str(LLAMA / "llama-server"), "--model", str(LLAMA / "model.gguf"), "--host",
             "127.0.0.1", "--port", str(port), "--parallel", "1", "--threads",
             str(os.cpu_count() or 1), *flags],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START_SECONDS
        while not self.healthy():
            if time.monotonic() > until or self.process.poll() is not None:
                self.stop()
                raise RuntimeError("llama-server did not start")
            time.sleep(0.1)

    def healthy(self):
        try:
            with urllib.request.urlopen(self.url + "/health", timeout=5) as reply:
                return reply.status == 200
        except OSError:
            return False

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(20)


@pytest.fixture(scope="session")
def llama():
    servers = {}

    def start(*flags):
        if flags not in servers:
            servers[flags] = LlamaServer(*flags)
        return servers[flags]

    yield start
    for server in servers.values():
        server.stop()


@pytest.fixture
def serve(tmp_path):
    started = []

    def start(server, **settings):
        started.append(Program(tmp_path, {
            "LLM_PROVIDER": "openai", "AI_BASE_URL": server.url + "/v1", "AI_MODEL": "local",
            "MODEL_MAX_RETRIES": "0", "MAX_MODEL_CALLS": "4",
            **settings}))
        return started[-1].server

    yield start
    for program in started:
        code, log = program.stop()
        assert code == 0, log[-4000:]


def check_outcome(reply):
    """An answer that is backed, a refusal in words, or an error of the one shape."""
    if reply.status != 200:
        check_error(reply, reply.status)
        assert reply.status in (422, 500, 502, 503, 504, 413), reply.body
        return
    answer = reply.json
    assert answer["answer"]
    backed = [number["text"] for number in answer["verified"]["numbers"]]
    rest = answer["answer"]
    for text in sorted(backed, key=len, reverse=True):
        rest = rest.replace(text, "")
    asked = set(re.findall(r"\d+", QUESTION["message"]))
    assert set(re.findall(r"\d+", rest)) <= asked, answer["answer"]
    if answer["runs"] and answer["understood"]:
        assert backed or not re.search(r"\d", answer["answer"])


@pytest.mark.parametrize("jinja", ["--jinja", "--no-jinja"])
@pytest.mark.parametrize("mode", ["auto", "json"])
def test_whatever_it_says_is_an_answer_or_a_refusal(llama, serve, jinja, mode):
    """With a template that knows tools, without (the server refuses them), and without asking."""
    server = serve(llama("--ctx-size", "8192", jinja), AI_TOOL_MODE=mode)
    began = time.monotonic()
    check_outcome(server.post("/chat", QUESTION))
    assert time.monotonic() - began < ANSWER_SECONDS


def test_the_stream_ends(llama, serve):
    server = serve(llama("--ctx-size", "8192", "--jinja"))
    events = ask(server, QUESTION)
    assert events[-1].name == "done"
    assert any(event.name in ("answer", "error") for event in events)


def test_a_draft_that_is_held_to_a_schema(llama, serve):
    server = serve(llama("--ctx-size", "8192", "--jinja"))
    reply = server.post("/ai/sql", {"prompt": "total amount by region",
                                    "available_columns": [{"name": "region", "type": "text"},
                                                {"name": "amount", "type": "number"}]})
    if reply.status == 200:
        assert reply.json
    else:
        check_error(reply, reply.status)


def test_a_full_context_is_said(llama, serve):
    server = serve(llama("--ctx-size", "512", "--jinja"))
    began = time.monotonic()
    check_outcome(server.post("/chat", QUESTION))
    assert time.monotonic() - began < ANSWER_SECONDS


def test_a_client_that_goes_away_stops_the_model(llama, serve):
    shared = llama("--ctx-size", "8192", "--jinja")
    server = serve(shared)
    with begin(server, QUESTION):
        time.sleep(1)
    # The one slot of the server is free again, well before a whole answer could be written.
    check_outcome(server.post("/chat", QUESTION))


def test_a_server_that_dies_in_the_middle(llama, serve):
    dying = LlamaServer("--ctx-size", "8192", "--jinja")
    server = serve(dying)
    threading.Timer(2, dying.stop).start()
    began = time.monotonic()
    check_outcome(server.post("/chat", QUESTION))
    assert time.monotonic() - began < 60
