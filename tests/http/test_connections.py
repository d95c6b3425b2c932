"""Connections that only wait: thousands of them keep nobody out."""

import contextlib
import resource
import socket
import time

IDLE, SLOW = 5_000, 500
ADDRESSES = 200
RUN = {"dataset_id": "ecommerce", "sql": "SELECT count(*) AS n FROM orders"}


def connect(port, number):
    source = (f"127.0.0.{number % ADDRESSES + 1}", 0)
    return socket.create_connection(("127.0.0.1", port), timeout=10, source_address=source)


def seconds(ask):
    began = time.monotonic()
    assert ask().status == 200
    return time.monotonic() - began


def test_idle_and_slow_connections_keep_nobody_out(server):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    assert server.post("/runs", RUN).status == 200  # Reads the dataset.
    share = min(1.0, (hard - 200) / (IDLE + SLOW))
    try:
        with contextlib.ExitStack() as stack:
            for number in range(int((IDLE + SLOW) * share)):
                waiting = stack.enter_context(connect(server.port, number))
                if number >= IDLE * share:
                    with contextlib.suppress(ConnectionError):  # It was closed for room already.
                        waiting.sendall(b"POST /runs HTTP/1.1\r\nHost: local")
            assert seconds(lambda: server.get("/healthz")) < 1
            assert seconds(lambda: server.post("/runs", RUN)) < 1
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
