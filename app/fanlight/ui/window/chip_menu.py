"""The menu of what is attached to the question to come: look at it, its detail, a part of a video, remove it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from fanlight.core.app import Application
from fanlight.core.chat.attachments import AttachmentItem
from fanlight.core.chat.turns import Attachment
from fanlight.domain.clips import Clip
from fanlight.i18n import _
from fanlight.ui.composer.chips import ChipRow
from fanlight.ui.composer.clip_part_dialog import ClipPartDialog
from fanlight.ui.widgets.detail_menu import add_details


class ChipMenu(QObject):
    def __init__(self, core: Application, chips: ChipRow, show_seen: Callable[[Attachment], object]) -> None:
        super().__init__(chips)
        self._core, self._chips, self._show_seen = core, chips, show_seen
        chips.menu_wanted.connect(self._show)

    def menu(self, item: AttachmentItem) -> QMenu:
        menu, key, attachment = QMenu(self._chips), item.key, item.attachment
        if attachment is not None:
            menu.addAction(_("Look at It"), lambda: self._chips.opened.emit(key))
            menu.addAction(_("Read Values…"), lambda: self._chips.values_wanted.emit(key))
            clip, clips = attachment.clip, self._core.attachment_loader.clips
            if clip is not None and clips.knows(key):
                menu.addAction(_("Choose a Part…"), lambda: self._choose_part(key, clip))
            if attachment.image is not None:
                menu.addAction(_("What the Model Sees"), lambda: self._show_seen(attachment))
        if attachment is not None and self._may_listen(attachment):
            self._add_sound_choice(menu, key, attachment)
        menu.addAction(_("Remove"), lambda: self._chips.remove_requested.emit(key))
        if attachment is not None and attachment.picture is not None and attachment.detail is not None:
            costs = self._core.host.picture_costs.of(attachment.picture)
            loader = self._core.attachment_loader
            add_details(menu, attachment.detail, costs, lambda detail: loader.choose_detail(key, detail))
        return menu

    def _may_listen(self, attachment: Attachment) -> bool:
        return attachment.sound is not None and attachment.sound.seconds <= self._core.host.hears_seconds

    def _add_sound_choice(self, menu: QMenu, key: int, attachment: Attachment) -> None:
        attachments, document = self._core.session_manager.current.attachments, attachment.document
        group = QActionGroup(menu)
        menu.addSeparator()
        as_text, as_sound = menu.addAction(_("Send What Is Said, as Text")), menu.addAction(_("Let the Model Listen"))
        as_text.setEnabled(document is not None and document.has_text)
        for action, listens in ((as_text, False), (as_sound, True)):
            action.setCheckable(True)
            action.setChecked((attachment.sent_sound is not None) == listens)
            action.triggered.connect(lambda _checked, listens=listens: attachments.listen(key, listens))
            group.addAction(action)
        menu.addSeparator()

    def _choose_part(self, key: int, clip: Clip) -> None:
        items = self._core.session_manager.current.attachments.items
        frames = [one.attachment for one in items if one.clip == clip and one.attachment is not None]
        dialog = ClipPartDialog(clip, frames, self._chips.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.part_chosen.connect(lambda part: self._core.attachment_loader.clips.choose_part(key, part))
        dialog.open()

    def _show(self, key: int, place: QPoint) -> None:
        item = self._core.session_manager.current.attachments.item(key)
        if item is not None:
            menu = self.menu(item)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(place)
