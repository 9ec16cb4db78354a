"""What is asked about selected text: quick actions and typed instructions become questions with the text in them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.entry import AnswerFinished
from fanlight.core.panel.answer_language import language_of_answers
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.actions import Action
from fanlight.domain.difference import ChangedPart, difference, likeness
from fanlight.domain.selected_text import question_about, replacement
from fanlight.i18n import _

ALIKE = 0.35
"""An answer to typed words that has this much of the selection is a new version of it; a translation has less."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A new version of the selection. `parts` are what it changes; none where it has hardly anything in common."""

    text: str
    parts: tuple[ChangedPart, ...] = ()

    @property
    def is_changed(self) -> bool:
        return not self.parts or any(part.change != "same" for part in self.parts)


class SelectionQuestions(QObject):
    """Asks about one selected text, in one `Conversation`."""

    rewritten = Signal(object)
    """A Rewriting: the last answer is one. None: it is something else, or another question is under way."""
    copy_wanted = Signal(str)
    """The answer of an action that goes to the clipboard."""
    asks_in_window = Signal(str)
    """Ask this in the window."""

    def __init__(self, text: str, conversation: Conversation, settings_store: SettingsStore) -> None:
        super().__init__(conversation)
        self._text, self._conversation, self._settings_store = text, conversation, settings_store
        self._act: Action | str = ""
        conversation.answer_finished.connect(self._on_answer_finished)

    @property
    def subject_text(self) -> str:
        return self._text

    def run(self, action: Action) -> None:
        """Run a quick action; it replaces one that is not finished."""
        text = question_about(self._text, action.question(language_of_answers(self._settings_store)))
        self._act = action
        self.rewritten.emit(None)
        if action.goes_to == "window":
            self.asks_in_window.emit(text)
            return
        title = _("{action}: selected text").format(action=action.label)
        self._conversation.begin_question(action.label, title=title, quick=True).ask(text)

    def ask(self, text: str) -> None:
        """A question, or an instruction, in the user's own words. The first has the selected text with it."""
        if not (text := text.strip()):
            return
        self._act = text
        self.rewritten.emit(None)
        is_first = not any(turn.message.text for turn in self._conversation.turns)
        whole = question_about(self._text, text) if is_first else text
        self._conversation.begin_question(text).ask(whole)

    def ask_again(self) -> None:
        self.rewritten.emit(None)
        self._conversation.ask_again()

    def close(self) -> None:
        """Nothing is wanted any more."""
        self._text = ""
        self._conversation.answer_finished.disconnect(self._on_answer_finished)

    def _on_answer_finished(self, end: AnswerFinished) -> None:
        answer = self._conversation.last_answer
        if end.state != "complete" or not answer.strip():
            return
        text = replacement(self._text, answer)
        act = self._act
        if isinstance(act, Action) and act.goes_to == "clipboard":
            self.copy_wanted.emit(text)
        if isinstance(act, Action) and not act.replaces:
            return
        parts = difference(self._text, text)
        alike = likeness(parts) >= ALIKE
        if alike or isinstance(act, Action):
            self.rewritten.emit(Rewriting(text, parts if alike else ()))
