"""The worker that owns the speech model: live speech and files take turns on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from fanlight.core.work.job import Job, JobControl
from fanlight.core.work.worker import Worker
from fanlight.domain.audio import RecordingMark, SoundFormat
from fanlight.domain.ports import OnProbabilities, SpeechRecognizer
from fanlight.domain.speech import LiveTranscript, TranscriptionOptions
from fanlight.settings import Settings

T = TypeVar("T")
LoadRecognizer = Callable[[Settings], SpeechRecognizer]
"""Slow, on the worker's thread. Raises SpeechError."""
Incoming = SimpleQueue[bytes | RecordingMark]
OnTranscript = Callable[[LiveTranscript], object]
OnDone = Callable[[Exception | None], object]

IDLE_SECONDS = 300.0
"""How long the speech model stays in memory (some 300 MB) after an utterance."""


class SpeechWorker(Worker[SpeechRecognizer]):
    """Serves utterances and steps of transcriptions in the order they are submitted in. `ready`: the model is in
    memory. No callback is called after `close`."""

    ready_changed = Signal()

    def __init__(self, load: LoadRecognizer, parent: QObject | None = None, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__("speech", parent, idle_seconds=idle_seconds)
        self._load_recognizer = load
        self.ready = False
        self.memory_changed.connect(self._on_memory_changed)
        self.spare = threading.Event()
        """Set while others need the processor."""

    def load_ahead(self, settings: Settings) -> None:
        """Load the model now, ahead of an utterance. An error is reported when the utterance loads it again."""
        self._use(settings)
        self.prepare()

    def transcribe_live(
        self,
        settings: Settings,
        arrives_as: SoundFormat,
        incoming: Incoming,
        options: TranscriptionOptions,
        on_transcript: OnTranscript,
        on_done: OnDone,
        on_probabilities: OnProbabilities | None = None,
    ) -> None:
        """Transcribe what comes in `incoming`, until ENDED or DISCARDED. The callbacks run on the GUI thread:
        `on_transcript` whenever more is known, `on_probabilities` with the VAD's output, `on_done` once, last."""
        spare, watched = self.spare, on_probabilities is not None

        def work(recognizer: SpeechRecognizer, control: JobControl) -> Generator[object, None, None]:
            yield from recognizer.transcribe_live(
                arrives_as, incoming, options, spare, control.post if watched else None
            )

        def on_event(event: LiveTranscript | Sequence[float]) -> None:
            if isinstance(event, LiveTranscript):
                on_transcript(event)
            elif on_probabilities is not None:
                on_probabilities(event)

        job = Job(work, on_stop=partial(incoming.put, RecordingMark.DISCARDED))
        self._submit_with(settings, job, on_event, on_done)

    def run_step(
        self,
        settings: Settings,
        step: Callable[[SpeechRecognizer, Callable[[T], None]], None],
        on_event: Callable[[T], object],
        on_done: OnDone,
    ) -> None:
        """A short part of a transcription: an utterance that begins meanwhile waits for it. `step` runs on the worker's
        thread; what it gives to its second argument reaches `on_event`."""

        def work(recognizer: SpeechRecognizer, control: JobControl) -> Generator[object, None, None]:
            step(recognizer, control.post)
            yield from ()

        self._submit_with(settings, Job(work), on_event, on_done)

    def _submit_with(
        self, settings: Settings, job: Job[SpeechRecognizer], on_event: Callable[[T], object], on_done: OnDone
    ) -> None:
        flag = job.flag  # a connected function that holds the job itself would keep it for ever

        def report(event: T) -> None:
            if not flag.is_set():
                on_event(event)

        def end(error: Exception | None) -> None:
            if not flag.is_set():
                on_done(error)

        job.event_arrived.connect(report)
        job.done.connect(end)
        self._use(settings)
        self.submit(job)

    def _use(self, settings: Settings) -> None:
        load = self._load_recognizer
        self.configure(lambda *_unused: load(settings), key=(settings.speech_model, settings.speech_device))

    def _on_memory_changed(self, in_memory: bool) -> None:
        self.ready = in_memory
        self.ready_changed.emit()
