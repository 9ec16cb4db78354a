"""Push-to-talk: the holds of its key (`ui.voice.talk_key`), where their words go, and what the user sees of it.
Hands-free talking (`ui.voice.hands_free`) begins and ends its turns here, too.

    closed -> opening -> listening -> finishing -> heard | nothing | error -> closed

"listening" is never shown before the first block of sound came. One hold is the current one; those before it may still
have words to deliver, each to the place where it was begun.
"""

from __future__ import annotations

import logging
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from fanlight.audio.microphone import Microphone
from fanlight.core.dictation import status_text as talk_words
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.dictation.status_text import State
from fanlight.core.dictation.talk_key import KeyInterpreter
from fanlight.core.dictation.utterance import Utterance
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.domain.errors import error_text
from fanlight.domain.speech import LiveTranscript

log = logging.getLogger(__name__)

HEARD_MS, NOTHING_MS, ERROR_MS = 1_200, 5_000, 20_000
"""So long the end of a hold is shown."""
SLOW_SECONDS = 0.25


class TextTarget(Protocol):
    """Where the words of one hold go."""

    def show(self, heard: LiveTranscript) -> None:
        """Words that are known so far, in place of those shown before."""
        ...

    def take(self, heard: LiveTranscript) -> None:
        """The final ones."""
        ...

    def drop(self) -> None:
        """As if nothing had been said."""
        ...

    def send(self) -> None: ...


class SpeechTarget(Protocol):
    """Where one speaks: a box, a line."""

    def begin(self) -> TextTarget:
        """A hold begins there; others may still have words to deliver to theirs."""
        ...


class PushToTalk(QObject):
    changed = Signal()
    """`state`, `words` or `target` is another now."""
    over = Signal(str, str)
    """The current hold has ended by itself, and its words are where they belong: the state that is shown, and why the
    recording ended (domain.sound.Why, or nothing where it never began)."""
    verdicts = Signal(object)
    """The speech gate's, on the current hold, also on what is recorded past its release."""
    understood = Signal()
    """Words of the current hold are shown."""
    claimed = Signal(object)
    """Hands-free: by key or command somebody wants to speak, at that Target."""
    happened = Signal(object)
    """To the recording of the current hold: a Level thirty times a second, and the rest of domain.sound.Happened."""
    began = Signal()
    """The microphone hears: make a sound."""

    def __init__(
        self, microphone: Microphone, hearing: SpeechWorker, settings_store: SettingsStore, parent: QObject | None
    ) -> None:
        super().__init__(parent)
        self._microphone, self._hearing, self._settings_store = microphone, hearing, settings_store
        self._dispatcher = MainThreadDispatcher(self)
        self._hold: Utterance | None = None
        self._open: dict[Utterance, tuple[SpeechTarget, TextTarget]] = {}
        self._sends: set[Utterance] = set()
        self.state: State = "closed"
        self.words = ""
        self.target: SpeechTarget | None = None
        self.locked = False
        self.hands_free = False
        """Turns end by themselves; the key asks for one."""
        self.silent = False
        """The next hold begins without a sound."""
        self.has_words = False
        """Words of the current hold are shown."""
        self._shown = QTimer(self, singleShot=True)
        self._shown.timeout.connect(lambda: self._show("closed"))
        hearing.ready_changed.connect(self._model_changed)
        self.key = KeyInterpreter(self, settings_store)

    @property
    def active(self) -> bool:
        """Whether a hold is under way: Esc forgets it."""
        return self._hold is not None

    @property
    def recording(self) -> bool:
        return self._hold is not None and not self._hold.released

    # What the user does.

    def start(self, target: SpeechTarget) -> None:
        """By command: until `stop`."""
        if self.hands_free:
            self.claimed.emit(target)
        self.listen(target)

    def listen(self, target: SpeechTarget) -> None:
        """Until `stop`, without a key."""
        if not self.recording:
            self._begin(target)
        self.lock()

    def lock(self) -> None:
        """It goes on without the key."""
        self.key.settled()
        self.locked = True
        self._tell()

    def resume(self, target: SpeechTarget) -> None:
        """The hold that was released just now goes on, else a new one begins."""
        if self._hold is None or not self._hold.go_on():
            self._begin(target)

    def stop(self) -> None:
        if self._hold is not None and self.recording:
            self.key.settled()
            self.locked = False
            self._hold.release()
            self._tell()

    def toggle(self, target: SpeechTarget) -> None:
        if self.recording:
            self.stop()
        else:
            self.start(target)

    def finish_and_send(self) -> None:
        """Enter while somebody speaks."""
        if self._hold is not None:
            self._sends.add(self._hold)
            self.stop()

    def go_on(self) -> bool:
        """It had not ended: as if it had not been released. False when it is too late for that."""
        if self._hold is None or self.recording or not self._hold.go_on():
            return False
        self._sends.discard(self._hold)
        self.lock()
        return True

    def send_too(self) -> None:
        """What is being said now is sent when it ends, with what is there already."""
        if self._hold is not None:
            self._sends.add(self._hold)

    def forget(self) -> bool:
        """Esc. Whether there was something to forget."""
        self.key.forget()
        hold = self._hold
        if hold is not None:
            self._hold = None
            self._open.pop(hold)[1].drop()
            self._sends.discard(hold)
            hold.forget()
            hold.deleteLater()
        showed = self.state in ("nothing", "error")
        self.locked = False
        self._show("closed")
        return hold is not None or showed

    def leave(self, target: SpeechTarget) -> None:
        """Its widget goes: nothing is to be put there any more."""
        for hold in [hold for hold, (place, _) in self._open.items() if place is target]:
            if hold is self._hold:
                self.forget()
            else:
                del self._open[hold]
                hold.forget()
        if self.target is target:
            self._show("closed")
            self.target = None

    # A hold.

    def _begin(self, target: SpeechTarget) -> None:
        """The one before it goes on by itself to its words."""
        self.key.settled()
        self.locked = False
        hold = Utterance(self._microphone, self._hearing, self._settings_store.now, self._dispatcher, self)
        self._hold, self.target = hold, target
        self._open[hold] = target, target.begin()
        self.has_words = False
        hold.changed.connect(lambda: self._changed(hold))
        hold.happened.connect(lambda happened: self.happened.emit(happened) if hold is self._hold else None)
        hold.verdicts.connect(lambda said: self.verdicts.emit(said) if hold is self._hold else None)
        hold.heard.connect(lambda heard: self._heard(hold, heard))
        hold.over.connect(lambda result: self._over(hold, result))
        hold.went.connect(lambda: self._went(hold))
        self._show("opening")

    def _heard(self, hold: Utterance, heard: LiveTranscript) -> None:
        self._open[hold][1].show(heard)
        if hold is self._hold and heard.text:
            self.has_words = True
            self.understood.emit()

    def _changed(self, hold: Utterance) -> None:
        stage = hold.stage
        if hold is not self._hold or stage == "over":
            return
        if stage == "listening" and self.state == "opening":
            if not self.silent:
                self.began.emit()
            if hold.began_after > SLOW_SECONDS:
                log.info("%s took %.2f s to the first block", hold.device, hold.began_after)
        self._show(stage)

    def _went(self, hold: Utterance) -> None:
        """The recording ended although the key was thought to be down: it came down just too late for it, or the device
        died. In the first case the user speaks on."""
        ended = hold.ended
        too_late = hold is self._hold and ended is not None and ended.why == "released"
        if too_late and self.hands_free and not self.key.down:  # it was thought to go on; it has ended after all
            hold.released, self.locked = True, False
            self._sends.add(hold)
        elif too_late and (self.key.down or self.locked):
            locked = self.locked
            self._begin(self._open[hold][0])
            self.locked = locked

    def _over(self, hold: Utterance, result: object) -> None:
        current = hold is self._hold
        _, passage = self._open.pop(hold)
        sends = hold in self._sends or self._settings_store.now.talk_sends
        self._sends.discard(hold)
        if current:
            self._hold, self.locked = None, False
            self.key.settled()
        note = talk_words.note(hold.ended, hands_free=self.hands_free)
        if not isinstance(result, LiveTranscript):
            passage.drop()
            shown: State = "error"
            words = error_text(result)
        elif result.text:
            passage.take(result)
            shown, words = "error" if note else "heard", note
        else:
            passage.drop()
            shown, words = "nothing", note or talk_words.why_nothing(hold, self._settings_store.now.talk_mode)
        if current:
            self._show(shown, words)
        if sends and shown == "heard":
            passage.send()
        if current:
            self.over.emit(shown, hold.ended.why if hold.ended is not None else "")

    # What the user sees.

    def _show(self, state: State, words: str = "") -> None:
        self.state = state
        self._shown.stop()
        if state in ("heard", "nothing", "error"):
            self._shown.start({"heard": HEARD_MS, "nothing": NOTHING_MS}.get(state, ERROR_MS))
        self.words = words or self._words()
        self.changed.emit()

    def _tell(self) -> None:
        if self.active:
            self.words = self._words()
            self.changed.emit()

    def _model_changed(self) -> None:
        if self.state in ("listening", "finishing"):
            self._tell()

    def _words(self) -> str:
        return talk_words.status(self.state, self._hold, self.locked, self._hearing.ready)

    def close(self) -> None:
        """Nothing is recorded, nothing heard any more."""
        self.forget()
        for hold in self._open:
            hold.forget()
        self._open.clear()
