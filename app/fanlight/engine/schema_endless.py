"""Schemas whose every value contains another value of the same schema: no answer that follows one has an end."""

from __future__ import annotations

from typing import Any

from fanlight.domain.errors import SchemaError
from fanlight.engine.schema_document import Schema, SchemaDocument, children, pointer
from fanlight.i18n import _

_SCALARS = frozenset(("string", "integer", "number", "boolean", "null"))
_CHOICES = ("anyOf", "oneOf")


def endless_schemas(document: SchemaDocument) -> frozenset[int]:
    """The document's schemas that only values without an end follow, by identity. Raises SchemaError where that is the
    whole schema, or one refers to itself without a value between."""
    _check_references(document)
    found: dict[int, dict[str, Any]] = {}
    users: dict[int, set[int]] = {}  # the schemas that contain each, or refer to it
    waiting: list[Schema] = [document.root, *document.definitions.values()]
    while waiting:
        schema = waiting.pop()
        if isinstance(schema, dict) and id(schema) not in found:
            found[id(schema)] = schema
            inner = [child for _path, child in children(schema)]
            waiting.extend(inner)
            for used in (*inner, *([document.definition(schema["$ref"])] if "$ref" in schema else [])):
                users.setdefault(id(used), set()).add(id(schema))
    finite: set[int] = set()
    doubtful = set(found)
    while more := {one for one in doubtful if _ends(found[one], document, finite)}:
        finite |= more
        doubtful = {user for one in more for user in users.get(one, ())} - finite
    endless = frozenset(found) - finite
    if id(document.root) in endless:
        raise _no_end(document, document.root)
    return endless


def _check_references(document: SchemaDocument) -> None:
    """No schema refers to itself without a value between: that has no end."""
    done: set[int] = set()
    for start in (document.root, *document.definitions.values()):
        _follow(document, start, done, set())


def _follow(document: SchemaDocument, schema: Schema, done: set[int], open_schemas: set[int]) -> None:
    if isinstance(schema, bool) or id(schema) in done:
        return
    if id(schema) in open_schemas:
        raise _no_end(document, schema)
    open_schemas.add(id(schema))
    if "$ref" in schema:
        _follow(document, document.definition(schema["$ref"]), done, open_schemas)
    for key in ("allOf", *_CHOICES):
        for one in schema.get(key, ()) if isinstance(schema.get(key), list) else ():
            _follow(document, one, done, open_schemas)
    open_schemas.discard(id(schema))
    done.add(id(schema))


def _no_end(document: SchemaDocument, schema: Schema) -> SchemaError:
    place = pointer(document.places[id(schema)])
    return SchemaError(_("The schema refers to itself without an end ({place}).").format(place=place))


def _ends(schema: dict[str, Any], document: SchemaDocument, finite: set[int]) -> bool:
    """Whether some value ends, when those of the schemas in `finite` do."""

    def is_finite(one: Schema) -> bool:
        return isinstance(one, bool) or id(one) in finite

    if "$ref" in schema and not is_finite(document.definition(schema["$ref"])):
        return False
    if not all(map(is_finite, schema.get("allOf", ()))):
        return False
    if not all(any(map(is_finite, schema[key])) for key in _CHOICES if schema.get(key)):
        return False
    types = schema.get("type", "string")
    types = {types} if isinstance(types, str) else set(types)
    if types & _SCALARS or "const" in schema or "enum" in schema:
        return True
    ends = {"object": _needed_properties, "array": _needed_items}
    return any(all(map(is_finite, ends[one](schema))) for one in types if one in ends)


def _needed_properties(schema: dict[str, Any]) -> list[Schema]:
    properties = schema.get("properties", {})
    return [properties.get(name, schema.get("additionalProperties", True)) for name in schema.get("required", ())]


def _needed_items(schema: dict[str, Any]) -> list[Schema]:
    first = schema.get("prefixItems", [])
    least = schema.get("minItems", 0)
    return [*first[: int(least)], *([schema.get("items", True)] if least > len(first) else [])]
