"""The editor of a setting: by the type of the field's default and its metadata. An invalid value cannot be entered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from fanlight.i18n import _
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.settings.number_editors import NumberOrWords, number_box
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.form import WrappingCheckBox
from fanlight.ui.widgets.long_text_edit import LongTextEdit

TEXT_WIDTH = 200

Changed = Callable[[Any], None]


def editor_for(item: Field[Any], value: Any, changed: Changed) -> QWidget:
    """`changed` is called with each new value."""
    meta, default = item.metadata, item.default
    if isinstance(default, bool):
        return _check_box(value, changed)
    if meta["choices"] or meta["options"]:
        return _combo_box(_named_choices(item), value, changed)
    if meta["special"]:
        either = NumberOrWords(item)
        show_value(either, value)
        either.value_changed.connect(changed)
        return either
    if isinstance(default, (int, float)):
        box = number_box(item, meta["low"], meta["high"])
        show_value(box, value)
        box.valueChanged.connect(changed)
        return box
    return _text_box(meta["lines"], value, changed) if meta["lines"] > 1 else _line(_(meta["empty"]), value, changed)


def show_value(editor: QWidget, value: Any) -> None:
    """Put a value into the editor of its field."""
    match editor:
        case QCheckBox():
            editor.setChecked(value)
        case QComboBox():
            if editor.findData(value) < 0:  # such as a language that was written into the file
                editor.addItem(str(value), value)
            editor.setCurrentIndex(editor.findData(value))
        case QSpinBox() | QDoubleSpinBox() | NumberOrWords():
            editor.setValue(value)
        case QPlainTextEdit():
            editor.setPlainText(value)
        case QLineEdit():
            editor.setText(value)


def describe(editor: QWidget, name: str, description: str) -> None:
    """The name and the description that a screen reader says, in all parts of the editor."""
    for part in (editor, *(editor.parts if isinstance(editor, NumberOrWords) else ())):
        part.setAccessibleName(name)
        part.setAccessibleDescription(description)
        part.setToolTip(plain_tip(description))


def leave_wheel_to_page(root: QWidget) -> None:
    """Scrolling the page with the wheel changes no value under `root`."""
    for editor in (*root.findChildren(QAbstractSpinBox), *root.findChildren(QComboBox)):
        editor.installEventFilter(_WheelFilter(editor))


def _check_box(value: bool, changed: Changed) -> QCheckBox:
    check = WrappingCheckBox()
    show_value(check, value)
    check.toggled.connect(changed)
    return check


def _combo_box(choices: dict[str, str], value: Any, changed: Changed) -> QComboBox:
    combo = QComboBox()
    for choice, name in choices.items():
        combo.addItem(name, choice)
    show_value(combo, value)
    combo.currentIndexChanged.connect(lambda _index: changed(combo.currentData()))
    return combo


def _named_choices(item: Field[Any]) -> dict[str, str]:
    """Values and the names shown for them."""
    if options := item.metadata["options"]:
        return dict(options())
    return {value: _(name) for value, name in item.metadata["choices"].items()}


def _text_box(lines: int, value: str, changed: Changed) -> QPlainTextEdit:
    text = LongTextEdit()
    text.setTabChangesFocus(True)
    text.setFixedHeight(text.fontMetrics().lineSpacing() * lines + 24)
    show_value(text, value)
    text.textChanged.connect(lambda: changed(text.toPlainText()))
    return text


def _line(empty: str, value: str, changed: Changed) -> QLineEdit:
    """`empty`: what an empty text stands for."""
    line = QLineEdit()
    line.setPlaceholderText(empty)
    line.setMinimumWidth(in_text_size(TEXT_WIDTH))
    show_value(line, value)
    line.textChanged.connect(changed)
    return line


class _WheelFilter(QObject):
    def __init__(self, editor: QWidget) -> None:
        super().__init__(editor)
        editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # and the wheel does not focus it

    def eventFilter(self, watched: QObject, event: Any) -> bool:
        if isinstance(event, QWheelEvent):
            event.ignore()
            return True
        return super().eventFilter(watched, event)
