"""The sheet that lists every key the window knows."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QWidget

from fanlight.ui.controls import label, push
from fanlight.ui.widgets.form import lay_out
from fanlight.ui.widgets.shortcuts import HANDS_FREE_KEYS, KEYS, SPOKEN_KEYS

Line = tuple[str, tuple[str, ...]]
GROUPS: tuple[tuple[str, tuple[Line | str, ...]], ...] = (
    ("Asking", (
        ("Send; while an answer runs, ask next", ("Enter",)),
        ("Break the line", ("Shift+Enter",)),
        ("Stop the answer and the voice; forget what is being spoken", ("Esc",)),
        ("Edit the last question, in an empty field", ("Up",)),
        ("Paste text or a picture", ("Ctrl+V",)),
        ("Remove a picture, on its chip", ("Delete",)),
        "attach", "focus", "copy_answer",
    )),
    ("Speaking and listening", (
        ("Speak, as long as you hold it; tap twice to lock it", ("F9",)), "hands_free", "read", "toggle", "transcribe",
    )),
    ("Conversations", (
        "new", "previous", "next", "sidebar",
        ("Rename, in the list", ("F2",)),
        ("Delete, in the list", ("Delete",)),
    )),
    ("Window", ("settings", "help", "shortcuts", "close", "quit")),
)  # fmt: skip
"""What the sheet lists: keys of the actions above by name, and keys that are typed into a widget."""


class ShortcutSheet(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard")
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(24, 18, 24, 18)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for heading, lines in GROUPS:
            if grid.count():
                grid.setRowMinimumHeight(grid.rowCount(), 10)
            grid.addWidget(label(heading, "heading"), grid.rowCount(), 0, 1, 2)
            for words, keys in map(_line, lines):
                row = grid.rowCount()
                grid.addWidget(label(words), row, 0)
                grid.addLayout(_caps(keys), row, 1)
        close = push("Close", kind="primary")
        close.clicked.connect(self.accept)
        bar = lay_out(self, inside, close).verticalScrollBar()
        wanted = inside.sizeHint() + QSize(bar.sizeHint().width(), close.sizeHint().height() + 27)
        self.resize(wanted.boundedTo(self.screen().availableSize() * 0.9))


def _line(line: Line | str) -> Line:
    return {**KEYS, **SPOKEN_KEYS, **HANDS_FREE_KEYS}[line] if isinstance(line, str) else line


def _caps(keys: Iterable[str]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for key in keys:
        row.addWidget(label(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText), "key"))
    row.addStretch(1)
    return row
