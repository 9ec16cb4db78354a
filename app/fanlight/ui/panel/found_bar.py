"""What was found in the text of a capture, as buttons: an address is opened after it was shown, a date and a table are
shown in a form, all else is copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from fanlight.domain.found_items import FoundItem, FoundKind
from fanlight.i18n import N_, _
from fanlight.ui.panel.action_bar import arrange_in_rows
from fanlight.ui.plain_text import plain_caption, plain_tip
from fanlight.ui.theme import in_text_size

WIDEST = 200
"""Logical pixels of a text in a button, at a text size of 100 percent."""
OPENS, FORMS = ("link", "mail"), ("date", "table")
"""Kinds that are opened after they were shown, and those that have a form."""
NAMES: dict[FoundKind, str] = {
    "link": N_("Open {text}…"),
    "mail": N_("Write to {text}…"),
    "phone": N_("Copy {text}"),
    "colour": N_("Copy {text}"),
    "json": N_("Copy the JSON, indented"),
    "code": N_("Copy {text}"),
    "amount": N_("Copy {text}"),
    "date": N_("Add {text} to the calendar…"),
    "table": N_("Use the table…"),
    "broken-json": N_("Copy the JSON as it was read: it is not valid"),
    "trace": N_("Copy the stack trace, own code first"),
}


class FoundBar(QWidget):
    """Hidden where nothing was found."""

    chosen = Signal(object)
    """A FoundItem."""
    changes_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QToolButton] = []
        self._items: Sequence[FoundItem] = ()
        self._changes = ""
        self.setAccessibleName(_("Found in the text"))
        self.hide()

    def show_items(self, items: Sequence[FoundItem]) -> None:
        self._items = items
        self._show()

    def show_changes(self, text: str) -> None:
        """As the first button."""
        self._changes = text
        self._show()

    def _show(self) -> None:
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(item) for item in self._items]
        if self._changes:
            self.buttons.insert(0, self._made(self._changes, self._changes, self.changes_chosen.emit))
        self.setVisible(bool(self.buttons))

    def arrange(self, width: int) -> int:
        """Place the buttons in rows; returns the rows' height."""
        return arrange_in_rows(self.buttons, width)

    def _button(self, item: FoundItem) -> QToolButton:
        whole = _(NAMES[item.kind]).format(text=item.text)
        widest = in_text_size(WIDEST)
        short = self.fontMetrics().elidedText(item.text, Qt.TextElideMode.ElideRight, widest)  # its host stays
        shown = _(NAMES[item.kind]).format(text=short)
        return self._made(shown, whole, lambda: self.chosen.emit(item))

    def _made(self, shown: str, whole: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setText(plain_caption(shown))
        button.setToolTip(plain_tip(whole))
        button.setAccessibleName(whole)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("kind", "action")
        button.clicked.connect(lambda: act())
        button.show()
        return button
