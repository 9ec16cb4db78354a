"""Every key the window knows, and the sheet that lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QWidget

from fanlight.ui.controls import label, push
from fanlight.ui.settings.form import lay_out

Keys = Mapping[str, tuple[str, tuple[str, ...]]]
"""Words and keys, by the name of the action."""

KEYS: Keys = {
    "new": ("New conversation", ("Ctrl+N",)),
    "previous": ("Conversation above", ("Ctrl+PgUp",)),
    "next": ("Conversation below", ("Ctrl+PgDown",)),
    "sidebar": ("Show or hide the conversations", ("Ctrl+B",)),
    "focus": ("Write a question", ("Ctrl+L",)),
    "attach": ("Attach pictures or recordings", ("Ctrl+O",)),
    "transcribe": ("Transcribe a sound or video file", ("Ctrl+Shift+T",)),
    "copy_answer": ("Copy the last answer", ("Ctrl+Shift+C",)),
    "settings": ("Settings", ("Ctrl+,",)),
    "shortcuts": ("This list", ("F1", "Ctrl+/")),
    "close": ("Close the window", ("Ctrl+W",)),
    "quit": ("Quit", ("Ctrl+Q",)),
}
"""Of the window."""

SPOKEN_KEYS: Keys = {
    "read": ("Read the last answer aloud, or stop it", ("Ctrl+Shift+A",)),
    "toggle": ("Have answers spoken, or not", ("Ctrl+Shift+S",)),
}
"""Of what speaks."""

HANDS_FREE_KEYS: Keys = {"hands_free": ("Talk hands-free, or not", ("Ctrl+Shift+H",))}

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
    ("Window", ("settings", "shortcuts", "close", "quit")),
)  # fmt: skip
"""What the sheet lists: keys of the actions above by name, and keys that are typed into a widget."""


def add_actions(window: QWidget, keys: Keys, does: Mapping[str, Callable[[], object]]) -> None:
    """From now on `keys` do in `window` what `does` says."""
    for name, (words, sequences) in keys.items():
        action = QAction(words, window)
        action.setShortcuts([QKeySequence(key) for key in sequences])
        action.triggered.connect(does[name])
        window.addAction(action)


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
