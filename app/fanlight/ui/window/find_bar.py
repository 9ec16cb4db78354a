"""Finding words in the conversation on the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from fanlight.core.work.throttle import Debounce
from fanlight.domain.search import LONGEST_QUERY, SearchQuery, literal_query, parse_query
from fanlight.i18n import _, format_number
from fanlight.ui.controls import label, tool
from fanlight.ui.transcript.marks import Marks, closest_match, count_matches
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.widgets.banner import announce

TYPING_MS = 60

Match = tuple[int, int]
"""An entry, and which match in it."""


class FindBar(QFrame):
    """Hidden until `open`. Enter goes to the next match, Shift+Enter to the one before, Esc closes."""

    closed = Signal()

    def __init__(self, transcript: Transcript, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findBar")
        self._transcript = transcript
        self._query = SearchQuery()
        self._matches: list[Match] = []
        self._current = -1
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Find in this conversation"))
        self.field.setAccessibleName(_("Find in this conversation"))
        self.field.setMaxLength(LONGEST_QUERY)
        self.count = label("", "muted")
        self.previous_button = tool("chevron-up", _("Previous match"), _("Previous match (Shift+Enter)"))
        self.next_button = tool("chevron-down", _("Next match"), _("Next match (Enter)"))
        self.close_button = tool("close", _("Close the search"), _("Close the search (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 10, 6)
        row.addWidget(self.field, 1)
        for widget in (self.count, self.previous_button, self.next_button, self.close_button):
            row.addWidget(widget)
        self._typed = Debounce(self, self._look, TYPING_MS)
        self.field.textChanged.connect(self._on_typed)
        self.previous_button.clicked.connect(lambda: self.step(-1))
        self.next_button.clicked.connect(lambda: self.step(1))
        self.close_button.clicked.connect(self.close_bar)
        self.hide()

    def open(self) -> None:
        """Ready to type, with what was looked for last selected."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self._look()

    def open_at(self, text: str, entry: int) -> None:
        """At that entry, with the match where the words are closest together, or else the next one after it; `text` is
        a query of the search in all conversations."""
        self.field.setText(text)
        self._query = parse_query(text)
        self.show()
        self.field.setFocus()
        self._look(entry)

    def close_bar(self) -> None:
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def refresh(self) -> None:
        """The conversation has grown, or was changed."""
        if not self.isHidden():
            here = self._matches[self._current] if self._matches else None
            self._count()
            self._current = self._matches.index(here) if here in self._matches else min(0, len(self._matches) - 1)
            self._say()

    def step(self, by: int) -> None:
        """To the next match or the one before; after the last comes the first."""
        if self.isHidden():
            self.open()
            return
        self.refresh()
        if self._matches:
            self._current = (self._current + by) % len(self._matches)
            self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._typed.cancel()
            self._transcript.show_marks(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.close_bar()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            case Qt.Key.Key_Down:
                self.step(1)
            case Qt.Key.Key_Up:
                self.step(-1)
            case _:
                super().keyPressEvent(event)

    def _on_typed(self, text: str) -> None:
        self._query = literal_query(text)
        self._typed.request()

    def _look(self, entry: int | None = None) -> None:
        """Count anew, and go to the first match from `entry` on, or from the top of the view."""
        self._typed.cancel()
        first = self._transcript.first_visible if entry is None else entry
        self._count()
        later = (i for i, match in enumerate(self._matches) if match[0] >= first)
        self._current = next(later, 0) if self._matches else -1
        if entry is not None and self._matches and self._matches[self._current][0] == entry:
            self._current += closest_match(self._transcript.entries()[entry], self._query)
        self._show()

    def _count(self) -> None:
        entries = enumerate(self._transcript.entries()) if self._query else ()
        self._matches = [(i, n) for i, entry in entries for n in range(count_matches(entry, self._query))]

    def _show(self) -> None:
        current = self._matches[self._current] if self._matches else (-1, -1)
        self._transcript.show_marks(Marks(self._query, current) if self._query else None)
        self._say()
        announce(self, self.count.text())

    def _say(self) -> None:
        for button in (self.previous_button, self.next_button):
            button.setEnabled(bool(self._matches))
        if not self.field.text().strip():
            self.count.setText("")
        elif not self._matches:
            self.count.setText(_("No match"))
        else:
            here, all_of_them = format_number(self._current + 1), format_number(len(self._matches))
            self.count.setText(_("{number} of {count}").format(number=here, count=all_of_them))
