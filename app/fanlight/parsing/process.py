"""One parsing process, seen from Fanlight: started, asked, watched, ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _, language_in_use
from fanlight.parsing.channel import (
    BadPacket,
    ChannelClosed,
    Packet,
)
from fanlight.parsing.failures import (
    InputRefused,
    ParserCrashed,
    ParserOutOfMemory,
    ParserOverdue,
    ParserUnavailable,
    ParsingFailure,
    ParsingStopped,
)
from fanlight.parsing.launching import ParserKind, launched

if TYPE_CHECKING:
    from fanlight.domain.stop import StopFlag

log = logging.getLogger(__name__)

START_SECONDS = 60.0
"""Until a process is ready: its modules may lie on a slow disk."""
_MARGIN_SECONDS = 5.0
LOOK_SECONDS = 0.1
"""Between two looks at a flag."""
PATIENCE = 3
"""How much longer a process may take that was not given a processor: a busy computer is no endless decode."""


class ParserProcess:
    """Serves one request at a time, of one thread at a time; `kill` may be called from any."""

    def __init__(self, kind: ParserKind) -> None:
        """Started, not awaited. Raises ParserUnavailable."""
        self.language = language_in_use()
        self.protections: tuple[str, ...] | None = None
        """What the system enforces, once it is ready."""
        self._stopped = False
        self._kind = kind
        self._last_used = monotonic()
        try:
            self._channel, self._process = launched(kind, self.language)
        except OSError as error:
            raise ParserUnavailable(os_reason(error)) from error

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def fresh(self) -> bool:
        """Alive, and not about to end for lack of work."""
        return self.alive and monotonic() - self._last_used < self._kind.idle_seconds - _MARGIN_SECONDS

    def await_ready(self, stop: StopFlag | None = None) -> None:
        """Raises ParsingFailure; then it is ended."""
        if self.protections is None:
            try:
                said = self._receive(START_SECONDS, stop).values
            except ParserCrashed as error:
                raise ParserUnavailable(_("it ended at once")) from error
            except ParserOverdue as error:
                self.kill()
                raise ParserUnavailable(_("it does not answer")) from error
            except BaseException:
                self.kill()
                raise
            self.protections = tuple(map(str, said.get("protections", ())))

    def run(
        self, request: Packet, seconds: float, stop: StopFlag | None = None,
        meanwhile: Callable[[], object] | None = None,
    ) -> Generator[Packet, None, None]:  # fmt: skip
        """Send `request`, call `meanwhile`, and yield what is answered; each answer may take `seconds`. A request that
        is left early, or fails, costs the process. Raises ParsingFailure, and what `meanwhile` raises."""
        whole = False
        try:
            self.await_ready(stop)
            try:
                self._channel.send(request)
            except ChannelClosed:
                raise self._ended() from None
            if meanwhile is not None:
                meanwhile()
            while True:
                said = self._receive(seconds, stop)
                self._last_used = monotonic()
                if said.values.get("kind") != "reply":
                    whole = True
                    break
                yield Packet(_mapping(said.values.get("values")), said.blobs)
        finally:
            if not whole:
                self.kill()
        if (failure := _failure(said.values)) is not None:
            raise failure

    def kill(self, stopped: bool = False) -> None:
        """End it now. `stopped`: Fanlight wants no result any more; whoever waits for one is told so."""
        self._stopped |= stopped
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """After the last request."""
        self.kill()
        self._channel.close()

    def _receive(self, seconds: float, stop: StopFlag | None) -> Packet:
        start = monotonic()
        used: float | None = None
        while not self._channel.wait(LOOK_SECONDS):
            if used is None:
                used = self._cpu_seconds()
            if stop is not None and stop.is_set():
                raise ParsingStopped
            waited = monotonic() - start
            if waited >= seconds:
                computed = self._cpu_seconds() - used
                if computed >= seconds / 2 or waited >= PATIENCE * seconds:
                    log.warning("a parsing process is ended after %.0f s (computing for %.1f s)", waited, computed)
                    raise ParserOverdue(f"{seconds:g}")
        try:
            return self._channel.receive()
        except ChannelClosed:
            raise self._ended() from None
        except BadPacket as error:
            log.warning("a parsing process sent nonsense: %s", error)
            raise ParserCrashed(str(error)) from error

    def _ended(self) -> ParsingFailure:
        self._process.kill()
        code = self._process.wait()
        if self._stopped:
            return ParsingStopped()
        log.warning("a parsing process ended with %s", code)
        return ParserCrashed(f"exit status {code}")

    def _cpu_seconds(self) -> float:
        import psutil

        try:
            times = psutil.Process(self.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)


def _mapping(values: object) -> Mapping[str, Any]:
    return values if isinstance(values, dict) else {}


def _failure(said: Mapping[str, Any]) -> ParsingFailure | None:
    match said.get("kind"):
        case "end":
            return None
        case "refused":
            return InputRefused(*(str(said.get(name, "")) for name in ("error", "message", "hint")))
        case "memory":
            return ParserOutOfMemory()
        case _:
            log.error("a parsing process failed:\n%s", said.get("trace", said))
            return ParsingFailure()
