"""Schemas as fields of a form, whatever they were written for; values as tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fanlight import paths
from fanlight.core.structured.schema_shelf import SHIPPED
from fanlight.domain.schema_fields import FormField, fields_of, value_at, with_value
from fanlight.domain.value_tables import flat_rows, item_tables, named_rows
from support import invoice_schemas as invoices
from support.structured_pages import VALUES


def kinds(schema: Any) -> dict[str, str]:
    return {".".join(map(str, field.path)): field.kind for field in fields_of(schema)}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_schemas_are_forms_of_single_values_and_tables(name: str) -> None:
    schema = json.loads((paths.resources() / "schemas" / f"{name}.json").read_text("utf-8"))
    fields = fields_of(schema, is_shipped=True)
    assert fields
    assert not [field for field in fields if field.kind == "json"]
    assert all(field.label and (field.is_optional or field.kind in ("table", "list", "grid")) for field in fields)


def test_strict_and_generated_schemas_give_the_same_kinds_of_fields() -> None:
    assert kinds(invoices.STRICT) == {
        "number": "text", "date": "date", "currency": "choice", "seller.name": "text", "seller.email": "text",
        "lines": "table", "paid": "yes_no",
    }  # fmt: skip
    (lines,) = [field for field in fields_of(invoices.STRICT) if field.kind == "table"]
    assert [(column.kind, column.is_optional) for column in lines.columns] == [
        ("text", False), ("integer", False), ("number", False), ("text", True),
    ]  # fmt: skip
    generated = [field for field in fields_of(invoices.PYDANTIC_2) if field.kind == "table"]
    assert [column.kind for column in generated[0].columns[:2]] == ["text", "integer"]


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {},
        {"type": "object", "properties": {"a": {"$ref": "#/properties/a"}}},
        {"type": "object", "properties": {"a": {"$ref": "https://example.org/x"}}},
        {"$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}}}}, "$ref": "#/$defs/n"},
        {"type": "array", "items": [{"type": "string"}]},
        {"properties": {"a": True, "b": {"enum": [{"x": 1}]}, "c": {"type": ["string", "number"]}}},
    ],
)
def test_what_no_form_can_show_is_shown_as_json(schema: Any) -> None:
    assert {field.kind for field in fields_of(schema)} == {"json"}


def test_other_shapes() -> None:
    assert kinds({"type": "array", "items": {"type": "array", "items": {"type": "string"}}}) == {"": "grid"}
    assert kinds({"type": "array", "items": {"properties": {"a": {"type": "string"}}}, "title": "x"}) == {"": "table"}
    rows = {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}}
    (field,) = fields_of(rows)
    assert (field.kind, field.path) == ("table", ())
    (field,) = fields_of({"type": "object", "properties": {"unitPrice": {"type": "number"}}})
    assert (field.label, field.is_optional) == ("Unit price", True)


def test_values_are_read_and_replaced_by_path() -> None:
    assert value_at(VALUES, ("items", 0, "text")) == "Pump P-200"
    for path in (("items", 7, "text"), ("number", 0), ("nothing", "here"), (0,)):
        assert value_at(VALUES, path) is None
    changed = with_value(VALUES, ("items", 1, "text"), "Delivery")
    assert value_at(changed, ("items", 1, "text")) == "Delivery"
    assert value_at(VALUES, ("items", 1, "text")) == "Installation"
    assert with_value(None, ("a", 1, "b"), 3) == {"a": [None, {"b": 3}]}


def test_items_are_rows_with_the_other_values_in_front() -> None:
    fields = (
        FormField(("number",), "Number", "text"),
        FormField(("seller", "name"), "Name", "text", group="Seller"),
        FormField(("tags",), "Tags", "list"),
        FormField(("items",), "Items", "table", columns=(FormField(("text",), "Text", "text"),)),
    )
    values = {**VALUES, "tags": ["a", "b"]}
    front = ["INV-2026-0815", "ACME Pumps Ltd", "a, b"]
    assert flat_rows(fields, values) == [
        ["Number", "Seller: Name", "Tags", "Text"],
        [*front, "Pump P-200"],
        [*front, "Installation"],
    ]
    grid = (FormField(("rows",), "Rows", "grid"),)
    assert flat_rows(grid, {"rows": [["a", "b"], ["1"], None]}) == [["a", "b"], ["1"]]
    assert named_rows(grid, {}) == []
    assert flat_rows(fields, {"number": "7"}) == [["Number", "Seller: Name", "Tags", "Text"], ["7", None, None, None]]
    assert named_rows(fields, values)[1] == ["Seller: Name", "ACME Pumps Ltd"]
    assert list(item_tables(fields, values)) == [("Items", [["Text"], ["Pump P-200"], ["Installation"]])]
