"""One value in a form: an editor that shows it, and says what was written there instead."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from fanlight.domain.schema_fields import FieldKind, FormField
from fanlight.i18n import _
from fanlight.ui.widgets.long_text_edit import LongTextEdit

_LINES = 3
"""Of a text with line breaks, and of a list, before it is scrolled."""
_EXACT = 2.0**53
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")


class NotThatKindError(ValueError):
    """What was written is not of the field's kind; the text says so to people."""


class ValueEditor(QObject):
    """`widget` is what is seen of it."""

    edited = Signal()
    """By the user, and it is of the field's kind or not."""

    def __init__(self, field: FormField, value: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._field = field
        self.widget = self._make(value)
        self.widget.setAccessibleName(field.label)
        self.set_value(value)

    def _make(self, value: Any) -> QWidget:
        kind = self._field.kind
        if kind in ("choice", "yes_no"):
            box = QComboBox()
            if kind == "yes_no":
                offered: list[tuple[str, Any]] = [(_("Yes"), True), (_("No"), False)]
            else:
                offered = [(str(choice), choice) for choice in self._field.choices]
            box.addItem("–", None)
            for words, meant in offered:
                box.addItem(words, meant)
            box.activated.connect(lambda _place: self.edited.emit())
            return box
        if kind in ("list", "grid", "json") or (isinstance(value, str) and "\n" in value):
            long = LongTextEdit()
            long.setTabChangesFocus(True)
            long.setFixedHeight((_LINES + 1) * long.fontMetrics().lineSpacing() + 12)
            long.textChanged.connect(self.edited)
            return long
        line = QLineEdit()
        if kind == "date":
            line.setPlaceholderText(_("Year-month-day, as in 2026-01-31"))
        line.textEdited.connect(lambda _text: self.edited.emit())
        return line

    def set_value(self, value: Any) -> None:
        """Without `edited`."""
        widget = self.widget
        widget.blockSignals(True)
        if isinstance(widget, QComboBox):
            place = next((row for row in range(widget.count()) if _same(widget.itemData(row), value)), -1)
            if place < 0:  # none of the choices, and not to be hidden
                widget.addItem(str(value), value)
                place = widget.count() - 1
            widget.setCurrentIndex(place)
        elif isinstance(widget, QPlainTextEdit):
            widget.setPlainText(shown_value(value, self._field.kind))
        elif isinstance(widget, QLineEdit):
            widget.setText(shown_value(value, self._field.kind))
            widget.setCursorPosition(0)
        widget.blockSignals(False)

    def value(self) -> Any:
        """Raises NotThatKindError."""
        widget = self.widget
        if isinstance(widget, QComboBox):
            return widget.currentData()
        text = widget.toPlainText() if isinstance(widget, QPlainTextEdit) else ""
        if isinstance(widget, QLineEdit):
            text = widget.text()
        return read_value(text, self._field)


def shown_value(value: Any, kind: FieldKind) -> str:
    """As it is written in a form or a cell."""
    if value is None:
        return ""
    if kind == "list" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    if isinstance(value, bool) and kind == "yes_no":
        return _("Yes") if value else _("No")
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if kind not in ("json", "grid") and isinstance(value, str | int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, indent=1)


def read_value(text: str, field: FormField) -> Any:
    """What a person has written there; None for nothing. Raises NotThatKindError."""
    bare = text.strip()
    match field.kind:
        case "list":
            return [line.strip() for line in text.split("\n") if line.strip()]
        case "number" | "integer":
            return _number(bare, field.kind) if bare else None
        case "date":
            return _day(bare) if bare else None
        case "yes_no":
            return {_("Yes"): True, _("No"): False}.get(bare)
        case "choice":
            return next((choice for choice in field.choices if str(choice) == bare), bare or None)
        case "json" | "grid" | "table":
            return _json(bare) if bare else None
        case "text":
            return text if bare or not field.is_optional else None


def _number(text: str, kind: FieldKind) -> int | float:
    if not _NUMBER.fullmatch(text):
        raise NotThatKindError(_("This is no number. Write it without spaces, as in 1234.50."))
    bare = text.replace(",", ".")
    if re.fullmatch(r"[+-]?\d+", bare):
        return int(bare)
    if kind == "integer":
        raise NotThatKindError(_("This is no whole number."))
    return float(bare)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise NotThatKindError(_("This is no date. Write year, month, and day, as in 2026-01-31.")) from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NotThatKindError(_("This is not JSON.")) from None


def _same(one: Any, other: Any) -> bool:
    """Not as Python does it, where true is 1."""
    return type(one) is type(other) and bool(one == other)
