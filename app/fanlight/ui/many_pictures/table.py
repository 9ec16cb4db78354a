"""The rows of a run: a small picture, its name, and what was answered, to be corrected in its place."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from fanlight.core.chat.lazy_thumbnails import LazyThumbnails
from fanlight.core.many_pictures.picture_rows import PictureRow
from fanlight.core.many_pictures.picture_run import PictureRun
from fanlight.core.many_pictures.run_templates import shown_columns
from fanlight.core.picture_search.pixels import pixels_of
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.messages import Image
from fanlight.domain.schema_fields import FormField, value_at, with_value
from fanlight.i18n import _
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.structured.value_editors import NotThatKindError, read_value, shown_value
from fanlight.ui.theme import applied, in_text_size
from fanlight.ui.widgets.pixels import to_qimage

SIDE, ROW_HEIGHT = 56, 64
_SOON_MS = 60
"""After the table was moved: pictures that only pass by are not read."""
_MOST_SHOWN = 600
Index = QModelIndex | QPersistentModelIndex


class PictureRowModel(QAbstractTableModel):
    """Column 0 is the picture, the others are those of the run's template."""

    refused = Signal(str)
    """Why what was written is not taken."""

    def __init__(self, run: PictureRun) -> None:
        super().__init__()
        self._run = run
        self._small: dict[Path, QPixmap] = {}
        self._empty = QPixmap()
        self.ratio = 1.0
        self._columns: Sequence[FormField] = ()
        run.rows_reset.connect(self._reset)
        run.row_changed.connect(self._on_row)
        self._reset()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._run.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 1 + len(self._columns)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way == Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        return _("Picture") if section == 0 else self._columns[section - 1].label

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        can_be_edited = index.column() > 0 and self._run.template is not None
        return flags | Qt.ItemFlag.ItemIsEditable if can_be_edited else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._run.rows[index.row()]
        if index.column() == 0:
            return self._picture(row, role)
        column = self._columns[index.column() - 1]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._shown(row, column, first=index.column() == 1)
            case Qt.ItemDataRole.EditRole:
                text = shown_value(value_at(row.value, column.path), column.kind)
                return text.replace("\n", ", ") if column.kind == "list" else text
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(applied().error) if row.error and not row.has_value else None
            case Qt.ItemDataRole.FontRole:
                font = QFont()
                font.setItalic(row.edited is not None)
                return font if row.edited is not None else None
            case Qt.ItemDataRole.ToolTipRole:
                shown = self._shown(row, column, first=index.column() == 1)
                parts = [shown, _("Corrected by you")] if row.edited is not None else [shown]
                return plain_tip("\n\n".join(parts))
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return _("Corrected by you") if row.edited is not None else ""
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() == 0:
            return False
        row, column = self._run.rows[index.row()], self._columns[index.column() - 1]
        text = str(value)
        if text == self.data(index, Qt.ItemDataRole.EditRole):
            return False
        if column.kind == "list":
            text = "\n".join(text.split(","))
        try:
            new = read_value(text, column)
        except NotThatKindError as error:
            self.refused.emit(f"{row.name}, {column.label}: {error}")
            return False
        self._run.edit(index.row(), with_value(row.value, column.path, new))
        return True

    def has_small(self, path: Path) -> bool:
        return path in self._small

    def show_small(self, path: Path, image: Image) -> None:
        if len(self._small) > _MOST_SHOWN:
            self._small.clear()
        self._small[path] = self._square(image)

    def _reset(self) -> None:
        self.beginResetModel()
        template = self._run.template
        self._columns = shown_columns(template) if template is not None else ()
        self.endResetModel()

    def _on_row(self, number: int) -> None:
        self.dataChanged.emit(self.index(number, 0), self.index(number, self.columnCount() - 1))

    def _picture(self, row: PictureRow, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(str(row.path))
            case Qt.ItemDataRole.DecorationRole:
                return self._small.get(row.path) or self._blank()
            case _:
                return None

    def _shown(self, row: PictureRow, column: FormField, *, first: bool) -> str:
        if row.error and not row.has_value:
            return row.error if first else ""
        if column.kind == "list" and isinstance(value := value_at(row.value, column.path), list):
            return ", ".join(map(str, value))
        return shown_value(value_at(row.value, column.path), column.kind)

    def _blank(self) -> QPixmap:
        """The place that a picture takes until it is read."""
        if self._empty.isNull():
            self._empty = QPixmap(QSize(in_text_size(SIDE), in_text_size(SIDE)))
            self._empty.fill(Qt.GlobalColor.transparent)
        return self._empty

    def _square(self, image: Image) -> QPixmap:
        """In the middle of a square, so that all names begin at one place."""
        side = round(in_text_size(SIDE) * self.ratio)
        how = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        small = to_qimage(image).scaled(QSize(side, side), *how)
        square = QPixmap(side, side)
        square.fill(Qt.GlobalColor.transparent)
        painter = QPainter(square)
        corner = QPoint((side - small.width()) // 2, (side - small.height()) // 2)
        painter.drawImage(corner, small)
        painter.setPen(QColor(applied().line))  # else a white picture has no edge
        painter.drawRect(QRect(corner, small.size()).adjusted(0, 0, -1, -1))
        painter.end()
        square.setDevicePixelRatio(self.ratio)
        return square


class PictureTable(QTableView):
    """Small pictures are read as they come into view. Enter or F2 corrects a cell."""

    def __init__(self, run: PictureRun, file_worker: FileWorker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.rows = PictureRowModel(run)
        self.setModel(self.rows)
        self._thumbnails = LazyThumbnails(_reading, file_worker, self)
        self._thumbnails.ready.connect(self._on_ready)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._read_visible)
        self.setAccessibleName(_("Pictures and answers"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setAlternatingRowColors(False)
        self.setIconSize(QSize(in_text_size(SIDE), in_text_size(SIDE)))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(in_text_size(ROW_HEIGHT))
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._soon.start())
        self.rows.modelReset.connect(self._on_reset)
        self._on_reset()

    def chosen_rows(self) -> list[int]:
        return sorted({index.row() for index in self.selectedIndexes()})

    def stop(self) -> None:
        self._soon.stop()
        self._thumbnails.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter begins to correct, as F2 does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.state() != QTableView.State.EditingState:
            if self.currentIndex().isValid():
                self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon.start()

    def _on_reset(self) -> None:
        header = self.horizontalHeader()
        for place in range(self.rows.columnCount()):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
        if self.rows.columnCount() > 1:
            header.setStretchLastSection(True)
        self.setColumnWidth(0, in_text_size(SIDE + 170))
        self._soon.start()

    def _read_visible(self) -> None:
        if not self.isVisible() or not self._run.rows:
            return
        self.rows.ratio = self.devicePixelRatioF()
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        last = last if last >= 0 else len(self._run.rows) - 1
        paths = [row.path for row in self._run.rows[first : last + 1]]
        self._thumbnails.want([path for path in paths if not self.rows.has_small(path)])

    def _on_ready(self, path: Path, image: Image) -> None:
        self.rows.show_small(path, image)
        first, last = max(0, self.rowAt(0)), self.rowAt(self.viewport().height() - 1)
        for number in range(first, (last if last >= 0 else len(self._run.rows) - 1) + 1):
            if self._run.rows[number].path == path:
                self.update(self.rows.index(number, 0))
                break


def _reading(path: Hashable) -> Callable[[], Image]:
    assert isinstance(path, Path)
    return partial(pixels_of, path, 2 * SIDE)
