"""Every key the window knows, and the sheet that lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from fanlight.ui.controls import label, push

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

TYPED = (
    ("Send; while an answer runs, ask next", "Enter"),
    ("Break the line", "Shift+Enter"),
    ("Stop the answer and the voice; forget what is being spoken", "Esc"),
    ("Speak, as long as you hold it; tap twice to lock it", "F9"),
    ("Edit the last question, in an empty field", "Up"),
    ("Paste text or a picture", "Ctrl+V"),
    ("Remove a picture, on its chip", "Delete"),
    ("Rename a conversation, in the list", "F2"),
    ("Delete a conversation, in the list", "Delete"),
)


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
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(7)
        known = (*KEYS.values(), *SPOKEN_KEYS.values(), *HANDS_FREE_KEYS.values())
        lines = [*TYPED, *((words, ", ".join(_shown(key) for key in keys)) for words, keys in known)]
        for row, (words, keys) in enumerate(lines):
            grid.addWidget(label(words), row, 0)
            grid.addWidget(label(keys, "muted"), row, 1)
        close = push("Close", kind="primary")
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(grid)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def _shown(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
