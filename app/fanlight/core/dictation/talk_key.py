"""What the key of push-to-talk means, wherever it is: held, tapped, tapped twice. `ui.voice.keys`, the buttons and the
global shortcut say when it goes down and up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from fanlight.core.settings_store import SettingsStore

if TYPE_CHECKING:
    from fanlight.core.dictation.push_to_talk import PushToTalk, SpeechTarget

TAP_MS, DOUBLE_MS = 250, 350
"""A press shorter than that is a tap; a second one so soon after it locks."""


class KeyInterpreter(QObject):
    """Times are those of the events where there are any, for a busy computer sees them late."""

    def __init__(self, talk: PushToTalk, settings_store: SettingsStore) -> None:
        super().__init__(talk)
        self._talk, self._settings_store = talk, settings_store
        self.down = False
        self._since = QElapsedTimer()
        self._pressed_at = 0
        self._tap = QTimer(self, singleShot=True, interval=DOUBLE_MS)
        self._tap.timeout.connect(self._tapped_once)

    def press(self, target: SpeechTarget, at_ms: int = 0) -> None:
        """The key, or the button, is down; `at_ms` on the clock of the events, 0 without one."""
        talk = self._talk
        if self.down:
            return
        if talk.hands_free:
            talk.claimed.emit(target)  # who hears it may end that
        self.down = True
        self._since.start()
        self._pressed_at = at_ms
        if talk.hands_free and talk.recording:
            pass  # it goes on; how long it is held says how it ends
        elif talk.recording and (talk.locked or self._settings_store.now.talk_mode == "lock"):
            talk.stop()
        elif self._tap.isActive() and talk.recording:
            talk.lock()
        else:
            talk.resume(target)
        if talk.hands_free:
            talk.locked = True

    def release(self, at_ms: int = 0) -> None:
        """It is up."""
        talk = self._talk
        if not self.down:
            return
        self.down = False
        mode = self._settings_store.now.talk_mode
        held = at_ms - self._pressed_at if at_ms and self._pressed_at else self._since.elapsed()
        if talk.hands_free:
            if held >= TAP_MS:
                talk.finish_and_send()
        elif talk.recording and not talk.locked and mode != "lock":
            if mode == "either" and held < TAP_MS:
                self._tap.start()
            else:
                talk.stop()

    def settled(self) -> None:
        """How the hold goes on is known: no second tap is waited for."""
        self._tap.stop()

    def forget(self) -> None:
        """As if it had not been touched."""
        self._tap.stop()
        self.down = False

    def _tapped_once(self) -> None:
        if not self.down:
            self._talk.stop()
