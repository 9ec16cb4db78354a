"""A form with the fields of a schema, and beside each whether its value stands on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fanlight.domain.schema_fields import FormField, Path, value_at
from fanlight.i18n import _, ngettext
from fanlight.ui.controls import label, tool
from fanlight.ui.structured.value_editors import NotThatKindError, ValueEditor
from fanlight.ui.structured.value_table import ValueTable, as_table
from fanlight.ui.theme import in_text_size

_NAME_WIDTH, _WIDEST_NAME = 110, 180
"""Of a field's label, at a text size of 100 percent."""
_ENTERED = (QEvent.Type.Enter, QEvent.Type.FocusIn)


@dataclass(frozen=True, slots=True)
class _Row:
    field: FormField
    said: QLabel
    editor: ValueEditor | None = None
    table: ValueTable | None = None


class ValueForm(QWidget):
    """Empty until values are shown."""

    corrected = Signal(tuple, object)
    """The path, and the value that was written there."""
    pointed = Signal(tuple)
    """The path of the field that the pointer or the keyboard is at; of a list all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[_Row] = []
        self._faults: dict[Path, str] = {}
        self._remarks: Mapping[Path, str] = {}
        self._places: Mapping[Path, Any] = {}
        self._focused: Path = ()
        self._name_width = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(10)
        self._inside: QWidget | None = None

    @property
    def has_faults(self) -> bool:
        """Whether something is written that is not of its field's kind."""
        return bool(self._faults)

    def show_values(self, fields: Sequence[FormField], values: Any) -> None:
        """Fields of their own for these; what was written in others is gone."""
        self.clear()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        names = [self.fontMetrics().horizontalAdvance(word) for field in fields for word in field.label.split()]
        self._name_width = min(in_text_size(_WIDEST_NAME), max([in_text_size(_NAME_WIDTH), *names]))
        group = ""
        for field in fields:
            if field.group and field.group != group:
                column.addWidget(label(field.group, "heading"))
            group = field.group
            self._add_row(field, value_at(values, field.path), column)
        column.addStretch(1)
        self._inside = inside
        self._column.addWidget(inside, 1)

    def clear(self) -> None:
        self.rows, self._faults, self._focused = [], {}, ()
        self._remarks, self._places = {}, {}
        if self._inside is not None:
            self._column.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
            self._inside = None

    def show_remarks(self, remarks: Mapping[Path, str]) -> None:
        """A sentence below each of these fields."""
        self._remarks = remarks
        for row in self.rows:
            self._say(row, self._places)

    def show_places(self, places: Mapping[Path, Any]) -> None:
        self._places = places
        for row in self.rows:
            if row.table is not None:
                row.table.show_places(places)
            self._say(row, places)

    def _add_row(self, field: FormField, value: Any, column: QVBoxLayout) -> None:
        said = label(kind="error_line", wrap=True)
        said.hide()
        head = QHBoxLayout()
        name = label(field.label, "muted", wrap=True)
        head.addWidget(name, int(field.kind in ("table", "grid")))
        column.addLayout(head)
        if field.kind in ("table", "grid"):
            table = ValueTable(as_table(field, value))
            table.show_rows(value)
            table.cell_edited.connect(self.corrected)
            table.rows_changed.connect(lambda rows: self.corrected.emit(field.path, rows))
            table.pointed.connect(self.pointed)
            table.refused.connect(lambda why: self._refuse(field.path, why))
            add, remove = tool("plus", _("Add a row")), tool("minus", _("Remove the row"))
            add.clicked.connect(table.add_row)
            remove.clicked.connect(table.remove_row)
            head.addWidget(add)
            head.addWidget(remove)
            row = _Row(field, said, table=table)
            name.setBuddy(table)
            column.addWidget(table)
        else:
            editor = ValueEditor(field, value, self)
            editor.edited.connect(lambda: self._on_edited(row, editor))
            editor.widget.setProperty("valuePath", list(field.path))
            editor.widget.installEventFilter(self)
            editor.widget.setAccessibleDescription(field.about)
            row = _Row(field, said, editor=editor)
            name.setFixedWidth(self._name_width)
            name.setBuddy(editor.widget)
            head.addWidget(editor.widget, 1)
            said.setContentsMargins(self._name_width + head.spacing(), 0, 0, 0)
        column.addWidget(said)
        self.rows.append(row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Which field is looked at: the one under the pointer, else the one with the keyboard."""
        if event.type() in _ENTERED or event.type() is QEvent.Type.Leave:
            path = tuple(watched.property("valuePath") or ())
            if event.type() is QEvent.Type.FocusIn:
                self._focused = path
            self.pointed.emit(self._focused if event.type() is QEvent.Type.Leave else path)
        return False

    def _on_edited(self, row: _Row, editor: ValueEditor) -> None:
        try:
            value = editor.value()
        except NotThatKindError as error:
            self._faults[row.field.path] = str(error)
            self._show_said(row, str(error))
            return
        self._faults.pop(row.field.path, None)
        self._show_said(row, "")
        self.corrected.emit(row.field.path, value)

    def _refuse(self, path: Path, why: str) -> None:
        row = next(row for row in self.rows if row.field.path == path)
        self._show_said(row, why)

    def _say(self, row: _Row, places: Mapping[Path, Any]) -> None:
        if row.field.path in self._faults:
            return
        below = [found for path, found in places.items() if path[: len(row.field.path)] == row.field.path]
        missing = sum(found == () for found in below)
        if remark := self._remarks.get(row.field.path, ""):
            self._show_said(row, remark)
        elif not missing:
            self._show_said(row, "")
        elif row.field.kind in ("table", "list", "grid"):
            text = ngettext(
                "{count} value was not found on the page", "{count} values were not found on the page", missing
            )
            self._show_said(row, text.format(count=missing))
        else:
            self._show_said(row, _("Not found on the page"))

    def _show_said(self, row: _Row, text: str) -> None:
        row.said.setText(text)
        row.said.setVisible(bool(text))
        if row.editor is not None:
            about = ". ".join(part for part in (row.field.about, text) if part)
            row.editor.widget.setAccessibleDescription(about)
