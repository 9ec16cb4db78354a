"""One selected text and what is asked about it: its conversation, its quick actions, and what comes into its place."""

from __future__ import annotations

from PySide6.QtCore import Signal

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.panel.panel_session import PanelSession
from fanlight.core.panel.quick_actions import QuickActions
from fanlight.core.selected_text.questions import Rewriting, SelectionQuestions
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.selected_text import ReplaceOutcome, SelectedText, SelectionAccess
from fanlight.i18n import N_, _, format_number, ngettext

REASONS = {
    ReplaceOutcome.MOVED: N_(
        "The program with the text does not have the keyboard; nothing was replaced. Click into it, select the text "
        "again, and press the shortcut there, or copy the answer with {key}."
    ),
    ReplaceOutcome.UNSELECTED: N_(
        "The text is not selected there any more, or cannot be changed; nothing was replaced. Copy the answer with "
        "{key}, and paste it where it belongs."
    ),
    ReplaceOutcome.NOT_TAKEN: N_(
        "The program did not take the new text. Copy the answer with {key}, and paste it where it belongs."
    ),
}


class SelectionSession(PanelSession):
    """`rewriting`: the last answer, where it is a new version of the text. `replacing`: it is being put in the text's
    place. Once the session has ended it holds no text."""

    rewriting_changed = Signal()
    """`rewriting` or `replacing`."""
    keyboard_returned = Signal()
    """The program with the text is to have the keyboard."""
    replaced = Signal()

    about = "selection"

    def __init__(
        self,
        selected: SelectedText,
        access: SelectionAccess,
        host: ModelHost,
        settings_store: SettingsStore,
        actions: QuickActions,
    ) -> None:
        super().__init__(host, settings_store, actions)
        self.selected, self._access = selected, access
        self.rewriting: Rewriting | None = None
        self.replacing = False
        questions = SelectionQuestions(selected.text, self.conversation, settings_store)
        questions.rewritten.connect(self._on_rewritten)
        questions.copy_wanted.connect(self.copy_text)
        questions.asks_in_window.connect(self.move_wanted)
        self.questions = questions

    @property
    def can_replace(self) -> bool:
        rewriting = self.rewriting
        return self.selected.can_replace and rewriting is not None and rewriting.is_changed and not self.replacing

    @property
    def text_to_copy(self) -> str:
        return self.rewriting.text if self.rewriting is not None else super().text_to_copy

    def replace_selection(self) -> None:
        """Put the answer in the place of the text, if that is selected there still."""
        if self.rewriting is None or not self.can_replace:
            return
        self.replacing = True
        self.rewriting_changed.emit()
        self.keyboard_returned.emit()
        self._access.replace(self.selected, self.rewriting.text, self._on_replaced)

    def _end(self, *, forgotten: bool, keep_conversation: bool = False) -> None:
        if self.replacing:
            self._access.cancel()
        super()._end(forgotten=forgotten, keep_conversation=keep_conversation)
        self.selected, self.rewriting, self.replacing = SelectedText(""), None, False

    def _on_rewritten(self, rewriting: Rewriting | None) -> None:
        self.rewriting = rewriting
        self.rewriting_changed.emit()

    def _on_replaced(self, outcome: ReplaceOutcome) -> None:
        if self.is_over:
            return
        self.replacing = False
        if outcome is not ReplaceOutcome.REPLACED:
            self.rewriting_changed.emit()
            self.problem.emit(_(REASONS[outcome]).format(key="Alt+C"))
        elif self.pinned:
            self.selected = SelectedText(self.selected.text, self.selected.place)
            self.rewriting_changed.emit()
            self.note(_("Replaced."))
        else:
            self.replaced.emit()
            self.forget()

    def _facts(self) -> str:
        count = len(self.selected.text)
        text = ngettext("{count} character selected", "{count} characters selected", count)
        return text.format(count=format_number(count))
