"""The keys of push-to-talk in Fanlight's windows: held to speak, Esc to discard, Enter to send."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.dictation.targets import SpeechTarget
from fanlight.core.work.throttle import Timeout

TALK_KEY = Qt.Key.Key_F9
# WORKAROUND Qt reports a held key on X11 as releases and presses where it finds only one of a pair in its queue.
# Remove when QKeyEvent.isAutoRepeat() is reliable there: tests/ui/dictation/test_voice_holds.py holds real keys.
REPEAT_MS = 25
"""A held key repeats on X11 as pairs of release and press, which Qt recognizes only where both are in its queue
already: a release counts when no press follows. Times are those of the events: a busy computer delivers them late."""
_SEND = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN = Qt.KeyboardModifier.NoModifier | Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class PushToTalkKeys(QObject):
    """Filters the keys that reach `window` and `field`. Keys for which `is_talk_key` is true are held to speak, too."""

    def __init__(
        self, talk: PushToTalk, target: Callable[[], SpeechTarget], window: QWidget, field: QWidget,
        is_talk_key: Callable[[QKeyEvent], bool] = lambda _event: False,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._talk, self._target = talk, target
        self._window, self._field, self._is_talk_key = window, field, is_talk_key
        self._held: int | None = None
        self._up_at = 0
        self._up = Timeout(self, self._release, REPEAT_MS)
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
            self._release()  # its release goes to another window
        return False

    def _pressed(self, event: QKeyEvent, typing: bool) -> bool:
        key, talk = event.key(), self._talk
        if key in (TALK_KEY, self._held) or self._is_talk_key(event):
            repeats = key == self._held and event.timestamp() - self._up_at <= REPEAT_MS
            if self._up.pending and not repeats:
                self._release()
            if self._held is None and not event.isAutoRepeat():
                self._held = key
                talk.key.press_talk_key(self._target(), event.timestamp())
            elif repeats:
                self._up.cancel()
            return True
        if not talk.active:
            return False
        if talk.hands_free and (talk.target is not self._target() or not talk.has_words):
            return False  # no words are being dictated here: keys type as usual
        if key == Qt.Key.Key_Escape:
            return talk.discard_utterance()
        if typing and key in _SEND:
            talk.finish_and_send()
            return True
        # Typed text would end up in the middle of the dictated words.
        return typing and bool(event.text()) and not event.modifiers() & ~_PLAIN

    def _released(self, event: QKeyEvent) -> bool:
        if self._held is None or event.key() != self._held:
            return False
        if not event.isAutoRepeat():
            self._up_at = event.timestamp()
            self._up.start()
        return True

    def _release(self) -> None:
        self._up.cancel()
        self._held = None
        self._talk.key.release_talk_key(self._up_at)
