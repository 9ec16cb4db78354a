"""What is found in a text, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.found_items import MOST_ITEMS, FoundItem, found_items


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("See https://example.org/a_(b)?c=d#e.", "link", "https://example.org/a_(b)?c=d#e"),
        ("(https://example.org/a)", "link", "https://example.org/a"),
        ("“http://localhost:8080/x”", "link", "http://localhost:8080/x"),
        ("on www.example.org, and", "link", "https://www.example.org"),
        ("Write to ann.b+c@mail.example.co.uk!", "mail", "mailto:ann.b+c@mail.example.co.uk"),
        ("Call +49 (30) 123-45 67 now", "phone", "+49301234567"),
        ("Tel. 030 / 1234567", "phone", "0301234567"),
        ("Tel. (030) 123 45 67", "phone", "0301234567"),
        ("color: #1A2b3C;", "colour", "#1A2b3C"),
        ("color: #fa0;", "colour", "#fa0"),
        ("rgb(12, 34, 56)", "colour", "rgb(12, 34, 56)"),
        ('{"a":[1,2]}', "json", '{\n  "a": [\n    1,\n    2\n  ]\n}'),
    ],
)
def test_what_something_can_be_done_with_is_found(text: str, kind: str, target: str) -> None:
    (item,) = found_items(text)
    assert (item.kind, item.target) == (kind, target)
    assert item.text in text


@pytest.mark.parametrize(
    "text",
    [
        "", "version 0.12.3456789", "on 01.02.2024 10:30", "2024-01-02", "issue #123", "1,234,567.89", "12:30:45",
        "a@b", "@name", "www.", "https://", "{not json}", "[x]", "0 1 2 3", "192.168.100.200", "&#123456;",
        "file.txt", "#include", "0x1234567890",
    ],
)  # fmt: skip
def test_what_is_something_else_is_left_alone(text: str) -> None:
    assert found_items(text) == ()


def test_each_is_offered_once_in_the_order_of_the_text() -> None:
    text = "b@example.org https://example.org/b@example.org and b@example.org, +1 202 555 0100"
    assert [item.kind for item in found_items(text)] == ["mail", "link", "phone"]
    many = " ".join(f"https://example.org/{i}" for i in range(20))
    assert [item.text[-1] for item in found_items(many)] == [str(i) for i in range(MOST_ITEMS)]


@given(st.text(st.sampled_from("+0123456789@.#:/()-{}[] awhtps,\n\"'"), max_size=300))
def test_any_text_is_searched(text: str) -> None:
    for item in found_items(text):
        assert isinstance(item, FoundItem)
        assert item.text in text
