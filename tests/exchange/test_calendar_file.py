"""An event as calendars read it."""

from __future__ import annotations

from datetime import UTC, datetime

from fanlight.domain.event_times import CalendarEvent, EventTime
from fanlight.exchange.calendar_file import calendar_file
from support.zones import in_zone

MADE = datetime(2026, 3, 4, 8, 30, tzinfo=UTC)


def _time(begin: str, end: str, *, is_all_day: bool = False) -> EventTime:
    return EventTime(datetime.fromisoformat(begin), datetime.fromisoformat(end), is_all_day)


def _unfolded(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_times_are_written_in_utc_by_the_time_of_the_year() -> None:
    with in_zone("Europe/Berlin"):
        winter = calendar_file(CalendarEvent(_time("2026-03-12T14:00", "2026-03-12T15:30"), "Team"), MADE)
        summer = calendar_file(CalendarEvent(_time("2026-07-12T14:00", "2026-07-12T15:30"), "Team"), MADE)
    assert "DTSTART:20260312T130000Z" in _unfolded(winter)
    assert "DTEND:20260312T143000Z" in _unfolded(winter)
    assert "DTSTART:20260712T120000Z" in _unfolded(summer)


def test_of_whole_days_the_end_is_the_first_day_after_it() -> None:
    event = CalendarEvent(_time("2026-03-12T00:00", "2026-03-14T00:00", is_all_day=True), "Fair")
    lines = _unfolded(calendar_file(event, MADE))
    assert "DTSTART;VALUE=DATE:20260312" in lines
    assert "DTEND;VALUE=DATE:20260315" in lines


def test_texts_are_escaped_and_nothing_breaks_out_of_its_line() -> None:
    title = "Lunch; Anna, Tom\\Ben\r\nEND:VEVENT\x00\x1b"
    lines = _unfolded(calendar_file(CalendarEvent(_time("2026-03-12T14:00", "2026-03-12T15:00"), title, "a\nb"), MADE))
    assert "SUMMARY:Lunch\\; Anna\\, Tom\\\\Ben\\nEND:VEVENT" in lines
    assert "LOCATION:a\\nb" in lines
    assert lines.count("END:VEVENT") == 1


def test_lines_are_folded_by_bytes_and_no_letter_is_divided() -> None:
    title = "Müßiggang 🗓️ 会議 " * 20
    data = calendar_file(CalendarEvent(_time("2026-03-12T14:00", "2026-03-12T15:00"), title), MADE)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert all(line.decode() for line in data.split(b"\r\n")[:-1])
    assert f"SUMMARY:{title.strip()}" in _unfolded(data)


def test_what_is_escaped_is_not_divided_at_the_end_of_a_line() -> None:
    time = _time("2026-03-12T14:00", "2026-03-12T15:00")
    for count in range(60, 75):
        data = calendar_file(CalendarEvent(time, "x" * count + "\n,;" * 30), MADE)
        assert not any(line.endswith(b"\\") for line in data.split(b"\r\n"))


def test_what_is_not_known_is_not_written() -> None:
    data = calendar_file(CalendarEvent(_time("2026-03-12T14:00", "2026-03-12T15:00"), "Team"), MADE)
    assert b"LOCATION" not in data
    assert b"DESCRIPTION" not in data
    assert data.endswith(b"END:VCALENDAR\r\n")
