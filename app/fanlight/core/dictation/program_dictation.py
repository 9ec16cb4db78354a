"""Dictation into the program that has the keyboard: a key, an utterance, and its words at that program's cursor.

What is shown meanwhile is a `PillView`. Text that cannot be inserted where it belongs is never typed elsewhere: it
waits until the user says where it goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.dictation.dictated_text import WritingStyle, written_text
from fanlight.core.dictation.dictation_history import DictationHistory
from fanlight.core.dictation.pill_view import PillView, pill_view
from fanlight.core.dictation.program_dictation_table import PILL_TABLE, PillAction, PillEvent, PillState
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import MakeTimer, Timeout
from fanlight.desktop.insertion import (
    InsertionBackend,
    InsertionOutcome,
    InsertionPermission,
    InsertionPlace,
    InsertionRequest,
    TextInserter,
)
from fanlight.domain.speech import LiveTranscript

DictateCommand = Literal["start", "stop", "toggle"]

UNDO_MS = 2_500
"""How long Esc takes back what was inserted: other programs need that key."""
PREPARE_MS = 150
"""After the pill is painted."""
SLOW_MS = 700
"""A program that has not taken the text by then is waited for openly."""


class ProgramDictation(QObject):
    """A `SpeechTarget`. `place` is where the current utterance was begun, or the text goes."""

    changed = Signal()
    """`state`, `view`, or `place`."""

    def __init__(
        self,
        talk: PushToTalk,
        settings_store: SettingsStore,
        history: DictationHistory,
        backend: InsertionBackend,
        parent: QObject | None = None,
        make_timer: MakeTimer | None = None,
    ) -> None:
        super().__init__(parent)
        self._talk, self._settings_store, self.history, self.backend = talk, settings_store, history, backend
        self._inserter: TextInserter = backend.start(self)
        self.state = PillState.IDLE
        self.place = InsertionPlace()
        self._current: ProgramText | None = None
        self._hypothesis = LiveTranscript()
        self._queue: deque[tuple[str, InsertionPlace | None]] = deque()
        self._under_way: str | None = None
        self._slow_text = ""
        """Not taken, but the program may take it still."""
        self._waiting: list[str] = []
        self._outcome = InsertionOutcome.INSERTED
        self._slow = False
        self._undo_over = Timeout(self, lambda: self.handle(PillEvent.SHOWN), UNDO_MS, make_timer)
        self._prepare_soon = Timeout(self, self._inserter.prepare, PREPARE_MS, make_timer)
        self._slow_soon = Timeout(self, self._on_slow, SLOW_MS, make_timer)
        talk.changed.connect(self.changed)
        self._actions: dict[PillAction, Callable[[], object]] = {
            PillAction.INSERT: self._insert_next,
            PillAction.INSERT_HERE: self._insert_waiting,
            PillAction.OFFER_UNDO: self._undo_over.start,
            PillAction.UNDO: self._undo,
            PillAction.GO_ON: self._go_on,
            PillAction.CANCEL_INSERTION: self._cancel_insertion,
            PillAction.DROP: self._drop,
        }

    @property
    def permission(self) -> InsertionPermission | None:
        """None where the desktop does not ask the user."""
        return self._inserter.permission

    # For the user.

    def here(self) -> InsertionPlace:
        """Where text would go now."""
        return self._inserter.place()

    @property
    def wants_escape(self) -> bool:
        """Esc means something here now: it belongs to Fanlight that long."""
        return self.state is PillState.INSERTING or (self.state is PillState.INSERTED and self.can_undo)

    @property
    def can_undo(self) -> bool:
        """Not where Enter has followed: what was sent stays so."""
        return not self._settings_store.now.dictate_enter and self._inserter.can_undo(self.place)

    @property
    def waiting_text(self) -> str:
        return " ".join(self._waiting)

    @property
    def view(self) -> PillView:
        talk = self._talk
        ended = self.state is PillState.IDLE and talk.state in ("nothing", "error")
        if talk.target is self and (ended or (self.state is PillState.SPEAKING and talk.active)):
            return PillView(talk.state, talk.status_text, self._hypothesis)
        return pill_view(
            self.state, self.waiting_text, self._outcome, self.backend, can_undo=self.can_undo, slow=self._slow
        )

    def run_command(self, command: DictateCommand) -> None:
        """Of the command line."""
        if command == "stop" or (command == "toggle" and self._talk.recording):
            self._talk.stop_recording()
        else:
            self._talk.start_recording(self)

    def insert_here(self) -> None:
        """The text that waits, at the cursor of the program that has the keyboard now."""
        self.handle(PillEvent.INSERT_HERE)

    def escape(self) -> None:
        """Stop the insertion, take it back, or put away the text that waits."""
        self.handle(PillEvent.ESCAPE)

    def close(self) -> None:
        self.handle(PillEvent.CLOSE)
        self._inserter.close()

    # A `SpeechTarget`.

    def begin_utterance(self) -> ProgramText:
        self.place = self._inserter.place()
        self._current = ProgramText(self, self.place)
        self._hypothesis = LiveTranscript()
        self._prepare_soon.start()
        self.handle(PillEvent.BEGIN)
        return self._current

    def nearby_text(self) -> str:
        """Other programs' texts are not read."""
        return ""

    def show_words(self, utterance: ProgramText, transcript: LiveTranscript) -> None:
        if utterance is self._current:
            self._hypothesis = transcript
            self.changed.emit()

    def take_words(self, utterance: ProgramText, transcript: LiveTranscript) -> None:
        """They are final."""
        language = "en" if self._settings_store.now.talk_translate else transcript.language
        text = written_text(transcript.text, language, self._style())
        if not text:
            self.take_nothing(utterance)
            return
        self.history.add(text)
        self._queue.append((text, utterance.place))
        current = utterance is self._current
        if current:
            self._current = None
        self.handle(PillEvent.FINAL if current else PillEvent.EARLIER_FINAL)

    def take_nothing(self, utterance: ProgramText) -> None:
        if utterance is self._current:
            self._current = None
            self._prepare_soon.cancel()
            self.handle(PillEvent.NO_WORDS)
            if self.state is PillState.IDLE:
                self._inserter.cancel()  # what it has read of the clipboard is not needed

    def _style(self) -> WritingStyle:
        settings = self._settings_store.now
        return WritingStyle(settings.dictate_marks, settings.dictate_code, settings.dictate_space)

    # The table.

    def handle(self, event: PillEvent) -> None:
        step = PILL_TABLE[self.state, event]
        if step.state is not None:
            self.state = step.state
            if step.state is not PillState.INSERTED:
                self._undo_over.cancel()
        if action := self._actions.get(step.action):
            action()
        self.changed.emit()

    def _insert_next(self) -> None:
        """Unless a text is being inserted: then it comes after that."""
        if self._under_way is not None or not self._queue:
            return
        text, place = self._queue.popleft()
        self._under_way, self._slow = text, False
        self.place = place or self._inserter.place()
        settings = self._settings_store.now
        typed = self.backend.types_keys and self.place.program in settings.typed_programs()
        self._slow_soon.start()
        self._inserter.insert(InsertionRequest(text, place, settings.dictate_enter, typed), self._on_ended)

    def _on_ended(self, outcome: InsertionOutcome) -> None:
        text, self._under_way, self._outcome = self._under_way, None, outcome
        self._slow_soon.cancel()
        inserted = outcome is InsertionOutcome.INSERTED
        if not inserted and text is not None:
            self._slow_text = text
            self._waiting += [text, *(queued for queued, _place in self._queue)]
            self._queue.clear()
        elif inserted and text is None and self._slow_text in self._waiting:
            self._waiting.remove(self._slow_text)
        if self.state is PillState.INSERTING and self._queue:
            self._insert_next()
            self.changed.emit()
        else:
            self.handle(PillEvent.INSERTED if inserted else PillEvent.REFUSED)

    def _insert_waiting(self) -> None:
        text, self._waiting = self.waiting_text, []
        self._queue.appendleft((text, None))
        self._insert_next()

    def _undo(self) -> None:
        self._inserter.undo(self.place)
        self._go_on()

    def _go_on(self) -> None:
        if self._under_way is not None or self._queue:
            self.state = PillState.INSERTING
            self._insert_next()
        elif self._waiting:
            self.state = PillState.WAITING

    def _cancel_insertion(self) -> None:
        if self._inserter.cancel():
            self._under_way, self.state = None, PillState.IDLE
            self._undo()
        else:
            self._on_ended(InsertionOutcome.NOT_TAKEN)

    def _drop(self) -> None:
        self._inserter.cancel()
        self._slow_soon.cancel()
        self._under_way, self._waiting = None, []
        self._queue.clear()

    def _on_slow(self) -> None:
        self._slow = True
        self.changed.emit()


class ProgramText:
    """A `TextTarget`: the words of one utterance, and where they belong."""

    def __init__(self, dictation: ProgramDictation, place: InsertionPlace) -> None:
        self._dictation, self.place = dictation, place

    def show_hypothesis(self, transcript: LiveTranscript) -> None:
        self._dictation.show_words(self, transcript)

    def commit_transcript(self, transcript: LiveTranscript) -> None:
        self._dictation.take_words(self, transcript)

    def discard_transcript(self) -> None:
        self._dictation.take_nothing(self)

    def send_question(self) -> None:
        """Nothing is asked here."""
