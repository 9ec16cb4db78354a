"""A server on this computer that speaks the hub's protocol, and has every fault that a connection can have.

The hub answers `/OWNER/NAME/resolve/COMMIT/FILE` with a redirect to a second host (another port), as the real one does,
with the size and the sha256 in its headers; that one sends the bytes, ranges included. `hub.plan` and `cdn.plan` are
the faults of their next requests, in order; a request without a fault, or behind the last one, is served rightly.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BLOCK = 16 * 1024


@dataclass
class Fault:
    """`kind`: "status" (with `status`, `headers`), "cut" (after `at` bytes of the body), "reset" (the same, without a
    good-bye), "silent" (headers, then nothing), "drip" (a byte each `seconds`), "wrong" (another byte at `at` of the
    file), "no ranges", "other range", "page" (of a network that wants a sign-in), "packed", "chunked", "short" (a
    Content-Length that is too small), "long" (one that is too large), "nonsense" (no HTTP), "circle"."""

    kind: str
    at: int = 0
    status: int = 0
    seconds: float = 0.05
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """One request as it came: the answer's status, and how many bytes of content were sent."""

    path: str
    range: str
    headers: dict[str, str]
    status: int = 0
    sent: int = 0


class Host:
    """One of the two servers. `asked`: all requests."""

    def __init__(self, answer: Any) -> None:
        self.plan: deque[Fault | None] = deque()
        self.asked: list[Asked] = []
        self._answer = answer
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self) -> None:
                asked = Asked(
                    self.path,
                    self.headers.get("Range", ""),
                    {name.lower(): value for name, value in self.headers.items()},
                )
                host.asked.append(asked)
                fault = host.plan.popleft() if host.plan else None
                with suppress(OSError):
                    host._answer(self, asked, fault)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def server_bind(self) -> None:  # without a look-up of its own name
                self.socket.bind(self.server_address)
                self.server_address = self.socket.getsockname()
                self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

            def handle_error(self, request: object, client_address: object) -> None:
                return

        self._server = Server(("127.0.0.1", 0), Handler)
        self.name = f"127.0.0.1:{self._server.server_port}"
        self.address = f"http://{self.name}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def sent(self) -> int:
        """Bytes of content, of all requests."""
        return sum(asked.sent for asked in self.asked)


class HubServer:
    """`files` by path; `gated`: paths that want this token."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.gated: dict[str, str] = {}
        self.says_size = True
        """Whether the hub names size and sum of a file; mirrors do not."""
        self.bytes_per_second = 0.0
        """Of the content; 0: as fast as it goes."""
        self.cdn = Host(self._send_content)
        self.hub = Host(self._lead)
        self._sums: dict[str, str] = {}
        self.licence = "mit"

    @property
    def address(self) -> str:
        return self.hub.address

    def put(self, repository: str, commit: str, name: str, content: bytes) -> str:
        """The address of a file that is there from now on."""
        path = f"/{repository}/resolve/{commit}/{name}"
        self.files[path] = content
        self._sums[path] = hashlib.sha256(content).hexdigest()
        return f"{self.address}{path}"

    def stop(self) -> None:
        self.hub.stop()
        self.cdn.stop()

    def _lead(self, handler: BaseHTTPRequestHandler, asked: Asked, fault: Fault | None) -> None:
        path = handler.path.partition("?")[0]
        if fault is not None and fault.kind == "circle":
            _head(handler, asked, 302, {"Location": handler.path})
        elif fault is not None and fault.kind == "status":
            _head(handler, asked, fault.status, fault.headers)
        elif fault is not None and fault.kind in ("page", "nonsense"):
            _page(handler, asked, fault.kind)
        elif path.startswith("/api/models"):
            self._list(handler, asked, path.removeprefix("/api/models").strip("/"))
        elif path not in self.files:
            _head(handler, asked, 404, {"X-Error-Code": "EntryNotFound"})
        elif path in self.gated and handler.headers.get("Authorization") != f"Bearer {self.gated[path]}":
            status = 403 if "Authorization" in handler.headers else 401
            _head(handler, asked, status, {"X-Error-Code": "GatedRepo"})
        else:
            said = {"X-Linked-Size": str(len(self.files[path])), "X-Linked-ETag": f'"{self._sums[path]}"'}
            location = f"{self.cdn.address}{path}?Expires=1&Signature=secret"
            _head(handler, asked, 302, {"Location": location} | (said if self.says_size else {}))

    def _list(self, handler: BaseHTTPRequestHandler, asked: Asked, repository: str) -> None:
        """The API: the files of a repository, at its newest commit or at one that is asked for, or all repositories."""
        repository, _middle, revision = repository.partition("/revision/")
        places = [path.strip("/").partition("/resolve/") for path in self.files]
        found: Any = [{"id": name, "downloads": 7, "gated": False} for name in dict.fromkeys(one[0] for one in places)]
        if repository:
            files = [
                {"rfilename": rest.partition("/")[2], "size": len(content), "lfs": {"sha256": self._sums[path]}}
                for (name, _middle, rest), (path, content) in zip(places, self.files.items(), strict=True)
                if name == repository and rest.startswith(revision)
            ]
            if not files and any(name == repository for name, _middle, _rest in places):
                _head(handler, asked, 404, {"X-Error-Code": "RevisionNotFound"})
                return
            commits = [rest.partition("/")[0] for name, _middle, rest in places if name == repository]
            commit = next((one for one in commits if one.startswith(revision)), "")
            found = {"id": repository, "sha": commit, "cardData": {"license": self.licence}, "siblings": files}
            if not files:
                _head(handler, asked, 401, {"X-Error-Code": "RepoNotFound"})
                return
        content = json.dumps(found).encode()
        _head(
            handler, asked, 200, {"Content-Type": "application/json", "Content-Length": str(len(content))}, ends=False
        )
        handler.wfile.write(content)

    def _send_content(self, handler: BaseHTTPRequestHandler, asked: Asked, fault: Fault | None) -> None:
        content = self.files.get(handler.path.partition("?")[0], b"")
        kind = fault.kind if fault else ""
        if fault is not None and kind == "status":
            _head(handler, asked, fault.status, fault.headers)
            return
        if kind in ("page", "nonsense"):
            _page(handler, asked, kind)
            return
        if fault is not None and kind == "wrong":
            content = content[: fault.at] + bytes([content[fault.at] ^ 1]) + content[fault.at + 1 :]
        asked_for = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        start = int(asked_for[1]) if asked_for and kind != "no ranges" else 0
        if asked_for and start >= len(content):
            _head(handler, asked, 416, {"Content-Range": f"bytes */{len(content)}"})
            return
        headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
        if asked_for and kind != "no ranges":
            shown = start + 1 if kind == "other range" else start
            headers["Content-Range"] = f"bytes {shown}-{len(content) - 1}/{len(content)}"
        body = content[start:]
        length = len(body) + {"short": -len(body) // 2, "long": 1000}.get(kind, 0)
        headers |= {"Transfer-Encoding": "chunked"} if kind == "chunked" else {"Content-Length": str(length)}
        headers |= {"Content-Encoding": "gzip"} if kind == "packed" else {}
        _head(handler, asked, 206 if "Content-Range" in headers else 200, headers, ends=False)
        self._send(handler, asked, body, fault)

    def _send(self, handler: BaseHTTPRequestHandler, asked: Asked, body: bytes, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        end = (
            min(len(body), fault.at) if fault is not None and kind in ("cut", "reset", "silent", "drip") else len(body)
        )
        for at in range(0, end, BLOCK):
            block = body[at : min(end, at + BLOCK)]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(block), block) if kind == "chunked" else block)
            asked.sent += len(block)
            if self.bytes_per_second:
                time.sleep(len(block) / self.bytes_per_second)
        if kind == "chunked":
            handler.wfile.write(b"0\r\n\r\n")
        if kind == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        if kind in ("silent", "drip") and fault is not None:
            self._hold(handler, body[end:], fault)
        if kind in ("cut", "reset", "silent", "drip", "long", "short"):
            handler.close_connection = True
            with suppress(OSError):
                handler.connection.close() if kind == "reset" else handler.connection.shutdown(socket.SHUT_WR)

    def _hold(self, handler: BaseHTTPRequestHandler, rest: bytes, fault: Fault) -> None:
        """Until the other side gives up, at most for some seconds."""
        until = time.monotonic() + 20
        for byte in rest:
            if time.monotonic() > until:
                return
            if fault.kind == "drip":
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
            else:
                handler.connection.settimeout(20)
                handler.connection.recv(1)
                return
            time.sleep(fault.seconds)


def _head(
    handler: BaseHTTPRequestHandler, asked: Asked, status: int, headers: dict[str, str], *, ends: bool = True
) -> None:
    asked.status = status
    handler.send_response(status)
    for name, value in (({"Content-Length": "0"} if ends else {}) | headers).items():
        handler.send_header(name, value)
    handler.end_headers()


def _page(handler: BaseHTTPRequestHandler, asked: Asked, kind: str) -> None:
    asked.status = 200
    if kind == "nonsense":
        handler.wfile.write(b"\x00\x01\x02 no HTTP \r\n\r\n")
        handler.close_connection = True
        return
    page = b"<html><title>Sign in</title>" + json.dumps(["welcome"] * 50).encode() + b"</html>"
    _head(handler, asked, 200, {"Content-Type": "text/html", "Content-Length": str(len(page))}, ends=False)
    handler.wfile.write(page)
