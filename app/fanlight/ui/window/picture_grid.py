"""The pictures that a search has found, as a grid of small copies, which are read as they come into view."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QIcon, QImage, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QListView, QMenu, QWidget
from shiboken6 import isValid

from fanlight.core.picture_search.picture_search import PictureSearch
from fanlight.domain.messages import Image
from fanlight.domain.picture_finding import PictureHit, PicturePlace
from fanlight.i18n import _
from fanlight.ui.plain_text import plain_caption, plain_tip
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.pixels import to_qimage

SIDE = 96
GAP = 8
MOST_KEPT = 400
"""Small copies in memory."""
Index = QModelIndex | QPersistentModelIndex


class PictureModel(QAbstractListModel):
    """Small copies are asked for when they are first painted."""

    def __init__(self, search: PictureSearch) -> None:
        super().__init__()
        self._search = search
        self._hits: list[PictureHit] = []
        self._small: dict[PicturePlace, QIcon | None] = {}
        self._ratio = 1.0

    @property
    def hits(self) -> list[PictureHit]:
        return self._hits

    def show(self, hits: Sequence[PictureHit], ratio: float) -> None:
        """`ratio`: of the screen's pixels to those of the layout."""
        if len(self._small) > MOST_KEPT or ratio != self._ratio:
            self._small.clear()
        self.beginResetModel()
        self._hits, self._ratio = list(hits), ratio
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self._hits[index.row()]
        match role:
            case Qt.ItemDataRole.DecorationRole:
                return self._small_of(hit.place)
            case Qt.ItemDataRole.AccessibleTextRole:
                return _("{name}, {date}").format(name=name_of(hit), date=date_of_picture(hit))
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(f"{hit.title}\n{date_of_picture(hit)}")
            case _:
                return None

    def _small_of(self, place: PicturePlace) -> QIcon:
        if place not in self._small:
            self._small[place] = None
            self._search.thumbnail(place, partial(self._on_small, place))
        found = self._small[place]
        return found if found is not None else self._icon(None)

    def _on_small(self, place: PicturePlace, image: Image | None) -> None:
        """A picture that cannot be read stays blank."""
        if not isValid(self) or image is None:
            return
        self._small[place] = self._icon(to_qimage(image))
        for row, hit in enumerate(self._hits):
            if hit.place == place:
                self.dataChanged.emit(self.index(row), self.index(row), [Qt.ItemDataRole.DecorationRole])

    def _icon(self, image: QImage | None) -> QIcon:
        """In the middle of a square; the same where it is chosen."""
        side = round(in_text_size(SIDE) * self._ratio)
        square = QPixmap(side, side)
        square.fill(QColor(128, 128, 128, 60) if image is None else Qt.GlobalColor.transparent)
        if image is not None:
            how = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            small = image.scaled(QSize(side, side), *how)
            painter = QPainter(square)
            painter.drawImage(QPoint((side - small.width()) // 2, (side - small.height()) // 2), small)
            painter.end()
        square.setDevicePixelRatio(self._ratio)
        icon = QIcon(square)
        icon.addPixmap(square, QIcon.Mode.Selected)
        return icon


class PictureGrid(QListView):
    """Enter or a click chooses a picture; the menu key, or a right click, says what else can be done."""

    picked = Signal(object)
    asked = Signal(object)
    like_wanted = Signal(object)
    place_wanted = Signal(object)
    """All with the PictureHit: it was chosen; ask the model about it; others like it; where it is."""

    def __init__(self, search: PictureSearch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = PictureModel(search)
        self.setModel(self.pictures)
        self.setAccessibleName(_("Pictures that were found"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(lambda index: self._emit(self.picked, index))
        self.hide()

    def show_hits(self, hits: Sequence[PictureHit]) -> None:
        cell = in_text_size(SIDE + 2 * GAP)
        self.setIconSize(QSize(in_text_size(SIDE), in_text_size(SIDE)))
        self.setGridSize(QSize(cell, cell))
        self.pictures.show(hits, self.devicePixelRatioF())
        self.setFixedHeight(cell * (2 if len(hits) > 6 else 1) + 2 * self.frameWidth() + in_text_size(4))
        self.setVisible(bool(hits))
        if hits:
            self.setCurrentIndex(self.pictures.index(0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._emit(self.picked, self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if not index.isValid():
            return
        self.setCurrentIndex(index)
        at = event.globalPos() if by_mouse else self.viewport().mapToGlobal(self.visualRect(index).center())
        self.menu_of(self.pictures.hits[index.row()]).popup(QPoint(at))

    def menu_of(self, hit: PictureHit) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        where = _("Show in the Conversation") if hit.place.kept else _("Show the File")
        for text, signal in (
            (_("Ask About It"), self.asked),
            (_("More Like This"), self.like_wanted),
            (where, self.place_wanted),
        ):
            menu.addAction(plain_caption(text)).triggered.connect(partial(signal.emit, hit))
        return menu

    def _emit(self, signal: Any, index: QModelIndex) -> None:
        if index.isValid():
            signal.emit(self.pictures.hits[index.row()])


def name_of(hit: PictureHit) -> str:
    return hit.title.split("\n")[0] or _("Picture")


def date_of_picture(hit: PictureHit) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(hit.taken)).date(), QLocale.FormatType.ShortFormat)
