"""The menu of the conversations that are chosen in the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from fanlight.i18n import _
from fanlight.ui.window.conversation_list import ListRow

Does = Mapping[str, Callable[[], object]]
"""What the lines do: `rename` of one, `copy` of one that is saved, `pin`, `tag`, `export` and `archive` of those that
are saved, `delete`."""


def conversation_menu(parent: QWidget, rows: Sequence[ListRow], does: Does) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    saved = [row for row in rows if row.id > 0]
    if len(rows) == 1:
        menu.addAction(_("Rename")).triggered.connect(does["rename"])
    if saved:
        is_pinned = all(row.pinned for row in saved)
        menu.addAction(_("Unpin") if is_pinned else _("Pin")).triggered.connect(does["pin"])
        menu.addAction(_("Tags…")).triggered.connect(does["tag"])
        menu.addAction(_("Export…")).triggered.connect(does["export"])
    if len(saved) == len(rows) == 1:
        menu.addAction(_("Copy as Markdown")).triggered.connect(does["copy"])
    menu.addSeparator()
    if saved:
        is_archived = all(row.archived for row in saved)
        menu.addAction(_("Unarchive") if is_archived else _("Archive")).triggered.connect(does["archive"])
    menu.addAction(_("Delete")).triggered.connect(does["delete"])
    return menu
