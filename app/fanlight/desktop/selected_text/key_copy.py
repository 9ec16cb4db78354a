"""What a program copies when the copying key is pressed for it, with the clipboard as it was afterwards.

Ctrl+Insert, not Ctrl+C: programs copy by both, and in a terminal that is not known as one it ends nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QMimeData, QObject, Qt, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.insertion.kept_clipboard import kept_content
from fanlight.desktop.insertion.key_sender import KeySender

_POLL_MS, LET_GO_SECONDS, KEYS_UP_SECONDS = 15, 1.5, 10.0
"""Of the hotkey, or Enter, which is down still; modifiers that stay down are released for the user."""
_POLLS_UP = 2
"""Who has grabbed the keyboard until the keys are up lets it go in between (`KeyReleaseGuard`)."""
COPY_MS = 900
"""A program that has put nothing on the clipboard by then has nothing selected."""
_COPY = Combination(Qt.Key.Key_Insert, Qt.KeyboardModifier.ControlModifier)
_CLIPBOARD = QClipboard.Mode.Clipboard

Copied = Callable[[str | None], object]


class KeyCopy(QObject):
    """One at a time. `is_there` says, just before the key, whether the right program has the keyboard."""

    def __init__(self, sender: KeySender, parent: QObject) -> None:
        super().__init__(parent)
        self._sender = sender
        self._clipboard = QGuiApplication.clipboard()
        self._is_there: Callable[[], bool] = lambda: False
        self._copied: Copied | None = None
        self._kept: QMimeData | None = None
        self._waits = False
        self._began, self._polls_up = 0.0, 0
        self._let_go = QTimer(self, interval=_POLL_MS)
        self._let_go.timeout.connect(self._press_when_let_go)
        self._late = QTimer(self, interval=COPY_MS, singleShot=True)
        self._late.timeout.connect(lambda: self._finish(None))
        self._clipboard.changed.connect(self._on_changed)

    def copy(self, is_there: Callable[[], bool], copied: Copied) -> None:
        """`copied` is called later, once, with the text, or None where nothing was copied."""
        self.cancel()
        self._is_there, self._copied, self._began = is_there, copied, time.monotonic()
        self._polls_up = 0
        self._let_go.start()

    def cancel(self) -> None:
        self._copied, self._waits = None, False
        self._let_go.stop()
        self._late.stop()

    def _press_when_let_go(self) -> None:
        try:
            modifiers = self._sender.held_modifiers()
            others = self._sender.held_keys() - modifiers
            waited = time.monotonic() - self._began
            if (others and waited < KEYS_UP_SECONDS) or (modifiers and waited < LET_GO_SECONDS):
                self._polls_up = 0
                return
            self._polls_up += 1
            if self._polls_up < _POLLS_UP:
                return
            self._let_go.stop()
            self._sender.release(modifiers)
            self._kept = kept_content(self._clipboard, _CLIPBOARD)
            self._waits = self._is_there()
            pressed = self._waits and self._sender.press_combination(_COPY)
        except ConnectionError:
            pressed = False
        if pressed:
            self._late.start()
        else:
            self._finish(None)

    def _on_changed(self, mode: QClipboard.Mode) -> None:
        if mode is _CLIPBOARD and self._waits and self._clipboard.mimeData(mode).formats():
            self._waits = False
            self._take()

    def _take(self) -> None:
        text = self._clipboard.text(_CLIPBOARD)
        if self._kept is None:
            self._clipboard.clear(_CLIPBOARD)
        else:
            self._clipboard.setMimeData(self._kept, _CLIPBOARD)
        self._kept = None
        self._finish(text)

    def _finish(self, text: str | None) -> None:
        copied = self._copied
        self.cancel()
        self._kept = None
        if copied is not None:
            copied(text)
