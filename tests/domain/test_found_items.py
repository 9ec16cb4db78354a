"""What is found in a text, and what is left alone."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.found_dates import DateContext
from fanlight.domain.found_items import MOST_ITEMS, FoundItem, found_items, placed_items


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
        ("The response:\n{“a”: 1}", "json", '{\n  "a": 1\n}'),  # with the quotation marks that were read
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


CONTEXT = DateContext(datetime.fromisoformat("2026-03-04T09:30"))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Total 1.234,50 €", "1234,50"), ("€ 12", "12"), ("$1,234.50", "1234.50"), ("USD 1,234", "1234"),
        ("CHF 1'200.05", "1200.05"), ("-5 EUR", "-5"), ("1 234,50 €", "1234,50"),
    ],
)  # fmt: skip
def test_an_amount_is_copied_as_a_number_and_its_decimal_mark_stays(text: str, target: str) -> None:
    ((_place, item),) = placed_items(text, CONTEXT)
    assert (item.kind, item.target) == ("amount", target)
    assert found_items(text, CONTEXT) == (), "a screen has too many of them"


@pytest.mark.parametrize("text", ["12 people", "EUROPE 2026", "v12€x", "$HOME", "12.5 kg"])
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert placed_items(text, CONTEXT) == []


def test_dates_that_are_over_are_not_offered_and_two_at_most() -> None:
    text = "1 March 2026, 5 March 2026, 6 March 2026, 7 March 2026"
    items = found_items(text, CONTEXT)
    assert [(item.kind, item.target) for item in items] == [
        ("date", "2026-03-05/2026-03-05"), ("date", "2026-03-06/2026-03-06"),
    ]  # fmt: skip
    assert len(placed_items(text, CONTEXT)) == 4
    assert found_items(text) == (), "without a clock there are no dates"


def test_what_looks_like_json_and_is_none_is_said_to_be_so() -> None:
    text = '{\n  "name": "Ann",\n  "age": 4l\n}'
    (item,) = found_items(text)
    assert (item.kind, item.target) == ("broken-json", text)


PYTHON = """Traceback (most recent call last):
  File "/home/u/app/main.py", line 12, in <module>
    run(read("a.json"))
    ~~~^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/json/deco
der.py", line 346, in decode
    obj, end = self.raw_decode(s)
json.decoder.JSONDecodeError: Expecting value: line 1"""
JAVA = """Exception in thread "main" java.lang.IllegalStateException: no
\tat java.base/java.util.Optional.get(Optional.java:143)
\tat org.example.shop.Cart.total(Cart.java:40)
Caused by: java.io.IOException: gone
\tat org.example.shop.Store.read(Store.java:12)"""
NODE = """TypeError: x is not a function
    at node:internal/main/run_main_module:28:49
    at total (/home/u/shop/cart.js:12:5)"""


TIDY_PYTHON = """json.decoder.JSONDecodeError: Expecting value: line 1

File "/home/u/app/main.py", line 12, in <module>
    run(read("a.json"))

File "/usr/lib/python3.11/json/decoder.py", line 346, in decode
    obj, end = self.raw_decode(s)"""
TIDY_JAVA = """Exception in thread "main" java.lang.IllegalStateException: no
Caused by: java.io.IOException: gone

at org.example.shop.Cart.total(Cart.java:40)
at org.example.shop.Store.read(Store.java:12)

at java.base/java.util.Optional.get(Optional.java:143)"""
TIDY_NODE = """TypeError: x is not a function

at total (/home/u/shop/cart.js:12:5)

at node:internal/main/run_main_module:28:49"""


@pytest.mark.parametrize(("text", "tidy"), [(PYTHON, TIDY_PYTHON), (JAVA, TIDY_JAVA), (NODE, TIDY_NODE)])
def test_a_stack_trace_is_joined_and_own_code_comes_first(text: str, tidy: str) -> None:
    (item,) = found_items(text)
    assert item.kind == "trace"
    assert item.target == tidy


def test_each_is_offered_once_in_the_order_of_the_text() -> None:
    text = "b@example.org https://example.org/b@example.org and b@example.org, +1 202 555 0100"
    assert [item.kind for item in found_items(text)] == ["mail", "link", "phone"]
    many = " ".join(f"https://example.org/{i}" for i in range(20))
    assert [item.text[-1] for item in found_items(many)] == [str(i) for i in range(MOST_ITEMS)]


@given(st.text(st.sampled_from("+0123456789@.#:/()-{}[] awhtps,\n\"'"), max_size=300))
def test_any_text_is_searched(text: str) -> None:
    for item in found_items(text, CONTEXT):
        assert isinstance(item, FoundItem)
        assert item.text in text
