"""A server on this computer that speaks OpenAI's protocol, and has the faults that servers have."""

from __future__ import annotations

import json
import threading
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ChatServer:
    """`pieces` and `thinking` are its answer. `faults`, one for each next request: "dies" (after the first piece),
    "hangs" (says that it is there, and nothing else),
    "silent" (not even that), "page", "nonsense", "no object", "error" (in the stream), "status" (500), "wants key",
    "elsewhere" (a redirect), "floods" (text without end), "endless line", "cut off" (length), "ok" (an error with
    status 200), "comments" (also as data), "alive" (says nothing but
    that it is there), "says nothing" (events without text, without end),
    "fills up" (its context, after the first piece), "drips" (its head, letter by letter).

    `room`: bytes of messages that fit into its context; `overflow` are the words of the refusal, `counts` its numbers.
    """

    def __init__(self, pieces: tuple[str, ...] = ("A ", "red ", "star."), thinking: tuple[str, ...] = ()) -> None:
        self.pieces, self.thinking = pieces, thinking
        self.faults: deque[str] = deque()
        self.room: int | None = None
        self.overflow: dict[str, Any] = {"type": "exceed_context_size_error", "message": "too large"}
        self.counts = True
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.released = threading.Event()
        self.gone = threading.Event()
        """The other side has left an answer."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.asked.append({"path": self.path, **json.loads(body)})
                server.headers.append({name.lower(): value for name, value in self.headers.items()})
                self.close_connection = True
                need = len(json.dumps(server.asked[-1].get("messages")))
                try:
                    if server.room is not None and need > server.room:
                        server._refuse(self, need)
                    else:
                        server._answer(self, server.faults.popleft() if server.faults else "")
                except OSError:
                    server.gone.set()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                return

        self._server = Server(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.address = f"http://{self.host}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def _refuse(self, handler: BaseHTTPRequestHandler, need: int) -> None:
        counted = {"n_prompt_tokens": need, "n_ctx": self.room} if self.counts else {}
        said = json.dumps({"error": {"code": 400, **self.overflow, **counted}}).encode()
        _head(handler, 400, "application/json", len(said))
        handler.wfile.write(said)

    def _answer(self, handler: BaseHTTPRequestHandler, fault: str) -> None:
        statuses = {"status": 500, "wants key": 401, "elsewhere": 302, "ok": 200}
        if fault == "drips":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            self._go_on(handler.wfile, b"x")
        if fault in statuses:
            said = json.dumps({"error": {"message": "no memory\n left", "type": "server_error"}}).encode()
            _head(handler, statuses[fault], "application/json", len(said), "http://127.0.0.1:1/x")
            handler.wfile.write(said)
            return
        _head(handler, 200, "text/html" if fault == "page" else "text/event-stream")
        out = handler.wfile
        if fault == "page":
            out.write(b"<html>Sign in</html>")
        elif fault in ("nonsense", "no object"):
            out.write(b"data: {nonsense\n\n" if fault == "nonsense" else b"data: [1, 2]\n\n")
        elif fault == "error":
            out.write(b'data: {"error": {"message": "no memory is left"}}\n\n')
        elif fault == "endless line":
            out.write(b"data: ")
            while True:
                out.write(b"x" * 65536)
        elif fault == "alive":
            self._go_on(handler.wfile, b": still here\n\n")
        elif fault == "says nothing":
            while True:
                out.write(_chunk("") * 1000)
        elif fault == "floods":
            while True:
                out.write(_chunk("y" * 10_000))
        else:
            self._stream(out, fault)

    def _go_on(self, out: Any, said: bytes) -> None:
        """Until the other side is gone: then writing fails."""
        while not self.released.wait(0.05):
            out.write(said)
            out.flush()

    def _stream(self, out: Any, fault: str) -> None:
        if fault == "comments":
            out.write(b":\n\n: ping\n\ndata:\n\ndata: : still here\n\n")
        for text in self.thinking:
            out.write(_chunk(text, "reasoning_content"))
        for number, text in enumerate(self.pieces):
            out.write(_chunk(text))
            out.flush()
            if number == 0 and fault == "dies":
                return
            if number == 0 and fault == "fills up":
                out.write(b"data: " + json.dumps({"error": self.overflow}).encode() + b"\n\n")
                return
            if number == 0 and fault == "silent":
                self.released.wait(20)
                return
            if number == 0 and fault == "hangs":
                self._go_on(out, b": still here\n\n")
                return
        end: dict[str, Any] = {"choices": [{"delta": {}, "finish_reason": "length" if fault == "cut off" else "stop"}]}
        usage: dict[str, Any] = {"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": len(self.pieces)}}
        for said in (end, usage):
            out.write(b"data: " + json.dumps(said).encode() + b"\n\n")
        out.write(b"data: [DONE]\n\n")


def _chunk(text: str, name: str = "content") -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": {name: text}}]}).encode() + b"\n\n"


def _head(handler: BaseHTTPRequestHandler, status: int, kind: str, length: int | None = None, to: str = "") -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Connection", "close")
    if length is not None:
        handler.send_header("Content-Length", str(length))
    if status == 302:
        handler.send_header("Location", to)
    with suppress(OSError):
        handler.end_headers()
