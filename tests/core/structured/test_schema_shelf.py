"""Schemas that come with Fanlight, and the user's own: kept, laid over the others, refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanlight.core.structured.schema_shelf import SHIPPED, SchemaShelf, check_schema, problem_of
from fanlight.domain.errors import SchemaError, StoreError

OWN = {"title": "Meter reading", "type": "object", "properties": {"kwh": {"type": "number"}}, "required": ["kwh"]}


def test_the_shipped_ones_can_all_be_enforced(home: Path) -> None:
    found = SchemaShelf(home).load()
    assert [schema.name for schema in found.schemas] == list(SHIPPED)
    assert [schema.title for schema in found.schemas] == ["Invoice", "Receipt", "Business card", "Form", "Table"]
    for schema in found.schemas:
        check_schema(schema.text)


def test_own_ones_are_kept_and_come_behind_them(home: Path) -> None:
    shelf = SchemaShelf(home)
    saved = shelf.save(json.dumps(OWN))
    assert saved.name == "Meter-reading"
    assert (home / "schemas" / "Meter-reading.json").exists()
    last = shelf.load().schemas[-1]
    assert (last.title, last.is_own, last.fields[0].label) == ("Meter reading", True, "Kwh")
    shelf.remove(saved.name)
    shelf.remove(saved.name)
    assert len(shelf.load().schemas) == len(SHIPPED)


def test_an_own_one_takes_the_place_of_a_shipped_one_until_it_is_deleted(home: Path) -> None:
    shelf = SchemaShelf(home)
    shelf.save(json.dumps(OWN), "invoice")
    assert next(schema.title for schema in shelf.load().schemas) == "Meter reading"
    shelf.remove("invoice")
    assert next(schema.title for schema in shelf.load().schemas) == "Invoice"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not valid JSON"),
        ("[1]", "not a JSON object"),
        ('{"colour": "red"}', "No keyword of JSON Schema"),
        ('{"type": "colour"}', "The schema is not valid"),
        ('{"type": "string", "minLength": 5, "maxLength": 2}', "schema"),
        ('{"type": "string", "pattern": "("}', "schema"),
    ],
)
def test_what_binds_no_answer_is_refused_with_a_sentence(home: Path, text: str, sentence: str) -> None:
    shelf = SchemaShelf(home)
    with pytest.raises(SchemaError) as refused:
        shelf.save(text, "mine")
    assert sentence in refused.value.message
    assert not (home / "schemas" / "mine.json").exists()


def test_a_broken_file_costs_itself_alone(home: Path, tmp_path: Path) -> None:
    folder = home / "schemas"
    folder.mkdir(parents=True)
    (folder / "bad.json").write_text("{", "utf-8")
    (folder / "good.json").write_text(json.dumps(OWN), "utf-8")
    (folder / "huge.json").write_text(" " * 1_000_001, "utf-8")
    (folder / "folder.json").mkdir()
    found = SchemaShelf(home).load()
    assert [schema.name for schema in found.schemas] == [*SHIPPED, "good"]
    assert [error.message.split("”")[0] for error in found.problems] == ["“bad.json", "“folder.json", "“huge.json"]
    with pytest.raises(SchemaError, match="cannot be read"):
        SchemaShelf(home).read(tmp_path / "missing.json")


def test_a_folder_that_cannot_be_written_to_is_said(home: Path) -> None:
    home.mkdir(parents=True)
    (home / "schemas").write_text("", "utf-8")
    with pytest.raises(StoreError, match="could not be saved"):
        SchemaShelf(home).save(json.dumps(OWN))


def test_a_name_cannot_leave_the_folder(home: Path) -> None:
    assert SchemaShelf(home).save(json.dumps(OWN), "../../etc/passwd").name == "etc-passwd"


def test_why_values_do_not_follow_it() -> None:
    assert problem_of(json.dumps(OWN), {"kwh": 3}) == ""
    assert "kwh" in problem_of(json.dumps(OWN), {"kwh": "three"})
    assert problem_of("{", {})
