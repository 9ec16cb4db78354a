"""What is cut off in a window, and what is not in the language in use: looked up from its labels and buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QLabel,
    QListView,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

SLACK = 1
"""Pixels: text widths are rounded."""


def cut_off(window: QWidget) -> list[str]:
    """A sentence for each visible label and button whose text does not fit it, or that does not fit the window."""
    found = []
    for widget in _worded(window):
        needed, room = _needed(widget)
        if needed > room + SLACK:
            found.append(f"{_named(widget)} needs {needed} pixels and has {room}")
        elif _wraps(widget) and _short(widget):
            found.append(f"{_named(widget)} needs a height of {_short(widget)} and has {widget.height()}")
        elif clipped := _clipped(widget, window):
            found.append(f"{_named(widget)} is clipped: {clipped}")
    return found


def scrolled_sideways(window: QWidget) -> list[str]:
    """A sentence for each page and list that is wider than its view, and for a window that is wider than the screen."""
    found = [
        f"{type(area).__name__} scrolls sideways by {area.horizontalScrollBar().maximum()}"
        for area in (*window.findChildren(QScrollArea), *window.findChildren(QListView))
        if area.isVisibleTo(window)
        and area.horizontalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        and area.horizontalScrollBar().maximum() > SLACK
    ]
    screen = window.screen().availableGeometry().width()
    return [*found, *([f"{window.width()} pixels wide on a screen of {screen}"] if window.width() > screen else [])]


def untranslated(window: QWidget, mark: str, known: re.Pattern[str]) -> list[str]:
    """Texts, names and tips without `mark`, but for those that are no text of ours (`known`)."""
    found = []
    for widget in (window, *window.findChildren(QWidget)):
        text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.windowTitle()
        shown = [text, widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        if isinstance(widget, QComboBox):
            shown += [widget.itemText(index) for index in range(widget.count())]
        found += [
            f"{type(widget).__name__}: {one!r}"
            for one in shown
            if re.search(r"[^\W\d_]{2,}", one) and mark not in one and not known.fullmatch(one)
        ]
    return found


def _worded(window: QWidget) -> Iterator[QLabel | QAbstractButton]:
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel | QAbstractButton) and widget.isVisibleTo(window) and widget.text():
            yield widget


def _needed(widget: QLabel | QAbstractButton) -> tuple[int, int]:
    """Width of the text and the room for it. Of a wrapped text the longest word counts; paths break, too."""
    if isinstance(widget, QLabel):
        lines = re.split(r"\s|(?<=[-/])", widget.text()) if widget.wordWrap() else widget.text().splitlines()
        if widget.textFormat() == Qt.TextFormat.RichText:
            return 0, 0
        needed = max((widget.fontMetrics().horizontalAdvance(line) for line in lines), default=0)
        return needed, widget.contentsRect().width() - 2 * widget.margin()
    if isinstance(widget, QToolButton):
        spaces = 2 * widget.fontMetrics().horizontalAdvance(" ")  # which Qt adds, and nothing is drawn in
        return widget.sizeHint().width() - spaces, widget.width()
    if isinstance(widget, QCheckBox) and _wraps(widget):
        return widget.minimumSizeHint().width(), widget.width()
    if isinstance(widget, QPushButton | QCheckBox | QRadioButton):
        return widget.sizeHint().width(), widget.width()
    needed = max(widget.fontMetrics().horizontalAdvance(line) for line in widget.text().splitlines())
    return needed, widget.width()


def _wraps(widget: QLabel | QAbstractButton) -> bool:
    return widget.wordWrap() if isinstance(widget, QLabel) else widget.sizePolicy().hasHeightForWidth()


def _short(label: QLabel | QAbstractButton) -> int:
    """The height that a wrapped text needs, where it has less."""
    needed = label.heightForWidth(label.width())
    return needed if needed > label.height() + SLACK else 0


def _clipped(widget: QWidget, window: QWidget) -> str:
    """By which ancestor; a scroll area shows the rest, when it scrolls that way."""
    inner, parent = widget, widget.parentWidget()
    rect = QRect(QPoint(0, 0), widget.size())
    while parent is not None and inner is not window:
        rect = QRect(inner.mapToParent(rect.topLeft()), rect.size())
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and parent is area.viewport():
            if rect.left() < -SLACK or rect.right() > parent.width() + SLACK:
                return f"{rect.left()} to {rect.right()} in a viewport {parent.width()} wide"
            return ""
        if rect.left() < -SLACK or rect.right() > parent.width() + SLACK:
            return f"{rect.left()} to {rect.right()} in a {type(parent).__name__} {parent.width()} wide"
        if rect.top() < -SLACK or rect.bottom() > parent.height() + SLACK:
            return f"{rect.top()} to {rect.bottom()} in a {type(parent).__name__} {parent.height()} high"
        inner, parent = parent, parent.parentWidget()
    return ""


def _named(widget: QLabel | QAbstractButton) -> str:
    parent = widget.parentWidget()
    return f"{type(parent).__name__ if parent else ''} {type(widget).__name__} {widget.text()[:60]!r}"
