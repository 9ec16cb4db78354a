"""What the push-to-talk key means: held, tapped, tapped twice. Windows, buttons and the global shortcut report when it
goes down and up."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Protocol

from PySide6.QtCore import QObject

from fanlight.core.dictation.targets import SpeechTarget
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import MakeTimer, Timeout

TAP_MS, DOUBLE_MS = 250, 350
"""A shorter press is a tap; a second tap within DOUBLE_MS locks."""


class KeyActions(Protocol):
    """What a key press can do (`PushToTalk`)."""

    hands_free: bool
    locked: bool

    @property
    def recording(self) -> bool: ...
    def claim_microphone(self, target: SpeechTarget) -> None: ...
    def resume_or_begin(self, target: SpeechTarget) -> None: ...
    def lock(self) -> None: ...
    def stop_recording(self) -> None: ...
    def finish_and_send(self) -> None: ...


class KeyInterpreter(QObject):
    """Uses the events' own times where they have any: a busy computer delivers them late."""

    def __init__(
        self,
        actions: KeyActions,
        settings_store: SettingsStore,
        parent: QObject | None = None,
        make_timer: MakeTimer | None = None,
        now_ms: Callable[[], int] = lambda: round(1000 * monotonic()),
    ) -> None:
        """`now_ms` times a press whose events have no time."""
        super().__init__(parent)
        self._actions, self._settings_store = actions, settings_store
        self.down = False
        self._now_ms = now_ms
        self._pressed_now = self._pressed_at = 0
        self._second_tap = Timeout(self, self._on_single_tap, DOUBLE_MS, make_timer)

    def press_talk_key(self, target: SpeechTarget, at_ms: int = 0) -> None:
        """The key or button is down; `at_ms` on the clock of the events, 0 without one."""
        actions = self._actions
        if self.down:
            return
        if actions.hands_free:
            actions.claim_microphone(target)  # may end hands-free
        self.down = True
        self._pressed_now, self._pressed_at = self._now_ms(), at_ms
        if actions.hands_free and actions.recording:
            pass  # goes on; how long the key is held decides how it ends
        elif actions.recording and (actions.locked or self._settings_store.now.talk_mode == "lock"):
            actions.stop_recording()
        elif self._second_tap.pending and actions.recording:
            actions.lock()
        else:
            actions.resume_or_begin(target)
        if actions.hands_free:
            actions.locked = True

    def release_talk_key(self, at_ms: int = 0) -> None:
        actions = self._actions
        if not self.down:
            return
        self.down = False
        mode = self._settings_store.now.talk_mode
        held = at_ms - self._pressed_at if at_ms and self._pressed_at else self._now_ms() - self._pressed_now
        if actions.hands_free:
            if held >= TAP_MS:
                actions.finish_and_send()
        elif actions.recording and not actions.locked and mode != "lock":
            if mode == "either" and held < TAP_MS:
                self._second_tap.start()
            else:
                actions.stop_recording()

    def cancel_tap(self) -> None:
        """No second tap is waited for."""
        self._second_tap.cancel()

    def reset(self) -> None:
        """As if the key had not been touched."""
        self._second_tap.cancel()
        self.down = False

    def _on_single_tap(self) -> None:
        if not self.down:
            self._actions.stop_recording()
