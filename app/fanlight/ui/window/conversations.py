"""The list of conversations, the archived ones, the trash, and the one on the screen: open, rename, archive, delete,
restore."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from fanlight.core.chat.history import History
from fanlight.core.chat.listing import ConversationListing
from fanlight.core.chat.session_manager import SessionManager
from fanlight.domain.stored import ConversationRow
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.widgets.confirm import confirmed
from fanlight.ui.window.exporting import Exporting
from fanlight.ui.window.header import HeaderBar
from fanlight.ui.window.sidebar import Sidebar
from fanlight.ui.window.tagging import UNDO_SECONDS, Tagging


class Conversations(QObject):
    def __init__(
        self,
        sidebar: Sidebar,
        header: HeaderBar,
        offers: Banner,
        session_manager: SessionManager,
        listing: ConversationListing,
        history: History,
        exporting: Exporting,
    ) -> None:
        """`offers` shows how to undo what takes a conversation out of the list."""
        super().__init__(sidebar)
        self._sidebar, self._header, self._offers = sidebar, header, offers
        self._session_manager, self._history, self._exporting = session_manager, history, exporting
        self._listing = listing
        self._tagging = Tagging(sidebar, listing, history, offers)
        self._archived_on_screen = 0
        """The number of the archived conversation on the screen; 0 where it is none."""
        self._brought_back = set[int]()
        """By hand; the archive stays open, for others."""
        sidebar.opened.connect(session_manager.open)
        sidebar.renamed.connect(session_manager.rename)
        sidebar.deleted.connect(self._delete)
        sidebar.pinned.connect(history.set_pinned)
        sidebar.archived.connect(self._set_archived)
        sidebar.archive_shown.connect(listing.show_archived)
        listing.changed.connect(self._show_list)
        header.archive.connect(self.archive_current)
        header.tags.connect(self.tag_current)
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
        row = self._listing.row(current.conversation_id)
        self._header.show_archived(row is not None and row.archived)
        self._follow(row)

    def export_current(self) -> None:
        if chosen := self._chosen_or_current:
            self._exporting.export(chosen)

    def tag_current(self) -> None:
        if chosen := self._chosen_or_current:
            self._tagging.choose(chosen)

    def archive_current(self) -> None:
        """Or bring it back, where all of them are archived."""
        if chosen := self._chosen_or_current:
            rows = [row for row in map(self._listing.row, chosen) if row is not None]
            self._set_archived(chosen, not all(row.archived for row in rows))

    def show_conversations(self) -> None:
        """Those that are not archived, with any tags: a new one is to be among them."""
        self._listing.choose_tags(())
        self._listing.show_archived(False)

    def step(self, by: int) -> None:
        self._listing.step(by)

    @property
    def _chosen_or_current(self) -> list[int]:
        """All that are chosen in the list, or the one on the screen; of those that are saved."""
        current = self._session_manager.current.conversation_id
        chosen = [one for one in self._sidebar.selected if one > 0]
        return chosen if len(chosen) > 1 else [] if current is None else [current]

    def _copy_current(self) -> None:
        if (current := self._session_manager.current.conversation_id) is not None:
            self._exporting.copy(current)

    def _show_list(self) -> None:
        self._sidebar.show_listing(self._listing)
        self._sidebar.show_rows(self._listing.rows)
        self._sidebar.show_deleted(self._history.trash)
        self.show_current()

    def _follow(self, row: ConversationRow | None) -> None:
        """Into the list, where the archived conversation on the screen was asked something."""
        before, self._archived_on_screen = self._archived_on_screen, row.id if row is not None and row.archived else 0
        if row is None or row.id != before or row.archived:
            return
        if row.id in self._brought_back:
            self._brought_back.discard(row.id)
        else:
            self._listing.show_archived(False)

    def _show_activity(self) -> None:
        self._sidebar.show_activity(self._session_manager.answering)

    def _rename_current(self) -> None:
        """In the list that has it."""
        self._sidebar.show()
        row = self._listing.row(self._session_manager.current.conversation_id)
        if row is not None and row not in self._listing.rows:
            self._listing.choose_tags(())
            self._listing.show_archived(row.archived)
        self._sidebar.rename_selected()

    def _delete_current(self) -> None:
        current = self._session_manager.current.conversation_id
        if current is not None:
            self._delete([current])

    def _set_archived(self, conversation_ids: Sequence[int], archived: bool) -> None:
        ids = list(conversation_ids)
        if not archived:
            self._brought_back.update(ids)
            self._history.set_archived(ids, False)
            return
        self._brought_back.difference_update(ids)
        text = _("“{title}” was archived.").format(title=self._title(ids[0])) if len(ids) == 1 else ngettext(
            "{count} conversation was archived.", "{count} conversations were archived.", len(ids)
        ).format(count=format_number(len(ids)))  # fmt: skip
        shown = self._session_manager.current.conversation_id
        self._session_manager.archive(*ids)
        self._offers.offer(text, _("Undo"), lambda: self._undo_archiving(ids, shown), seconds=UNDO_SECONDS)

    def _undo_archiving(self, ids: Sequence[int], shown: int | None) -> None:
        """`shown`: what was on the screen before."""
        self._history.set_archived(ids, False)
        if shown in ids and not self._session_manager.current.turns:
            self._session_manager.open(shown or 0)

    def _title(self, conversation_id: int) -> str:
        row = self._listing.row(conversation_id)
        return (row.title if row is not None else "") or _("Untitled")

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
