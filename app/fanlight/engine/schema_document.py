"""A JSON schema that was read (`schema_text.py`), brought to one form.

In that form (draft 2020-12) every reference is `#/$defs/…`, older drafts are translated, and only keywords that say
something about a value are left. Each schema keeps the place where it was written, for errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fanlight.domain.errors import SchemaError
from fanlight.domain.path_kinds import shortened
from fanlight.i18n import _, format_number

MAX_SCHEMAS = 2_000
_SHOWN = 120
_DRAFT_4 = re.compile(r"draft-0[34]")
_SINGLE = ("additionalProperties", "items", "additionalItems", "not", "if", "then", "else", "contains", "propertyNames",
           "unevaluatedItems", "unevaluatedProperties")  # fmt: skip
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
_MAPS = ("properties", "patternProperties", "dependentSchemas")
DEFINITIONS = ("$defs", "definitions")
ANNOTATIONS = frozenset(
    [
        "$schema",
        "$id",
        "id",
        "$anchor",
        "$comment",
        "$vocabulary",
        "title",
        "description",
        "default",
        "examples",
        "example",
        "deprecated",
        "readOnly",
        "writeOnly",
        "contentMediaType",
        "contentEncoding",
        "contentSchema",
        "discriminator",
        "externalDocs",
        "xml",
        "nullable",
    ]
)
Schema = dict[str, Any] | bool


def children(schema: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Schema]]:
    """The schemas directly inside, with their paths from it. Definitions are none: only what is referred to counts."""
    for key in _SINGLE:
        if isinstance(schema.get(key), dict | bool):
            yield (key,), schema[key]
    for key in _LISTS:
        if isinstance(schema.get(key), list):
            yield from (((key, number), one) for number, one in enumerate(schema[key]))
    for key in _MAPS:
        if isinstance(schema.get(key), dict):
            yield from (((key, name), one) for name, one in schema[key].items())


def pointer(path: tuple[str | int, ...]) -> str:
    """The place in the schema, for errors: `#/properties/total`."""
    written = "".join(["#", *(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)])
    return shortened(written, _SHOWN)


def impossible(keyword: str, place: tuple[str | int, ...], why: str = "") -> SchemaError:
    """The error for a keyword that cannot be enforced. `why` is a sentence."""
    text = _("The schema's “{keyword}” ({place}) cannot be enforced.").format(keyword=keyword, place=pointer(place))
    return SchemaError(f"{text} {why}".rstrip(), _("Write the schema without it, and check it yourself."))


@dataclass
class SchemaDocument:
    """The schema in one form; `definitions` are what it refers to. Raises SchemaError."""

    written: Schema
    root: Schema = field(init=False)
    definitions: dict[str, Schema] = field(init=False, default_factory=dict)
    places: dict[int, tuple[str | int, ...]] = field(init=False, default_factory=dict)
    """Where each schema of the one form was written, by identity."""

    def __post_init__(self) -> None:
        self._resources: dict[str, tuple[str | int, ...]] = {}
        self._anchors: dict[tuple[tuple[str | int, ...], str], tuple[str | int, ...]] = {}
        self._names: dict[tuple[str | int, ...], str] = {}
        self._count = 0
        draft = self.written.get("$schema") if isinstance(self.written, dict) else None
        self._has_plain_ids = isinstance(draft, str) and bool(_DRAFT_4.search(draft))
        self._index(self.written, (), (), "")
        waiting: list[tuple[tuple[str | int, ...], str]] = []
        self._waiting = waiting
        self.root = self._normal(self.written, (), ())
        while waiting:
            path, name = waiting.pop()
            self.definitions[name] = self._normal(self._at(path), path, self._resource_of(path))

    def place_of(self, path: tuple[str | int, ...]) -> str:
        """Where a path of `whole` was written."""
        if len(path) > 1 and path[0] == "$defs":
            written = next((place for place, name in self._names.items() if name == path[1]), ())
            return pointer((*written, *path[2:]))
        return pointer(path)

    def definition(self, ref: str) -> Schema:
        """The schema that a reference of the one form names."""
        name = ref.removeprefix("#/$defs/")
        return self.root if name == "#" else self.definitions[name]

    def whole(self) -> dict[str, Any]:
        """One JSON schema that says the same as the written one."""
        root = self.root if isinstance(self.root, dict) else {"allOf": [self.root]}
        return {**root, "$defs": self.definitions} if self.definitions else root

    # References

    def _index(self, value: Any, path: tuple[str | int, ...], resource: tuple[str | int, ...], base: str) -> None:
        """Note every `$id` and `$anchor`, wherever it is written."""
        if isinstance(value, list):
            for number, one in enumerate(value):
                self._index(one, (*path, number), resource, base)
        if not isinstance(value, dict):
            return
        name = value.get("$id", value.get("id") if self._has_plain_ids else None)
        named = path and path[-1] in ("properties", "enum", "const")
        if isinstance(name, str) and not named:
            if name.startswith("#"):
                self._anchors[resource, name[1:]] = path
            else:
                base, resource = _joined(base, name.rstrip("#")), path
                self._resources[base] = path
        if isinstance(value.get("$anchor"), str) and not named:
            self._anchors[resource, value["$anchor"]] = path
        for key, one in value.items():
            self._index(one, (*path, key), resource, base)

    def _resource_of(self, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        inside = [found for found in self._resources.values() if path[: len(found)] == found]
        return max(inside, key=len, default=())

    def _target(self, ref: str, place: tuple[str | int, ...], resource: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """The path of what `ref` refers to."""
        address, _sign, fragment = ref.partition("#")
        if address:
            base = next((name for name, path in self._resources.items() if path == resource), "")
            found = self._resources.get(_joined(base, address))
            if found is None:
                raise impossible(
                    "$ref", place, _("It refers to {target}, which is another file.").format(target=ref[:120])
                )
            resource = found
        if fragment and not fragment.startswith("/"):
            anchor = self._anchors.get((resource, fragment))
            if anchor is None:
                raise self._nowhere(ref, place)
            return anchor
        path = resource
        for part in fragment.split("/")[1:]:
            key: str | int = _unquoted(part).replace("~1", "/").replace("~0", "~")
            inside = self._at(path)
            if isinstance(inside, list) and str(key).isdecimal():
                key = int(key)
            try:
                inside[key]
            except (LookupError, TypeError):
                raise self._nowhere(ref, place) from None
            path = (*path, key)
        return path

    def _nowhere(self, ref: str, place: tuple[str | int, ...]) -> SchemaError:
        return SchemaError(
            _("The schema refers to {target} ({place}), which does not exist.").format(
                target=ref[:120], place=pointer(place)
            )
        )

    def _at(self, path: tuple[str | int, ...]) -> Any:
        value: Any = self.written
        for key in path:
            value = value[key]
        return value

    # One form

    def _normal(self, schema: Any, place: tuple[str | int, ...], resource: tuple[str | int, ...]) -> Schema:
        self._count += 1
        if self._count > MAX_SCHEMAS:
            raise SchemaError(
                _("The schema consists of more than {count} schemas.").format(count=format_number(MAX_SCHEMAS))
            )
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, dict):
            raise SchemaError(_("At {place} of the schema there should be a schema.").format(place=pointer(place)))
        resource = place if place in self._resources.values() else resource
        made = self._translated(schema)
        if "$ref" in made:
            made["$ref"] = self._reference(made["$ref"], (*place, "$ref"), resource)
        for path, child in list(children(made)):
            holder: Any = made
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = self._normal(child, (*place, *path), resource)
        self.places[id(made)] = place
        return made

    def _reference(self, ref: Any, place: tuple[str | int, ...], resource: tuple[str | int, ...]) -> str:
        if not isinstance(ref, str):
            raise SchemaError(_("At {place} of the schema there should be a text.").format(place=pointer(place)))
        target = self._target(ref, place, resource)
        if not target:
            return "#"
        if target not in self._names:
            self._names[target] = f"d{len(self._names) + 1}"
            self._waiting.append((target, self._names[target]))
        return f"#/$defs/{self._names[target]}"

    def _translated(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Without annotations and definitions, in the words of draft 2020-12."""
        made = {key: value for key, value in schema.items() if key not in ANNOTATIONS and key not in DEFINITIONS}
        if isinstance(made.get("items"), list):
            made["prefixItems"] = made.pop("items")
            if "additionalItems" in made:
                made["items"] = made.pop("additionalItems")
        made.pop("additionalItems", None)
        for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(made.get(exclusive), bool) and made.pop(exclusive) and bound in made:
                made[exclusive] = made.pop(bound)
        for key in (*_LISTS, *_MAPS):
            if isinstance(made.get(key), list | dict):
                made[key] = made[key].copy()
        return made


def _joined(base: str, address: str) -> str:
    """An address relative to another one."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address) or not base:
        return address
    if address.startswith("/"):
        start = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^/]*", base)
        return (start[0] if start else "") + address
    return base[: base.rfind("/") + 1] + address.removeprefix("./")


def _unquoted(text: str) -> str:
    def decoded(match: re.Match[str]) -> str:
        return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace")

    return re.sub(r"(?:%[0-9A-Fa-f]{2})+", decoded, text)
