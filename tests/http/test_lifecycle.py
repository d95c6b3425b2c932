"""Work that takes time: cancelled, shared, queued, drained."""

import concurrent.futures
import json
import pathlib
import shutil
import time

import pytest

from wire import check_error, parse, read_to_end

COUNT_ORDERS = {"dataset_id": "ecommerce", "sql": "SELECT count(*) AS n FROM orders"}
# Billions of sines: longer than any time limit here.
ENDLESS = {"dataset_id": "sensors", "sql": "SELECT sum(sin(a.humidity_pct * b.humidity_pct)) AS s "
                                           "FROM readings AS a CROSS JOIN readings AS b"}
ENDED = {"succeeded", "failed", "timed_out", "cancelled"}


def wait_for(find, seconds=20.0):
    """The first true value of `find`, which is asked until then."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := find():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def running(server):
    items = server.get("/runs?limit=20").json["items"]
    return next((item for item in items if item["status"] == "running"), None)


def status_of(server, run_id):
    return server.get(f"/runs/{run_id}/status").json["status"]


@pytest.fixture(scope="module", autouse=True)
def opened(server):
    """Opens the datasets, so that the tests wait for runs and not for reading files."""
    for dataset in ["ecommerce", "sensors"]:
        assert server.get(f"/datasets/{dataset}/schema").status == 200


def send_slowly(server, body=ENDLESS, path="/runs"):
    """Sends a request and returns its socket while the request works."""
    data = json.dumps(body).encode()
    plain = server.socket()
    plain.sendall(b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  b"Connection: close\r\nContent-Length: %d\r\n\r\n%s"
                  % (path.encode(), len(data), data))
    return plain


@pytest.mark.parametrize("path, body", [
    ("/runs", ENDLESS),
    ("/chat", {"dataset_id": "sensors", "message": "SQL: " + ENDLESS["sql"]})])
def test_a_client_that_leaves_cancels_its_run(server, path, body):
    plain = send_slowly(server, body, path)
    run = wait_for(lambda: running(server))
    began = time.monotonic()
    plain.close()
    assert wait_for(lambda: status_of(server, run["run_id"]) in ENDED)
    assert status_of(server, run["run_id"]) == "cancelled"
    assert time.monotonic() - began < 5, "well before the time limit of the run"


def test_cancel_a_run(server):
    plain = send_slowly(server)
    run = wait_for(lambda: running(server))
    assert server.request("DELETE", f"/runs/{run['run_id']}").status == 200
    check_error(parse(read_to_end(plain)), 503)
    assert status_of(server, run["run_id"]) == "cancelled"
    plain.close()


def test_a_run_in_the_background(server):
    response = server.post("/runs", {**COUNT_ORDERS, "async": True})
    assert response.status == 202, response.body
    assert response.json["status"] in ("pending", "running")
    path = response.headers["Location"]
    assert path == f"/runs/{response.json['run_id']}"
    wait_for(lambda: status_of(server, response.json["run_id"]) in ENDED)
    run = server.get(path).json
    assert run["status"] == "succeeded" and run["result"]["rows"][0][0] > 0


def test_fifty_at_a_time(server):
    def ask(number):
        sql = f"SELECT {number} AS number, count(*) AS n FROM orders"
        return server.post("/runs", {"dataset_id": "ecommerce", "sql": sql},
                           {"X-Trace-Id": f"many-{number}"})

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(ask, range(50)))
    for number, response in enumerate(responses):
        assert response.status == 200, response.body
        assert response.json["result"]["rows"][0][0] == number
        assert response.headers["X-Trace-Id"] == f"many-{number}"
    assert len({response.json["run_id"] for response in responses}) == 50


def test_service_routes_answer_while_runs_work(server):
    waiting = [send_slowly(server) for _ in range(4)]
    wait_for(lambda: running(server))
    for path in ["/healthz", "/datasets", "/runs"]:
        began = time.monotonic()
        assert server.get(path).status == 200
        assert time.monotonic() - began < 2, path
    for plain in waiting:
        plain.close()
    wait_for(lambda: not running(server))


def test_more_than_the_queue_takes(start_server):
    server = start_server(MAX_CONCURRENT_RUNS="1", RUN_QUEUE_DEPTH="1",
                          RUN_TIMEOUT_SECONDS="1").server
    assert server.get("/datasets/sensors/schema").status == 200
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: server.post("/runs", ENDLESS), range(8)))
    refused = [response for response in responses if response.status == 429]
    assert refused and len(refused) < 8
    for response in refused:
        check_error(response, 429)
        assert int(response.headers["Retry-After"]) >= 1


def test_the_time_limit_of_a_run(start_server):
    server = start_server(RUN_TIMEOUT_SECONDS="1").server
    for path, body in [("/runs", ENDLESS),
                       ("/chat", {"dataset_id": "sensors", "message": "SQL: " + ENDLESS["sql"]})]:
        details = check_error(server.post(path, body), 500)
        assert details["timed_out"] is True
        assert status_of(server, details["run_id"]) == "timed_out"


def test_same_key_same_answer(server):
    for path, body, other in [
            ("/runs", COUNT_ORDERS, {**COUNT_ORDERS, "sql": "SELECT 1 AS one FROM orders"}),
            ("/chat", {"dataset_id": "ecommerce", "message": "How many orders have a coupon code?"},
             {"dataset_id": "ecommerce", "message": "How many orders?"})]:
        key = {"Idempotency-Key": f"same-{path[1:]}-{time.time_ns()}"}
        first = server.post(path, body, key)
        again = server.post(path, body, key)
        assert first.status == 200 and first.body == again.body
        assert "Idempotent-Replayed" not in first.headers
        assert again.headers["Idempotent-Replayed"] == "true"
        check_error(server.post(path, other, key), 409, "Idempotency-Key")
        assert server.post(path, body).body != first.body


def test_two_with_one_key_share_one_run(server):
    key = {"Idempotency-Key": f"shared-{time.time_ns()}"}
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        responses = list(pool.map(lambda _: server.post("/runs", COUNT_ORDERS, key), range(10)))
    assert {response.status for response in responses} == {200}
    assert len({response.body for response in responses}) == 1


def test_a_key_that_is_none(server):
    for key in ["", "a b", "k" * 256]:
        check_error(server.post("/runs", COUNT_ORDERS, {"Idempotency-Key": key}), 400)


def test_stops_at_once_when_idle(start_server):
    program = start_server(python=True)
    connection = program.server.connect()
    connection.request("GET", "/healthz")
    connection.getresponse().read()
    began = time.monotonic()
    code, _ = program.stop()
    assert code == 0
    assert time.monotonic() - began < 5
    connection.close()


def test_what_is_in_flight_is_answered_before_the_end(start_server):
    program = start_server(RUN_TIMEOUT_SECONDS="2")
    server = program.server
    assert server.get("/datasets/sensors/schema").status == 200
    kept = server.connect()
    kept.request("GET", "/readyz")
    assert kept.getresponse().read()
    plain = send_slowly(server)
    run = wait_for(lambda: running(server))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        stopped = pool.submit(program.stop)
        wait_for(lambda: refuses(server))
        kept.request("GET", "/readyz")
        reply = kept.getresponse()
        assert reply.status == 503
        assert b"draining" in reply.read()
        details = check_error(parse(read_to_end(plain)), 500)
        assert details["run_id"] == run["run_id"] and details["timed_out"] is True
        code, log = stopped.result()
    assert code == 0, log[-2000:]
    plain.close()
    kept.close()


def refuses(server):
    try:
        server.socket().close()
    except ConnectionRefusedError:
        return True
    return False


def test_an_address_for_everybody_is_refused(start_server):
    with pytest.raises(RuntimeError, match="refusing to listen on 0.0.0.0"):
        start_server(HOST="0.0.0.0")


def test_the_queue_of_background_runs_is_bounded(start_server):
    server = start_server(RUN_QUEUE_DEPTH="2").server
    assert server.get("/datasets/sensors/schema").status == 200
    replies = [server.post("/runs", {**ENDLESS, "async": True}) for _ in range(5)]
    assert [reply.status for reply in replies] == [202, 202, 429, 429, 429]
    check_error(replies[-1], 429)
    for reply in replies[:2]:
        assert server.request("DELETE", f"/runs/{reply.json['run_id']}").status == 200
        wait_for(lambda: status_of(server, reply.json["run_id"]) in ENDED)
    wait_for(lambda: server.post("/runs", {**COUNT_ORDERS, "async": True}).status == 202)


def test_a_deleted_data_dir_is_made_again(start_server, tmp_path):
    data = tmp_path / "data"
    server = start_server(DATA_DIR=str(data)).server
    assert server.post("/runs", COUNT_ORDERS).status == 200
    shutil.rmtree(data)
    assert server.post("/runs", COUNT_ORDERS).status == 200


def test_remembered_results_do_not_fill_the_memory(start_server):
    program = start_server()
    big = {"dataset_id": "ecommerce", "sql": "SELECT repeat('x', 10000) AS a, repeat('y', 10000) AS b,"
                                             " repeat('z', 10000) AS c FROM orders LIMIT 1000"}
    for _ in range(15):
        response = program.server.post("/runs", big)
        assert response.status == 200 and len(response.body) > 25_000_000
    status = pathlib.Path(f"/proc/{program.process.pid}/status").read_text()
    resident = int(next(line for line in status.splitlines() if "VmRSS" in line).split()[1])
    assert resident < 800_000, "kB; 450 MB of results were made and 256 MiB are remembered"
