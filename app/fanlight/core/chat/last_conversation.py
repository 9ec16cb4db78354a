"""The conversation that was on the screen last is on it again after a restart."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from fanlight.core.chat.history import History
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.settings_store import SettingsStore
from fanlight.core.window_state import WindowState
from fanlight.core.work.throttle import Throttle

WRITE_MS = 1000
"""The disk is not waited for while a conversation is opened."""
_KEY = "conversation"
"""In the window's state: its number in the database; 0 stands for a new conversation."""


class LastConversation(QObject):
    """`may_open` says whether the window is on the screen with nothing typed in it."""

    def __init__(
        self,
        session_manager: SessionManager,
        history: History,
        settings_store: SettingsStore,
        window_state: WindowState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session_manager, self._history = session_manager, history
        self._settings_store, self._window_state = settings_store, window_state
        self._write = Throttle(self, window_state.write, WRITE_MS)
        self.may_open: Callable[[], bool] = lambda: True
        self._last = window_state.number(_KEY) or 0
        self._waiting = settings_store.now.reopen_last and settings_store.now.keep_history and bool(self._last)
        history.listed.connect(self._on_listed)
        session_manager.shown.connect(self._on_shown)

    def open(self) -> None:
        """Once, as soon as it is listed and may be opened; never over something that was begun."""
        current = self._session_manager.current
        if not self._waiting or not self._history.rows or not self.may_open():
            return
        self._waiting = False
        begun = current.turns or current.draft.text or current.attachments.items
        if not begun and self._last in [row.id for row in self._history.rows]:
            self._session_manager.open(self._last)

    def _on_listed(self) -> None:
        self.open()
        self._note()

    def _on_shown(self) -> None:
        self._waiting = False
        self._note()

    def _note(self) -> None:
        """Which one is on the screen; a conversation has its number once it is saved."""
        if self._waiting or not self._settings_store.now.keep_history:
            return
        shown = self._session_manager.current.conversation_id or 0
        if shown != self._last:
            self._last = shown
            self._window_state.note(**{_KEY: shown})
            self._write.request()
