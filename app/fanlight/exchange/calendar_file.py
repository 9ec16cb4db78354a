"""An event as a file that calendars read (iCalendar, RFC 5545).

Times are written in UTC, so that no description of a time zone is needed: every calendar shows them in its own.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

from fanlight.domain.event_times import CalendarEvent

_LINE = 75
"""Bytes, without the line's end."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar_file(event: CalendarEvent, made: datetime) -> bytes:
    """`made` has a time zone."""
    time = event.time
    if time.is_all_day:  # the end is the first day after it
        times = [f"DTSTART;VALUE=DATE:{time.begin:%Y%m%d}", f"DTEND;VALUE=DATE:{time.end + timedelta(days=1):%Y%m%d}"]
    else:
        times = [f"DTSTART:{_utc(time.begin)}", f"DTEND:{_utc(time.end)}"]
    known = hashlib.sha256(repr((event, made)).encode()).hexdigest()[:32]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Fanlight//Fanlight//EN",
        "BEGIN:VEVENT",
        f"UID:{known}@fanlight",
        f"DTSTAMP:{_utc(made)}",
        *times,
        f"SUMMARY:{_text(event.title)}",
        *([f"LOCATION:{_text(event.place)}"] if event.place.strip() else []),
        *([f"DESCRIPTION:{_text(event.notes)}"] if event.notes.strip() else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(_folded(line) for line in lines).encode()


def _utc(moment: datetime) -> str:
    """Of one without a time zone, that of this computer then."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """A value of the type TEXT."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return re.sub(r"([\\;,])", r"\\\1", plain).replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most so many bytes, each but the first after a space; no letter is divided, and no escaped one, which
    Outlook shows as it is written then."""
    pieces, room = [""], _LINE
    for letter in re.findall(r"\\.|.", line, re.DOTALL):
        size = len(letter.encode())
        if size > room:
            pieces.append("")
            room = _LINE - 1
        pieces[-1] += letter
        room -= size
    return "\r\n ".join(pieces) + "\r\n"
