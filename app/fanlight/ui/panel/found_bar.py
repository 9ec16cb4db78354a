"""What was found in the text of a capture, as buttons: an address is opened after it was shown, all else is copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from fanlight.domain.found_items import FoundItem, FoundKind
from fanlight.i18n import N_, _
from fanlight.ui.panel.action_bar import arrange_in_rows
from fanlight.ui.plain_text import plain_caption, plain_tip
from fanlight.ui.theme import in_text_size

WIDEST = 200
"""Logical pixels of a text in a button, at a text size of 100 percent."""
OPENS = ("link", "mail")
NAMES: dict[FoundKind, str] = {
    "link": N_("Open {text}…"),
    "mail": N_("Write to {text}…"),
    "phone": N_("Copy {text}"),
    "colour": N_("Copy {text}"),
    "json": N_("Copy the JSON, indented"),
    "code": N_("Copy {text}"),
}


class FoundBar(QWidget):
    """Hidden where nothing was found."""

    chosen = Signal(object)
    """A FoundItem."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QToolButton] = []
        self.setAccessibleName(_("Found in the text"))
        self.hide()

    def show_items(self, items: Sequence[FoundItem]) -> None:
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(item) for item in items]
        self.setVisible(bool(items))

    def arrange(self, width: int) -> int:
        """Place the buttons in rows; returns the rows' height."""
        return arrange_in_rows(self.buttons, width)

    def _button(self, item: FoundItem) -> QToolButton:
        button = QToolButton(self)
        whole = _(NAMES[item.kind]).format(text=item.text)
        widest = in_text_size(WIDEST)
        short = button.fontMetrics().elidedText(item.text, Qt.TextElideMode.ElideRight, widest)  # its host stays
        shown = _(NAMES[item.kind]).format(text=short)
        button.setText(plain_caption(shown))
        button.setToolTip(plain_tip(whole))
        button.setAccessibleName(whole)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("kind", "action")
        button.clicked.connect(lambda: self.chosen.emit(item))
        button.show()
        return button
