"""How the tests talk to the server: http.client where all is well-formed, sockets where not."""

import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any, Mapping, Optional

PATIENCE_SECONDS = 120  # The first use of a dataset reads its files.


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A running server, and the ways of asking it."""

    port: int

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def request(self, method: str, path: str, body: Any = None,
                headers: Optional[Mapping[str, str]] = None) -> Response:
        """One request on a connection of its own. A body that is not bytes is sent as JSON."""
        connection = self.connect()
        try:
            return send(connection, method, path, body, headers)
        finally:
            connection.close()

    def get(self, path: str, headers: Optional[Mapping[str, str]] = None) -> Response:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, body: Any, headers: Optional[Mapping[str, str]] = None) -> Response:
        return self.request("POST", path, body, headers)

    def socket(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)

    def raw(self, sent: bytes) -> bytes:
        """Sends these bytes and returns all that comes until the server closes."""
        with self.socket() as plain:
            try:
                plain.sendall(sent)
            except (BrokenPipeError, ConnectionResetError):
                pass  # The server had seen enough; its answer is still to be read.
            return read_to_end(plain)


def send(connection: http.client.HTTPConnection, method: str, path: str, body: Any = None,
         headers: Optional[Mapping[str, str]] = None) -> Response:
    fields = dict(headers or {})
    data = body
    if body is not None:
        fields.setdefault("Content-Type", "application/json")
        if not isinstance(body, bytes):
            data = json.dumps(body).encode()
    connection.request(method, path, data, fields)
    reply = connection.getresponse()
    return Response(reply.status, dict(reply.getheaders()), reply.read())


def read_to_end(plain: socket.socket) -> bytes:
    received = b""
    while True:
        try:
            more = plain.recv(65536)
        except ConnectionResetError:
            return received
        if not more:
            return received
        received += more


def parse(raw: bytes) -> Response:
    """The one response in `raw`."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    return Response(int(lines[0].split(" ")[1]), headers, body)


def check_error(response: Response, status: int, says: str = "") -> dict:
    """Holds an error to the one shape that all errors have, and returns its details."""
    assert response.status == status, response.body
    assert response.headers["Content-Type"] == "application/json"
    body = response.json
    assert {"error", "details", "trace_id"} <= set(body)
    assert isinstance(body["error"], str) and body["error"]
    assert "\n" not in body["error"]
    assert isinstance(body["details"], dict)
    assert body["trace_id"] == response.headers["X-Trace-Id"] == response.headers["X-Request-Id"]
    assert says.lower() in body["error"].lower(), body["error"]
    return body["details"]
