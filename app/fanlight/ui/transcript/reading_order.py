"""Widgets side by side in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget

READING_ORDER = (
    "pictures", "thoughts", "thinking", "body", "regions", "region_switch", "status", "progress", "notice", "error",
    "answer_now", "versions", "copy", "speak", "again", "continue", "show_other", "stop_other", "edit", "footer",
)  # fmt: skip
"""Of the parts of a message."""


def put_in_reading_order(siblings: Sequence[QWidget]) -> None:
    """A screen reader goes through the children of a widget as they are stacked, which is as they were made:
    `siblings`, which do not overlap, are stacked in their order. What stands right already is left alone."""
    parent, wanted = siblings[0].parentWidget() if siblings else None, set(siblings)
    if parent is None:
        return
    stacked = [child for child in parent.children() if child in wanted]
    if stacked == list(siblings):
        return
    for sibling in siblings:
        sibling.raise_()
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleEvent(parent, QAccessible.Event.ObjectReorder))
