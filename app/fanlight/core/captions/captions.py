"""Live captions: started by the user, shown all the time they are on, and nothing of them on the disk.

The sound comes from a process of its own (`audio.loopback`) into a feed; short steps on the speech thread make words of
it, between which dictation and files have their turn. While the user dictates, sound waits; while Fanlight speaks, it
counts as silence."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from threading import Event
from time import monotonic

from PySide6.QtCore import QObject, Signal

from fanlight.audio.loopback import LoopbackBackend
from fanlight.audio.loopback.backend import Loopback, LoopbackEnded, LoopbackEvent, OutputHeard, OutputMissing
from fanlight.core.captions.feed import CaptionFeed
from fanlight.core.captions.run import CaptionRun
from fanlight.core.captions.status import CaptionsState, captions_status
from fanlight.core.captions.transcript import CaptionTranscript
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.dictation.speech_output import SpeechOutput
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.core.work.throttle import MakeTimer, Timeout
from fanlight.domain.errors import LoopbackMissing
from fanlight.domain.languages import code_of
from fanlight.domain.ports import SpeechRecognizer
from fanlight.domain.speech import CaptionWords, Segment, TranscriptionOptions

AGAIN_MS = 2_000
"""Until the sound server is tried again."""
SILENT_SECONDS = 8.0
"""So long without a sound is said."""

Pick = Callable[[], LoopbackBackend | None]


class Captions(QObject):
    changed = Signal()
    """`state` or `status`."""
    words_arrived = Signal(object)
    """CaptionWords."""
    begun = Signal(object)
    """A CaptionTranscript."""

    def __init__(
        self,
        speech_worker: SpeechWorker,
        push_to_talk: PushToTalk,
        speech_output: SpeechOutput,
        settings_store: SettingsStore,
        is_generating: Callable[[], bool],
        pick: Pick,
        needs: Callable[[], str],
        parent: QObject | None = None,
        clock: Callable[[], float] = monotonic,
        make_timer: MakeTimer | None = None,
    ) -> None:
        """`is_generating`: whether the vision model needs the processor. `needs`: what is missing where `pick` gives
        None, for people."""
        super().__init__(parent)
        self._speech_worker, self._talk, self._speech_output = speech_worker, push_to_talk, speech_output
        self._settings_store, self._is_generating = settings_store, is_generating
        self._pick, self._needs, self._clock = pick, needs, clock
        self._dispatcher = MainThreadDispatcher(self)
        self._again = Timeout(self, self._open, AGAIN_MS, make_timer)
        self._spare = Event()
        self.state: CaptionsState = "off"
        self.error: Exception | None = None
        self.output = ""
        self.transcript: CaptionTranscript | None = None
        """Of the last run; there from the first one on."""
        self._feed = CaptionFeed(clock)
        self._run: CaptionRun | None = None
        self._ending: deque[tuple[CaptionRun, CaptionTranscript]] = deque()
        self._loopback: Loopback | None = None
        self._backend: LoopbackBackend | None = None
        self._number = 0  # of the loopback that is open: what an older one says is late
        self._began = 0.0
        self._stepping = self._was_silent = False
        push_to_talk.changed.connect(self._on_voice_changed)
        speech_output.changed.connect(self._on_voice_changed)
        speech_worker.ready_changed.connect(self._on_voice_changed)

    # What the user does.

    @property
    def on(self) -> bool:
        return self.state not in ("off", "failed")

    def why_not(self) -> str:
        """Why they cannot be started; "" where they can. Cheap."""
        return "" if self.on or self._pick() is not None else self._missing().text

    def check(self) -> None:
        """Raises LoopbackMissing where they are off and cannot be started."""
        if not self.on and self._pick() is None:
            raise self._missing()

    def start(self) -> None:
        """Nothing where they are on. Raises LoopbackMissing."""
        if self.on:
            return
        backend = self._pick()
        if backend is None:
            raise self._missing()
        settings = self._settings_store.now
        options = TranscriptionOptions(
            code_of(settings.speech_language), settings.captions_translate, settings.names(),
            replacements=settings.replacements(),
        )  # fmt: skip
        self._backend, self.error, self.output = backend, None, ""
        self._began = self._clock()
        self._feed = CaptionFeed(self._clock)
        self._run = CaptionRun(self._feed, options, self._spare, self._began)
        self.transcript = CaptionTranscript(self)
        self.transcript.stop_requested.connect(self.stop)
        self._speech_worker.load_ahead(settings)
        self._on_voice_changed()
        self._set("starting")
        self.begun.emit(self.transcript)
        self._open()

    def stop(self) -> None:
        """What was heard until now still becomes text; nothing is heard any more."""
        self._close_loopback()
        self.error = None
        if self._run is not None and self.transcript is not None:
            self._ending.append((self._run, self.transcript))
            self._run = None
        self._set("off")
        self._step()

    def toggle(self) -> None:
        """Raises LoopbackMissing."""
        if self.on:
            self.stop()
        else:
            self.start()

    def last(self, seconds: float) -> Sequence[Segment]:
        """What was said in the last `seconds`, also what is not settled yet."""
        return () if self.transcript is None else self.transcript.since(self._clock() - self._began - seconds)

    def close(self) -> None:
        """The program ends: the rest is not waited for."""
        self._close_loopback()
        self._run = None
        self._ending.clear()
        self._set("off")

    @property
    def status(self) -> str:
        return captions_status(
            self.state,
            self.output,
            model_ready=self._speech_worker.ready,
            dictating=self._talk.active,
            speaking=self._speech_output.active,
            silent=self._was_silent,
        )

    def _missing(self) -> LoopbackMissing:
        return LoopbackMissing(self._needs())

    # The source.

    def _open(self) -> None:
        if self._backend is None or not self.on:
            return
        self._number += 1
        number, feed, dispatcher = self._number, self._feed, self._dispatcher

        def on_loopback(item: bytes | LoopbackEvent) -> None:
            """On the source's thread."""
            if not isinstance(item, bytes):
                dispatcher(partial(self._on_event, number, item))
            elif feed.put(item):
                dispatcher(self._on_blocks)

        self._loopback = self._backend.open(on_loopback)

    def _close_loopback(self) -> None:
        self._again.cancel()
        self._number += 1
        loopback, self._loopback = self._loopback, None
        if loopback is not None:
            loopback.close()

    def _on_event(self, number: int, event: LoopbackEvent) -> None:
        if number != self._number or not self.on:
            return
        match event:
            case OutputHeard(name):
                self.output = name
                self._set("listening")
            case OutputMissing():
                self._set("unplugged")
            case LoopbackEnded():
                self._loopback = None
                self._set("disconnected")
                self._again.start()

    # The words.

    def _on_blocks(self) -> None:
        silent = self._clock() - self._feed.last_sound_at > SILENT_SECONDS
        if silent != self._was_silent:
            self._was_silent = silent
            self.changed.emit()
        self._step()

    def _on_voice_changed(self) -> None:
        self._feed.mute(self._speech_output.active)
        if self.on:
            self.changed.emit()
            self._step()

    def _step(self) -> None:
        """One step on the speech thread at a time; before others the last ones of what has been stopped."""
        if self._stepping:
            return
        if self._ending:
            run, transcript = self._ending.popleft()
            self._submit(run, run.finish, transcript, ends=True)
        elif self._run is not None and self.transcript is not None and not (self._talk.active or self._feed.is_empty):
            self._submit(self._run, self._run.step, self.transcript, ends=False)

    def _submit(
        self,
        run: CaptionRun,
        work: Callable[[SpeechRecognizer, Callable[[CaptionWords], None]], None],
        transcript: CaptionTranscript,
        *,
        ends: bool,
    ) -> None:
        if self._is_generating():
            self._spare.set()
        else:
            self._spare.clear()
        self._stepping = True
        self._speech_worker.run_step(
            self._settings_store.now,
            work,
            partial(self._on_words, transcript),
            partial(self._on_stepped, run, transcript, ends),
        )

    def _on_words(self, transcript: CaptionTranscript, words: CaptionWords) -> None:
        transcript.add(words)
        if transcript is self.transcript:
            self.words_arrived.emit(words)

    def _on_stepped(self, run: CaptionRun, transcript: CaptionTranscript, ends: bool, error: Exception | None) -> None:
        self._stepping = False
        if error is not None or ends:
            transcript.end(error)
        if error is not None and run is self._run:
            self._close_loopback()
            self._run, self.error = None, error
            self._set("failed")
        self._step()

    def _set(self, state: CaptionsState) -> None:
        self.state = state
        self.changed.emit()
