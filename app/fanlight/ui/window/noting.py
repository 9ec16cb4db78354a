"""Notes in the window: the switch of the conversation, the line that says they are on, and what is proposed to be
noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from fanlight.core.app import Application
from fanlight.domain.notes import about_tokens
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.appearance import Appearance
from fanlight.ui.controls import label, push, tool
from fanlight.ui.plain_text import plain_caption, plain_tip
from fanlight.ui.window.header import HeaderBar

if TYPE_CHECKING:
    from fanlight.ui.window.notes_window import NotesWindow


class NotesLine(QFrame):
    """Above the field: what is proposed, with a button that adds it; else that the notes are on, and what they take."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = label("", "muted", wrap=True)
        policy = self.text.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        self.text.setSizePolicy(policy)
        self.add_button = push(_("Add to Notes"))
        self.undo_button = push(_("Undo"))
        self.close_button = tool("close", _("Dismiss"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 4)
        row.addWidget(self.text, 1)
        for button in (self.add_button, self.undo_button, self.close_button):
            row.addWidget(button)
        self.hide()


class Noting(QObject):
    def __init__(self, window: QWidget, core: Application, header: HeaderBar, appearance: Appearance) -> None:
        super().__init__(window)
        self._core, self._noted, self._notes = core, core.noted, core.notes
        self._appearance = appearance
        self.line = NotesLine()
        self.window: NotesWindow | None = None
        self._was_added = False
        self.switch = header.notes_switch
        self.switch.triggered.connect(self._noted.choose)
        header.notes_action.triggered.connect(self.open_notes)
        header.menu.aboutToShow.connect(self._show_switch)
        self.line.add_button.clicked.connect(self._add)
        self.line.undo_button.clicked.connect(self._undo)
        self.line.close_button.clicked.connect(self._dismiss)
        self._noted.changed.connect(self._show)
        core.session_manager.shown.connect(self._forget_added)
        self._show()

    def open_notes(self) -> None:
        from fanlight.ui.window.notes_window import NotesWindow

        if self.window is None:
            self.window = NotesWindow(self._notes, self._appearance, self._core.window_state)
            self.window.end_with(self)
        self.window.open()

    def close(self) -> None:
        """The window goes: what is typed in the other one is saved."""
        if self.window is not None:
            self.window.discard()
            self.window = None

    def _add(self) -> None:
        self._was_added = True
        self._noted.accept()

    def _undo(self) -> None:
        self._was_added = False
        self._notes.undo()
        self._show()

    def _dismiss(self) -> None:
        """What is proposed, what was said, or the notes of this conversation."""
        if self._noted.proposal:
            self._noted.refuse()
        elif self._was_added:
            self._forget_added()
        else:
            self._noted.choose(False)

    def _forget_added(self) -> None:
        self._was_added = False
        self._show()

    def _show_switch(self) -> None:
        self.switch.setText(plain_caption(_switch_text(about_tokens(self._notes.text))))

    def _show(self) -> None:
        line, in_use, proposal = self.line, self._noted.in_use, self._noted.proposal
        self._was_added = self._was_added and not proposal
        self.switch.setChecked(in_use)
        tokens = about_tokens(self._notes.text) if in_use else 0
        line.add_button.setVisible(bool(proposal))
        line.undo_button.setVisible(self._was_added)
        if proposal:
            line.text.setText(_("Add to notes: {line}").format(line=proposal))
            line.close_button.setAccessibleName(_("Do not add it"))
        elif self._was_added:
            line.text.setText(_("Added to the notes."))
            line.close_button.setAccessibleName(_("Dismiss"))
        else:
            line.text.setText(_in_use_text(tokens))
            line.close_button.setAccessibleName(_("No notes before this conversation"))
        line.close_button.setToolTip(plain_tip(line.close_button.accessibleName()))
        line.setVisible(bool(proposal) or self._was_added or in_use)


def _switch_text(tokens: int) -> str:
    if not tokens:
        return _("Put Notes Before It")
    text = ngettext(
        "Put Notes Before It (about {count} token)",
        "Put Notes Before It (about {count} tokens)",
        tokens,
    )
    return text.format(count=format_number(tokens))


def _in_use_text(tokens: int) -> str:
    if not tokens:
        return _("Notes are put before this conversation; there are none yet.")
    text = ngettext(
        "Notes are put before this conversation: about {count} token.",
        "Notes are put before this conversation: about {count} tokens.",
        tokens,
    )
    return text.format(count=format_number(tokens))
