"""Push-to-talk: its utterances, where their words go, and what the user sees of them. Hands-free talking begins and
ends its utterances here, too.

    closed -> opening -> listening -> finishing -> done | nothing | error -> closed

"listening" is never shown before the first block of sound came. One utterance is the current one; those before it may
still have words to deliver, each to the place where it was begun.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from fanlight.audio.microphone import Microphone
from fanlight.core.dictation import status_text
from fanlight.core.dictation.key_interpreter import KeyInterpreter
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.dictation.status_text import DictationState
from fanlight.core.dictation.targets import SpeechTarget, TextTarget
from fanlight.core.dictation.utterance import Utterance
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.core.work.throttle import Timeout
from fanlight.domain.audio import RecordingEvent
from fanlight.domain.errors import error_text
from fanlight.domain.speech import LiveTranscript

log = logging.getLogger(__name__)

DONE_MS, NOTHING_MS, ERROR_MS = 1_200, 5_000, 20_000
"""How long the end of an utterance is shown."""
SLOW_SECONDS = 0.25


class PushToTalk(QObject):
    """Attributes: `state` and `status_text`, as shown; `target`, the field of the current utterance; `locked`: the
    recording goes on without the key; `key`, which reports presses to this object."""

    changed = Signal()
    """`state`, `status_text` or `target`."""
    utterance_over = Signal(str, str)
    """The current utterance has ended by itself, and its words are where they belong: the state that is shown, and why
    the recording ended (domain.audio.EndReason; "" where it never began)."""
    vad_probabilities_arrived = Signal(object)
    """Of the current utterance, also on what is recorded past its release; see `Utterance`."""
    words_shown = Signal()
    """Of the current utterance."""
    microphone_claimed = Signal(object)
    """Hands-free: by key or command the user wants to speak into that SpeechTarget."""
    recording_event = Signal(object)
    """Of the current utterance, a RecordingEvent."""
    recording_began = Signal()
    """The microphone is open: play the chime."""

    def __init__(
        self,
        microphone: Microphone,
        speech_worker: SpeechWorker,
        settings_store: SettingsStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._microphone, self._speech_worker, self._settings_store = microphone, speech_worker, settings_store
        self._dispatcher = MainThreadDispatcher(self)
        self._current: Utterance | None = None
        self._open: dict[Utterance, tuple[SpeechTarget, TextTarget]] = {}
        self._to_send: set[Utterance] = set()
        self.state: DictationState = "closed"
        self.status_text = ""
        self.target: SpeechTarget | None = None
        self.locked = False
        self.hands_free = False
        """Utterances end by endpointing; the key claims the microphone."""
        self.silent = False
        """The next utterance begins without the chime."""
        self.has_words = False
        """Words of the current utterance are shown."""
        self._end_shown = Timeout(self, self._hide_end, ERROR_MS)
        speech_worker.ready_changed.connect(self._on_model_changed)
        self.key = KeyInterpreter(self, settings_store, self)

    @property
    def active(self) -> bool:
        """Whether an utterance is under way: Esc discards it."""
        return self._current is not None

    @property
    def recording(self) -> bool:
        return self._current is not None and not self._current.released

    # What the user does.

    def claim_microphone(self, target: SpeechTarget) -> None:
        self.microphone_claimed.emit(target)

    def start_recording(self, target: SpeechTarget) -> None:
        """By command: until `stop_recording`."""
        if self.hands_free:
            self.claim_microphone(target)
        self.record_until_stopped(target)

    def record_until_stopped(self, target: SpeechTarget) -> None:
        if not self.recording:
            self._begin(target)
        self.lock()

    def lock(self) -> None:
        """The recording goes on without the key."""
        self.key.cancel_tap()
        self.locked = True
        self._refresh_status_text()

    def resume_or_begin(self, target: SpeechTarget) -> None:
        """The utterance that was released just now goes on, else a new one begins."""
        if self._current is None or not self._current.resume_recording():
            self._begin(target)

    def stop_recording(self) -> None:
        if self._current is not None and self.recording:
            self.key.cancel_tap()
            self.locked = False
            self._current.release_recording(until_silent=not self.hands_free)
            self._refresh_status_text()

    def toggle_recording(self, target: SpeechTarget) -> None:
        if self.recording:
            self.stop_recording()
        else:
            self.start_recording(target)

    def finish_and_send(self) -> None:
        """Enter during an utterance."""
        self.send_when_finished()
        self.stop_recording()

    def send_when_finished(self) -> None:
        """When the current utterance ends, send it with the text that is there already."""
        if self._current is not None:
            self._to_send.add(self._current)

    def resume_utterance(self) -> bool:
        """As if it had not been released. False when it is too late for that."""
        if self._current is None or self.recording or not self._current.resume_recording():
            return False
        self._to_send.discard(self._current)
        self.lock()
        return True

    def discard_utterance(self) -> bool:
        """Esc. Whether there was something to discard."""
        self.key.reset()
        utterance, self._current = self._current, None
        if utterance is not None:
            self._open.pop(utterance)[1].discard_transcript()
            self._to_send.discard(utterance)
            utterance.discard()
            utterance.deleteLater()
        showed = self.state in ("nothing", "error")
        self.locked = False
        self._show("closed")
        return utterance is not None or showed

    def remove_target(self, target: SpeechTarget) -> None:
        """Its widget is removed: no words are delivered there."""
        for utterance in [one for one, (place, _text) in self._open.items() if place is target]:
            if utterance is self._current:
                self.discard_utterance()
            else:
                del self._open[utterance]
                utterance.discard()
        if self.target is target:
            self._show("closed")
            self.target = None

    def close(self) -> None:
        """Nothing is recorded or transcribed any more."""
        self.discard_utterance()
        for utterance in self._open:
            utterance.discard()
        self._open.clear()

    # An utterance.

    def _begin(self, target: SpeechTarget) -> None:
        """Begin an utterance; the one before it goes on to its final words."""
        self.key.cancel_tap()
        self.locked = self.has_words = False
        utterance = Utterance(
            self._microphone, self._speech_worker, self._settings_store.now, self._dispatcher, self, target.nearby_text
        )
        self._current, self.target = utterance, target
        self._open[utterance] = target, target.begin_utterance()
        utterance.stage_changed.connect(self._on_stage)
        utterance.recording_event.connect(self._on_recording_event)
        utterance.vad_probabilities_arrived.connect(self._on_vad_probabilities)
        utterance.hypothesis_arrived.connect(self._on_hypothesis)
        utterance.transcribed.connect(self._on_transcribed)
        utterance.recording_stopped.connect(self._on_recording_stopped)
        self._show("opening")

    def _on_recording_event(self, utterance: Utterance, event: RecordingEvent) -> None:
        if utterance is self._current:
            self.recording_event.emit(event)

    def _on_vad_probabilities(self, utterance: Utterance, probabilities: Sequence[float]) -> None:
        if utterance is self._current:
            self.vad_probabilities_arrived.emit(probabilities)

    def _on_hypothesis(self, utterance: Utterance, transcript: LiveTranscript) -> None:
        self._open[utterance][1].show_hypothesis(transcript)
        if utterance is self._current and transcript.text:
            self.has_words = True
            self.words_shown.emit()

    def _on_stage(self, utterance: Utterance) -> None:
        stage = utterance.stage
        if utterance is not self._current or stage == "over":
            return
        if stage == "listening" and self.state == "opening":
            if not self.silent:
                self.recording_began.emit()
            if utterance.began_after > SLOW_SECONDS:
                log.info("%s took %.2f s to the first block", utterance.device, utterance.began_after)
        self._show(stage)

    def _on_recording_stopped(self, utterance: Utterance) -> None:
        """The recording ended although the key is down: it was pressed too late to resume this recording, or the device
        was lost. In the first case a new utterance begins, because the user goes on speaking."""
        ended = utterance.ended
        too_late = utterance is self._current and ended is not None and ended.why == "released"
        if too_late and self.hands_free and not self.key.down:  # it was resumed too late: it has ended after all
            utterance.released, self.locked = True, False
            self._to_send.add(utterance)
        elif too_late and (self.key.down or self.locked):
            locked = self.locked
            self._begin(self._open[utterance][0])
            self.locked = locked

    def _on_transcribed(self, utterance: Utterance, result: LiveTranscript | Exception) -> None:
        current = utterance is self._current
        _target, text_target = self._open.pop(utterance)
        sends = utterance in self._to_send or self._settings_store.now.talk_sends
        self._to_send.discard(utterance)
        if current:
            self._current, self.locked = None, False
            self.key.cancel_tap()
        shown, words = self._deliver(utterance, text_target, result)
        if current:
            self._show(shown, words)
        if sends and shown == "done":
            text_target.send_question()
        if current:
            self.utterance_over.emit(shown, utterance.ended.why if utterance.ended is not None else "")

    def _deliver(
        self, utterance: Utterance, text_target: TextTarget, result: LiveTranscript | Exception
    ) -> tuple[DictationState, str]:
        """What is to be shown of it."""
        note = status_text.recording_note(utterance.ended, hands_free=self.hands_free)
        if not isinstance(result, LiveTranscript):
            text_target.discard_transcript()
            return "error", error_text(result)
        if result.text:
            text_target.commit_transcript(result)
            return "error" if note else "done", note
        text_target.discard_transcript()
        return "nothing", note or status_text.why_nothing(utterance, self._settings_store.now.talk_mode)

    # What the user sees.

    def _show(self, state: DictationState, words: str = "") -> None:
        self.state = state
        self._end_shown.cancel()
        if state in ("done", "nothing", "error"):
            self._end_shown.start({"done": DONE_MS, "nothing": NOTHING_MS}.get(state, ERROR_MS))
        self.status_text = words or self._status()
        self.changed.emit()

    def _hide_end(self) -> None:
        self._show("closed")

    def _refresh_status_text(self) -> None:
        if self.active:
            self.status_text = self._status()
            self.changed.emit()

    def _on_model_changed(self) -> None:
        if self.state in ("listening", "finishing"):
            self._refresh_status_text()

    def _status(self) -> str:
        return status_text.status(self.state, self._current, self.locked, self._speech_worker.ready)
