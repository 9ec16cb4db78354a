"""A JSON schema as the fields of a form: what people fill in for it, in its order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fanlight.i18n import _

FieldKind = Literal["text", "number", "integer", "date", "yes_no", "choice", "list", "table", "grid", "json"]
"""list: texts; table: objects, each a row; grid: rows of texts; json: whatever else a schema can ask for."""
Path = tuple[str | int, ...]

_MOST_DEEP, _MOST_REFERENCES = 4, 20
_MOST_FIELDS = 300
_SCALARS: dict[str, FieldKind] = {"string": "text", "number": "number", "integer": "integer", "boolean": "yes_no"}


@dataclass(frozen=True, slots=True)
class FormField:
    """`path` leads to its value from the top; `group` is the label of the object around it. `columns` are those of a
    table, with paths from a row. `is_optional`: it may be null, or missing."""

    path: Path
    label: str
    kind: FieldKind
    is_optional: bool = False
    group: str = ""
    about: str = ""
    choices: tuple[Any, ...] = ()
    columns: tuple[FormField, ...] = ()


def fields_of(schema: Any, *, is_shipped: bool = False) -> tuple[FormField, ...]:
    """The labels of a schema that `is_shipped` are translated, those of a user's own are as they are."""
    found = list(_Walk(schema, is_shipped).fields(schema, (), "", required=True, deep=0))
    return tuple(found[:_MOST_FIELDS])


def title_of(schema: Any, name: str, *, is_shipped: bool = False) -> str:
    title = schema.get("title") if isinstance(schema, dict) else None
    shown = title if isinstance(title, str) and title.strip() else _readable(name)
    return _(shown) if is_shipped else shown


def value_at(value: Any, path: Path) -> Any:
    """None where there is none."""
    for name in path:
        if isinstance(value, dict) and isinstance(name, str):
            value = value.get(name)
        elif isinstance(value, list) and isinstance(name, int) and name < len(value):
            value = value[name]
        else:
            return None
    return value


def with_value(value: Any, path: Path, new: Any) -> Any:
    """The same with another value there; objects on the way are made."""
    if not path:
        return new
    name, rest = path[0], path[1:]
    if isinstance(name, int):
        rows = list(value) if isinstance(value, list) else []
        rows.extend([None] * (name + 1 - len(rows)))
        rows[name] = with_value(rows[name], rest, new)
        return rows
    known = value if isinstance(value, dict) else {}
    return {**known, name: with_value(known.get(name), rest, new)}


class _Walk:
    def __init__(self, root: Any, is_shipped: bool) -> None:
        self._root, self._is_shipped = root, is_shipped

    def fields(self, schema: Any, path: Path, group: str, *, required: bool, deep: int) -> Iterator[FormField]:
        """Of an object, its properties'; else one."""
        schema, is_nullable = self._resolved(schema)
        properties = schema.get("properties")
        if isinstance(properties, dict) and properties and deep < _MOST_DEEP:
            needed = schema.get("required")
            label = self._label(schema, path) if path else ""
            for name, one in properties.items():
                is_needed = isinstance(needed, list) and name in needed
                around = f"{group} – {label}" if group and label else group or label
                yield from self.fields(one, (*path, name), around, required=is_needed, deep=deep + 1)
            return
        yield self._field(schema, path, group, is_optional=is_nullable or not required)

    def _field(self, schema: Mapping[str, Any], path: Path, group: str, *, is_optional: bool) -> FormField:
        kind, choices, columns = self._kind(schema)
        about = schema.get("description")
        return FormField(
            path, self._label(schema, path), kind, is_optional, group, about if isinstance(about, str) else "",
            choices, columns,
        )  # fmt: skip

    def _kind(self, schema: Mapping[str, Any]) -> tuple[FieldKind, tuple[Any, ...], tuple[FormField, ...]]:
        choices = schema.get("enum", [schema["const"]] if "const" in schema else None)
        if isinstance(choices, list) and all(isinstance(one, str | int | float | None) for one in choices):
            return "choice", tuple(one for one in choices if one is not None), ()
        types = _types(schema)
        if types == {"array"}:
            return self._array_kind(schema)
        if types == {"string"} and schema.get("format") == "date":
            return "date", (), ()
        if len(types) == 1 and (scalar := _SCALARS.get(next(iter(types)))) is not None:
            return scalar, (), ()
        other: FieldKind = "number" if types == {"integer", "number"} else "json"
        return other, (), ()

    def _array_kind(self, schema: Mapping[str, Any]) -> tuple[FieldKind, tuple[Any, ...], tuple[FormField, ...]]:
        items, _nullable = self._resolved(schema.get("items"))
        properties = items.get("properties")
        if isinstance(properties, dict) and properties:
            needed = items.get("required")
            names = needed if isinstance(needed, list) else []
            columns = tuple(self._column(one, name, is_optional=name not in names) for name, one in properties.items())
            return "table", (), columns
        if _types(items) == {"string"}:
            return "list", (), ()
        inner, _nullable = self._resolved(items.get("items"))
        return ("grid" if _types(items) == {"array"} and _types(inner) == {"string"} else "json"), (), ()

    def _column(self, schema: Any, name: str, *, is_optional: bool) -> FormField:
        resolved, is_nullable = self._resolved(schema)
        return self._field(resolved, (name,), "", is_optional=is_optional or is_nullable)

    def _label(self, schema: Mapping[str, Any], path: Path) -> str:
        return title_of(schema, str(path[-1]) if path else _("Value"), is_shipped=self._is_shipped)

    def _resolved(self, schema: Any) -> tuple[dict[str, Any], bool]:
        """(the schema that a reference leads to, without null; whether it may be null)."""
        is_nullable = False
        for _step in range(_MOST_REFERENCES):
            if not isinstance(schema, dict):
                return {}, is_nullable
            if isinstance(reference := schema.get("$ref"), str):
                schema = {**self._found(reference), **{key: one for key, one in schema.items() if key != "$ref"}}
                continue
            others = next((schema[key] for key in ("anyOf", "oneOf") if isinstance(schema.get(key), list)), None)
            if others is None:
                break
            real = [one for one in others if not (isinstance(one, dict) and one.get("type") == "null")]
            is_nullable |= len(real) < len(others)
            if len(real) != 1 or not isinstance(real[0], dict):
                break
            schema = {**{key: one for key, one in schema.items() if key not in ("anyOf", "oneOf")}, **real[0]}
        types = schema.get("type")
        choices = schema.get("enum")
        is_nullable |= (isinstance(types, list) and "null" in types) or (isinstance(choices, list) and None in choices)
        return schema, is_nullable

    def _found(self, reference: str) -> dict[str, Any]:
        """Where "#/$defs/line" leads; {} elsewhere."""
        found: Any = self._root
        for step in reference.removeprefix("#").strip("/").split("/") if reference.startswith("#") else ["?"]:
            name = step.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if name and isinstance(found, dict) else found if not name else None
        return found if isinstance(found, dict) else {}


def _types(schema: Mapping[str, Any]) -> set[str]:
    types = schema.get("type")
    named = {types} if isinstance(types, str) else set(map(str, types)) if isinstance(types, list) else set[str]()
    return named - {"null"}


def _readable(name: str) -> str:
    """ "unit_price" and "unitPrice" as "Unit price"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").replace("-", " ").split()
    text = " ".join(word if word.isupper() else word.lower() for word in words) or name
    return text[:1].upper() + text[1:]
