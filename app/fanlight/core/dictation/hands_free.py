"""Hands-free talking: the user speaks and pauses, the question is sent, its answer is spoken, and listening goes on.

    off -> listening -> (a pause) -> hearing -> thinking -> speaking -> listening -> ... -> off

It is off until the user turns it on, and what it does is always shown. While Fanlight thinks and speaks the microphone
is closed, so that it cannot hear itself, unless the settings say that it cannot anyway: then speaking interrupts.
What it does follows from how things are (who speaks, who answers), which it looks at whenever one of them changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from fanlight.core.dictation import status_text as talk_words
from fanlight.domain.audio import SoundLevel
from fanlight.domain.endpointing import EndpointConfig, Endpointer, EndpointStep
from fanlight.settings import Settings
from fanlight.ui.widgets.shortcuts import HANDS_FREE_KEYS, add_actions

if TYPE_CHECKING:
    from fanlight.core.chat.session import ChatSession
    from fanlight.core.dictation.push_to_talk import SpeechTarget
    from fanlight.core.dictation.speech_output import SpeechOutput
    from fanlight.ui.window.window import Window
    from fanlight.ui.wiring.dictation import Dictation

SETTLE_MS = 300
"""What was said last may be on its way through the loudspeaker so long after the program is done with it."""
KEPT_MS = 600
"""A microphone that is kept open (`talk_ready`) remembers almost that much of what it heard before it was wanted."""


class HandsFree(QObject):
    """Lives as long as the window does."""

    changed = Signal()
    """`on` or `phase` is another now."""

    def __init__(self, window: Window, voice: Dictation, speaking: SpeechOutput) -> None:
        super().__init__(window)
        self._window, self._voice, self._speaking = window, voice, speaking
        self._settings_store, self._talk, self._session_manager = (
            window.settings_store,
            voice.talk,
            window.session_manager,
        )
        self._button = window.composer.hands_free_button
        self._turns = Endpointer()
        self._watched: ChatSession | None = None
        self._asked: ChatSession | None = None
        """Whose answer is waited for."""
        self._busy = self._spoke = False
        self._paused = False
        """A pause ended the turn; who speaks on in the same breath has not ended."""
        self._note = ""
        self._loudest = -200.0
        self.on = False
        self.phase: talk_words.Phase = "listening"
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._follow)
        self._settle = QTimer(self, singleShot=True)
        self._settle.timeout.connect(self._follow)
        self._connect()

    def _connect(self) -> None:
        window, talk = self._window, self._talk
        self._button.clicked.connect(self.toggle)
        add_actions(window, HANDS_FREE_KEYS, {"hands_free": self.toggle})
        talk.claimed.connect(self._claimed)
        talk.verdicts.connect(self._hear)
        talk.understood.connect(self._understood)
        talk.happened.connect(self._happened)
        talk.over.connect(self._over)
        self._session_manager.shown.connect(self._shown)
        for signal in (talk.changed, self._speaking.changed, window.composer.chips.changed, window.host.changed):
            signal.connect(self._look)
        self._settings_store.changed.connect(self._settings_changed)
        for watched in (window, window.composer.input):
            watched.installEventFilter(self)
        self._watch_session()

    # What the user does.

    def toggle(self) -> None:
        if self.on:
            self.end()
        else:
            self.begin()

    def begin(self) -> None:
        """A turn of the user's begins, as soon as no answer is under way."""
        if self.on:
            return
        if self._talk.active and self._talk.target is not self._voice.words:
            self._talk.forget()
        self.on, self._busy, self._spoke, self._note, self._loudest = True, False, False, "", -200.0
        self._turns = Endpointer(manners(self._settings_store.now))
        self._talk.hands_free = True
        why_silent = self._speaking.why_silent()
        if why_silent is not None:
            self._window.say(why_silent)
        self._speaking.takes_turns = why_silent is None
        self._speaking.barge_in = self._barge_in
        self._window.offers.dismiss()
        self._follow()

    def end(self, why: str = "") -> None:
        """The microphone is closed; what was said and not sent stays in the box. `why` when it was not the user."""
        if not self.on:
            return
        self.on = False
        self._soon.stop()
        self._settle.stop()
        talk, speaking = self._talk, self._speaking
        talk.hands_free = talk.silent = speaking.takes_turns = speaking.barge_in = False
        if talk.recording and talk.has_words:
            talk.stop()
        elif talk.recording or not talk.active:
            talk.forget()
        if not self._settings_store.now.spoken_answers:
            speaking.stop_speaking()
        if why:
            self._window.offers.offer(f"Hands-free has ended. {why}", "Talk again", self.begin)
        self._show()

    def escape(self) -> bool:
        """Esc takes back what is going on: the answer, else the words, else the whole conversation. Whether there was
        anything to take back."""
        if not self.on:
            return False
        if self._busy_now():
            self._quieten()
        elif self._talk.active and (self._talk.has_words or not self._talk.recording):
            self._talk.forget()
        elif self._session_manager.current.editing:
            return False
        else:
            self.end()
        return True

    def obey(self, what: Literal["start", "stop", "toggle", "hands-free"]) -> bool:
        """By command. Whether it was about this."""
        if what == "hands-free":
            self.toggle()
            if self.on:
                self._window.come_forward()
            return True
        if self.on and what in ("stop", "toggle"):
            self.end()
            return True
        return False

    # What is heard.

    def _hear(self, verdicts: list[float]) -> None:
        if not self.on or self._talk.target is not self._voice.words:
            return
        step = self._turns.hear(verdicts, held=self._talk.key.down)
        if not self._talk.recording:
            if self._paused and self._turns.speaks_on and self._talk.go_on():
                self._paused = False
            return
        match step:
            case EndpointStep.ENDED:
                self._paused = True
                self._talk.finish_and_send()
            case EndpointStep.INTERRUPTED:
                self._quieten()
            case EndpointStep.GAVE_UP:
                self.end(talk_words.gave_up(self._turns.manners.patience, self._loudest))
            case EndpointStep.BEGAN | None:
                pass

    def _understood(self) -> None:
        self._turns.understood()
        self._note = ""

    def _happened(self, happened: object) -> None:
        if isinstance(happened, SoundLevel):
            self._loudest = max(self._loudest, happened.dbfs)

    def _over(self, state: str, why: str) -> None:
        """A turn has its words, or none."""
        if not self.on:
            return
        if state == "error" or why in ("lost", "stalled"):
            self.end(self._talk.words)
            return
        self._note = "Nothing was understood." if state == "nothing" else ""
        self._look()

    def _claimed(self, target: SpeechTarget) -> None:
        """By key or command: the user wants to speak, now."""
        if target is not self._voice.words:
            self.end("The microphone is wanted elsewhere in Fanlight.")
            return
        self._turns.take()
        self._talk.silent = self._paused = False
        self._quieten()

    def _quieten(self) -> None:
        """Fanlight is interrupted."""
        self._speaking.stop_speaking()
        if self._session_manager.current.condition == "answering":
            self._session_manager.current.stop()
        self._look()

    # What follows from it.

    def _look(self) -> None:
        """Something is another now; perhaps more than one thing."""
        if self.on:
            self._soon.start()

    def _follow(self) -> None:
        if not self.on:
            return
        busy = self._busy_now()
        if busy and not self._busy:
            self._pass_on()
        elif self._busy and not busy:
            self._come_back()
            if not self.on:
                return
        self._busy = busy
        self._spoke = self._spoke or self._speaking.active
        if not self._talk.active and not self._settle.isActive() and (not busy or self._barge_in):
            self._listen(silent=busy)
        self._show()

    def _pass_on(self) -> None:
        """Fanlight has something to say, or to think about."""
        self._asked = self._session_manager.current
        if self._talk.key.down:
            return
        self._turns.pass_on()
        if self._talk.recording and not self._barge_in:
            self._talk.forget()

    def _come_back(self) -> None:
        """It is done, or was interrupted."""
        session, self._asked = self._asked, None
        spoke, self._spoke = self._spoke, False
        if session is self._session_manager.current and session.turns and session.turns[-1].state == "failed":
            self.end("The question could not be answered.")
        elif self._turns.turn == "fanlight":
            self._turns.begin()
            if self._talk.recording:
                self._talk.silent = False
                self._voice.sound()
            elif spoke:
                self._settle.start(SETTLE_MS + (KEPT_MS if self._settings_store.now.talk_ready else 0))

    def _listen(self, *, silent: bool) -> None:
        if not silent:
            self._turns.begin()
        self._talk.silent, self._paused = silent, False
        self._talk.listen(self._voice.words)

    @property
    def _barge_in(self) -> bool:
        return self._settings_store.now.hands_free_interrupts

    def _busy_now(self) -> bool:
        """Whether Fanlight answers, or will as soon as a picture is read."""
        answers = self._session_manager.current.condition == "answering" or self._window.composer.waits_to_send
        return answers or self._speaking.active

    def _watch_session(self) -> None:
        if self._watched is not None:
            self._watched.changed.disconnect(self._look)
        self._watched = self._session_manager.current
        self._watched.changed.connect(self._look)

    def _shown(self) -> None:
        """Another conversation: what was said belongs to the one before."""
        self._watch_session()
        if not self.on:
            return
        if self._talk.recording and not self._talk.key.down:
            self._talk.stop() if self._talk.has_words else self._talk.forget()
        self._turns.begin()
        self._asked = None
        self._look()

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        same = manners(before) == manners(now) and before.hands_free_interrupts == now.hands_free_interrupts
        if not self.on or same:
            return
        self._turns.manners = manners(now)
        self._speaking.barge_in = self._barge_in
        if self._talk.recording and self._turns.turn == "fanlight" and not self._barge_in:
            self._talk.forget()
        self._look()

    # What is seen of it.

    def _show(self) -> None:
        self.phase = self._phase()
        self._button.setChecked(self.on)
        talk = self._talk
        if self.on:
            words = talk_words.hands_free(self.phase, talk, self._voice.hearing.ready, self._barge_in, self._note)
            open_now = talk.recording and talk.state != "opening"
            self._voice.says = ("listening" if open_now else "opening" if talk.recording else "waiting", words)
        else:
            self._voice.says = None
        self._window.composer.show_hands_free(self.on, self.on and talk.recording)
        self._voice.show()
        self.changed.emit()

    def _phase(self) -> talk_words.Phase:
        talk = self._talk
        if talk.recording and self._turns.turn == "user":
            return "listening"
        if talk.active and not talk.recording:
            return "hearing"
        return "speaking" if self._speaking.active else "thinking" if self._busy_now() else "listening"

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc; and a window that is hidden: nobody would see that the microphone is open."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            return self.escape()
        if event.type() == QEvent.Type.Hide and watched is self._window and not event.spontaneous():
            self.end("The window was hidden, and with it the sign that the microphone is open.")
        return False


def manners(settings: Settings) -> EndpointConfig:
    return EndpointConfig(settings.hands_free_pause, 60.0 * settings.hands_free_minutes)
