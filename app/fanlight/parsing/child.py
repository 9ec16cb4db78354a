"""The parsing process itself: `python -m fanlight.parsing.child OPTIONS`.

It serves one request after another: a function, named as `module:function`, is called with a `Packet`, and each packet
that it yields is sent back. It ends when Fanlight does, when its channel closes, and after some minutes without work.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from typing import Any

from fanlight import i18n
from fanlight.domain.errors import FanlightError
from fanlight.i18n import N_
from fanlight.parsing import confinement
from fanlight.parsing.channel import Channel, ChannelClosed, Packet, PipeChannel, SocketChannel

MOST_CHARACTERS = 8000
"""Of a text about an error: a packet is small."""

PAUSE_SECONDS = 2.0
"""Between two pictures of one drop there is less."""

ParsingTask = Callable[[Packet], Generator[Packet, None, None]]
"""A function of a module that may be called in a parsing process."""


def main() -> None:
    options = json.loads(sys.argv[1])
    confinement.end_with_parent(options["parent"])
    channel = opened_channel(options["channel"], pipes=options["pipes"])
    on = [N_("limits of memory and time")] if confinement.limit(options["memory_bytes"], options["file_bytes"]) else []
    i18n.use(options["language"])
    for name in options["preload"]:
        with suppress(Exception):  # raised again, and told, by the function that needs it
            importlib.import_module(name)
    on += confinement.confine()
    try:
        channel.send(Packet({"kind": "ready", "protections": on}))
        while _comes_request(channel, options["idle_seconds"]):
            _serve(channel, channel.receive())
    except ChannelClosed:
        pass
    os._exit(0)


def _comes_request(channel: Channel, seconds: float) -> bool:
    """Whether one comes within so long; memory that is kept for the next one is given back after a while without."""
    pause = min(PAUSE_SECONDS, seconds)
    if channel.wait(pause):
        return True
    _give_memory_back()
    return channel.wait(seconds - pause)


def _give_memory_back() -> None:
    if pillow := sys.modules.get("PIL.Image"):
        pillow.core.clear_cache()
    if sys.platform == "linux":
        with suppress(AttributeError):  # a C library without it
            ctypes.CDLL(None).malloc_trim(0)


def opened_channel(number: int, *, pipes: bool) -> Channel:
    """The end that was handed to this process."""
    if not pipes:
        return SocketChannel.inherited(number)
    from multiprocessing import connection

    kind: Any = getattr(connection, "PipeConnection" if sys.platform == "win32" else "Connection")
    return PipeChannel(kind(number))


def _serve(channel: Channel, request: Packet) -> None:
    channel.send(_served(channel, request))


def _served(channel: Channel, request: Packet) -> Packet:
    """Call the function and pass on what it yields; the packet that says how it ended."""
    try:
        confinement.allow_cpu()
        with closing(_task(str(request.values["task"]))(request)) as replies:
            for reply in replies:
                channel.send(Packet({"kind": "reply", "values": reply.values}, reply.blobs, written=reply.written))
                confinement.allow_cpu()
    except FanlightError as error:
        words = {"message": _cut(error.message), "hint": _cut(error.hint)}
        return Packet({"kind": "refused", "error": type(error).__name__, **words})
    except MemoryError:
        return Packet({"kind": "memory"})
    except ChannelClosed:
        raise
    except Exception:
        import traceback

        return Packet({"kind": "bug", "trace": _cut(traceback.format_exc())})
    finally:
        for descriptor in request.files:
            with suppress(OSError):
                os.close(descriptor)
    return Packet({"kind": "end"})


def _task(name: str) -> ParsingTask:
    module, _colon, function = name.partition(":")
    task: ParsingTask = getattr(importlib.import_module(module), function)
    return task


def _cut(text: str) -> str:
    return text[:MOST_CHARACTERS]


if __name__ == "__main__":
    main()
