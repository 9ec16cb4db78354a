"""The keys of push-to-talk inside our own windows: held to speak, Esc to forget, Enter to send at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from fanlight.core.dictation.push_to_talk import PushToTalk, SpeechTarget

TALK_KEY = Qt.Key.Key_F9
REPEAT_MS = 25
"""A key that is held repeats on X11 as releases and presses, at once after each other, which Qt tells apart only where
both are in its queue already: a release counts when no press follows it. Times are those of the events, for a busy
computer sees them late."""
_SEND = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN = Qt.KeyboardModifier.NoModifier | Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class PushToTalkKeys(QObject):
    """Looks at the keys that reach `window` and `field`. `letter`, where there is one, is held to speak, too, while
    nobody types in `field`."""

    def __init__(
        self, talk: PushToTalk, target: Callable[[], SpeechTarget], window: QWidget, field: QWidget,
        letter: Qt.Key | None = None,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._talk, self._target = talk, target
        self._window, self._field, self._letter = window, field, letter
        self._held: int | None = None
        self._up_at = 0
        self._up = QTimer(self, singleShot=True, interval=REPEAT_MS)
        self._up.timeout.connect(self._let_go)
        for watched in (window, field):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(event, watched is self._field)
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            return self._released(event)
        if kind == QEvent.Type.WindowDeactivate and watched is self._window and self._held is not None:
            self._up_at = 0
            self._let_go()  # its release goes to another window
        return False

    def _pressed(self, event: QKeyEvent, typing: bool) -> bool:
        key, talk = event.key(), self._talk
        if key == TALK_KEY or (key == self._letter and not typing and not event.modifiers()):
            repeats = key == self._held and event.timestamp() - self._up_at <= REPEAT_MS
            if self._up.isActive() and not repeats:
                self._let_go()
            if self._held is None and not event.isAutoRepeat():
                self._held = key
                talk.key.press(self._target(), event.timestamp())
            elif repeats:
                self._up.stop()
            return True
        if not talk.active:
            return False
        if talk.hands_free and (talk.target is not self._target() or not talk.has_words):
            return False  # it is spoken elsewhere, or not yet: one can type
        if key == Qt.Key.Key_Escape:
            return talk.forget()
        if typing and key in _SEND:
            talk.finish_and_send()
            return True
        # What is typed while somebody speaks would end up in the middle of the words.
        return typing and bool(event.text()) and not event.modifiers() & ~_PLAIN

    def _released(self, event: QKeyEvent) -> bool:
        if event.key() not in (TALK_KEY, self._letter) or self._held is None:
            return False
        if not event.isAutoRepeat() and event.key() == self._held:
            self._up_at = event.timestamp()
            self._up.start()
        return True

    def _let_go(self) -> None:
        self._up.stop()
        self._held = None
        self._talk.key.release(self._up_at)
