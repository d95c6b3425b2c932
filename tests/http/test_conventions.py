"""What holds for every route, checked by rule over the server's own list of routes."""

import re
import time

import pytest

from wire import check_error

TRACE = re.compile(r"[0-9a-f]{32}")
PARENT_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{PARENT_TRACE}-00f067aa0ba902b7-01"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@pytest.fixture(scope="module")
def routes(server):
    """[(method, pattern)], as the server tells them to who asks for a route that is not there."""
    details = check_error(server.get("/no/such/route"), 404, "there is no route /no/such/route")
    found = [tuple(route.split(" ")) for route in details["routes"]]
    assert {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/datasets"), ("POST", "/runs"),
            ("GET", "/datasets/{id}/schema"), ("GET", "/runs/{id}"), ("POST", "/chat"),
            ("GET", "/runs/{id}/status"), ("POST", "/ai/execute")} <= set(found)
    return found


# The first field that a body must have, by route; all other routes need dataset_id.
FIRST_FIELD = {"/ai/execute": "python_code", "/calculate/advanced/execute": "python_code",
               "/ai/validate/python": "python_code", "/ai/validate/sql": "sql",
               "/ai/codegen": "prompt", "/ai/sql": "prompt", "/calculate/advanced": "prompt",
               "/calculate/sql": "prompt", "/generate-ui": "prompt",
               "/query-understanding": "message"}


def path_of(pattern):
    return re.sub(r"\{\w+\}", "no_such_thing", pattern)


def test_unknown_routes(server):
    for path in ["/no", "/runs/a/b/c", "//healthz", "/HEALTHZ", "/healthz/../healthz", "/%2e%2e/x"]:
        check_error(server.get(path), 404, "there is no route")
    check_error(server.get("/"), 404, "/healthz or /datasets")


def test_bad_addresses(server):
    for path in ["/runs/%zz", "/runs/%00", "/runs/%ff", "/runs?limit=%c3"]:
        check_error(server.get(path), 400, "not well-formed")


def test_a_trailing_slash_is_the_same_thing(server):
    assert server.get("/datasets/").json == server.get("/datasets").json


def test_wrong_methods_name_the_right_ones(server, routes):
    for pattern in {pattern for _, pattern in routes}:
        allowed = {method for method, other in routes if other == pattern}
        if "GET" in allowed:
            allowed.add("HEAD")
        for method in METHODS:
            if method in allowed or method == "HEAD":
                continue
            response = server.request(method, path_of(pattern))
            details = check_error(response, 405, "is not a method of this route")
            assert set(response.headers["Allow"].split(", ")) == allowed, (method, pattern)
            assert details["allow"] == response.headers["Allow"]


def test_unknown_ids(server, routes):
    for method, pattern in routes:
        if "{" in pattern:
            check_error(server.request(method, path_of(pattern)), 404)


def test_bodies_that_are_not_taken(server, routes):
    for method, pattern in routes:
        if method != "POST":
            continue
        first = FIRST_FIELD.get(pattern, "dataset_id")
        for headers in [{"Content-Type": "text/plain"}, {"Content-Type": "multipart/form-data"},
                        {"Content-Type": ""}, {"Content-Type": "application/json; charset=latin-1"},
                        {"Content-Encoding": "gzip"}]:
            check_error(server.post(pattern, b"{}", headers), 415)
        for body, says in [
                (b"", "the body is empty"),
                (b"{", "not valid JSON at line 1"),
                (b'{"a": 1,}', "not valid JSON"),
                (b"{} {}", "not valid JSON"),
                (b'{"dataset_id": "\xff"}', "not valid JSON"),
                (b'{"dataset_id": 1e999}', ""),
                (b"[" * 10_000 + b"]" * 10_000, "nested deeper than"),
                (b"[]", "must be an object"),
                (b"null", "must be an object"),
                (b"{}", f"{first} is missing"),
                (b'{"%s": 7}' % first.encode(), f"{first} must be a string, not a number")]:
            check_error(server.post(pattern, body), 400, says)


def test_every_issue_has_its_path(server):
    details = check_error(server.post("/runs", {"dataset_id": [], "sql": 1, "async": "yes"}), 400)
    assert {issue["path"] for issue in details["issues"]} == {"dataset_id", "sql", "async"}
    plan = {"version": 1, "from": "orders", "select": [{"column": "status"}, {"agg": "summ"}]}
    details = check_error(server.post("/runs", {"dataset_id": "ecommerce", "plan": plan}), 400)
    assert any(issue["path"].startswith("plan.select[1]") for issue in details["issues"])


def test_exactly_one_thing_to_run(server):
    for more in [{}, {"sql": "SELECT 1", "python": "x"}]:
        response = server.post("/runs", {"dataset_id": "ecommerce", **more})
        check_error(response, 400, "exactly one of")


def test_unknown_datasets_name_the_nearest(server):
    check_error(server.post("/chat", {"dataset_id": "ecomerce", "message": "how many?"}), 404,
                "ecommerce")
    check_error(server.post("/runs", {"dataset_id": "ecomerce", "sql": "SELECT 1"}), 404)
    check_error(server.get("/datasets/ecomerce/schema"), 404)


@pytest.mark.parametrize("headers, wanted", [
    ({"X-Trace-Id": "my.Trace_1-2"}, "my.Trace_1-2"),
    ({"X-Request-Id": "r-1"}, "r-1"),
    ({"X-Request-Id": "r-1", "X-Trace-Id": "t-1"}, "t-1"),
    ({"traceparent": PARENT}, PARENT_TRACE),
    ({"X-Trace-Id": "x" * 128}, "x" * 128),
    ({"X-Trace-Id": "x" * 129}, None),
    ({"X-Trace-Id": "no spaces"}, None),
    ({"X-Trace-Id": "<b>"}, None),
    ({"traceparent": PARENT.replace("4bf9", "zzzz")}, None),
    ({}, None),
])
def test_traces(server, headers, wanted):
    for path in ["/healthz", "/datasets", "/nope"]:
        response = server.get(path, headers)
        trace = response.headers["X-Trace-Id"]
        assert trace == response.headers["X-Request-Id"]
        assert trace == wanted if wanted else TRACE.fullmatch(trace)
        if response.status >= 400:
            check_error(response, 404)


def test_one_log_line_a_request_without_values(server, log_of):
    trace = f"log-{time.time_ns()}"
    server.get("/datasets?cursor=secret-value", {"X-Trace-Id": trace})
    entries = log_of(trace)
    assert len(entries) == 1
    assert {"method": "GET", "route": "/datasets", "status": 400, "trace_id": trace}.items() \
        <= entries[0].items()
    assert entries[0]["time_ms"] >= 0
    assert "secret" not in str(entries[0])


def test_headers_of_every_response(server):
    for path in ["/healthz", "/datasets", "/nope", "/chat"]:
        headers = server.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Type"] == "application/json"
        assert headers["Date"].endswith(" GMT")


def test_only_this_machine_is_a_host(server, routes):
    for method, pattern in routes:
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "0.0.0.0"]:
            check_error(server.request(method, path_of(pattern), headers={"Host": host}), 403,
                        "answers only as localhost")
    for host in ["localhost", "localhost:1", "127.0.0.1:8000", "[::1]"]:
        assert server.get("/healthz", {"Host": host}).status == 200


def test_pages_of_other_sites_may_not_write(server, routes):
    own = f"http://127.0.0.1:{server.port}"
    for method, pattern in routes:
        if method == "GET":
            continue
        for origin in ["https://evil.example", "null", "http://127.0.0.1:1", own + ".evil"]:
            response = server.request(method, path_of(pattern), b"{}", {"Origin": origin})
            check_error(response, 403, "another site")
    response = server.post("/chat", b"{}", {"Origin": own})
    check_error(response, 400, "dataset_id is missing")
