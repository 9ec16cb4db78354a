"""Functions for parsing processes: what decoders do when they are broken, and what a file does that has taken one
over."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path

from fanlight.domain.errors import PictureError
from fanlight.i18n import _
from fanlight.parsing.channel import Packet, Written

Answers = Generator[Packet, None, None]


def echo(request: Packet) -> Answers:
    yield Packet({**request.values, "pid": os.getpid()}, request.blobs)


def read_passed(request: Packet) -> Answers:
    """The content of the files that were passed."""
    yield Packet({}, [os.read(descriptor, 1000) for descriptor in request.files])


def count(request: Packet) -> Answers:
    for number in range(request.values["to"]):
        yield Packet({"number": number}, [bytes([number % 256]) * 1000])


def count_pages(request: Packet) -> Answers:
    """As a document of very many short pages."""
    yield Packet({"pages": 5000})
    for _number in range(5000):
        yield Packet({}, [b"x"])


def refuse(request: Packet) -> Answers:
    raise PictureError(_("{subject} is a folder.").format(subject="“x”"), "Choose another.")
    yield


def in_pieces(request: Packet) -> Answers:
    """As many pieces as asked for; `size` may be wrong."""
    pieces = [bytes([number]) * 1000 for number in range(request.values["count"])]
    yield Packet({"n": 1}, [b"last"], written=Written(request.values["size"], lambda file: file.writelines(pieces)))


def compute_pixels(request: Packet) -> Answers:
    """A large picture, which is dropped again."""
    from PIL import Image

    Image.new("RGB", (4000, 3000), "red").load()
    yield Packet({})


def fail(request: Packet) -> Answers:
    raise KeyError("a bug")
    yield


def crash(request: Packet) -> Answers:
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    ctypes.string_at(0)
    yield Packet({})


def leave(request: Packet) -> Answers:
    yield Packet({})
    os._exit(7)


def compute(request: Packet) -> Answers:
    while True:
        pass
    yield


def sleep(request: Packet) -> Answers:
    time.sleep(600)
    yield Packet({})


def sleep_in_c(request: Packet) -> Answers:
    """With the GIL: no thread of Python's runs."""
    ctypes.PyDLL(None).sleep(600)
    yield Packet({})


def allocate(request: Packet) -> Answers:
    yield Packet({"bytes": len(bytearray(request.values["bytes"]))})


def answer_twice(request: Packet) -> Answers:
    yield Packet({})
    yield Packet({})


def answer_never(request: Packet) -> Answers:
    yield from ()


def forbidden(request: Packet) -> Answers:
    """Try what is forbidden; name -> the error's number, or "done"."""
    own = request.values["folder"]
    attempts: dict[str, Callable[[], object]] = {
        "internet socket": lambda: socket.socket(socket.AF_INET).close(),
        "unix socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "program": lambda: subprocess.run([sys.executable, "-c", "0"], check=True),
        "fork": _fork,
        "kill": lambda: os.kill(request.values["parent"], 0),
        "write": lambda: Path(own, "new").write_bytes(b"x"),
        "append": lambda: Path(own, "there").open("ab").close(),
        "delete": lambda: Path(own, "there").unlink(),
        "rename": lambda: Path(own, "there").rename(Path(own, "elsewhere")),
        "read": lambda: Path(own, "there").read_bytes(),
        "list": lambda: list(Path(own).iterdir()),
        "ptrace": lambda: _called("ptrace", 16, request.values["parent"], 0, 0),
        "threads": _thread,
    }
    yield Packet({name: _outcome(attempt) for name, attempt in attempts.items()})


def standing(request: Packet) -> Answers:
    """What the process is left with."""
    yield Packet(
        {
            "env": sorted(os.environ), "descriptors": sorted(map(int, _descriptors())), "group": os.getpgid(0),
            "cwd": str(Path.cwd()), "modules": sorted({name.partition(".")[0] for name in sys.modules}),
            "threads": threading.active_count(),
        }
    )  # fmt: skip


def _outcome(attempt: Callable[[], object]) -> object:
    try:
        attempt()
    except OSError as error:
        return error.errno
    except RuntimeError as error:
        return str(error)
    return "done"


def _fork() -> None:
    if (pid := os.fork()) == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _thread() -> None:
    thread = threading.Thread(target=len, args=((),))
    thread.start()
    thread.join()


def _called(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)


def _descriptors() -> list[str]:
    found = []
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(str(number))
    return found
