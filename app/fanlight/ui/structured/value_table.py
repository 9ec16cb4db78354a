"""The line items of a page: objects as the rows of a table that can be corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QHeaderView, QTableWidget, QTableWidgetItem

from fanlight.domain.schema_fields import FormField, Path, value_at, with_value
from fanlight.i18n import _
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.structured.value_editors import NotThatKindError, read_value, shown_value
from fanlight.ui.theme import applied, in_text_size

_LEAST_LINES, _MOST_LINES = 2, 9
_LINE_HEIGHT = 30
"""At a text size of 100 percent."""


def as_table(field: FormField, rows: Any) -> FormField:
    """Rows of texts have columns without names, as many as the longest of them."""
    if field.kind != "grid":
        return field
    cells = [len(row) for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    columns = tuple(FormField((place,), str(place + 1), "text") for place in range(max(cells, default=1)))
    return replace(field, kind="table", columns=columns)


class ValueTable(QTableWidget):
    """Its cells have paths below that of `field`. What is not of a cell's kind is taken back, with a tip."""

    cell_edited = Signal(tuple, object)
    """The path, and the new value."""
    rows_changed = Signal(object)
    """All rows, of which one was added or removed."""
    pointed = Signal(tuple)
    """The path of the cell that the pointer or the keyboard is at."""
    refused = Signal(str)
    """Why what was written in a cell is not taken."""

    def __init__(self, field: FormField) -> None:
        super().__init__(0, len(field.columns))
        self._field = field
        self._rows: list[Any] = []
        self.setHorizontalHeaderLabels([column.label for column in field.columns])
        self.setAccessibleName(field.label)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(in_text_size(_LINE_HEIGHT))
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, column in enumerate(field.columns):
            is_wide = column.kind == "text"
            mode = QHeaderView.ResizeMode.Stretch if is_wide else QHeaderView.ResizeMode.ResizeToContents
            self.horizontalHeader().setSectionResizeMode(place, mode)
        self.itemChanged.connect(self._on_changed)
        self.cellEntered.connect(self._point)
        self.currentCellChanged.connect(lambda row, column, *_before: self._point(row, column))

    def show_rows(self, rows: Any) -> None:
        self._rows = list(rows) if isinstance(rows, list) else []
        self.blockSignals(True)
        self.setRowCount(len(self._rows))
        for number, row in enumerate(self._rows):
            for place, column in enumerate(self._field.columns):
                item = QTableWidgetItem(shown_value(value_at(row, column.path), column.kind))
                if column.kind in ("number", "integer"):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(number, place, item)
        self.blockSignals(False)
        self._fit_height()

    def show_places(self, places: Mapping[Path, Any]) -> None:
        """Mark the cells whose values stand nowhere on the page."""
        missing = QBrush(QColor(applied().error))
        self.blockSignals(True)
        for number in range(self.rowCount()):
            for place in range(len(self._field.columns)):
                if (item := self.item(number, place)) is None:
                    continue
                is_missing = places.get(self.path_of(number, place)) == ()
                item.setForeground(missing if is_missing else QBrush())
                font = item.font()
                font.setItalic(is_missing)
                item.setFont(font)
                said = _("Not found on the page") if is_missing else ""
                item.setToolTip(plain_tip(said))
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, said)
        self.blockSignals(False)

    def path_of(self, row: int, place: int) -> Path:
        return (*self._field.path, row, *self._field.columns[place].path)

    def add_row(self) -> None:
        """Below the row that is current."""
        at = self.currentRow() + 1 if self.currentRow() >= 0 else len(self._rows)
        empty: Any = {}
        for column in self._field.columns:
            empty = with_value(empty, column.path, None if column.is_optional or column.kind != "text" else "")
        self._rows.insert(at, empty)
        self.show_rows(self._rows)
        self.rows_changed.emit(list(self._rows))
        self.setCurrentCell(at, 0)

    def remove_row(self) -> None:
        at = self.currentRow()
        if 0 <= at < len(self._rows):
            del self._rows[at]
            self.show_rows(self._rows)
            self.rows_changed.emit(list(self._rows))
            self.setCurrentCell(min(at, len(self._rows) - 1), max(0, self.currentColumn()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete empties a cell, Ctrl+C copies it; Tab leaves the table."""
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and item is not None:
            item.setText("")
        elif event.matches(QKeySequence.StandardKey.Copy) and item is not None:
            QApplication.clipboard().setText(item.text())
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(self.currentRow(), self.currentColumn())

    def _point(self, row: int, place: int) -> None:
        if row >= 0 and place >= 0:
            self.pointed.emit(self.path_of(row, place))

    def _on_changed(self, item: QTableWidgetItem) -> None:
        column, number = self._field.columns[item.column()], item.row()
        try:
            value = read_value(item.text(), column)
        except NotThatKindError as error:
            self.blockSignals(True)
            item.setText(shown_value(value_at(self._rows[number], column.path), column.kind))
            self.blockSignals(False)
            self.refused.emit(f"{column.label}: {error}")
            return
        self._rows[number] = with_value(self._rows[number], column.path, value)
        self.cell_edited.emit(self.path_of(number, item.column()), value)

    def _fit_height(self) -> None:
        lines = max(_LEAST_LINES, min(_MOST_LINES, self.rowCount()))
        line = max(self.verticalHeader().defaultSectionSize(), self.sizeHintForRow(0))
        edges = 2 * self.frameWidth() + self.horizontalScrollBar().sizeHint().height() // 2
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + lines * line + edges + in_text_size(4))
