"""The pictures and documents of the next question, each as a chip: thumbnail, size in pixels and tokens or pages,
progress, remove."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QProgressBar, QScrollArea, QWidget

from fanlight.core.chat.attachments import AttachmentItem, Status
from fanlight.core.chat.clip_items import clip_caption
from fanlight.core.chat.turns import Attachment
from fanlight.i18n import N_, _
from fanlight.ui.composer.clip_strip import clip_strip
from fanlight.ui.composer.page_box import PageBox
from fanlight.ui.controls import elided, label, show_busy, tool
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.widgets.pixels import to_qimage

SIDE = 44
LETTERS = 22
STATUS: dict[Status, str] = {
    "reading": N_("Reading…"),
    "encoding": N_("Encoding…"),
    "ready": "",
    "unsupported": N_("Not supported by this model"),
}


class Chip(QFrame):
    """Shows one `AttachmentItem`."""

    remove_requested = Signal()
    opened = Signal()
    page_chosen = Signal(int)
    menu_wanted = Signal(QPoint)
    """Where on the screen."""

    def __init__(self, item: AttachmentItem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.item = item
        self._name = Path(item.name).name or _("Picture")
        self._image = label()
        self._image.setFixedSize(SIDE, SIDE)
        self._image.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title, self._facts = label(), label(kind="muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        show_busy(self._bar)
        self.remove_button = tool("close", _("Remove {name}").format(name=self._name))
        self.remove_button.clicked.connect(self.remove_requested)
        self.more_button = tool("more", _("More about {name}").format(name=self._name))
        self.more_button.clicked.connect(
            lambda: self.menu_wanted.emit(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))
        )
        self.page = PageBox(self._name)
        self.page.chosen.connect(self.page_chosen)
        grid = QGridLayout(self)
        grid.setContentsMargins(6, 6, 6, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.addWidget(self._image, 0, 0, 3, 1)
        grid.addWidget(self._title, 0, 1, Qt.AlignmentFlag.AlignBottom)
        grid.addWidget(self._facts, 1, 1, Qt.AlignmentFlag.AlignTop)
        for row in (0, 1):
            grid.setRowStretch(row, 1)
        grid.addWidget(self._bar, 2, 1)
        grid.addWidget(self.page, 0, 2, 3, 1)
        grid.addWidget(self.more_button, 0, 3, 3, 1)
        grid.addWidget(self.remove_button, 0, 4, 3, 1)
        self._show_picture()
        self._show_facts()

    def show_item(self, item: AttachmentItem) -> None:
        before, self.item = self.item, item
        if before.attachment is None:
            self._show_picture()
            self.page.show_page(item)
        self._bar.setVisible(item.status in ("reading", "encoding"))
        done, total = item.progress or (0, 0)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        if (
            (before.attachment, before.status)
            != (
                item.attachment,
                item.status,
            )
            or before.attachment is not item.attachment
            or before.frames != item.frames
            or item.frames
        ):
            self._show_facts()

    @property
    def ready(self) -> bool:
        return self.item.status == "ready"

    @property
    def facts(self) -> str:
        """Such as "1024 × 768, 36 tokens"."""
        if self.item.frames:
            return clip_caption(self.item.frames)
        attachment = self.item.attachment
        return attachment.caption if attachment is not None else _(STATUS[self.item.status])

    def _show_picture(self) -> None:
        if self.item.attachment is None or self.item.attachment.thumbnail is None:
            return
        if self.item.frames:
            seen = [frame.thumbnail for frame in self.item.frames if frame.thumbnail is not None]
            strip = clip_strip(seen, SIDE, self.devicePixelRatioF())
            self._image.setFixedWidth(max(SIDE, strip.deviceIndependentSize().toSize().width()))
            self._image.setPixmap(strip)
            return
        side = round(SIDE * self.devicePixelRatioF())
        small = QPixmap.fromImage(to_qimage(self.item.attachment.thumbnail)).scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        small.setDevicePixelRatio(self.devicePixelRatioF())
        self._image.setPixmap(small)

    def _show_facts(self) -> None:
        attachment, status = self.item.attachment, _(STATUS[self.item.status])
        self.more_button.setVisible(attachment is not None)
        self._title.setText(elided(self._name, self._title, LETTERS * self._title.fontMetrics().averageCharWidth()))
        self._facts.setText(self.facts)
        origin = attachment.origin if attachment is not None else ""
        facts = dict.fromkeys(part for part in (self._name, self.facts, origin, status) if part)
        self.setToolTip(plain_tip("\n".join(facts)))
        is_document = attachment is not None and attachment.document is not None
        kind = _("Document {name}") if is_document else _("Picture {name}")
        if attachment is not None and attachment.document is not None and attachment.document.kind == "sound":
            kind = _("Recording {name}")
        if self.item.frames:
            kind = _("Video {name}")
        words = [kind.format(name=self._name), self.facts, origin, status or _("Ready")]
        self.setAccessibleName(", ".join(word for word in dict.fromkeys(words) if word))
        self.setAccessibleDescription(_("Press Enter to look at it, Delete to remove it, the menu key for more."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Also by the menu key, and Shift+F10."""
        self.menu_wanted.emit(event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()
        super().mouseReleaseEvent(event)


class ChipRow(QScrollArea):
    """The chips side by side; hidden while there are none."""

    changed = Signal()
    """The pictures shown have changed."""
    remove_requested = Signal(int)
    """The key of a picture."""
    opened = Signal(int)
    """The key of what is to be looked at."""
    values_wanted = Signal(int)
    """The key of what is to be read by a schema."""
    page_chosen = Signal(int, int)
    """The key of a picture, and the number of the page of its file that is wanted."""
    menu_wanted = Signal(int, QPoint)
    """The key of an attachment whose menu is wanted there on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setAccessibleName(_("Attached pictures"))
        inside = QWidget()
        inside.setObjectName("chipRow")
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(1)
        self.setWidget(inside)
        self.setStyleSheet("QScrollArea, QWidget#chipRow { background: transparent; }")
        self._chips: list[Chip] = []
        self.hide()

    @property
    def chips(self) -> tuple[Chip, ...]:
        return tuple(self._chips)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Those of the shown pictures that are read."""
        return tuple(chip.item.attachment for chip in self._chips if chip.item.attachment is not None)

    @property
    def reading(self) -> bool:
        """Whether one is still being read."""
        return any(chip.item.attachment is None for chip in self._chips)

    def show_items(self, items: Sequence[AttachmentItem]) -> None:
        """Show exactly these. The focus stays at its position."""
        before, focused = self.attachments, next((i for i, one in enumerate(self._chips) if one.hasFocus()), None)
        wanted = {item.key: item for item in items}
        for chip in [chip for chip in self._chips if chip.item.key not in wanted]:
            self._drop(chip)
        for chip in self._chips:
            chip.show_item(wanted.pop(chip.item.key))
        for item in wanted.values():
            self._add_chip(item)
        self._fit_row()
        if focused is not None and self._chips:
            self._chips[min(focused, len(self._chips) - 1)].setFocus()
        if self.attachments != before:
            self.changed.emit()

    def _add_chip(self, item: AttachmentItem) -> None:
        chip = Chip(item)
        chip.show_item(item)
        chip.remove_requested.connect(lambda: self.remove_requested.emit(item.key))
        chip.opened.connect(lambda: self.opened.emit(item.key))
        chip.page_chosen.connect(lambda page: self.page_chosen.emit(item.key, page))
        chip.menu_wanted.connect(lambda place: self.menu_wanted.emit(item.key, place))
        self._chips.append(chip)
        self._row.insertWidget(len(self._chips) - 1, chip)

    def _drop(self, chip: Chip) -> None:
        self._chips.remove(chip)
        self._row.removeWidget(chip)
        chip.hide()
        chip.deleteLater()

    def _fit_row(self) -> None:
        self.setVisible(bool(self._chips))
        if self._chips:
            sizes = [chip.minimumSizeHint() for chip in self._chips]
            height = max(size.height() for size in sizes)
            if sum(size.width() + self._row.spacing() for size in sizes) > self.viewport().width():
                height += self.horizontalScrollBar().sizeHint().height()
            self.setFixedHeight(max(height, SIDE + 14))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_row()
