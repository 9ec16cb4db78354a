"""Conversations that are deleted by themselves, as the settings say: a month after their last question, or when
Fanlight quits. Pinned ones stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from fanlight.core.chat.history import History
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.settings_store import SettingsStore
from fanlight.settings import Settings

if TYPE_CHECKING:
    from fanlight.store.database import Database

DAYS = 30
"""On which Fanlight runs, as with the trash: a clock that jumps deletes nothing."""
HOUR_MS = 3_600_000


class Retention(QObject):
    def __init__(
        self, history: History, session_manager: SessionManager, settings_store: SettingsStore, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._history, self._session_manager, self._settings_store = history, session_manager, settings_store
        self._hourly = QTimer(self, interval=HOUR_MS)
        self._hourly.timeout.connect(self._delete_old)
        settings_store.changed.connect(self._on_settings_changed)

    def start(self) -> None:
        """Before the store is opened: what a killed process has left is not even listed."""
        if self._settings_store.now.retention == "session":
            self._delete(0)
        self._delete_old()
        self._hourly.start()

    def finish(self) -> None:
        """Fanlight quits; the store is still open."""
        if self._settings_store.now.retention == "session":
            self._delete(0)

    def _delete_old(self) -> None:
        if self._settings_store.now.retention == "month":
            self._delete(DAYS)
            self._history.refresh()

    def _delete(self, days: int) -> None:
        """But none that is in memory, where one could go on with it."""
        in_memory = [] if not days else [one.conversation_id for one in self._session_manager.conversations]

        def work(database: Database) -> None:
            database.erasing.unused(days, [one for one in in_memory if one is not None])

        self._history.submit(work)

    def _on_settings_changed(self, before: Settings, now: Settings) -> None:
        if before.retention != now.retention:
            self._delete_old()
