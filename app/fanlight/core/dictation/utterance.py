"""One utterance: the recording of one held key or one hands-free turn, its transcript, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    SoundFormat,
)
from fanlight.domain.nearby_words import nearby_words
from fanlight.domain.speech import LiveTranscript, TranscriptionOptions
from fanlight.settings import Settings

Stage = Literal["opening", "listening", "finishing", "over"]

AUTO = "auto"


class Utterance(QObject):
    """From the press of the key to the final words. Ends with exactly one `transcribed`, unless it is discarded.

    Each signal names the utterance first, so that it can be connected to a method: a function that held the utterance
    would keep it, and its owner, until it is destroyed."""

    stage_changed = Signal(object)
    """And what `device` or `missed` is."""
    recording_event = Signal(object, object)
    """A RecordingEvent; a SoundLevel thirty times a second."""
    hypothesis_arrived = Signal(object, object)
    """A LiveTranscript that is not final."""
    transcribed = Signal(object, object)
    """The final LiveTranscript, or the exception that ended it."""
    vad_probabilities_arrived = Signal(object, object)
    """Of speech, a list of floats, one for each 32 ms of sound."""
    recording_stopped = Signal(object)
    """By itself, while the key was down: what follows is not recorded."""

    def __init__(
        self,
        microphone: Microphone,
        speech_worker: SpeechWorker,
        settings: Settings,
        dispatcher: MainThreadDispatcher,
        parent: QObject,
        nearby_text: Callable[[], str] = lambda: "",
    ) -> None:
        """`dispatcher` outlives the microphone's thread: a QObject must not be deleted while another thread uses it."""
        super().__init__(parent)
        self._speech_worker, self._settings, self._nearby_text = speech_worker, settings, nearby_text
        self._incoming: SimpleQueue[bytes | RecordingMark] = SimpleQueue()
        self.stage: Stage = "opening"
        self.released = self.discarded = self.recorded = False
        self.released_early = False
        """The key was up before the first block came."""
        self.device = self.missed = ""
        self.ended: RecordingEnded | None = None
        self._final: LiveTranscript | None = None
        """Known, but not yet that, and why, the recording has ended: the two come from different threads."""
        self.began_after = 0.0
        incoming, on_event = self._incoming, self._on_recording_event
        speech_worker.load_ahead(settings)
        self._recording = microphone.record(
            settings.talk_device, incoming.put, lambda event: dispatcher(partial(on_event, event))
        )

    def release_recording(self, until_silent: bool = True) -> None:
        """The key is up: it ends with the last word. Not `until_silent`: the turn seems to be over, and may go on."""
        if self.released or self.stage == "over":
            return
        self.released = True
        self.released_early = self.stage == "opening"
        self._recording.release(until_silent)
        if self.stage == "listening":
            self._set_stage("finishing")

    def resume_recording(self) -> bool:
        """The key is down again; False when the recording is over."""
        if self.recorded or self._final is not None or self.stage == "over":
            return False
        self.released = self.released_early = False
        self._recording.resume()
        if self.stage == "finishing":
            self._set_stage("listening")
        return True

    def discard(self) -> None:
        """No signal follows."""
        self.discarded, self.stage = True, "over"
        self._recording.discard()
        self._incoming.put(RecordingMark.DISCARDED)

    def _on_recording_event(self, event: RecordingEvent) -> None:
        if self.stage == "over":
            return
        self.recording_event.emit(self, event)
        match event:
            case DeviceOpened(device, arrives_as, missed):
                self.device, self.missed = device, missed
                self._transcribe(arrives_as)
                self.stage_changed.emit(self)
            case RecordingStarted(seconds):
                self.began_after = seconds
                self._set_stage("finishing" if self.released else "listening")
            case RecordingEnded():
                self.ended, self.recorded = event, True
                stopped = not self.released
                self._set_stage("finishing")
                if stopped:
                    self.recording_stopped.emit(self)
                if self._final is not None:
                    self._on_transcript(self._final)
            case RecordingRefused(error):
                self._end_utterance(error)

    def _transcribe(self, arrives_as: SoundFormat) -> None:
        settings = self._settings
        language = None if settings.speech_language == AUTO else settings.speech_language
        options = TranscriptionOptions(
            language, settings.talk_translate, settings.names(), replacements=settings.replacements(),
            nearby=nearby_words(self._nearby_text()),
        )  # fmt: skip
        self._speech_worker.transcribe_live(
            settings,
            arrives_as,
            self._incoming,
            options,
            self._on_transcript,
            self._on_worker_done,
            self._on_vad_probabilities,
        )

    def _on_vad_probabilities(self, probabilities: Sequence[float]) -> None:
        if self.stage != "over":
            self.vad_probabilities_arrived.emit(self, probabilities)

    def _on_transcript(self, transcript: LiveTranscript) -> None:
        if self.stage == "over":
            return
        if transcript.final and self.recorded:
            self._end_utterance(transcript)
        elif transcript.final:
            self._final = transcript
            self._recording.finish()
        else:
            self.hypothesis_arrived.emit(self, transcript)

    def _on_worker_done(self, error: Exception | None) -> None:
        """Without a final transcript only when it failed, or was discarded."""
        if self.stage != "over" and self._final is None:
            self._recording.discard()
            self._end_utterance(error or LiveTranscript(final=True))

    def _end_utterance(self, result: object) -> None:
        self.stage = "over"
        self.transcribed.emit(self, result)
        self.deleteLater()

    def _set_stage(self, stage: Stage) -> None:
        self.stage = stage
        self.stage_changed.emit(self)
