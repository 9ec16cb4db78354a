"""Dates in a text, as people write them in four languages, and what is none."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.found_dates import DateContext, dates_in
from support.zones import in_zone

CONTEXT = DateContext(datetime.fromisoformat("2026-03-04T09:30"))  # a Wednesday


def _found(text: str, context: DateContext = CONTEXT) -> list[tuple[str, str]]:
    """The texts, and the times as ISO 8601 has them."""

    def iso(moment: datetime, is_all_day: bool) -> str:
        return f"{moment:%Y-%m-%d}" if is_all_day else f"{moment:%Y-%m-%dT%H:%M}"

    return [
        (text[one.begin : one.end], "/".join(iso(at, one.time.is_all_day) for at in (one.time.begin, one.time.end)))
        for one in dates_in(text, context)
    ]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Meeting on 12 March 2026, 14:00–15:30", "2026-03-12T14:00/2026-03-12T15:30"),
        ("Thursday, March 12, 2026 from 2 to 3:30 pm", "2026-03-12T14:00/2026-03-12T15:30"),
        ("2–3 pm on March 12", "2026-03-12T14:00/2026-03-12T15:00"),
        ("Dec 31, 11pm-1am", "2026-12-31T23:00/2027-01-01T01:00"),
        ("2026-03-12 14:00", "2026-03-12T14:00/2026-03-12T15:00"),
        ("March 12–14, 2026", "2026-03-12/2026-03-14"),
        ("tomorrow at 3 pm", "2026-03-05T15:00/2026-03-05T16:00"),
        ("Friday at 3pm", "2026-03-06T15:00/2026-03-06T16:00"),
        ("Freitag, 13. März 2026, 10.30 Uhr", "2026-03-13T10:30/2026-03-13T11:30"),
        ("Fr. 13.03. 10:30", "2026-03-13T10:30/2026-03-13T11:30"),
        ("12.–14. März 2026", "2026-03-12/2026-03-14"),
        ("12. Februar – 3. März 2026", "2026-02-12/2026-03-03"),
        ("28. Dezember – 3. Januar 2027", "2026-12-28/2027-01-03"),
        ("12.03.2026 14:00 – 13.03.2026 10:00", "2026-03-12T14:00/2026-03-13T10:00"),
        ("Datum: 12. März 2026\nUhrzeit: 14:00 Uhr", "2026-03-12T14:00/2026-03-12T15:00"),
        ("12.Marz2026", "2026-03-12/2026-03-12"),  # as it is read where spaces are narrow
        ("le vendredi 13 mars 2026 de 14h à 16h30", "2026-03-13T14:00/2026-03-13T16:30"),
        ("1er avril 2026 à 9 h", "2026-04-01T09:00/2026-04-01T10:00"),
        ("15h30, demain", "2026-03-05T15:30/2026-03-05T16:30"),
        ("el 12 de marzo de 2026 a las 15:00", "2026-03-12T15:00/2026-03-12T16:00"),
        ("del 12 al 14 de marzo de 2026", "2026-03-12/2026-03-14"),
        ("jueves 12 de marzo, de 10 a 12 h", "2026-03-12T10:00/2026-03-12T12:00"),
        ("3 January at 9:00", "2027-01-03T09:00/2027-01-03T10:00"),  # without a year: the one that comes
    ],
)
def test_a_date_is_found_with_its_times(text: str, time: str) -> None:
    ((shown, found),) = _found(text)
    assert found == time
    assert shown in text


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2.26", "1.2.26", "10.0.0.1 3.11.2", "Total 12.03 EUR", "31.02.2026", "2 h 30 min",
        "may 12 people come", "Guten Morgen, 15 Leute", "morgen", "tomorrow", "next Friday at 3pm",
        "vendredi dernier à 15h",
        "2026-03-12 14:00:05 INFO started", "0171 12.03.2026/7", "1/2", "3.5/5", "12:30", "99.99.2026", "",
    ],
)  # fmt: skip
def test_what_is_no_date_or_could_be_several_is_left_alone(text: str) -> None:
    assert _found(text) == []


def test_of_two_readings_the_text_itself_decides_then_the_language() -> None:
    assert _found("03/04/2026")[0][1] == "2026-04-03/2026-04-03"
    american = DateContext(CONTEXT.now, month_first=True)
    assert _found("03/04/2026", american)[0][1] == "2026-03-04/2026-03-04"
    assert [time for _text, time in _found("03/04/2026 and 25/04/2026", american)] == [
        "2026-04-03/2026-04-03", "2026-04-25/2026-04-25",
    ]  # fmt: skip


def test_a_time_with_its_zone_is_told_in_this_computers() -> None:
    texts = "12 March 2026, 14:00 UTC", "2026-07-01T08:30:00Z", "July 1, 2026 9:00 am EDT", "July 1, 2026 9:00 am CST"
    with in_zone("Europe/Berlin"):
        begins = [_found(text)[0][1].partition("/")[0] for text in texts]
    # the last one stands for several
    assert begins == ["2026-03-12T15:00", "2026-07-01T10:30", "2026-07-01T15:00", "2026-07-01T09:00"]


def test_several_dates_keep_their_own_times() -> None:
    text = "Mon 9 March 10:00 kick-off\nTue 10 March 11:00-12:00 review\nWed 11 March demo"
    assert [time for _text, time in _found(text)] == [
        "2026-03-09T10:00/2026-03-09T11:00", "2026-03-10T11:00/2026-03-10T12:00", "2026-03-11/2026-03-11",
    ]  # fmt: skip


@given(st.text(st.sampled_from("0123456789./-–:, hpmaUMärzcbisvontofel\n"), max_size=200))
def test_any_text_is_searched_for_dates(text: str) -> None:
    for place in dates_in(text, CONTEXT):
        assert 0 <= place.begin < place.end <= len(text)
        assert place.time.begin <= place.time.end
