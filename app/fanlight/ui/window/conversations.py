"""The list of conversations and the one on the screen: opened, begun, renamed, deleted and brought back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from fanlight.core.chat.history import History, OpenStore
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.settings_store import SettingsStore
from fanlight.settings import Settings
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.window.header import HeaderBar
from fanlight.ui.window.sidebar import Sidebar

UNDO_SECONDS = 15


class Conversations(QObject):
    def __init__(
        self,
        sidebar: Sidebar,
        header: HeaderBar,
        offers: Banner,
        session_manager: SessionManager,
        history: History,
        settings_store: SettingsStore,
        open_store: Callable[[bool], OpenStore],
    ) -> None:
        """`offers` is where a deleted one can be had back; `open_store` opens what keeps them (True), or forgets them
        when it is closed."""
        super().__init__(sidebar)
        self._sidebar, self._header, self._offers = sidebar, header, offers
        self._session_manager, self._history, self._settings_store, self._open_store = (
            session_manager,
            history,
            settings_store,
            open_store,
        )
        sidebar.opened.connect(session_manager.open)
        sidebar.renamed.connect(session_manager.rename)
        sidebar.deleted.connect(self._delete)
        header.rename.connect(self._rename_current)
        header.delete.connect(self._delete_current)
        history.listed.connect(self._list)
        settings_store.changed.connect(self._settings_changed)

    def open(self) -> None:
        """The store, where the settings say."""
        self._history.open(self._open_store(self._settings_store.now.keep_history))

    def show_current(self) -> None:
        """Which one is on the screen, or what is known of it, is another now."""
        current = self._session_manager.current.conversation_id
        self._sidebar.select(current)
        self._header.more_button.setEnabled(current is not None)

    def _list(self) -> None:
        self._sidebar.show_rows(self._history.rows)
        self._sidebar.select(self._session_manager.current.conversation_id)

    def _rename_current(self) -> None:
        self._sidebar.show()
        self._sidebar.rename_selected()

    def _delete_current(self) -> None:
        current = self._session_manager.current.conversation_id
        if current is not None:
            self._delete(current)

    def _delete(self, conversation_id: int) -> None:
        title = self._sidebar.title(conversation_id)
        self._session_manager.delete(conversation_id)
        self._offers.offer(
            f"“{title}” is deleted.",
            "Undo",
            lambda: self._session_manager.restore(conversation_id),
            seconds=UNDO_SECONDS,
        )

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        if before.keep_history != now.keep_history:
            self._session_manager.forget()
            self.open()
        elif before.system_prompt != now.system_prompt:
            self._session_manager.current.warm()
