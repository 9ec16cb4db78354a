"""An engine's process, seen from Fanlight: started, asked, told to stop, ended."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
from collections.abc import Generator, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from fanlight.domain.errors import ModelDied
from fanlight.domain.own_python import with_own_modules
from fanlight.domain.stop import StopFlag
from fanlight.engine.child_values import decode_error
from fanlight.i18n import _, language_in_use
from fanlight.parsing.channel import BadPacket, Channel, ChannelClosed, Packet, SocketChannel
from fanlight.parsing.launching import ChildProgram, launched_with_channel

if TYPE_CHECKING:
    import subprocess  # noqa: TID251 - the type alone

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.02
"""Between two looks at the flag of a request."""
_PATIENCE_SECONDS = 60.0
"""A process that was told to stop, and says nothing for so long, hangs in a driver."""
_END_SECONDS = 5.0


class EngineProcess:
    """One request at a time; a further one stops one that was left unfinished. Used by one thread."""

    def __init__(self, channel: Channel, process: subprocess.Popen[bytes]) -> None:
        self._channel, self._process = channel, process
        if isinstance(channel, SocketChannel):
            channel.reuses_memory = False
        self._numbers = itertools.count(1)
        self._running = 0

    @classmethod
    def start(cls, folder: Path | None) -> EngineProcess:
        """What it prints goes to a file in `folder`. Raises ModelDied."""
        try:
            with contextlib.ExitStack() as files:
                errors = None
                if folder is not None:
                    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                    errors = files.enter_context((folder / "separate.log").open("wb"))
                program = ChildProgram("fanlight.engine.engine_child", with_own_modules(os.environ), errors)
                channel, process = launched_with_channel(program, {"language": language_in_use()})
        except OSError as error:
            raise ModelDied(_("The model's process cannot be started ({reason}).").format(reason=error)) from error
        return cls(channel, process)

    @property
    def pid(self) -> int:
        return self._process.pid

    def request(
        self, values: dict[str, Any], blobs: Sequence[bytes] = (), flag: StopFlag | None = None
    ) -> Generator[dict[str, Any], None, None]:
        """Its answers. Left early, or with `flag` set, it is told to stop, and the next request may follow at once.
        Raises ModelDied, and what the engine raised."""
        number = next(self._numbers)
        if self._running:
            self._tell("stop", self._running)
        self._running = number
        self._send(Packet(values | {"number": number}, blobs))
        ended = False
        try:
            yield from self._answers(number, flag)
            ended = True
        finally:
            if self._running == number:
                if not ended:
                    with contextlib.suppress(ModelDied):
                        self._tell("stop", number)
                self._running = 0

    def send(self, values: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
        """A request whose answer nobody waits for. Raises ModelDied."""
        self._send(Packet(values | {"number": next(self._numbers)}, blobs))

    def close(self) -> None:
        """A process whose channel is closed ends by itself; one that hangs is killed."""
        self._channel.close()
        with contextlib.suppress(Exception):
            self._process.wait(_END_SECONDS)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _answers(self, number: int, flag: StopFlag | None) -> Generator[dict[str, Any], None, None]:
        told: set[str] = set()
        heard = monotonic()
        while self._running == number:
            if flag is not None:
                self._pass_on(number, flag, told)
            if not self._channel.wait(_LOOK_SECONDS):
                if "stop" in told and monotonic() - heard > _PATIENCE_SECONDS:
                    self._process.kill()
                continue
            values = self._receive()
            heard = monotonic()
            if values.get("number") != number:
                continue  # the rest of a request that was left
            if "end" not in values:
                yield values
            elif values["end"] == "done":
                return
            else:
                raise decode_error(values["error"])

    def _pass_on(self, number: int, flag: StopFlag, told: set[str]) -> None:
        for word, wanted in (("stop", flag.is_set()), ("answer_now", flag.answer_wanted)):
            if wanted and word not in told:
                told.add(word)
                self._tell(word, number)

    def _tell(self, word: str, number: int) -> None:
        self._send(Packet({"do": word, "number": number}))

    def _send(self, packet: Packet) -> None:
        try:
            self._channel.send(packet)
        except (ChannelClosed, OSError) as error:
            raise self._died() from error

    def _receive(self) -> dict[str, Any]:
        try:
            packet = self._channel.receive()
            return {**packet.values, "blobs": packet.blobs} if packet.blobs else dict(packet.values)
        except (ChannelClosed, BadPacket, OSError) as error:
            raise self._died() from error

    def _died(self) -> ModelDied:
        with contextlib.suppress(Exception):
            self._process.wait(_END_SECONDS)
        status = self._process.poll()
        log.warning("the engine's process has ended: %s", status)
        if status is not None and status < 0:
            return ModelDied(_("The model's process was ended by signal {number}.").format(number=-status))
        return ModelDied(_("The model's process has ended."))
