"""The speech thread: it loads a listener at the first hold, hears holds one after the other, and frees it when nobody
spoke for a while."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic

from PySide6.QtCore import QObject, Signal

from fanlight.domain.errors import FanlightError
from fanlight.domain.ports import Listener, Watch
from fanlight.domain.sound import Mark, SoundFormat
from fanlight.domain.speech import Asked, Heard
from fanlight.settings import Settings
from fanlight.ui.post import Post

log = logging.getLogger(__name__)

LoadListener = Callable[[Settings], Listener]
"""Slow, on the speech thread. Raises SpeechError."""
Incoming = SimpleQueue[bytes | Mark]
Say = Callable[[Heard], object]
Done = Callable[[Exception | None], object]

IDLE_SECONDS = 300.0
"""So long the speech model stays in memory (some 300 MB) after a hold."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What the speech thread knows of a hold; without `incoming` it only loads the model, as `settings` say."""

    number: int
    settings: Settings
    arrives_as: SoundFormat | None = None
    incoming: Incoming | None = None
    asked: Asked | None = None
    watch: Watch | None = None


class Hearing(QObject):
    """The thread never touches a QObject: it posts what happened."""

    changed = Signal()
    """`ready` is another now."""

    def __init__(self, load: LoadListener, parent: QObject | None = None, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__(parent)
        self._post = Post(self)
        self._load, self._idle_seconds = load, idle_seconds
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._numbers = itertools.count()
        self._waiting: dict[int, tuple[Say, Done, Incoming]] = {}
        self._closed = False
        self.ready = False
        self.spare = threading.Event()
        """Set while others need the processor."""
        self._thread = threading.Thread(target=self._main, name="speech", daemon=True)

    def prepare(self, settings: Settings) -> None:
        """Load the model now: somebody is about to speak. What goes wrong is said of the hold."""
        self._submit(_Order(next(self._numbers), settings))

    def hear(
        self, settings: Settings, arrives_as: SoundFormat, incoming: Incoming, asked: Asked, say: Say, done: Done,
        watch: Watch | None = None,
    ) -> None:  # fmt: skip
        """`say` is called on this thread with what is known, `done` once, last. ENDED or FORGOTTEN in `incoming` ends
        it. After `close` neither is called. `watch` hears the gate's verdicts, on this thread, before `done`."""
        number = next(self._numbers)
        seen = None if watch is None else lambda verdicts: self._post(partial(self._show, number, watch, verdicts))
        order = _Order(number, settings, arrives_as, incoming, asked, seen)
        if not self._closed:
            self._waiting[order.number] = say, done, incoming
            self._submit(order)

    def close(self, deadline_seconds: float) -> bool:
        """Forget what is heard, free the model, wait. Whether the thread has ended in time."""
        self._closed = True
        for _, _, incoming in self._waiting.values():
            incoming.put(Mark.FORGOTTEN)
        self._waiting.clear()
        self._orders.put(None)
        if self._thread.ident is not None:
            self._thread.join(deadline_seconds)
        return not self._thread.is_alive()

    def _submit(self, order: _Order) -> None:
        if self._closed:
            return
        self._orders.put(order)
        if self._thread.ident is None:
            self._thread.start()

    def _tell(self, number: int, heard: Heard) -> None:
        if waiting := self._waiting.get(number):
            waiting[0](heard)

    def _show(self, number: int, watch: Watch, verdicts: Sequence[float]) -> None:
        if number in self._waiting:
            watch(verdicts)

    def _end(self, number: int, error: Exception | None) -> None:
        if waiting := self._waiting.pop(number, None):
            waiting[1](error)

    def _set_ready(self, ready: bool) -> None:
        self.ready = ready
        self.changed.emit()

    # On the speech thread.

    def _main(self) -> None:
        listener: Listener | None = None
        loaded_as: object = None
        while True:
            try:
                order = self._orders.get(timeout=None if listener is None else self._idle_seconds)
            except Empty:
                self._free(listener)
                listener = None
                continue
            if order is None:
                break
            try:
                if listener is not None and loaded_as != _way(order.settings):
                    self._free(listener)
                    listener = None
                if listener is None:
                    listener, loaded_as = self._loaded(order.settings), _way(order.settings)
                if order.incoming is not None and order.arrives_as is not None and order.asked is not None:
                    said = listener.listen(order.arrives_as, order.incoming, order.asked, self.spare, order.watch)
                    for heard in said:
                        self._post(partial(self._tell, order.number, heard))
                self._post(partial(self._end, order.number, None))
            except FanlightError as error:
                log.info("speech: %s", error)
                self._post(partial(self._end, order.number, error))
            except Exception as error:
                log.exception("hearing ended with a bug")
                self._post(partial(self._end, order.number, error))
        self._free(listener)

    def _loaded(self, settings: Settings) -> Listener:
        started = monotonic()
        listener = self._load(settings)
        log.info("the speech model is loaded after %.1f s", monotonic() - started)
        self._post(partial(self._set_ready, True))
        return listener

    def _free(self, listener: Listener | None) -> None:
        if listener is not None:
            listener.close()
            self._post(partial(self._set_ready, False))


def _way(settings: Settings) -> tuple[str, str]:
    """What a loaded model depends on."""
    return settings.speech_model, settings.speech_device
