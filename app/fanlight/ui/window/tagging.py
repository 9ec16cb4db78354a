"""Tags of conversations: chosen in a dialog, called otherwise, and taken away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from fanlight.core.chat.history import History
from fanlight.core.chat.listing import ConversationListing
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.widgets.confirm import confirmed
from fanlight.ui.window.sidebar import Sidebar
from fanlight.ui.window.tag_dialog import TagDialog
from fanlight.ui.window.tag_manager import TagManager

UNDO_SECONDS = 15


class Tagging(QObject):
    """`offers` shows how to undo what was taken away."""

    def __init__(self, sidebar: Sidebar, listing: ConversationListing, history: History, offers: Banner) -> None:
        super().__init__(sidebar)
        self._sidebar, self._listing, self._history, self._offers = sidebar, listing, history, offers
        sidebar.tagged.connect(self.choose)
        sidebar.tag_button.chosen.connect(listing.choose_tags)
        sidebar.tag_button.edit_requested.connect(self.edit)

    def choose(self, conversation_ids: Sequence[int]) -> None:
        """For those that are saved."""
        rows = [row for row in map(self._listing.row, conversation_ids) if row is not None]
        if not rows:
            return
        if len(rows) == 1:
            what = _("Tags of “{title}”").format(title=rows[0].title or _("Untitled"))
        else:
            text = ngettext("Tags of {count} conversation", "Tags of {count} conversations", len(rows))
            what = text.format(count=format_number(len(rows)))
        dialog = TagDialog(what, self._listing.all_tags, [row.tags for row in rows], self._sidebar.window())
        if dialog.exec() == QDialog.DialogCode.Accepted and (dialog.list.added or dialog.list.removed):
            self._history.change_tags([row.id for row in rows], dialog.list.added, dialog.list.removed)
        dialog.deleteLater()

    def edit(self) -> None:
        dialog = TagManager(self._sidebar.window())

        def show() -> None:
            dialog.show_tags(self._listing.all_tags)

        show()
        self._history.listed.connect(show)
        dialog.renamed.connect(self._history.rename_tag)
        dialog.removed.connect(lambda name: self._remove(name, dialog))
        dialog.exec()
        self._history.listed.disconnect(show)
        dialog.deleteLater()

    def _remove(self, name: str, dialog: QDialog) -> None:
        count = self._listing.all_tags.get(name, 0)
        question = ngettext(
            "Remove the tag “{tag}” from {count} conversation?",
            "Remove the tag “{tag}” from {count} conversations?",
            count,
        ).format(tag=name, count=format_number(count))
        if confirmed(dialog, question, _("The conversations stay."), _("Remove")):
            self._history.remove_tag(name, lambda had: self._offer_back(name, had))

    def _offer_back(self, name: str, had: Sequence[int]) -> None:
        text = ngettext(
            "The tag “{tag}” was removed from {count} conversation.",
            "The tag “{tag}” was removed from {count} conversations.",
            len(had),
        ).format(tag=name, count=format_number(len(had)))
        self._offers.offer(text, _("Undo"), lambda: self._history.change_tags(had, [name]), seconds=UNDO_SECONDS)
