"""The list of conversations, the trash, and the one on the screen: open, rename, delete, restore."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fanlight.core.chat.history import History
from fanlight.core.chat.session_manager import SessionManager
from fanlight.i18n import _
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
    ) -> None:
        """`offers` shows how to undo a deletion."""
        super().__init__(sidebar)
        self._sidebar, self._header, self._offers = sidebar, header, offers
        self._session_manager, self._history = session_manager, history
        sidebar.opened.connect(session_manager.open)
        sidebar.renamed.connect(session_manager.rename)
        sidebar.deleted.connect(self._delete)
        sidebar.trash.restored.connect(self._restore)
        sidebar.trash.deleted_for_good.connect(session_manager.delete_for_good)
        header.rename.connect(self._rename_current)
        header.delete.connect(self._delete_current)
        history.listed.connect(self._show_list)
        history.kept_changed.connect(self._show_list)
        session_manager.activity_changed.connect(self._show_activity)
        self._show_list()

    def show_current(self) -> None:
        """Update the list's selection and the header's menu."""
        self._sidebar.select(self._session_manager.current_number)
        self._header.more_button.setEnabled(self._session_manager.current.conversation_id is not None)

    def _show_list(self) -> None:
        self._sidebar.show_rows(self._session_manager.rows)
        self._sidebar.show_deleted(self._history.trash)
        self.show_current()

    def _show_activity(self) -> None:
        self._sidebar.show_activity(self._session_manager.answering)

    def _rename_current(self) -> None:
        self._sidebar.show()
        self._sidebar.rename_selected()

    def _delete_current(self) -> None:
        current = self._session_manager.current.conversation_id
        if current is not None:
            self._delete(current)

    def _restore(self, conversation_id: int) -> None:
        self._sidebar.show_trash(False)
        self._session_manager.restore(conversation_id)

    def _delete(self, conversation_id: int) -> None:
        if conversation_id < 0:  # not saved: there is no trash for it yet
            return
        title = self._sidebar.title(conversation_id)
        self._session_manager.delete(conversation_id)
        self._offers.offer(
            _("“{title}” was moved to the trash.").format(title=title),
            _("Undo"),
            lambda: self._session_manager.restore(conversation_id),
            seconds=UNDO_SECONDS,
        )
