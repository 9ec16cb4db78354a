"""Documents of exported conversations."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.domain.messages import Message
from fanlight.exchange.reading import new_ones, read_export
from fanlight.exchange.writers import Format
from fanlight.store.database import Database
from support.documents import asked, document
from support.exporting import export

MANUAL = document("Unpack the pump.", "The valve opens slowly.", "Größe: 4", name="a [b].pdf")


def fill(home: Path) -> None:
    with closing(Database(home)) as database:
        conversation = database.create("Pumps")
        database.add_message(conversation, asked(MANUAL, 1, 2))
        database.add_message(conversation, Message.of("assistant", "It opens [p. 2]."))
        database.add_message(conversation, asked(MANUAL, 3, text="And its size?", again=True))


def bring_in(home: Path, file: Path) -> int:
    with closing(Database(home)) as database:
        wanted = new_ones(read_export(file).conversations, database.importing.known())
        for one in wanted:
            database.importing.add(one)
    return len(wanted)


def test_they_come_back_as_they_were(tmp_path: Path) -> None:
    fill(tmp_path / "one")
    first = export(tmp_path / "one", tmp_path / "first.json", "json")
    assert bring_in(tmp_path / "two", first) == 1
    assert export(tmp_path / "two", tmp_path / "second.json", "json").read_bytes() == first.read_bytes()
    with closing(Database(tmp_path / "two")) as database:
        messages = database.messages(database.conversations()[0].id)
        assert messages[0].documents[0].texts == MANUAL.texts
        assert messages[2].documents[0].pages == (3,)
        assert database.picture(MANUAL.id) == MANUAL.data


@pytest.mark.parametrize("kind", ["html", "md"])
def test_others_are_told_which_pages_were_given(tmp_path: Path, kind: Format) -> None:
    fill(tmp_path / "one")
    place = export(tmp_path / "one", tmp_path / "out", kind)
    text = place.read_text("utf-8") if place.is_file() else next(place.glob("*.md")).read_text("utf-8")
    assert "pages 1–2" in text
    assert "page 3" in text


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "../x"},
        {"pages": 3},
        {"pages": ["x"]},
        {"pages": [-1]},
        {"texts": "x"},
        {"texts": [4]},
        {"data": "?"},
    ],
)
def test_what_is_no_document_is_counted_and_costs_nothing_else(tmp_path: Path, change: dict[str, object]) -> None:
    fill(tmp_path / "one")
    file = export(tmp_path / "one", tmp_path / "first.json", "json")
    plain = json.loads(file.read_text("utf-8"))
    plain["conversations"][0]["messages"][0]["parts"][0] |= change
    file.write_text(json.dumps(plain), "utf-8")
    assert read_export(file).broken == 1
