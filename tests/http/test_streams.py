"""Event streams and results as data, without a model: what the offline planner does can be followed
as well."""

import concurrent.futures
import csv
import io
import itertools
import json
import socket
import time
from dataclasses import dataclass
from typing import Iterator

import pytest

from wire import check_error, parse, read_to_end

EVENTS = {"Accept": "text/event-stream"}
QUESTION = {"dataset_id": "ecommerce", "message": "How many orders have a coupon code?"}
# Billions of sines: longer than any time limit here.
ENDLESS = ("SQL: SELECT sum(sin(a.humidity_pct * b.humidity_pct)) AS s "
           "FROM readings AS a CROSS JOIN readings AS b")
KNOWN = {"thought", "tool_call", "tool_result", "plan", "data", "answer", "chart", "code", "error",
         "done"}
STAGES = {"planning", "validation", "sql_execution", "python_execution", "code_generation",
          "data_fetch", "model"}


@dataclass(frozen=True)
class Event:
    id: str
    name: str
    data: dict


def read_events(text: str) -> list[Event]:
    """The events in `text`, which must hold nothing but whole events and comments."""
    assert text.endswith("\n\n")
    events = []
    for block in text[:-2].split("\n\n"):
        if block.startswith(":"):
            continue
        fields = [line.split(": ", 1) for line in block.split("\n")]
        assert [name for name, _ in fields] == ["id", "event", "data"], block
        (_, number), (_, name), (_, data) = fields
        events.append(Event(number, name, json.loads(data)))
    return events


def check_stream(events: list[Event]) -> Event:
    """Holds a whole stream to what all streams have in common; returns `done`."""
    streams = {event.id.rsplit(".", 1)[0] for event in events}
    assert len(streams) == 1
    assert [event.id.rsplit(".", 1)[1] for event in events] == \
        [str(number + 1) for number in range(len(events))]
    names = [event.name for event in events]
    assert set(names) <= KNOWN
    assert names.count("done") == 1 and names[-1] == "done"
    if "error" in names:
        assert names.index("error") == len(names) - 2
        assert events[-2].data["stage"] in STAGES and events[-2].data["message"]
        assert events[-1].data["reply"] is None
    return events[-1]


def ask(server, body=QUESTION, path="/chat/stream", headers=EVENTS) -> list[Event]:
    response = server.post(path, body, headers)
    assert response.status == 200, response.body
    assert response.headers["Content-Type"] == "text/event-stream"
    events = read_events(response.body.decode())
    done = check_stream(events)
    assert done.data["metadata"]["trace_id"] == response.headers["X-Trace-Id"]
    return events


def resume(server, last: str) -> list[Event]:
    response = server.get("/chat/stream", {"Last-Event-ID": last})
    assert response.status == 200, response.body
    return read_events(response.body.decode())


def lines_of(plain: socket.socket) -> Iterator[str]:
    """The lines of a chunked stream as they come, head included; chunk sizes are left out."""
    with plain.makefile("rb") as file:
        for line in file:
            yield line.decode().rstrip("\r\n")


def begin(server, body, more="") -> socket.socket:
    data = json.dumps(body).encode()
    plain = server.socket()
    plain.sendall(f"POST /chat/stream HTTP/1.1\r\nHost: localhost\r\n{more}Content-Type: "
                  f"application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
    return plain


def newest_run(server, status):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        items = server.get("/runs?limit=20").json["items"]
        if found := next((item for item in items if item["status"] == status), None):
            return found["run_id"]
        time.sleep(0.02)
    raise AssertionError(f"no run is {status}")


@pytest.fixture(scope="module", autouse=True)
def opened(server):
    for dataset in ["ecommerce", "sensors"]:
        assert server.get(f"/datasets/{dataset}/schema").status == 200


def test_an_answer_as_events(server):
    events = ask(server)
    done = events[-1].data
    reply = done["reply"]
    assert "".join(event.data["content"] for event in events if event.name == "answer") \
        == reply["answer"]
    assert done["data_ready"] and not done["code_complete"]
    assert done["thread_id"] == reply["thread_id"] and done["message_id"] == reply["message_id"]
    plan = next(event.data for event in events if event.name == "plan")
    assert plan["plan"] == reply["plan"] and plan["sql"] == reply["sql"]
    data = next(event.data for event in events if event.name == "data")
    assert data["url"] == f"/api/data/{reply['runs'][-1]}"
    page = server.get(data["url"]).json
    assert page["rows"] == reply["result"]["rows"]
    assert page["columns"] == data["columns"] and page["total_rows"] == data["row_count"]


def test_the_same_answer_as_without_a_stream(server):
    whole = server.post("/chat", QUESTION).json
    for path in ["/chat", "/chat/stream"]:
        reply = ask(server, path=path)[-1].data["reply"]
        for field in ["answer", "plan", "sql", "result", "assumptions", "chart"]:
            assert reply[field] == whole[field], (path, field)


@pytest.mark.parametrize("accept, streams", [
    ("text/event-stream", True), ("application/json, text/event-stream", True), ("*/*", False),
    ("text/event-stream;q=0.1, application/json", False), ("application/json", False)])
def test_chat_gives_what_accept_asks_for(server, accept, streams):
    response = server.post("/chat", QUESTION, {"Accept": accept})
    wanted = "text/event-stream" if streams else "application/json"
    assert response.status == 200 and response.headers["Content-Type"] == wanted


def test_the_head_of_a_stream(server):
    headers = server.post("/chat/stream", QUESTION, {"X-Trace-Id": "stream-1"}).headers
    assert headers["X-Trace-Id"] == headers["X-Request-Id"] == "stream-1"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_one_log_line_a_stream(server, log_of):
    trace = f"stream-log-{time.time_ns()}"
    ask(server, headers={"X-Trace-Id": trace})
    entries = log_of(trace)
    assert len(entries) == 1
    assert {"method": "POST", "route": "/chat/stream", "status": 200}.items() <= entries[0].items()


def test_sql_and_python_as_messages(server):
    for message, cell in [("SQL: SELECT 41 + 1 AS n FROM orders LIMIT 1", 42),
                          ("PYTHON: result = df.head(1)[[]].assign(n=42)", 42)]:
        events = ask(server, {**QUESTION, "message": message})
        assert events[-1].data["reply"]["result"]["rows"] == [[cell]], message


def test_a_question_that_is_not_understood(server):
    events = ask(server, {**QUESTION, "message": "Why is the sky blue on Tuesdays in Atlantis?"})
    assert events[-1].data["reply"]["understood"] is False
    assert events[-1].data["data_ready"] is False


def test_a_statement_that_is_rejected(server):
    events = ask(server, {**QUESTION, "message": "SQL: DROP TABLE orders"})
    assert events[-2].name == "error" and events[-2].data["stage"] == "validation"
    assert events[-2].data["trace_id"] == events[-1].data["metadata"]["trace_id"]


def test_a_statement_that_fails(server):
    events = ask(server, {**QUESTION,
                          "message": "SQL: SELECT CAST(status AS INTEGER) AS n FROM orders"})
    assert events[-2].name == "error" and events[-2].data["stage"] == "sql_execution"


def test_what_is_refused_is_no_stream(server):
    for path in ["/chat", "/chat/stream"]:
        check_error(server.post(path, {**QUESTION, "dataset_id": "nope"}, EVENTS), 404)
        check_error(server.post(path, {**QUESTION, "message": ""}, EVENTS), 400)
        check_error(server.post(path, {"message": "x"}, EVENTS), 400, "dataset_id is missing")
    check_error(server.post("/generate-ui", {}, EVENTS), 400, "prompt is missing")
    check_error(server.get("/chat/stream"), 400, "Last-Event-ID is missing")


def test_resumes_after_every_event(server):
    events = ask(server)
    stream = events[0].id.rsplit(".", 1)[0]
    for number in range(len(events)):
        assert resume(server, f"{stream}.{number}") == events[number:]
    again = server.post("/chat/stream", {"nothing": "is looked at"},
                        {"Last-Event-ID": events[0].id})
    assert read_events(again.body.decode()) == events[1:]
    rest = server.get("/chat/stream", {"Last-Event-ID": events[-1].id})
    assert rest.status == 204 and rest.body == b""
    for unknown in [f"{stream}.{len(events) + 1}", "0" * 32 + ".1", "x", f"{stream}.-1", stream]:
        check_error(server.get("/chat/stream", {"Last-Event-ID": unknown}), 404)


def test_resuming_runs_nothing_again(server):
    events = ask(server)
    before = server.get("/runs?limit=1").json["items"]
    resume(server, events[0].id)
    assert server.get("/runs?limit=1").json["items"] == before


def test_the_same_key_is_the_same_stream(server):
    key = {"Idempotency-Key": f"stream-{time.time_ns()}"}
    first = server.post("/chat/stream", QUESTION, key)
    again = server.post("/chat/stream", QUESTION, key)
    assert first.body == again.body and again.headers["Idempotent-Replayed"] == "true"
    check_error(server.post("/chat/stream", {**QUESTION, "message": "other"}, key), 409)


def test_who_comes_back_in_time_gets_the_rest(start_server):
    server = start_server(RUN_TIMEOUT_SECONDS="3").server
    assert server.get("/datasets/sensors/schema").status == 200
    plain = begin(server, {"dataset_id": "sensors", "message": ENDLESS})
    first = next(line for line in lines_of(plain) if line.startswith("id: "))[4:]
    run = newest_run(server, "running")
    plain.close()
    rest = resume(server, first)
    assert [event.name for event in rest][-2:] == ["error", "done"]
    assert rest[-2].data["stage"] == "sql_execution"
    assert server.get(f"/runs/{run}/status").json["status"] == "timed_out", "it was not cancelled"


def test_who_does_not_come_back_ends_the_work(start_server):
    server = start_server(RUN_TIMEOUT_SECONDS="60").server
    assert server.get("/datasets/sensors/schema").status == 200
    plain = begin(server, {"dataset_id": "sensors", "message": ENDLESS})
    first = next(line for line in lines_of(plain) if line.startswith("id: "))[4:]
    newest_run(server, "running")
    plain.close()
    began = time.monotonic()
    newest_run(server, "cancelled")
    assert 8 < time.monotonic() - began < 18, "after the grace of ten seconds"
    assert [event.name for event in resume(server, first)][-2:] == ["error", "done"]


def test_a_stream_ends_when_the_server_does(start_server):
    program = start_server(RUN_TIMEOUT_SECONDS="60")
    server = program.server
    assert server.get("/datasets/sensors/schema").status == 200
    plain = begin(server, {"dataset_id": "sensors", "message": ENDLESS})
    newest_run(server, "running")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        stopped = pool.submit(program.stop)
        lines = [line for line in lines_of(plain) if line.startswith("event: ")]
        assert lines[-2:] == ["event: error", "event: done"]
        code, log = stopped.result()
    assert code == 0, log[-2000:]
    plain.close()


def test_two_hundred_at_once(start_server):
    """Half of them read in odd pieces."""
    count = 200
    server = start_server(RUN_QUEUE_DEPTH=str(count)).server
    message = "SQL: SELECT {} AS number FROM orders LIMIT 1"

    def follow(number):
        with begin(server, {**QUESTION, "message": message.format(number)},
                   "Connection: close\r\n") as plain:
            if not number % 2:
                return read_to_end(plain)
            received = b""
            while more := plain.recv(97):
                received += more
            return received

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(follow, range(count)))
    for number, received in enumerate(answers):
        response = parse(received)
        assert response.status == 200, received
        done = check_stream(read_events(unchunk(response.body).decode()))
        assert done.data["reply"]["result"]["rows"] == [[number]]


def test_more_than_the_queue_takes(start_server):
    server = start_server(MAX_CONCURRENT_RUNS="1", RUN_QUEUE_DEPTH="1",
                          RUN_TIMEOUT_SECONDS="1").server
    assert server.get("/datasets/sensors/schema").status == 200
    body = {"dataset_id": "sensors", "message": ENDLESS}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: server.post("/chat", body), range(8)))
    refused = [response for response in responses if response.status == 429]
    assert refused and len(refused) < 8
    for response in refused:
        check_error(response, 429)
        assert int(response.headers["Retry-After"]) >= 1


def unchunk(body: bytes) -> bytes:
    whole = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            assert body == b"\r\n"
            return whole
        whole += body[:length]
        assert body[length:length + 2] == b"\r\n"
        body = body[length + 2:]


def test_http_1_0(server):
    data = json.dumps(QUESTION).encode()
    response = parse(server.raw(
        b"POST /chat/stream HTTP/1.0\r\nContent-Type: application/json\r\n"
        b"Host: localhost\r\nContent-Length: %d\r\n\r\n%s" % (len(data), data)))
    assert response.status == 200 and response.headers["Connection"] == "close"
    assert "Transfer-Encoding" not in response.headers
    check_stream(read_events(response.body.decode()))


def test_threads(server):
    first = server.post("/chat", QUESTION).json
    second = server.post("/chat", {**QUESTION, "thread_id": first["thread_id"],
                                   "message": "How many orders are there?"}).json
    thread = first["thread_id"]
    assert second["thread_id"] == thread
    listed = {item["thread_id"]: item for item in server.get("/threads").json["items"]}
    assert listed[thread]["dataset_id"] == "ecommerce" and listed[thread]["messages"] == 4
    assert listed[thread]["title"].startswith("How many orders have")
    messages = server.get(f"/threads/{thread}/messages").json["items"]
    assert [message["role"] for message in messages] == ["user", "assistant"] * 2
    assert messages[0]["content"] == QUESTION["message"]
    assert messages[1]["content"] == first["answer"] and messages[1]["runs"] == first["runs"]
    pages, cursor = [], ""
    while cursor is not None:
        page = server.get(f"/threads/{thread}/messages?limit=1&cursor={cursor}").json
        pages += page["items"]
        cursor = page["next_cursor"]
    assert pages == messages
    egress = server.get(f"/messages/{first['message_id']}/egress").json
    assert egress == {"items": [], "next_cursor": None}, "no model was asked"
    assert server.request("DELETE", f"/threads/{thread}").json == {"thread_id": thread,
                                                                  "deleted": True}
    check_error(server.get(f"/threads/{thread}/messages"), 404)
    check_error(server.request("DELETE", f"/threads/{thread}"), 404)


@pytest.fixture(scope="module")
def large_run(server):
    """A run with far more rows than are kept."""
    run = server.post("/runs", {"dataset_id": "ecommerce",
                                "python": "result = df[['order_id', 'status']]"})
    assert run.status == 200, run.body
    assert run.json["result"]["truncated"]
    return run.json


def test_rows_in_pages(server, large_run):
    url = f"/api/data/{large_run['run_id']}"
    kept = large_run["result"]["rows"]
    rows, offset = [], 0
    while offset is not None:
        page = server.get(f"{url}?offset={offset}&limit=300").json
        assert page["offset"] == offset and page["truncated"]
        assert page["total_rows"] == large_run["result"]["total_rows"]
        rows += page["rows"]
        offset = page["next_offset"]
    assert rows == kept
    check_error(server.get(f"{url}?offset={len(kept)}"), 400, "format=csv or format=parquet")


def test_the_whole_result_as_csv(server, large_run):
    response = server.get(f"/api/data/{large_run['run_id']}?format=csv")
    assert response.status == 200, response.body[:500]
    assert response.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(response.body.decode())))
    assert rows[0] == ["order_id", "status"]
    assert len(rows) - 1 == large_run["result"]["total_rows"]
    for found, kept in zip(itertools.islice(rows, 1, None), large_run["result"]["rows"]):
        assert found == [str(cell) for cell in kept]


def test_the_whole_result_of_a_plan(server, large_run):
    plan = {"version": 1, "from": "orders", "select": [{"column": "order_id"}]}
    run = server.post("/runs", {"dataset_id": "ecommerce", "plan": plan}).json
    response = server.get(f"/api/data/{run['run_id']}?format=csv")
    rows = response.body.decode().split()
    assert rows[0] == "order_id"
    assert len(rows) - 1 == large_run["result"]["total_rows"]


@pytest.mark.parametrize("limit, rows", [("", None), (" LIMIT 5000", 5000), (" LIMIT 7", 7)])
def test_the_whole_result_of_a_statement(server, large_run, limit, rows):
    """The LIMIT that is shown is added or lowered; what the statement itself asks for stays."""
    sql = "SELECT order_id FROM orders ORDER BY order_id" + limit
    run = server.post("/runs", {"dataset_id": "ecommerce", "sql": sql}).json
    assert run["written"] == (sql if limit != " LIMIT 7" else "")
    found = server.get(f"/api/data/{run['run_id']}?format=csv").body.decode().split()[1:]
    assert len(found) == (rows or large_run["result"]["total_rows"])


def test_the_whole_result_as_parquet(server, large_run):
    response = server.get(f"/api/data/{large_run['run_id']}?format=parquet")
    assert response.status == 200, response.body[:500]
    assert response.headers["Content-Type"] == "application/vnd.apache.parquet"
    assert response.body[:4] == response.body[-4:] == b"PAR1"


def test_data_that_is_not_there(server, large_run):
    url = f"/api/data/{large_run['run_id']}"
    check_error(server.get(f"{url}?format=arrow"), 400, "json, csv, parquet")
    check_error(server.get(f"{url}?format=csv&limit=1"), 400)
    for query in ["offset=-1", "offset=x", "limit=0", "limit=10001"]:
        check_error(server.get(f"{url}?{query}"), 400, "must be a whole number")
    for form in ["json", "csv", "parquet"]:
        check_error(server.get(f"/api/data/no_such_run?format={form}"), 404)
    failed = server.post("/runs", {"dataset_id": "ecommerce",
                                   "sql": "SELECT CAST(status AS INTEGER) AS n FROM orders"})
    run = failed.json["details"]["run_id"]
    check_error(server.get(f"/api/data/{run}"), 409)
    check_error(server.get(f"/api/data/{run}?format=csv"), 409)
