"""The settings dialog, made from the fields of `Settings`. Changes apply at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import Debounce
from fanlight.i18n import _
from fanlight.settings import Settings
from fanlight.ui.controls import label, push
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.form import FieldLabel, give_room, lay_out

APPLY_MS = 400
EDITOR_WIDTH = 130
WIDTH, HEIGHT = 720, 680
ELSEWHERE = ("model", "shot_hotkey_on", "shot_hotkey", "panel_hotkey_on", "panel_hotkey", "hotkey_permission",
             "shot_default_action",
             "spoken_voice", "spoken_device", "talk_device", "talk_hotkey_on", "talk_hotkey")  # fmt: skip
"""Chosen in the window's header, or edited by a section of their own."""
KEPT = ("model", "hotkey_permission")
"""What "Restore Defaults" leaves as it is."""
Sections = Mapping[str, Callable[[], QWidget]]
"""Widgets of features by the settings group they follow."""


class SettingsDialog(QDialog):
    def __init__(
        self, settings_store: SettingsStore, parent: QWidget | None = None, sections: Sections | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Settings"))
        sections = sections or {}
        self._settings_store = settings_store
        self.editors: dict[str, QWidget] = {}
        self._pending: dict[str, object] = {}
        self._soon = Debounce(self, self.apply, APPLY_MS)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(10)
        column.setContentsMargins(24, 18, 24, 18)
        groups = ((item.metadata["group"], item.name in ELSEWHERE) for item in fields(Settings))
        shown = (group for group, elsewhere in groups if group in sections or not elsewhere)
        for group in dict.fromkeys((*shown, *sections)):
            column.addSpacing(14 if column.count() else 0)
            column.addWidget(label(_(group), "heading"))
            column.addLayout(self._group(group))
            if group in sections:
                column.addWidget(sections[group]())
        column.addStretch(1)
        defaults, close = push(_("Restore Defaults")), push(_("Close"), kind="primary")
        defaults.clicked.connect(self.reset)
        close.clicked.connect(self.accept)
        lay_out(self, inside, defaults, close)
        give_room(self, WIDTH, HEIGHT)
        settings_store.changed.connect(self._settings_changed)

    def apply(self) -> None:
        """Choose the pending changes now."""
        self._soon.cancel()
        pending, self._pending = self._pending, {}
        if pending:
            self._settings_store.choose(**pending)

    def reset(self) -> None:
        """All settings of this dialog to their defaults; the model stays."""
        defaults = {item.name: item.default for item in fields(Settings) if item.name not in KEPT}
        for name, editor in self.editors.items():
            show(editor, defaults[name])
        self._pending.update(defaults)
        self.apply()

    def done(self, result: int) -> None:
        self.apply()
        super().done(result)

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        if before.text_size != now.text_size:
            give_room(self, WIDTH, HEIGHT)

    def _group(self, group: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for item in fields(Settings):
            if item.metadata["group"] == group and item.name not in ELSEWHERE:
                self._line(grid, item)
        return grid

    def _line(self, grid: QGridLayout, item: Field[Any]) -> None:
        meta, row = item.metadata, grid.rowCount()
        editor = editor_for(
            item, getattr(self._settings_store.now, item.name), lambda value: self._changed(item.name, value)
        )
        name, description = _(meta["label"]), _(meta["help"])
        if meta["applies_after_reload"]:
            description = " ".join([description, _("Takes effect when the model is loaded again.")])
        editor.setAccessibleName(name)
        editor.setAccessibleDescription(description)
        editor.setToolTip(plain_tip(description))
        editor.installEventFilter(_NoWheel(editor))
        self.editors[item.name] = editor
        if isinstance(editor, QCheckBox):
            editor.setText(name)
            grid.addWidget(editor, row, 0, 1, 2)
        else:
            words = FieldLabel(name)
            small = isinstance(editor, (QComboBox, QAbstractSpinBox))
            grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignVCenter if small else Qt.AlignmentFlag.AlignTop)
            grid.addWidget(editor, row, 1, Qt.AlignmentFlag.AlignLeft if small else Qt.AlignmentFlag(0))
            editor.setMinimumWidth(in_text_size(EDITOR_WIDTH))
        if description:
            under = isinstance(editor, QCheckBox)
            position = (row + 1, 0, 1, 2) if under else (row + 1, 1, 1, 1)
            hint = label(description, "under" if under else "muted", wrap=True)
            hint.setAlignment(Qt.AlignmentFlag.AlignTop)  # it may be given room for a line that it does not need
            grid.addWidget(hint, *position)
        grid.setRowMinimumHeight(grid.rowCount(), 8)

    def _changed(self, name: str, value: object) -> None:
        self._pending[name] = value
        self._soon.request()


def editor_for(item: Field[Any], value: Any, changed: Callable[[Any], None]) -> QWidget:
    """By the type of the field's default and its metadata; an invalid value cannot be entered."""
    meta, default = item.metadata, item.default
    if isinstance(default, bool):
        check = QCheckBox()
        show(check, value)
        check.toggled.connect(changed)
        return check
    if meta["choices"] or meta["options"]:
        combo = QComboBox()
        for choice, name in _named_choices(item).items():
            combo.addItem(name, choice)
        show(combo, value)
        combo.currentIndexChanged.connect(lambda _index: changed(combo.currentData()))
        return combo
    if isinstance(default, (int, float)):
        spin = QSpinBox() if isinstance(default, int) else DecimalBox()
        spin.setRange(meta["low"], meta["high"])
        if isinstance(spin, DecimalBox):
            spin.setSingleStep(0.05)
        elif meta["high"] - meta["low"] > 1000:
            spin.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        show(spin, value)
        spin.valueChanged.connect(changed)
        return spin
    if meta["lines"] > 1:
        text = QPlainTextEdit()
        text.setTabChangesFocus(True)
        text.setFixedHeight(text.fontMetrics().lineSpacing() * meta["lines"] + 24)
        show(text, value)
        text.textChanged.connect(lambda: changed(text.toPlainText()))
        return text
    line = QLineEdit()
    show(line, value)
    line.textChanged.connect(changed)
    return line


def _named_choices(item: Field[Any]) -> dict[str, str]:
    """Values and the names shown for them."""
    if options := item.metadata["options"]:
        return dict(options())
    return {value: _(name) for value, name in item.metadata["choices"].items()}


def show(editor: QWidget, value: Any) -> None:
    """Put a value into the editor of its field."""
    match editor:
        case QCheckBox():
            editor.setChecked(value)
        case QComboBox():
            if editor.findData(value) < 0:  # such as a language that was written into the file
                editor.addItem(str(value), value)
            editor.setCurrentIndex(editor.findData(value))
        case QSpinBox() | QDoubleSpinBox():
            editor.setValue(value)
        case QPlainTextEdit():
            editor.setPlainText(value)
        case QLineEdit():
            editor.setText(value)


class DecimalBox(QDoubleSpinBox):
    """Takes a point and a comma as the decimal separator: Qt reads the one that the language does not use as a
    separator of thousands, and 0.7 becomes 0. For ranges without thousands."""

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return super().validate(self._with_separator(text), position)

    def valueFromText(self, text: str) -> float:
        return super().valueFromText(self._with_separator(text))

    def _with_separator(self, text: str) -> str:
        separator = self.locale().decimalPoint()
        return text.replace(".", separator).replace(",", separator)


class _NoWheel(QObject):
    """Scrolling the dialog with the wheel changes no value."""

    def eventFilter(self, watched: QObject, event: Any) -> bool:
        if isinstance(event, QWheelEvent) and isinstance(watched, (QAbstractSpinBox, QComboBox)):
            event.ignore()
            return True
        return super().eventFilter(watched, event)
