"""Schemas whose every value contains another value of the same schema: no answer that follows one has an end."""

from __future__ import annotations

from typing import Any

from fanlight.engine.schema_document import Schema, SchemaDocument, children

_SCALARS = frozenset(("string", "integer", "number", "boolean", "null"))
_CHOICES = ("anyOf", "oneOf")


def endless_schemas(document: SchemaDocument) -> frozenset[int]:
    """The document's schemas that only values without an end follow, by identity."""
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
    return frozenset(found) - finite


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
