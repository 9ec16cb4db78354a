"""Files of questions as people write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fanlight.batch.expanding import expanded
from fanlight.batch.items import BatchItem, RejectedItem, parse_item, parse_items
from fanlight.domain.errors import InputError
from support.pdf_files import pdf_file

ONE: dict[str, Any] = {"id": "a", "question": "Grüße?"}
TWO = {"id": "b", "question": "And?"}


def ids(data: bytes, name: str = "in.json") -> list[object]:
    return [item.id for item in parse_items(data, Path(name))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_list_in_any_unicode_encoding(encoding: str) -> None:
    (item,) = parse_items(json.dumps([ONE], ensure_ascii=False).encode(encoding), Path("in.json"))
    assert isinstance(item, BatchItem)
    assert item.questions == ("Grüße?",)


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\n", "\n\x1e"])
def test_json_lines_by_their_content_or_their_name(between: str) -> None:
    text = between.join(map(json.dumps, [ONE, TWO])).encode()
    assert ids(text) == ["a", "b"]
    assert ids(b"\xef\xbb\xbf" + text + b"\n", "in.jsonl") == ["a", "b"]


@pytest.mark.parametrize("between", ["", "\n", ",\n", "\r\n\r\n"])
@pytest.mark.parametrize("name", ["in.json", "in.jsonl"])
def test_objects_that_take_several_lines(name: str, between: str) -> None:
    text = between.join(json.dumps(one, indent=2) for one in [ONE, TWO]) + "\n"
    assert [item.id for item in parse_items(text.encode(), Path(name))] == ["a", "b"]


@pytest.mark.parametrize("data", [b"", b" \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_called_so(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^in\.json is empty"):
        parse_items(data, Path("in.json"))


def test_a_broken_line_costs_itself_alone() -> None:
    text = json.dumps(ONE) + '\n{"id": \n' + json.dumps(TWO) + "\n" + "[" * 100_000
    first, broken, second, deep = parse_items(text.encode(), Path("in.json"))
    assert (first.id, second.id) == ("a", "b")
    assert isinstance(broken, RejectedItem)
    assert broken.reason.startswith("Line 2")
    assert isinstance(deep, RejectedItem)


def test_a_line_may_hold_unicode_line_separators() -> None:
    (item,) = parse_items('{"id": 1, "question": "a\u2028b\u0085c"}\n'.encode(), Path("in.jsonl"))
    assert isinstance(item, BatchItem)


def test_one_object_is_a_list_of_one() -> None:
    assert ids(json.dumps(ONE, indent=2).encode()) == ["a"]


def test_half_of_a_character_pair_costs_nothing_else() -> None:
    assert ids(b'[{"id": "a", "question": "\xed\xa0\xbd"}, {"id": "b", "question": "\\ud83d"}]') == ["a", "b"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"question": "?"}, 'no "id"'), ({"id": 1.5, "question": "?"}, "not 1.5"), ({"id": None}, "not null"),
        ({"id": ["x" * 90]}, "…"), (7, "an object, not 7"), ("text", 'an object, not "text"'),
        ({"id": 1, "question": "?", "images": "a.png"}, 'not "a.png"'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_shown_as_it_was_written(entry: object, said: str) -> None:
    (item,) = parse_items(json.dumps([entry]).encode(), Path("in.json"))
    assert isinstance(item, RejectedItem)
    assert said in item.reason
    assert len(item.reason) < 120


@pytest.mark.parametrize("data", [b"[1", b"{}", b"\xff\xff", b"[1,]", b"", b"[" * 100_000, b'{"a": 1'])
def test_a_file_that_is_neither_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        parse_items(data, Path("in.json"))


@pytest.mark.parametrize("depth", [60, 400, 900])
def test_an_id_that_is_nested_deeply_can_be_reported(depth: int) -> None:
    deep = "[" * depth + "]" * depth
    text = f'[{{"id": {deep}, "question": "?"}}, {{"id": 1, "question": {deep}}}, {deep}]'
    for item in parse_items(text.encode(), Path("in.json")):
        assert isinstance(item, RejectedItem)
        json.dumps([{"id": item.id, "error": item.reason}], indent=2)


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "9" * 5000])
def test_numbers_that_json_cannot_hold_cost_nothing_else(number: str) -> None:
    for item in parse_items(f'[{{"id": {number}, "question": "?"}}, {{"id": 2, "question": "?"}}]'.encode(), Path("a")):
        json.loads(json.dumps(item.id), parse_constant=pytest.fail)


def test_an_item_for_each_page_and_each_file(tmp_path: Path) -> None:
    pdf_file(tmp_path / "scan.pdf", ["one", "two"])
    (tmp_path / "note.txt").write_text("three", "utf-8")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    entries = [
        {"id": "a", "images": ["scan.pdf"], "question": "?", "each": "page"},
        {"id": "b", "images": ["scan.pdf", "note.txt"], "question": "?", "each": "file"},
        {"id": 3, "images": ["scan.pdf#2", "note.txt"], "question": "?", "each": "page"},
        {"id": "d", "images": ["missing.pdf"], "question": "?", "each": "page"},
        {"id": "e", "images": ["bad.pdf"], "question": "?", "each": "page"},
        {"id": "f", "images": ["scan.pdf"], "question": "?", "each": "word"},
        {"id": "g", "images": ["scan.pdf", "note.txt"], "question": "?"},
    ]
    items = list(expanded([parse_item(entry, tmp_path) for entry in entries]))
    assert [item.id for item in items] == ["a#1", "a#2", "b/1", "b/2", "3/1#2", "3/2#1", "d", "e", "f", "g"]
    assert [item.images[0].rpartition("/")[2] for item in items if isinstance(item, BatchItem)][:6] == [
        "scan.pdf#1", "scan.pdf#2", "scan.pdf", "note.txt", "scan.pdf#2", "note.txt#1",
    ]  # fmt: skip
    reasons = [item.reason for item in items if isinstance(item, RejectedItem)]
    assert "was not found" in reasons[0]
    assert "bad.pdf" in reasons[1]
    assert reasons[2] == '"each" must be "page" or "file", not "word".'
