"""HTTP/1.1 itself: framing, limits, connections; much with bytes that no library would send."""

import json
import socket

import pytest

from wire import check_error, parse, read_to_end, send

HOST = b"Host: localhost\r\n"
JSON = b"Content-Type: application/json\r\n"


def test_keep_alive(server):
    connection = server.connect()
    sockets = set()
    for path in ["/healthz", "/datasets", "/nope", "/healthz"]:
        send(connection, "GET", path)
        sockets.add(connection.sock)
    assert len(sockets) == 1 and None not in sockets
    connection.close()


def test_connection_close_is_honoured(server):
    raw = server.raw(b"GET /healthz HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert parse(raw).headers["Connection"] == "close"


def test_http_1_0(server):
    response = parse(server.raw(b"GET /healthz HTTP/1.0\r\n\r\n"))
    assert response.status == 200
    assert json.loads(response.body)["status"] == "ok"


def test_pipelining_keeps_the_order(server):
    count = 30
    sent = b"".join(
        b"GET /%s HTTP/1.1\r\n%sX-Trace-Id: n%d\r\n%s\r\n" % (
            b"healthz" if n % 3 else b"nope", HOST, n,
            b"Connection: close\r\n" if n == count - 1 else b"")
        for n in range(count))
    raw = server.raw(sent)
    traces = [line for line in raw.split(b"\r\n") if line.startswith(b"X-Trace-Id")]
    assert traces == [b"X-Trace-Id: n%d" % n for n in range(count)]


def test_head_is_get_without_its_body(server):
    connection = server.connect()
    get = send(connection, "GET", "/datasets")
    head = send(connection, "HEAD", "/datasets")
    again = send(connection, "GET", "/healthz")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert again.status == 200
    connection.close()


@pytest.mark.parametrize("sent, status", [
    (b"nonsense\r\n\r\n", 400),
    (b"GET\r\n\r\n", 400),
    (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    (b"GET /healthz HTTP/1.1\r\n" + HOST + HOST + b"Connection: close\r\n\r\n", 400),
    (b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n", 400),
    (b"GET /healthz HTTP/1.1\r\n" + HOST + b"no colon\r\n\r\n", 400),
    (b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n", 400),
    (b"GET /\x01 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    (b"POST /chat HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: x\r\n\r\n", 400),
    (b"POST /chat HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 2\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST /chat HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 400),
    (b"POST /chat HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    (b"GET /healthz HTTP/1.1\r\n" + HOST + b"Expect: wonders\r\n\r\n", 417),
    (b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-Big: " + b"a" * 20_000 + b"\r\n\r\n", 431),
    (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 431),
    (b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 5_000 + b"\r\n", 431),
])
def test_what_is_not_a_request(server, sent, status):
    with server.socket() as plain:
        plain.sendall(sent)
        plain.shutdown(socket.SHUT_WR)
        check_error(parse(read_to_end(plain)), status)
    assert server.get("/healthz").status == 200


def test_a_header_just_under_the_limit(server):
    assert server.get("/healthz", {"X-Big": "a" * 15_000}).status == 200


@pytest.mark.parametrize("size", [(1 << 20) + 1, 8 << 20])
def test_a_giant_body(server, size):
    check_error(server.post("/chat", b" " * size), 413, "the body is too large")


def test_a_giant_body_in_chunks(server):
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    raw = server.raw(b"POST /chat HTTP/1.1\r\n" + HOST + JSON +
                     b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 20 + b"0\r\n\r\n")
    check_error(parse(raw), 413, "the body is too large")


def test_a_body_of_exactly_the_limit_is_read(server):
    check_error(server.post("/chat", b" " * (1 << 20)), 400, "not valid JSON")


def test_expect_100_continue(server):
    body = b"{}"
    head = b"POST %s HTTP/1.1\r\n" + HOST + JSON + \
        b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"
    with server.socket() as plain:
        plain.sendall(head % b"/chat")
        assert plain.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        plain.sendall(body)
        check_error(parse(read_to_end(plain)), 400, "dataset_id is missing")
    # What will be refused anyway is refused before the body is sent.
    check_error(parse(server.raw(head % b"/nope")), 404)


@pytest.mark.parametrize("part", [
    b"", b"P", b"POST /chat HTTP/1.1\r\nHos", b"POST /chat HTTP/1.1\r\n" + HOST,
    b"POST /chat HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 100\r\n\r\n{\"dataset_id\":"])
def test_half_a_request(server, part):
    """The client goes away in the middle: no answer, no harm."""
    for _ in range(20):
        with server.socket() as plain:
            plain.sendall(part)
    with server.socket() as plain:
        plain.sendall(part)
        plain.shutdown(socket.SHUT_WR)
        assert read_to_end(plain) == b""
    assert server.get("/healthz").status == 200


def test_idle_connections_do_not_starve_others(server):
    idle = [server.socket() for _ in range(200)]
    for number, plain in enumerate(idle):
        plain.sendall(b"GET /healthz HT"[:number % 15])
    assert server.get("/healthz").status == 200
    for plain in idle:
        plain.close()
