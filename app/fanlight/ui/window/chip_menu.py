"""The menu of what is attached to the question to come: look at it, its detail, remove it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from fanlight.core.app import Application
from fanlight.core.chat.attachments import AttachmentItem
from fanlight.i18n import _
from fanlight.ui.composer.chips import ChipRow
from fanlight.ui.window.detail_menu import add_details


class ChipMenu(QObject):
    def __init__(self, core: Application, chips: ChipRow) -> None:
        super().__init__(chips)
        self._core, self._chips = core, chips
        chips.menu_wanted.connect(self._show)

    def menu(self, item: AttachmentItem) -> QMenu:
        menu, key, attachment = QMenu(self._chips), item.key, item.attachment
        if attachment is not None:
            menu.addAction(_("Look at It"), lambda: self._chips.opened.emit(key))
            menu.addAction(_("Read Values…"), lambda: self._chips.values_wanted.emit(key))
        menu.addAction(_("Remove"), lambda: self._chips.remove_requested.emit(key))
        if attachment is not None and attachment.picture is not None and attachment.detail is not None:
            costs = self._core.host.picture_costs.of(attachment.picture)
            loader = self._core.attachment_loader
            add_details(menu, attachment.detail, costs, lambda detail: loader.choose_detail(key, detail))
        return menu

    def _show(self, key: int, place: QPoint) -> None:
        item = self._core.session_manager.current.attachments.item(key)
        if item is not None:
            menu = self.menu(item)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(place)
