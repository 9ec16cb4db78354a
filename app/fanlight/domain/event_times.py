"""When something takes place, and what it is: an entry of a calendar before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

USUAL_LENGTH = timedelta(hours=1)
"""Of an event whose end is not told."""


@dataclass(frozen=True, slots=True)
class EventTime:
    """In this computer's time zone, without one written. Of whole days `begin` and `end` are the first and the last one
    at midnight."""

    begin: datetime
    end: datetime
    is_all_day: bool = False

    def __post_init__(self) -> None:
        if self.end < self.begin:
            raise ValueError(f"an event from {self.begin} to {self.end}")


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """`notes` is the text that it was found in."""

    time: EventTime
    title: str
    place: str = ""
    notes: str = ""
