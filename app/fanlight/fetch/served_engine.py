"""A server of the user's own as an engine, seen from Fanlight. Imports nothing of the network: each question starts a
process that connects to that one server, and ends with the answer."""

from __future__ import annotations

import os
import queue
import subprocess  # noqa: TID251 - what connects must not be this process
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from time import monotonic, perf_counter

from fanlight.domain.downloads import DownloadFailed, host_of
from fanlight.domain.errors import ImagesUnsupported, ModelError, PromptTooLong
from fanlight.domain.events import EngineNotice, Event, Finished, TextDelta, ThinkingDelta, Timings
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import ModelAddress, ModelInfo, ModelSpec, Sampling, ThinkingMode
from fanlight.domain.ports import Events
from fanlight.domain.served_chat import (
    ServedEnd,
    ServedOrder,
    ServedOverflow,
    ServedText,
    served_event_of,
    served_order_line,
)
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.fetch.launching import ended_unexpectedly, fetch_command, fetch_environment
from fanlight.fetch.served_body import chat_body
from fanlight.fetch.served_room import ServedRoom
from fanlight.i18n import _, language_in_use, ngettext

KEY = "FANLIGHT_SERVER_KEY"
_LOOK_SECONDS = 0.02
"""Between two looks at the flag of a question."""
PATIENCE_SECONDS = 1200.0
"""Without a piece of an answer: longer than a slow server reads a long question, which may say meanwhile that it is
there."""


class ServedEngine:
    """Implements `Engine`. Nothing is connected before a question is asked, and nothing is prefilled: what is not asked
    is not sent."""

    def __init__(
        self,
        spec: ModelSpec,
        address: ModelAddress,
        keys: Mapping[str, str] | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`keys`: those that the user has entered, by addresses; looked at when a question is asked."""
        self._address, self._host = address, host_of(address.url)
        self._keys, self._clock = keys if keys is not None else {}, clock
        self._rooms: dict[Slot, ServedRoom] = {}
        self.info = ModelInfo(
            spec.name, "served", address.supports_images, 0, self._host, can_think=True
        )  # what the server does not tell: how long its context is

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = Slot.WINDOW
    ) -> Events:
        """The server has slots of its own."""
        if not self._address.supports_images and any(message.images for message in messages):
            raise ImagesUnsupported(_("The model {name} does not support pictures.").format(name=self.info.name))
        return self._answered(messages, sampling, self._rooms.setdefault(slot, ServedRoom()), stop or StopFlag())

    def prefill(
        self,
        messages: Sequence[Message],
        stop: StopFlag | None = None,
        slot: Slot = Slot.WINDOW,
        thinking: ThinkingMode = "auto",
    ) -> Events:
        yield Finished("stopped", Timings(device=self._host))

    def image_tokens(self, image: Image) -> int:
        return 0

    def close(self) -> None:
        return

    def _answered(
        self, messages: Sequence[Message], sampling: Sampling, room: ServedRoom, stop: StopFlag
    ) -> Generator[Event, None, None]:
        """Where all of it is too long, the oldest turns are left out."""
        began = perf_counter()
        while True:
            sent = room.kept(messages)
            notice, overflow = room.notice(len(messages) - len(sent)), None
            order = self._order([messages[index] for index in sent], sampling)
            with closing(self._asked(order, stop, began)) as events:
                for event in events:
                    if isinstance(event, ServedOverflow):
                        overflow = event
                        break
                    if notice:
                        yield EngineNotice(notice)
                        notice = ""
                    yield event
            if overflow is None:
                return
            if not room.shrink(messages, overflow):
                raise self._too_long(overflow)

    def _order(self, messages: Sequence[Message], sampling: Sampling) -> ServedOrder:
        key = os.environ.get(KEY, "").strip() or self._keys.get(self._address.url, "")
        body = chat_body(self._address.model, messages, sampling)
        return ServedOrder(self._address.url, body, key, language_in_use(), has_key=self._address.has_key)

    def _asked(self, order: ServedOrder, stop: StopFlag, began: float) -> Generator[Event | ServedOverflow, None, None]:
        first, pieces = 0.0, 0
        with _connected(order) as lines:
            for line in self._while_wanted(lines, stop):
                event = served_event_of(line)
                if isinstance(event, ServedText):
                    first, pieces = first or perf_counter() - began, pieces + 1
                    yield ThinkingDelta(event.text) if event.is_thinking else TextDelta(event.text)
                elif isinstance(event, ServedEnd):
                    yield Finished(
                        event.reason, self._timings(began, first, event.tokens or pieces, event.prompt_tokens)
                    )
                    return
                elif isinstance(event, ServedOverflow):
                    yield event
                    return
                elif isinstance(event, DownloadFailed):
                    raise ModelError(event.message, event.hint)
        if not stop.is_set():
            raise ModelError(ended_unexpectedly().message, _("Ask again: your question is kept."))
        yield Finished("stopped", self._timings(began, first, pieces, 0))

    def _while_wanted(self, lines: queue.SimpleQueue[bytes], stop: StopFlag) -> Iterator[bytes]:
        last = self._clock()
        while not stop.is_set():
            try:
                line = lines.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if self._clock() - last > PATIENCE_SECONDS:
                    raise self._says_nothing() from None
                continue
            if not line:
                return
            yield line
            last = self._clock()

    def _says_nothing(self) -> ModelError:
        minutes = round(PATIENCE_SECONDS / 60)
        sentence = ngettext(
            "{host} has sent nothing of an answer for {minutes} minute.",
            "{host} has sent nothing of an answer for {minutes} minutes.",
            minutes,
        )
        hint = _("Look at the messages of the server, and ask again: your question is kept.")
        return ModelError(sentence.format(host=self._host, minutes=minutes), hint)

    def _too_long(self, overflow: ServedOverflow) -> ModelError:
        if overflow.need > overflow.have > 0:
            return PromptTooLong(overflow.need, overflow.have)
        return ModelError(
            _("The question is longer than the context of {host}.").format(host=self._host),
            _("Shorten it, remove a picture, or start the server with a larger context."),
        )

    def _timings(self, began: float, first: float, tokens: int, prompt_tokens: int) -> Timings:
        return Timings(
            evaluated_tokens=prompt_tokens, prefill_seconds=first, first_token_seconds=first, generated_tokens=tokens,
            generate_seconds=max(perf_counter() - began - first, 0.0), device=self._host,
        )  # fmt: skip


@contextmanager
def _connected(order: ServedOrder) -> Iterator[queue.SimpleQueue[bytes]]:
    """What the process says, line by line; b"" at its end. It is ended with the block."""
    try:
        child = subprocess.Popen(
            fetch_command(), env=fetch_environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise ModelError(_("The process that connects cannot be started ({reason}).").format(reason=error)) from error
    assert child.stdin is not None
    assert child.stdout is not None
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    output = child.stdout

    def read() -> None:
        with suppress(OSError, ValueError):
            for line in output:
                lines.put(line)
        lines.put(b"")

    reader = threading.Thread(target=read, name="served answer", daemon=True)
    try:
        reader.start()
        with suppress(BrokenPipeError):
            child.stdin.write(served_order_line(order).encode() + b"\n")
            child.stdin.flush()
        yield lines
    finally:
        child.kill()  # the server sees its connection end, and stops
        child.wait()
        reader.join(1)
        for pipe in (child.stdin, output):
            with suppress(OSError):
                pipe.close()
