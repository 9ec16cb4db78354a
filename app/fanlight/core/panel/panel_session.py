"""What a quick panel is about, and what is asked about it: a conversation and quick actions. A capture's and selected
text's have this in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.attachments import PrefetchEvent
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.progress import AnswerProgress
from fanlight.core.panel.placement import PanelPlace
from fanlight.core.panel.quick_actions import QuickActions
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import Timeout
from fanlight.domain.actions import Action, Subject
from fanlight.domain.errors import error_text
from fanlight.domain.events import (
    Event,
    Finished,
    ImageReady,
    PromptProgress,
    SoundReady,
    TextDelta,
    ThinkingDelta,
    TokensCounted,
)
from fanlight.domain.slots import Slot
from fanlight.i18n import N_, _

NOTE_MS = 2_500
ESCAPE = "Escape"
WAITS = {
    Slot.WINDOW: N_("Waiting for the answer in the window…"),
    Slot.COMMAND: N_("Waiting for the answer to a command…"),
}
"""What else the model may be answering: an answer is not interrupted."""


@dataclass(frozen=True, slots=True)
class PanelStatus:
    """`facts` is the size of what it is about. `progress` is the part of 1 that is done; -1 where that is not known,
    None where nothing is waited for."""

    facts: str
    text: str
    progress: float | None
    is_busy: bool
    needs_model: bool
    is_practice: bool
    server: str = ""
    """Where questions go; "" for a model on this computer."""


class PanelQuestions(Protocol):
    """Turns quick actions and typed text into questions of one conversation."""

    @property
    def subject_text(self) -> str:
        """What is written in what they are about, as far as it has been read."""
        ...

    def run(self, action: Action) -> None: ...

    def ask(self, text: str) -> None: ...

    def ask_again(self) -> None: ...

    def close(self) -> None: ...


class PanelSession(QObject):
    """Call `start` once it exists and `begin` once its panel is shown. It ends by `forget`, `end_for_another` or
    `release_conversation`; then it is of no further use.

    `pinned`: the next one does not close it. `before_forget` is called at Esc and returns True when it has ended
    something else instead, such as an utterance.
    """

    status_changed = Signal(PanelStatus)
    action_changed = Signal(object)
    """The Action that is being answered, or None."""
    pinned_changed = Signal(bool)
    noted = Signal(str)
    """A short note, shown in `status` for a moment."""
    copy_wanted = Signal(str)
    """Put this into the clipboard."""
    keyboard_wanted = Signal()
    """The user wants to type."""
    move_wanted = Signal(str)
    """The conversation goes on in the window, and this is asked there, or ""."""
    problem = Signal(str)
    closed = Signal(bool)
    """True when the user discarded it."""

    about: Subject
    questions: PanelQuestions
    place: PanelPlace | None = None
    """Where its panel belongs."""

    def __init__(self, host: ModelHost, settings_store: SettingsStore, actions: QuickActions) -> None:
        super().__init__()
        self.actions, self._host, self._settings_store = actions, host, settings_store
        self.conversation = Conversation(host, settings_store, Slot.PANEL, parent=self)
        self.pinned = self.is_over = False
        self.before_forget: Callable[[], bool] = lambda: False
        self._progress = AnswerProgress(pictures=0)
        self._has_answer = False
        self._note = ""
        self._note_timer = Timeout(self, self._end_note, NOTE_MS)
        for signal, slot in self._connections():
            signal.connect(slot)

    def _connections(self) -> tuple[tuple[Any, Callable[..., object]], ...]:
        """Those to objects that outlive this one."""
        conversation, host = self.conversation, self._host
        return (
            (conversation.event_arrived, self._on_event),
            (conversation.prefetch_event, self._on_event),
            (conversation.answer_finished, self._on_answer_finished),
            (conversation.changed, self._on_changed),
            (conversation.problem, self._on_problem),
            (host.changed, self._on_changed),
            (host.serving_changed, self._emit_status),
        )

    @property
    def shown_actions(self) -> Sequence[Action]:
        return self.actions.shown_for(self.about)

    # From the beginning to Esc.

    def start(self) -> None:
        """Before its panel is shown."""

    def begin(self, action: Action | None) -> None:
        """Its panel is on the screen: run `action`."""
        if action is not None:
            self.run(action)

    def run(self, action: Action) -> None:
        self.action_changed.emit(action)
        self.questions.run(action)

    def press(self, key: str) -> None:
        """One of the panel's keys: a letter, the digit of an action's place, or ESCAPE."""
        shown = self.shown_actions
        here = [action for action in shown if action.key == key]
        if key.isdecimal() and 0 < int(key) <= len(shown):
            here = [shown[int(key) - 1]]
        match key:
            case _ if key == ESCAPE:
                if not self.before_forget():
                    self.forget()
            case _ if here:
                self.run(here[0])
            case "a":
                self.keyboard_wanted.emit()
            case "c":
                self.copy_text(self.text_to_copy)
            case "o":
                self.move_wanted.emit("")
            case "p":
                self.pin(not self.pinned)

    @property
    def text_to_copy(self) -> str:
        return self.conversation.last_answer

    def nearby_text(self) -> str:
        """What is to be read in its panel, and in what it is about: words of it may be said."""
        return f"{self.questions.subject_text}\n{self.conversation.recent_text}"

    def pin(self, pinned: bool) -> None:
        if pinned == self.pinned:
            return
        self.pinned = pinned
        self.pinned_changed.emit(pinned)
        self.note(_("Pinned. It stays until you close it.") if pinned else _("Unpinned."))

    def note(self, text: str, milliseconds: int = NOTE_MS) -> None:
        """Show it for a moment."""
        self._note = text
        self._note_timer.start(milliseconds)
        self._emit_status()
        self.noted.emit(text)

    def forget(self) -> None:
        """Discard it with its conversation."""
        self._end(forgotten=True)

    def end_for_another(self) -> None:
        """End for another one."""
        self._end(forgotten=False)

    def release_conversation(self) -> Conversation:
        """End without the conversation, which goes on elsewhere."""
        self._end(forgotten=False, keep_conversation=True)
        return self.conversation

    def _end(self, *, forgotten: bool, keep_conversation: bool = False) -> None:
        if self.is_over:
            return
        self.is_over = True
        self.questions.close()
        for signal, slot in self._connections():
            signal.disconnect(slot)
        self.closed.emit(forgotten)
        if keep_conversation:
            self.conversation.setParent(None)
        else:
            self.conversation.forget()
        self.deleteLater()

    # Status.

    @property
    def status(self) -> PanelStatus:
        text, progress = self._activity()
        is_practice = self._host.is_practice_in(Slot.PANEL)
        needs_model = self._host.condition in ("none", "failed")
        server = self._host.shown_server_in(Slot.PANEL)
        shown, busy = self._note or text, self.conversation.busy
        return PanelStatus(self._facts(), shown, progress, busy, needs_model, is_practice, server)

    def _facts(self) -> str:
        raise NotImplementedError

    def _activity(self) -> tuple[str, float | None]:
        condition = self.conversation.condition
        match self._host.condition:
            case "none":
                return _("No model is open."), None
            case "failed":
                return _("The model could not be loaded."), None
            case "loading":
                return _("Loading the model…"), -1.0
        if condition == "waiting":
            return _("Reading the text…"), -1.0
        unencoded = condition == "idle" and self._waits_for_picture
        if (unencoded or condition == "answering") and self._host.answering_slot in WAITS:
            return _(WAITS[self._host.answering_slot]), -1.0
        if unencoded or (condition == "answering" and not self._has_answer):
            return self._progress.status()
        return "", None

    @property
    def _waits_for_picture(self) -> bool:
        """Whether the model reads a picture before anything is asked."""
        return False

    def _emit_status(self) -> None:
        self.status_changed.emit(self.status)

    def _end_note(self) -> None:
        self._note = ""
        self._emit_status()

    def _on_event(self, event: Event | PrefetchEvent) -> None:
        match event:
            case ImageReady() | SoundReady() | PromptProgress():
                self._progress = self._progress.after(event)
            case TextDelta() | ThinkingDelta():
                if self._has_answer:
                    return
                self._has_answer = True
            case Finished() | TokensCounted():
                pass
            case _:
                return
        self._emit_status()

    def _on_answer_finished(self) -> None:
        self._has_answer = True
        self.action_changed.emit(None)
        self._emit_status()

    def _on_changed(self) -> None:
        if not self.conversation.busy:
            self.action_changed.emit(None)
        self._emit_status()

    def _on_problem(self, error: object) -> None:
        self.problem.emit(error_text(error))

    def copy_text(self, text: str) -> None:
        if text:
            self.copy_wanted.emit(text)
            self.note(_("Copied."))
