"""Push-to-talk from every program: its hotkey, and Esc during an utterance."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from fanlight.core.dictation.dictation import Dictation
from fanlight.core.hotkey_bindings import HotkeyBindings
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.desktop_errors import HotkeyError

log = logging.getLogger(__name__)

TALK = "talk"
ESCAPE = "talk:escape"


class GlobalTalkKeys(QObject):
    problem = Signal(object)

    def __init__(
        self,
        hotkeys: Hotkeys,
        dictation: Dictation,
        settings_store: SettingsStore,
        *,
        may_hold_escape: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """`may_hold_escape`: the desktop lends keys without asking, and another program has the keyboard."""
        super().__init__(parent)
        self._hotkeys, self._dictation = hotkeys, dictation
        self._may_hold_escape = may_hold_escape
        self._was_active = False
        self.bindings = HotkeyBindings(settings_store, hotkeys, self, TALK)
        self.bindings.problem.connect(self.problem)
        self.bindings.start()
        hotkeys.key_pressed.connect(self._on_pressed)
        hotkeys.key_released.connect(self._on_released)
        dictation.push_to_talk.changed.connect(self._on_talk_changed)

    def _on_pressed(self, name: str) -> None:
        if name == TALK:
            self._dictation.press_global_key()
        elif name == ESCAPE:
            self._dictation.push_to_talk.discard_utterance()

    def _on_released(self, name: str) -> None:
        if name == TALK:
            self._dictation.push_to_talk.key.release_talk_key()

    def _on_talk_changed(self) -> None:
        talk = self._dictation.push_to_talk
        if talk.active == self._was_active:
            return
        self._was_active = talk.active
        if not talk.active:
            self._hotkeys.unbind(ESCAPE)
        elif not talk.hands_free and self._may_hold_escape():
            self._hold_escape()  # not hands-free: that lasts, and other programs need the key

    def _hold_escape(self) -> None:
        try:
            self._hotkeys.bind(ESCAPE, "Escape", lent=True)
        except HotkeyError as error:
            log.info("Esc is not bound: %s", error)
