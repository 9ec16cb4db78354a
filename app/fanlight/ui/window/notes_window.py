"""The window in which notes are seen and edited: a text file, whose place is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from fanlight.core.lasting_notes import LastingNotes
from fanlight.core.remote_commands import ActivationRequest
from fanlight.core.window_state import WindowState
from fanlight.core.work.throttle import Debounce
from fanlight.domain.notes import MOST_CHARACTERS, about_tokens
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.appearance import Appearance
from fanlight.ui.controls import label, push, recolour
from fanlight.ui.plain_text import plain_title
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.widgets.front import bring_to_front
from fanlight.ui.widgets.long_text_edit import LongTextEdit
from fanlight.ui.widgets.side_window import SideWindow

GEOMETRY = "notes_geometry"
SAVE_MS = 500


class NotesWindow(SideWindow):
    """Saves what is typed half a second later, and when it is closed."""

    def __init__(self, notes: LastingNotes, appearance: Appearance, window_state: WindowState) -> None:
        super().__init__(window_state, GEOMETRY)
        self.setWindowTitle(plain_title(_("{title} – Fanlight").format(title=_("Notes"))))
        self._notes, self._appearance = notes, appearance
        self._seen = ""
        self._save_timer = Debounce(self, self.save, SAVE_MS)
        self._build_view()
        notes.changed.connect(self._show_notes)
        notes.problem.connect(self.errors.add_error)
        notes.saved.connect(self.errors.dismiss)
        appearance.changed.connect(self._recolour)
        self.editor.textChanged.connect(self._on_typed)
        self.clear_button.clicked.connect(self._clear)
        self.undo_button.clicked.connect(notes.undo)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(str(notes.path)))
        for keys in ("Ctrl+W", "Esc"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.close)
        self.restore_place(620, 480)
        self._show_notes()

    def _build_view(self) -> None:
        self.errors = Banner("error")
        about = label(
            _(
                "One thing a line that a model should know. They are put before the conversations that you choose, and "
                "no model ever changes them."
            ),
            "muted",
            wrap=True,
        )
        self.editor = LongTextEdit()
        self.editor.setAccessibleName(_("Notes"))
        self.editor.setTabChangesFocus(True)
        self.place = label(_("They are in {path}.").format(path=self._notes.path), "muted", wrap=True)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.count = label("", "muted", wrap=True)
        self.copy_button, self.undo_button = push(_("Copy Path")), push(_("Undo"))
        self.undo_button.setToolTip(_("What was there before the last change, also one by another program"))
        self.clear_button = push(_("Remove All"), kind="danger")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.count, 1)
        for button in (self.copy_button, self.undo_button, self.clear_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(10)
        for widget in (self.errors, about, self.editor, self.place):
            column.addWidget(widget, int(widget is self.editor))
        column.addLayout(buttons)
        self.setMinimumSize(in_text_size(360), 280)

    def open(self) -> None:
        self._notes.watch()
        self._notes.refresh()
        bring_to_front(self, ActivationRequest())
        self.editor.setFocus()

    def discard(self) -> None:
        self.save()
        super().discard()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.save()
        super().closeEvent(event)

    def save(self) -> None:
        self._save_timer.cancel()
        text = self.editor.toPlainText()
        if text != self._seen:
            seen, self._seen = self._seen, text
            self._notes.save(text, seen)
        self._show_state()

    def _clear(self) -> None:
        self.editor.setPlainText("")
        self.save()

    def _on_typed(self) -> None:
        self._save_timer.request()
        self._show_state()

    def _show_notes(self) -> None:
        """What was changed elsewhere. What is typed and not saved yet stays, and that is kept beside it."""
        if not self._save_timer.pending and self._notes.text != self.editor.toPlainText():
            place = self.editor.textCursor().position()
            self.editor.setPlainText(self._notes.text)
            cursor = self.editor.textCursor()
            cursor.setPosition(min(place, len(self._notes.text)), QTextCursor.MoveMode.MoveAnchor)
            self.editor.setTextCursor(cursor)
            self._save_timer.cancel()
        if not self._save_timer.pending:
            self._seen = self.editor.toPlainText()
        self._show_state()

    def _show_state(self) -> None:
        text = self.editor.toPlainText()
        tokens = about_tokens(text)
        words = ngettext("About {count} token.", "About {count} tokens.", tokens).format(count=format_number(tokens))
        if len(text.strip()) > MOST_CHARACTERS:
            most = format_number(MOST_CHARACTERS)
            words += " " + _("Only the first {most} characters are put before a conversation.").format(most=most)
        self.count.setText(words)
        self.undo_button.setEnabled(self._notes.can_undo)
        self.clear_button.setEnabled(bool(text))

    def _recolour(self) -> None:
        recolour(self, self._appearance.theme)
