"""Every shortcut of the window, and how a window gets them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from fanlight.i18n import N_, _

Keys = Mapping[str, tuple[str, tuple[str, ...]]]
"""Label (marked with `N_`) and keys, by the name of the action."""

KEYS: Keys = {
    "new": (N_("New conversation"), ("Ctrl+N",)),
    "new_private": (N_("New private conversation, of which nothing is kept"), ("Ctrl+Shift+N",)),
    "previous": (N_("Previous conversation"), ("Ctrl+PgUp",)),
    "next": (N_("Next conversation"), ("Ctrl+PgDown",)),
    "previous_version": (N_("Previous version of a question or an answer"), ("Alt+PgUp",)),
    "next_version": (N_("Next version of a question or an answer"), ("Alt+PgDown",)),
    "search": (N_("Search all conversations"), ("Ctrl+K",)),
    "find": (N_("Find in this conversation"), ("Ctrl+F",)),
    "find_next": (N_("Next match"), ("F3",)),
    "find_previous": (N_("Previous match"), ("Shift+F3",)),
    "export": (N_("Export the conversation, or those that are chosen in the list"), ("Ctrl+Shift+E",)),
    "tags": (N_("Tags of the conversation, or of those that are chosen in the list"), ("Ctrl+T",)),
    "archive": (N_("Archive the conversation, or those that are chosen in the list"), ("Ctrl+Shift+Y",)),
    "sidebar": (N_("Show or hide conversations"), ("Ctrl+B",)),
    "focus": (N_("Write a question"), ("Ctrl+L",)),
    "attach": (N_("Attach pictures, documents, or recordings"), ("Ctrl+O",)),
    "transcribe": (N_("Transcribe a sound or video file"), ("Ctrl+Shift+T",)),
    "captions": (N_("Live captions of what this computer plays"), ("Ctrl+Shift+L",)),
    "models": (N_("Models"), ("Ctrl+Shift+O",) if sys.platform == "darwin" else ("Ctrl+Shift+M",)),
    "copy_answer": (N_("Copy the last answer"), ("Ctrl+Shift+C",)),
    "settings": (N_("Settings"), ("Ctrl+,",)),
    "help": (N_("Help"), ("F1",)),
    "shortcuts": (N_("Keyboard shortcuts"), ("Ctrl+/",)),
    "close": (N_("Close the window"), ("Ctrl+W",)),
    "quit": (N_("Quit"), ("Ctrl+Q",)),
}
"""Of the window."""

SPOKEN_KEYS: Keys = {
    "read": (N_("Read the last answer aloud, or stop"), ("Ctrl+Shift+A",)),
    "toggle": (N_("Turn spoken answers on or off"), ("Ctrl+Shift+S",)),
}
"""Of spoken answers."""

HANDS_FREE_KEYS: Keys = {"hands_free": (N_("Turn hands-free on or off"), ("Ctrl+Shift+H",))}


def add_actions(window: QWidget, keys: Keys, does: Mapping[str, Callable[[], object]]) -> None:
    """Add an action per entry of `keys` to `window`; `does` has the callables by name."""
    for name, (words, sequences) in keys.items():
        action = QAction(_(words), window)
        action.setShortcuts([QKeySequence(key) for key in sequences])
        action.triggered.connect(does[name])
        window.addAction(action)


def shown_keys(name: str) -> str:
    """The first shortcut of an action, as this system writes it."""
    _words, keys = {**KEYS, **SPOKEN_KEYS, **HANDS_FREE_KEYS}[name]
    return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
