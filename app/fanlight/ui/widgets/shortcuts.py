"""Every shortcut of the window, and how a window gets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

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
    "help": ("Help", ("F1",)),
    "shortcuts": ("Keyboard shortcuts", ("Ctrl+/",)),
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


def add_actions(window: QWidget, keys: Keys, does: Mapping[str, Callable[[], object]]) -> None:
    """From now on `keys` do in `window` what `does` says."""
    for name, (words, sequences) in keys.items():
        action = QAction(words, window)
        action.setShortcuts([QKeySequence(key) for key in sequences])
        action.triggered.connect(does[name])
        window.addAction(action)
