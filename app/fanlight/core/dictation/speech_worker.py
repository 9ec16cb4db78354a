"""The speech thread: it hears holds one after the other, and files between them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.core.work.resource_thread import Done, ResourceThread
from fanlight.domain.audio import RecordingMark, SoundFormat
from fanlight.domain.ports import OnProbabilities, SpeechRecognizer
from fanlight.domain.speech import LiveTranscript, TranscriptionOptions
from fanlight.settings import Settings

T = TypeVar("T")
LoadListener = Callable[[Settings], SpeechRecognizer]
"""Slow, on the speech thread. Raises SpeechError."""
Incoming = SimpleQueue[bytes | RecordingMark]
Say = Callable[[LiveTranscript], object]

IDLE_SECONDS = 300.0
"""So long the speech model stays in memory (some 300 MB) after a hold."""


class SpeechWorker(QObject):
    changed = Signal()
    """`ready` is another now."""

    def __init__(self, load: LoadListener, parent: QObject | None = None, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__(parent)
        self._load = load
        self._thread: ResourceThread[SpeechRecognizer] = ResourceThread(
            "speech", MainThreadDispatcher(self), idle_seconds, self._set_ready
        )
        self.ready = False
        self.spare = threading.Event()
        """Set while others need the processor."""

    def prepare(self, settings: Settings) -> None:
        """Load the model now: somebody is about to speak. What goes wrong is said of the hold."""
        self._thread.prepare(partial(self._load, settings), _way(settings))

    def hear(
        self,
        settings: Settings,
        arrives_as: SoundFormat,
        incoming: Incoming,
        asked: TranscriptionOptions,
        say: Say,
        done: Done,
        watch: OnProbabilities | None = None,
    ) -> None:
        """`say` is called on this thread with what is known, `done` once, last. ENDED or FORGOTTEN in `incoming` ends
        it. After `close` neither is called. `watch` hears the gate's verdicts, on this thread, before `done`."""
        spare, watched = self.spare, watch is not None

        def work(listener: SpeechRecognizer, tell: Callable[[LiveTranscript | Sequence[float]], None]) -> None:
            for heard in listener.transcribe_live(arrives_as, incoming, asked, spare, tell if watched else None):
                tell(heard)

        def told(what: LiveTranscript | Sequence[float]) -> None:
            if isinstance(what, LiveTranscript):
                say(what)
            elif watch is not None:
                watch(what)

        self._thread.submit(
            partial(self._load, settings),
            work,
            told,
            done,
            partial(incoming.put, RecordingMark.FORGOTTEN),
            _way(settings),
        )

    def step(
        self,
        settings: Settings,
        work: Callable[[SpeechRecognizer, Callable[[T], None]], None],
        say: Callable[[T], object],
        done: Done,
    ) -> None:
        """A short piece of longer work with the listener: a hold that begins meanwhile waits for it. See
        `ResourceThread.submit`."""
        self._thread.submit(partial(self._load, settings), work, say, done, lambda: None, _way(settings))

    def close(self, deadline_seconds: float) -> bool:
        """Forget what is heard, free the model, wait. Whether the thread has ended in time."""
        return self._thread.close(deadline_seconds)

    def _set_ready(self, ready: bool) -> None:
        self.ready = ready
        self.changed.emit()


def _way(settings: Settings) -> tuple[str, str]:
    """What a loaded model depends on."""
    return settings.speech_model, settings.speech_device
