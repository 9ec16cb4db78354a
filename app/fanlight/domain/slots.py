"""Slots of the model's context, one for each kind of conversation."""

from __future__ import annotations

from enum import StrEnum


class Slot(StrEnum):
    """The conversation a request continues. A request in one slot keeps the cached tokens of the others."""

    WINDOW = "window"
    PANEL = "panel"
    COMMAND = "command"
