"""Starts parsing processes: `python -m fanlight.parsing.child`, with one end of a channel."""

from __future__ import annotations

import json
import math
import os
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO

from fanlight.domain.own_python import with_own_modules
from fanlight.parsing.channel import BLOB_BYTES, Channel, PipeChannel, SocketChannel, passes_descriptors

if TYPE_CHECKING:
    import subprocess  # noqa: TID251 - see _popen

IDLE_SECONDS = 180.0
"""Without work a process ends, and gives its memory back."""
KEPT_MIB = 96
"""Pixel memory that Pillow keeps for the next picture, in blocks of about one size: the kernel need not clear it again.
A photo of 12 million pixels takes half of it. `child.py` gives it back after a short while."""
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")
_HIDDEN = 0x0800_0000
"""CREATE_NO_WINDOW: no console flashes up on Windows."""


@dataclass(frozen=True, slots=True)
class ParserKind:
    """`preload`: modules that are imported at the start. At most `processes` run at once; each may take
    `memory_bytes`. A request that has waited `wait_seconds` for a place gets a further process."""

    name: str
    preload: tuple[str, ...]
    processes: int
    memory_bytes: int
    idle_seconds: float = IDLE_SECONDS
    wait_seconds: float = math.inf


@dataclass(frozen=True, slots=True)
class ChildProgram:
    """A module of Fanlight's that is run with a channel to this process. `errors`: where its stderr goes; None: to
    nobody."""

    module: str
    environment: Mapping[str, str]
    errors: BinaryIO | None = None


Started = tuple[Channel, "subprocess.Popen[bytes]"]


def launched(kind: ParserKind, language: str) -> Started:
    """The process may not be ready yet. Raises OSError.

    Linux ends it together with the *thread* that started it (PR_SET_PDEATHSIG): that one lives as long as Fanlight."""
    future: Future[Started] = Future()

    def order() -> None:
        try:
            future.set_result(_launched(kind, language))
        except BaseException as error:
            future.set_exception(error)

    _launcher_orders().put(order)
    return future.result()


def _launched(kind: ParserKind, language: str) -> Started:
    """Raises OSError."""
    options = {
        "parent": os.getpid(), "language": language, "preload": kind.preload, "memory_bytes": kind.memory_bytes,
        "file_bytes": BLOB_BYTES, "idle_seconds": kind.idle_seconds,
    }  # fmt: skip
    return launched_with_channel(ChildProgram("fanlight.parsing.child", bare_environment()), options)


def launched_with_channel(program: ChildProgram, options: dict[str, object]) -> Started:
    """The program gets `options` as JSON, with one end of the channel as "channel", and whether it is a pipe as
    "pipes". Raises OSError."""
    options = options | {"pipes": not passes_descriptors()}
    if options["pipes"]:
        return _launched_with_pipes(program, options)
    own, theirs = SocketChannel.pair()
    try:
        process = _popen(program, options | {"channel": theirs.fileno()}, pass_fds=[theirs.fileno()])
    except OSError:
        own.close()
        raise
    finally:
        theirs.close()
    return own, process


def _launched_with_pipes(program: ChildProgram, options: dict[str, object]) -> Started:
    from multiprocessing import connection

    own, theirs = connection.Pipe()
    number = theirs.fileno()
    try:
        if sys.platform == "win32":
            import subprocess  # noqa: TID251 - see _popen

            os.set_handle_inheritable(number, True)
            startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [number]})
            process = _popen(program, options | {"channel": number}, startupinfo=startup, creationflags=_HIDDEN)
        else:
            process = _popen(program, options | {"channel": number}, pass_fds=[number])
    except OSError:
        own.close()
        raise
    finally:
        theirs.close()
    return PipeChannel(own), process


def _popen(program: ChildProgram, options: dict[str, object], **how: Any) -> subprocess.Popen[bytes]:
    """In a process group of its own: Ctrl+C in a terminal is for Fanlight alone. Not in a session: Linux schedules each
    as a whole, and the decoder would wait for its turn where other programs are busy."""
    import subprocess  # noqa: TID251 - what strangers' files can do must not happen in this process

    command = [sys.executable, "-P", "-m", program.module, json.dumps(options)]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=program.errors or subprocess.DEVNULL,
        env=program.environment, cwd=Path(sys.executable).anchor, process_group=0, **how,
    )  # fmt: skip


def bare_environment() -> dict[str, str]:
    """Fanlight's modules are those of this process; nothing that is private is passed on."""
    known = {name: value for name, value in os.environ.items() if name in _PASSED_ON or name.startswith("PYTHON")}
    return with_own_modules(known) | {
        "OPENBLAS_NUM_THREADS": "1",  # memory for threads that have nothing to do
        "PILLOW_BLOCK_SIZE": "1m",
        "PILLOW_BLOCKS_MAX": str(KEPT_MIB),
    }


_launcher_lock = threading.Lock()
_launcher: SimpleQueue[Callable[[], None]] | None = None


def _launcher_orders() -> SimpleQueue[Callable[[], None]]:
    global _launcher
    with _launcher_lock:
        if _launcher is None:
            _launcher = SimpleQueue()
            threading.Thread(target=_launch, args=(_launcher,), name="parser launcher", daemon=True).start()
        return _launcher


def _launch(orders: SimpleQueue[Callable[[], None]]) -> None:
    while True:
        orders.get()()
