"""A section of the settings: its heading, a line per field, and a feature's own widgets below them. A search hides what
does not have its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import Field
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from fanlight.i18n import _
from fanlight.ui.controls import label
from fanlight.ui.plain_text import plain_caption
from fanlight.ui.settings.editors import describe, editor_for, leave_wheel_to_page
from fanlight.ui.settings.number_editors import NumberOrWords
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.form import EDITOR_WIDTH, FieldLabel

BESIDE_WIDTH = 430
"""A line that is narrower has its editor below its label. At a text size of 100 percent."""
LABEL_TOP = 7
"""To the first line of the text in an editor. At a text size of 100 percent."""


class SettingLine(QWidget):
    """One field: its label, its editor, and a hint. `found_by`: what a search finds it by, also in English."""

    def __init__(self, item: Field[Any], value: Any, changed: Callable[[Any], None]) -> None:
        super().__init__()
        name, hint = _(item.metadata["label"]), _(item.metadata["help"])
        if item.metadata["applies_after_reload"]:
            hint = f"{hint} " + _("Takes effect when the model is loaded again.")
        self.editor = editor_for(item, value, changed)
        describe(self.editor, name, hint)
        self.found_by = "\n".join([name, hint, item.metadata["label"], item.metadata["help"]])
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(in_text_size(4))
        self._side_by_side = not isinstance(self.editor, QCheckBox)
        right = QVBoxLayout()
        right.setSpacing(4)
        small = isinstance(self.editor, (QComboBox, QAbstractSpinBox, NumberOrWords))
        right.addWidget(self.editor, 0, Qt.AlignmentFlag.AlignLeft if small else Qt.AlignmentFlag(0))
        if isinstance(self.editor, QCheckBox):
            self.editor.setText(plain_caption(name))
        else:
            self._name = FieldLabel(name)
            self._name.setContentsMargins(0, in_text_size(LABEL_TOP), 0, 0)
            self._row.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
            self._row.addSpacing(12)
            self.editor.setMinimumWidth(in_text_size(EDITOR_WIDTH))
        if hint:
            right.addWidget(label(hint, "under" if isinstance(self.editor, QCheckBox) else "muted", wrap=True))
        self._row.addLayout(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._side_by_side:
            beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
            self._row.setDirection(beside if self.width() >= in_text_size(BESIDE_WIDTH) else below)


class SettingsSection(QWidget):
    """`name` is its name in the sources; what is shown is translated."""

    def __init__(self, name: str, lines: Sequence[SettingLine], feature: QWidget | None) -> None:
        super().__init__()
        self.name, self.title = name, _(name)
        self.lines, self.feature = lines, feature
        self.heading = label(self.title, "heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for widget in (self.heading, *lines, *([feature] if feature is not None else [])):
            column.addWidget(widget)
        leave_wheel_to_page(self)

    def show_found(self, words: Sequence[str]) -> int:
        """Show what has all these words, in lower case; how much that is."""
        count = 0
        for widget, text in self._searched():
            found = all(word in f"{self.title}\n{text}".casefold() for word in words)
            widget.setVisible(found)
            count += found
        return count

    def first_editor(self) -> QWidget | None:
        """Of those that are shown, the first that takes the keyboard."""
        shown = [line.editor for line in self.lines if not line.isHidden()]
        if self.feature is not None and not self.feature.isHidden():
            shown += [one for one in self.feature.findChildren(QWidget) if one.focusPolicy() and one.isVisible()]
        return next(iter(shown), None)

    def _searched(self) -> list[tuple[QWidget, str]]:
        searched: list[tuple[QWidget, str]] = [
            (line, f"{line.found_by}\n{texts_in(line.editor)}") for line in self.lines
        ]
        if self.feature is not None:
            searched.append((self.feature, texts_in(self.feature)))
        return searched


def texts_in(root: QWidget) -> str:
    """What can be read in it, lists that are not open included; not what the user wrote."""
    texts: list[str] = []
    for widget in (root, *root.findChildren(QWidget)):
        match widget:
            case QComboBox():
                texts += [widget.itemText(index) for index in range(widget.count())]
            case QLineEdit() | QPlainTextEdit():
                texts.append(widget.placeholderText())
            case QLabel() | QAbstractButton():
                texts.append(widget.text())
        texts.append(widget.accessibleName())
    return "\n".join(texts)
