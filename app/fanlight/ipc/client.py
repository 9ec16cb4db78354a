"""One request to the window that is open already, over a local socket that only this user can open.

Standard library only: the program tries this before it imports anything else, so that `fanlight show` costs Python's
own start and little more. The other end is `ipc.single_instance`. The named pipe
of Windows is written from Qt's and Microsoft's documentation, not run.

A connection is one request. It is a line of JSON, `{"fanlight": 1, "do": VERB, ...}`, followed by as many bytes as the
list "sizes" in it announces; the answer is lines of JSON, and the last of them has a key "end": "ok", or "refused" with
a message and a hint, and "usage": true where the words were wrong.
The verbs stand in `ipc.commands`.
"""

from __future__ import annotations

import json
import os
import sys

from fanlight.ipc.address import addresses, home, is_private
from fanlight.ipc.commands import request_of

TYPE_CHECKING = False  # importing it costs 5 ms, a sixth of the whole
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Any, Protocol

    class Stream(Protocol):
        """What is used of a socket."""

        def settimeout(self, seconds: float | None, /) -> None: ...
        def sendall(self, data: bytes | memoryview, /) -> None: ...
        def recv(self, most: int, /) -> bytes: ...
        def close(self) -> None: ...


PROTOCOL = 1
LONGEST_LINE = 4 * 2**20
"""Bytes, either way. A question that long fits no model."""
MOST_PIXEL_BYTES = 128 * 2**20
"""Of all pictures of one request."""

CONNECT_SECONDS, ANSWER_SECONDS, QUIT_SECONDS = 2.0, 15.0, 30.0
"""A window that is just opening on a busy computer takes seconds until it answers."""

OK, FAILED, USAGE = 0, 1, 2


class SocketConnection:
    """One request and its answer."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._received = bytearray()

    def __enter__(self) -> SocketConnection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, request: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
        """Raises OSError when the window goes away, or takes nothing for ANSWER_SECONDS."""
        self._stream.settimeout(ANSWER_SECONDS)
        sizes = {"sizes": [len(blob) for blob in blobs]} if blobs else {}
        self._stream.sendall(json.dumps({"fanlight": PROTOCOL, **request, **sizes}).encode() + b"\n")
        for blob in blobs:
            for start in range(0, len(blob), 2**20):  # the time is for each piece
                self._stream.sendall(memoryview(blob)[start : start + 2**20])

    def read_line(self, seconds: float | None) -> dict[str, Any] | None:
        """The next line; None when there is none because the window went away. Raises TimeoutError."""
        self._stream.settimeout(seconds)
        while (end := self._received.find(b"\n")) < 0:
            try:
                data = self._stream.recv(2**16)
            except TimeoutError:
                raise
            except OSError:
                data = b""
            if not data or len(self._received) > LONGEST_LINE:
                return None
            self._received += data
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        try:
            reply = json.loads(line)
        except (ValueError, RecursionError):
            return None
        return reply if isinstance(reply, dict) else None

    def close(self) -> None:
        self._stream.close()


def connect() -> SocketConnection | None:
    """To the window of this home; None when none is open."""
    for address in addresses():
        if (stream := connect_to(address)) is not None:
            return SocketConnection(stream)
    return None


def connect_to(address: str) -> Stream | None:
    """A connection to the process that listens there, or None."""
    if sys.platform == "win32":
        return _pipe(address)
    if not os.path.lexists(address) or not is_private(os.path.dirname(address)):
        return None
    import socket

    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stream.settimeout(CONNECT_SECONDS)
    try:
        stream.connect(address)
    except OSError:
        stream.close()
        return None
    return stream


class _Pipe:
    """A named pipe of Windows as a `Stream`, without timeouts."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "r+b", buffering=0)  # noqa: SIM115 - the object is the file

    def settimeout(self, seconds: float | None, /) -> None:
        pass

    def sendall(self, data: bytes | memoryview, /) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) or 0 :]

    def recv(self, most: int, /) -> bytes:
        return self._file.read(most) or b""

    def close(self) -> None:
        self._file.close()


def _pipe(name: str) -> Stream | None:
    try:
        return _Pipe(rf"\\.\pipe\{name}")
    except OSError:
        return None


# Commands that need no more than this.


def main(words: Sequence[str]) -> int | None:
    """The exit status; None when no window is open, or the arguments need the whole command line."""
    request = request_of(words)
    if request is None or (connection := connect()) is None:
        return None
    return send_command(connection, request)


def send_command(connection: SocketConnection, request: dict[str, Any]) -> int | None:
    """Send it; the exit status. None when the window went away instead of answering."""
    with connection:
        try:
            connection.send(request)
            reply = connection.read_line(ANSWER_SECONDS)
            if reply is None:
                return None
            if reply.get("end") != "ok":
                status = USAGE if reply.get("usage") is True else FAILED
                return _print_problem(str(reply.get("message", "refused")), str(reply.get("hint", "")), status)
            while request["do"] == "quit" and connection.read_line(QUIT_SECONDS) is not None:
                pass  # until the program has ended
        except TimeoutError:
            return _report_no_response()
        except OSError:
            return None
    return OK


def _report_no_response() -> int:
    from pathlib import Path

    from fanlight import i18n, settings_file  # imported only now that it has taken long anyway
    from fanlight.i18n import _

    i18n.use(settings_file.stored_language(Path(home())))
    return _print_problem(
        _("Fanlight is open but does not respond."), _("Check whether its window is asking something.")
    )


def _print_problem(sentence: str, hint: str, status: int = FAILED) -> int:
    try:
        if sys.stderr is not None:  # as it is where stderr is closed
            print(f"fanlight: {sentence}\n  {hint}" if hint else f"fanlight: {sentence}", file=sys.stderr, flush=True)
    except OSError:  # it is full, or nothing reads from it: what is left in its buffer would fail again at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    return status
