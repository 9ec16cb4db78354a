"""Editors of numbers: with their unit, and with words for the numbers that stand for something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QSpinBox, QWidget

from fanlight.i18n import _

DECIMAL_STEP = 0.05
SMALLEST_DECIMAL = 0.01


def number_box(item: Field[Any], low: float, high: float) -> QSpinBox | DecimalBox:
    """For a field whose default is a number, within its range or a part of it."""
    box: QSpinBox | DecimalBox
    if isinstance(item.default, int):
        box = QSpinBox()
        box.setRange(int(low), int(high))
        box.setGroupSeparatorShown(True)
        if high - low > 1000:
            box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
    else:
        box = DecimalBox()
        box.setRange(low, high)
        box.setSingleStep(DECIMAL_STEP)
    if (unit := item.metadata["unit"]) is not None:
        box.valueChanged.connect(lambda value: _show_unit(box, unit, value))
        _show_unit(box, unit, box.value())
    return box


def _show_unit(box: QSpinBox | DecimalBox, unit: Callable[[float], str], value: float) -> None:
    before, _number, after = unit(value).partition("{number}")
    if (box.prefix(), box.suffix()) != (before, after):  # it may be typed in
        box.setPrefix(before)
        box.setSuffix(after)


class NumberOrWords(QWidget):
    """A number, or one of the words for those that stand for something else. Only a number has a box to type in."""

    value_changed = Signal(object)

    def __init__(self, item: Field[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        special, self._usual = item.metadata["special"], item.metadata["usual"]
        self.words = QComboBox()
        for value, words in special.items():
            self.words.addItem(_(words), value)
        self.words.addItem(_("Set to"))
        self.number = number_box(item, *_range_without(special, item))
        self.number.setValue(self._usual)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words)
        row.addWidget(self.number)
        self.setFocusProxy(self.words)
        self._emits = True
        self.setValue(self._usual)
        self.words.currentIndexChanged.connect(self._on_changed)
        self.number.valueChanged.connect(self._on_changed)

    @property
    def parts(self) -> tuple[QWidget, QWidget]:
        return self.words, self.number

    def value(self) -> float:
        return self.number.value() if self._is_number else self.words.currentData()

    def setValue(self, value: float) -> None:
        """Named as in a QSpinBox."""
        index = self.words.findData(value)
        self._emits = False
        if index < 0:
            self.number.setValue(value)  # type: ignore[arg-type]  # an int for a QSpinBox
        self.words.setCurrentIndex(index if index >= 0 else self.words.count() - 1)
        self._emits = True
        self._on_changed()

    @property
    def _is_number(self) -> bool:
        return self.words.currentIndex() == self.words.count() - 1

    def _on_changed(self) -> None:
        self.number.setVisible(self._is_number)
        if self._emits:
            self.value_changed.emit(self.value())


def _range_without(special: dict[float, str], item: Field[Any]) -> tuple[float, float]:
    """The field's range without the numbers at its ends that have words."""
    step = 1 if isinstance(item.default, int) else SMALLEST_DECIMAL
    low, high = item.metadata["low"], item.metadata["high"]
    while low in special:
        low += step
    while high in special:
        high -= step
    return low, high


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
