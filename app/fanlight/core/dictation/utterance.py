"""One hold of the key, or one turn of talking without it: its recording, what is heard in it, and how it ended. No
widgets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from queue import SimpleQueue
from typing import Literal

from PySide6.QtCore import QObject, Signal

from fanlight.audio.microphone import Microphone
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.domain.audio import (
    DeviceOpened,
    RecordingEnded,
    RecordingEvent,
    RecordingMark,
    RecordingRefused,
    RecordingStarted,
)
from fanlight.domain.speech import LiveTranscript, TranscriptionOptions
from fanlight.settings import Settings

Stage = Literal["opening", "listening", "finishing", "over"]

AUTO = "auto"


class Utterance(QObject):
    """From the press of the key to the final words. Ends with exactly one `over`, unless it is forgotten."""

    changed = Signal()
    happened = Signal(object)
    """Whatever happens to the recording, a Level thirty times a second."""
    heard = Signal(object)
    """A Heard that is not final."""
    over = Signal(object)
    """The final Heard, or the exception that ended it."""
    verdicts = Signal(object)
    """The speech gate's on what came, a list of probabilities, one for each 32 ms."""
    went = Signal()
    """The microphone ended by itself while the key was down: what follows is not recorded."""

    def __init__(
        self,
        microphone: Microphone,
        hearing: SpeechWorker,
        settings: Settings,
        dispatcher: MainThreadDispatcher,
        parent: QObject,
    ) -> None:
        """`dispatcher` outlives the microphone's thread: a QObject must not be deleted while another thread
        wakes it."""
        super().__init__(parent)
        self._hearing, self._settings = hearing, settings
        self._incoming: SimpleQueue[bytes | RecordingMark] = SimpleQueue()
        self.stage: Stage = "opening"
        self.released = self.forgotten = self.recorded = False
        self.released_early = False
        """The key was up before the first block came."""
        self.device = self.missed = ""
        self.ended: RecordingEnded | None = None
        self._final: LiveTranscript | None = None
        """Known, but not yet why the recording ended: the two come by ways of their own."""
        self.began_after = 0.0
        incoming, hear = self._incoming, self._hear
        hearing.load_ahead(settings)
        self._recording = microphone.record(
            settings.talk_device, incoming.put, lambda happened: dispatcher(partial(hear, happened))
        )

    def release(self) -> None:
        """The key is up."""
        if self.released or self.stage == "over":
            return
        self.released = True
        self.released_early = self.stage == "opening"
        self._recording.release()
        if self.stage == "listening":
            self._set("finishing")

    def go_on(self) -> bool:
        """The key is down again; False when the recording is over."""
        if self.recorded or self.stage == "over":
            return False
        self.released = self.released_early = False
        self._recording.go_on()
        if self.stage == "finishing":
            self._set("listening")
        return True

    def forget(self) -> None:
        """Nothing is heard of it any more."""
        self.forgotten, self.stage = True, "over"
        self._recording.forget()
        self._incoming.put(RecordingMark.FORGOTTEN)

    def _hear(self, happened: RecordingEvent) -> None:
        if self.stage == "over":
            return
        self.happened.emit(happened)
        match happened:
            case DeviceOpened(device, arrives_as, missed):
                self.device, self.missed = device, missed
                names = self._settings.names()
                language = self._settings.speech_language
                asked = TranscriptionOptions(
                    None if language == AUTO else language, self._settings.talk_translate, names
                )
                self._hearing.transcribe_live(
                    self._settings, arrives_as, self._incoming, asked, self._say, self._done, self._watch
                )
                self.changed.emit()
            case RecordingStarted(seconds):
                self.began_after = seconds
                self._set("finishing" if self.released else "listening")
            case RecordingEnded():
                self.ended, self.recorded = happened, True
                went = not self.released
                self._set("finishing")
                if went:
                    self.went.emit()
                if self._final is not None:
                    self._say(self._final)
            case RecordingRefused(error):
                self._end(error)

    def _watch(self, verdicts: Sequence[float]) -> None:
        if self.stage != "over":
            self.verdicts.emit(verdicts)

    def _say(self, heard: LiveTranscript) -> None:
        if self.stage == "over":
            return
        if heard.final and self.recorded:
            self._end(heard)
        elif heard.final:
            self._final = heard
        else:
            self.heard.emit(heard)

    def _done(self, error: Exception | None) -> None:
        """Without a final word only when it failed, or was forgotten."""
        if self.stage != "over" and self._final is None:
            self._recording.forget()
            self._end(error or LiveTranscript(final=True))

    def _end(self, result: object) -> None:
        self.stage = "over"
        self.over.emit(result)
        self.deleteLater()

    def _set(self, stage: Stage) -> None:
        self.stage = stage
        self.changed.emit()
