"""The places in the model's cache, one for each kind of conversation."""

from __future__ import annotations

from enum import StrEnum


class Slot(StrEnum):
    """Whose conversation a request continues. Slots do not disturb each other's cached tokens."""

    WINDOW = "window"
    PANEL = "panel"
    COMMAND = "command"
