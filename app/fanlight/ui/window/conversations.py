"""The list of conversations, the trash, and the one on the screen: open, rename, delete, restore."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from fanlight.core.chat.history import History
from fanlight.core.chat.session_manager import SessionManager
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.widgets.confirm import confirmed
from fanlight.ui.window.exporting import Exporting
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
        exporting: Exporting,
    ) -> None:
        """`offers` shows how to undo a deletion."""
        super().__init__(sidebar)
        self._sidebar, self._header, self._offers = sidebar, header, offers
        self._session_manager, self._history, self._exporting = session_manager, history, exporting
        sidebar.opened.connect(session_manager.open)
        sidebar.renamed.connect(session_manager.rename)
        sidebar.deleted.connect(self._delete)
        sidebar.pinned.connect(history.set_pinned)
        sidebar.exported.connect(exporting.export)
        sidebar.copied.connect(exporting.copy)
        header.export.connect(self.export_current)
        header.copy.connect(self._copy_current)
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
        current = self._session_manager.current
        self._header.show_saved(current.conversation_id is not None)
        self._header.private_label.setVisible(current.private)

    def export_current(self) -> None:
        """All that are chosen in the list, or the one on the screen."""
        current = self._session_manager.current.conversation_id
        chosen = [one for one in self._sidebar.selected if one > 0]
        if len(chosen) > 1 or current is not None:
            self._exporting.export(chosen if len(chosen) > 1 else [current or 0])

    def _copy_current(self) -> None:
        if (current := self._session_manager.current.conversation_id) is not None:
            self._exporting.copy(current)

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
            self._delete([current])

    def _discard(self, private: Sequence[int]) -> None:
        question = ngettext(
            "Delete {count} private conversation?", "Delete {count} private conversations?", len(private)
        ).format(count=format_number(len(private)))
        consequence = _("Nothing of it is kept anywhere, so it cannot be restored.")
        if private and confirmed(self._sidebar, question, consequence, _("Delete")):
            for number in private:
                self._session_manager.discard(number)

    def _restore(self, conversation_id: int) -> None:
        self._sidebar.show_trash(False)
        self._session_manager.restore(conversation_id)

    def _delete(self, conversation_ids: Sequence[int]) -> None:
        self._discard([row.id for row in self._session_manager.rows if row.private and row.id in conversation_ids])
        saved = [one for one in conversation_ids if one > 0]  # there is no trash yet for one that is not saved
        if not saved:
            return
        title = self._sidebar.title(saved[0])
        self._session_manager.delete(*saved)
        if len(saved) == 1:
            text = _("“{title}” was moved to the trash.").format(title=title)
        else:
            text = ngettext(
                "{count} conversation was moved to the trash.", "{count} conversations were moved to the trash.",
                len(saved),
            ).format(count=format_number(len(saved)))  # fmt: skip
        self._offers.offer(text, _("Undo"), lambda: self._session_manager.restore(*saved), seconds=UNDO_SECONDS)
