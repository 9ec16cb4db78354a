"""The sheet that lists every shortcut of the window."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QWidget

from fanlight.i18n import N_, _
from fanlight.ui.controls import label, push
from fanlight.ui.widgets.form import give_room, lay_out, scrolling
from fanlight.ui.widgets.shortcuts import HANDS_FREE_KEYS, KEYS, SPOKEN_KEYS

WIDTH, HEIGHT = 620, 700
Line = tuple[str, tuple[str, ...]]
GROUPS: tuple[tuple[str, tuple[Line | str, ...]], ...] = (
    (N_("Asking"), (
        (N_("Send; while an answer is running, ask next"), ("Enter",)),
        (N_("New line"), ("Shift+Enter",)),
        (N_("Stop the answer and the voice; discard what you are saying"), ("Esc",)),
        (N_("Edit the last question (in an empty field)"), ("Up",)),
        (N_("Paste text or a picture"), ("Ctrl+V",)),
        (N_("Remove a picture (on its thumbnail)"), ("Delete",)),
        "attach", "focus", "copy_answer",
    )),
    (N_("Speaking and listening"), (
        (N_("Speak while you hold it; tap twice to lock it"), ("F9",)), "hands_free", "read", "toggle", "transcribe",
        "captions",
    )),
    (N_("Conversations"), (
        "new", "new_private", "previous", "next", "sidebar", "previous_version", "next_version",
        "search", "find", "find_next", "find_previous", "export", "tags", "archive",
        (N_("Rename (in the list)"), ("F2",)),
        (N_("Delete (in the list)"), ("Delete",)),
    )),
    (N_("Window"), ("models", "settings", "help", "shortcuts", "close", "quit")),
)  # fmt: skip
"""What the sheet lists: keys of the actions above by name, and keys that are typed into a widget."""


class ShortcutSheet(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keyboard Shortcuts"))
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(24, 18, 24, 18)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for heading, lines in GROUPS:
            if grid.count():
                grid.setRowMinimumHeight(grid.rowCount(), 10)
            grid.addWidget(label(_(heading), "heading", wrap=True), grid.rowCount(), 0, 1, 2)
            for words, keys in map(_line, lines):
                row = grid.rowCount()
                grid.addWidget(label(_(words), wrap=True), row, 0)
                grid.addLayout(_caps(keys), row, 1)
        close = push(_("Close"), kind="primary")
        close.clicked.connect(self.accept)
        lay_out(self, scrolling(inside), close)
        give_room(self, WIDTH, HEIGHT)


def _line(line: Line | str) -> Line:
    return {**KEYS, **SPOKEN_KEYS, **HANDS_FREE_KEYS}[line] if isinstance(line, str) else line


def _caps(keys: Iterable[str]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for key in keys:
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        row.addWidget(label(shown, "key"), 0, Qt.AlignmentFlag.AlignVCenter)
    row.addStretch(1)
    return row
