"""The global keys of dictation into other programs: the one that is held to speak, and Esc while it means something."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal

from fanlight.core.dictation.dictation import Dictation
from fanlight.core.dictation.program_dictation import ProgramDictation
from fanlight.core.hotkey_bindings import HotkeyBindings
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import Throttle
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.desktop_errors import HotkeyError

log = logging.getLogger(__name__)

DICTATE = "dictate"
DICTATE_ESCAPE = "dictate:escape"


class ProgramDictationKeys(QObject):
    """While one of Fanlight's own windows has the keyboard, words go into its box instead."""

    problem = Signal(object)

    def __init__(
        self,
        hotkeys: Hotkeys,
        dictation: Dictation,
        program_dictation: ProgramDictation,
        settings_store: SettingsStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._hotkeys, self._dictation, self._program_dictation = hotkeys, dictation, program_dictation
        self.bindings = HotkeyBindings(settings_store, hotkeys, self, DICTATE)
        self.bindings.problem.connect(self.problem)
        self.bindings.start()
        hotkeys.key_pressed.connect(self._on_pressed)
        hotkeys.key_released.connect(self._on_released)
        self._look_soon = Throttle(self, self._hold_escape)  # until then the key of push-to-talk has let go of Esc
        program_dictation.changed.connect(self._on_changed)

    def _on_pressed(self, name: str) -> None:
        if name == DICTATE_ESCAPE:
            self._program_dictation.escape()
        elif name != DICTATE:
            return
        elif self._program_dictation.here().own:
            self._dictation.press_global_key()
        else:
            self._dictation.push_to_talk.key.press_talk_key(self._program_dictation)

    def _on_released(self, name: str) -> None:
        if name == DICTATE:
            self._dictation.push_to_talk.key.release_talk_key()

    def _on_changed(self) -> None:
        if not self._program_dictation.wants_escape and self._hotkeys.is_bound(DICTATE_ESCAPE):
            self._hotkeys.unbind(DICTATE_ESCAPE)  # at once: push-to-talk takes Esc for the next words
        self._look_soon.request()

    def _hold_escape(self) -> None:
        wanted = self._program_dictation.wants_escape and self._hotkeys.lends_keys
        if wanted == self._hotkeys.is_bound(DICTATE_ESCAPE):
            return
        if not wanted:
            self._hotkeys.unbind(DICTATE_ESCAPE)
            return
        try:
            self._hotkeys.bind(DICTATE_ESCAPE, "Escape", lent=True)
        except HotkeyError as error:
            log.info("Esc is not bound: %s", error)
