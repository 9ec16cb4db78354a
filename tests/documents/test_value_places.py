"""Where on a page a value stands; what stands nowhere is told from it."""

from __future__ import annotations

from typing import Any

import pytest

from fanlight.documents.passages import PageLine
from fanlight.documents.value_places import PageWords, joined_boxes, places_of, words_of_lines, words_of_reading
from fanlight.domain.reading import TextLine
from fanlight.domain.schema_fields import FieldKind, FormField

LINES = (
    "Müller & Söhne GmbH      Invoice No. RE-2026/0815",
    "Hauptstraße 12",
    "10115 Berlin",
    "Date: 5. März 2026   due 04/04/2026",
    "Pump 2000   2   1.234,50 €   2.469,00 €",
    "VAT 19 %   469,11 €",
    "Total 2 938,11 €",
)


def page(*lines: str, misread: bool = False) -> PageWords:
    runs = [PageLine(text, 0.1, place / 50, 0.9, place / 50 + 0.01) for place, text in enumerate(lines or LINES)]
    return PageWords(words_of_lines(runs), may_be_misread=misread)


def found(value: Any, kind: FieldKind, words: PageWords | None = None) -> list[str] | None:
    places = (words or page()).find(value, FormField(("x",), "X", kind))
    return None if places is None else [" ".join(word.text for word in place) for place in places]


@pytest.mark.parametrize(
    ("value", "kind", "places"),
    [
        ("RE-2026/0815", "text", ["RE-2026/0815"]),
        ("RE 2026 0815", "text", ["RE-2026/0815"]),
        ("muller & sohne gmbh", "text", ["Müller & Söhne GmbH"]),
        ("Hauptstraße 12, 10115 Berlin", "text", ["Hauptstraße 12 10115 Berlin"]),
        (1234.5, "number", ["1.234,50"]),
        (2469, "number", ["2.469,00"]),
        (2938.11, "number", ["2 938,11"]),
        (-469.11, "number", ["469,11"]),
        (0.19, "number", ["19"]),
        (2, "integer", ["2", "2"]),
        ("2026-03-05", "date", ["5. März 2026"]),
        ("2026-04-04", "date", ["04/04/2026"]),
        ("EUR", "text", ["€", "€", "€", "€"]),
    ],
)
def test_what_stands_on_the_page_is_found(value: Any, kind: FieldKind, places: list[str]) -> None:
    assert found(value, kind) == places


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("RE-2026/0816", "text"),
        ("0115 Berlin", "text"),  # in the middle of a number
        ("Müll", "text"),
        (1234.51, "number"),
        (200, "integer"),
        (38.11, "number"),
        ("2026-03-06", "date"),
        ("2026-04-05", "date"),
        ("2026-05-03", "date"),  # March is no May
        ("USD", "text"),
        ("Acme Inc.", "text"),
    ],
)
def test_what_was_made_up_stands_nowhere(value: Any, kind: FieldKind) -> None:
    assert found(value, kind) == []


@pytest.mark.parametrize(("value", "kind"), [(None, "text"), ("", "text"), (True, "yes_no"), ("card", "choice")])
def test_of_what_is_empty_or_a_choice_nothing_is_said(value: Any, kind: FieldKind) -> None:
    assert found(value, kind) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2026年3月5日", "2026-03-05"),
        ("March 5th, 2026", "2026-03-05"),
        ("5 mars 2026", "2026-03-05"),
        ("05.03.26", "2026-03-05"),
        ("2026-03-05T10:00", "2026-03-05"),
    ],
)
def test_dates_are_written_in_many_ways(written: str, value: str) -> None:
    if "T" in written:  # a time behind it makes it other numbers: nothing is said to be the date that is not
        assert found(value, "date", page(written)) == []
    else:
        assert found(value, "date", page(written)) == [written]


def test_letters_that_were_misread_are_forgiven_and_digits_are_not() -> None:
    read = page("MülIer & Söhne GmbH", "RE-2026/0815", misread=True)
    assert found("Müller & Söhne GmbH", "text", read) == ["MülIer & Söhne GmbH"]
    assert found("RE-2026/0816", "text", read) == []
    assert found("Müller & Söhne GmbH", "text", page("MülIer & Söhne GmbH")) == []


def test_a_words_box_is_a_part_of_its_run() -> None:
    (word,) = page("ab cd").find("cd", FormField(("x",), "X", "text"))[0]  # type: ignore[index]
    assert word.left == pytest.approx(0.1 + 0.8 * 3 / 5, abs=0.1)
    assert word.right == pytest.approx(0.9)
    line = TextLine("ab cd", 10, 20, 50, 10, places=((10, 18), (18, 20), (20, 50), (50, 55), (55, 60)))
    words = words_of_reading([line], 100, 200)
    assert [(word.text, word.left, word.right, word.top) for word in words] == [
        ("ab", 0.1, 0.2, 0.1),
        ("cd", 0.5, 0.6, 0.1),
    ]


def test_each_cell_of_a_table_is_looked_for() -> None:
    columns = (FormField(("text",), "Text", "text"), FormField(("price",), "Price", "number"))
    fields = (FormField(("items",), "Items", "table", columns=columns), FormField(("tags",), "Tags", "list"))
    values = {"items": [{"text": "Pump 2000", "price": 1234.5}, {"text": "Hose"}], "tags": ["Berlin"]}
    places = places_of(fields, values, page())
    assert {path: places[path] is None or len(places[path] or ()) for path in places} == {
        ("items", 0, "text"): 1,
        ("items", 0, "price"): 1,
        ("items", 1, "text"): 0,
        ("items", 1, "price"): True,
        ("tags", 0): 1,
    }


def test_a_value_over_two_lines_has_a_box_on_each() -> None:
    (place,) = page().find("Hauptstraße 12, 10115 Berlin", FormField(("x",), "X", "text")) or ()
    assert [box.text for box in joined_boxes(place)] == ["Hauptstraße 12", "10115 Berlin"]
