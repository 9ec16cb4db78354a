"""A table that was found on the screen: its cells can be corrected, then it is copied or saved."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QDialog, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from fanlight.domain.text_tables import TextTable
from fanlight.i18n import _, format_number
from fanlight.ui.controls import label, push
from fanlight.ui.plain_text import plain_title
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.form import give_room, lay_out

_WIDTH, _HEIGHT = 640, 460
_ROW, _AROUND = 31, 170


class TableDialog(QDialog):
    """Copies and writes nothing itself."""

    copy_wanted = Signal(object)
    """A TextTable, for spreadsheets."""
    markdown_wanted = Signal(object)
    save_wanted = Signal(object)

    def __init__(self, table: TextTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(plain_title(_("Table on the Screen")))
        self.grid = _grid(table.rows)
        self.copy_button = push(_("Copy"), kind="primary")
        self.markdown_button = push(_("Copy as Markdown"))
        self.save_button = push(_("Save…"))
        close = push(_("Close"))
        size = _("{rows} × {columns} cells. A cell that was misread can be corrected here.")
        self.note = label(
            size.format(rows=format_number(len(table.rows)), columns=format_number(table.columns)), "muted", wrap=True
        )
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(24, 18, 24, 12)
        column.setSpacing(10)
        column.addWidget(self.grid, 1)
        column.addWidget(self.note)
        lay_out(self, body, self.save_button, self.markdown_button, close, self.copy_button)
        self.copy_button.clicked.connect(lambda: self.copy_wanted.emit(self.table))
        self.markdown_button.clicked.connect(lambda: self.markdown_wanted.emit(self.table))
        self.save_button.clicked.connect(lambda: self.save_wanted.emit(self.table))
        close.clicked.connect(self.reject)
        self.copy_button.setDefault(True)
        self.copy_button.setFocus()
        give_room(self, _WIDTH, min(_HEIGHT, _AROUND + _ROW * len(table.rows)))

    @property
    def table(self) -> TextTable:
        """As it is now."""
        grid = self.grid
        rows = ([_text(grid.item(row, place)) for place in range(grid.columnCount())] for row in range(grid.rowCount()))
        return TextTable(tuple(map(tuple, rows)))

    def say(self, text: str) -> None:
        """What was done with it."""
        self.note.setText(text)
        announce(self, text)


def _grid(rows: Sequence[Sequence[str]]) -> QTableWidget:
    grid = QTableWidget(len(rows), len(rows[0]))
    grid.setObjectName("cells")
    grid.setAccessibleName(_("Cells of the table"))
    grid.setTabKeyNavigation(False)
    grid.horizontalHeader().hide()
    grid.verticalHeader().hide()
    grid.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    for row, cells in enumerate(rows):
        for place, text in enumerate(cells):
            grid.setItem(row, place, QTableWidgetItem(text))
    grid.resizeColumnsToContents()
    grid.setCurrentCell(0, 0)
    return grid


def _text(item: QTableWidgetItem | None) -> str:
    return " ".join(item.text().split()) if item is not None else ""
