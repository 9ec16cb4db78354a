"""From a schema in one form (`schema_document.py`) to one that llguidance follows to the letter.

A keyword is enforced, written in other words that are enforced, left to the check of the finished answer, or refused by
its name and place: none is dropped.
"""

from __future__ import annotations

import itertools
from typing import Any

from fanlight.engine import schema_formats
from fanlight.engine.schema_document import Schema, SchemaDocument, children, impossible
from fanlight.engine.schema_endless import endless_schemas
from fanlight.engine.schema_patterns import enforced_patterns
from fanlight.i18n import _

_REFUSED = (
    "not", "if", "then", "else", "contains", "minContains", "maxContains", "dependentRequired", "dependentSchemas",
    "dependencies", "unevaluatedItems", "unevaluatedProperties", "propertyNames", "$dynamicRef", "$dynamicAnchor",
    "$recursiveRef", "$recursiveAnchor", "extends", "disallow", "divisibleBy",
)  # fmt: skip
_ENFORCED = (
    "type", "enum", "const", "allOf", "anyOf", "oneOf", "$ref", "items", "prefixItems", "minItems", "maxItems",
    "properties", "additionalProperties", "patternProperties", "required", "minProperties", "maxProperties",
    "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "uniqueItems",
)  # fmt: skip
KEYWORDS = frozenset((*_REFUSED, *_ENFORCED))
_IN_PLACE = ("allOf", "anyOf", "oneOf")
MOST_WAYS = 200
LARGEST_EXACT = 2**53
Place = tuple[str | int, ...]


class EnforcedSchema:
    """`schema` for llguidance; `checked`: the finished answer may break the written schema all the same. The
    constructor raises SchemaError."""

    def __init__(self, document: SchemaDocument) -> None:
        self._document = document
        self.checked = False
        self._endless = endless_schemas(document)
        self._combined: set[str] = set()
        self._find_combined(document.root, whole=True)
        for one in list(document.definitions.values()):
            self._find_combined(one, whole=True)
        root = self._enforced(document.root, whole="#" not in self._combined)
        definitions = {
            name: self._enforced(one, whole=name not in self._combined) for name, one in document.definitions.items()
        }
        self.schema = root if isinstance(root, dict) else {"allOf": [root]}
        if definitions:
            self.schema = {**self.schema, "$defs": definitions}

    def _find_combined(self, schema: Schema, *, whole: bool) -> None:
        """Notes the definitions that say only a part of what holds for a value."""
        if isinstance(schema, bool):
            return
        name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
        if name and name not in self._combined and not (whole and set(schema) <= {"$ref", "type"}):
            self._combined.add(name)
            self._find_combined(self._document.definition(schema["$ref"]), whole=False)
        for path, child in children(schema):
            self._find_combined(child, whole=_is_whole(schema, path, whole=whole))

    def _enforced(self, schema: Schema, *, whole: bool) -> Schema:
        """`whole`: nothing outside of it says more about the same value. Such an object has the properties that it
        names and no others, if it does not speak of others: a model would go on with names of its own."""
        if isinstance(schema, bool):
            return schema
        if id(schema) in self._endless:
            return False
        place = self._document.places[id(schema)]
        made = {key: value for key, value in schema.items() if key in _ENFORCED or key in _REFUSED}
        _rewrite_names(made)
        _rewrite_unevaluated(made)
        for keyword in made:
            if keyword in _REFUSED:
                raise impossible(keyword, place)
        _check_numbers(made, place)
        extra: list[Schema] = []
        self._patterns(made, place, extra)
        self._format(made, place, extra)
        for path, child in children(made):
            holder: Any = made
            for key in path[:-1]:
                holder[key] = holder[key].copy()
                holder = holder[key]
            holder[path[-1]] = self._enforced(child, whole=_is_whole(made, path, whole=whole))
        if whole and _names_all(made):
            made["additionalProperties"] = False
        self._unique(made)
        made = _by_count(made)
        self.checked = self.checked or "oneOf" in made
        return {"allOf": [made, *extra]} if extra else made

    def _patterns(self, made: dict[str, Any], place: Place, extra: list[Schema]) -> None:
        if isinstance(made.get("pattern"), str):
            first, *others = self._translated(made["pattern"], (*place, "pattern"))
            made["pattern"] = first
            extra.extend({"type": "string", "pattern": one} for one in others if _only_texts(made))
            if others and not _only_texts(made):
                self.checked = True
        for pattern in made.get("patternProperties", ()):
            if self._translated(pattern, (*place, "patternProperties", pattern)) != (pattern,):
                raise impossible("patternProperties", (*place, "patternProperties", pattern))

    def _translated(self, pattern: str, place: Place) -> tuple[str, ...]:
        try:
            found = enforced_patterns(pattern)
        except ValueError as error:
            raise impossible(
                "pattern", place, _("The pattern is not possible: {reason}.").format(reason=error)
            ) from None
        self.checked = self.checked or found.checked
        return found.patterns

    def _format(self, made: dict[str, Any], place: Place, extra: list[Schema]) -> None:
        """A format as a pattern. It binds texts only, other types stay possible."""
        name = made.pop("format", None)
        if name is None or name in schema_formats.ONLY_HINTS or not _may_be(made, "string", "integer", "number"):
            return
        if name in schema_formats.BOUNDS:
            low, high = schema_formats.BOUNDS[name]
            made["minimum"] = max(low, made.get("minimum", low))
            made["maximum"] = min(high, made.get("maximum", high))
        elif name in schema_formats.PATTERNS:
            pattern = schema_formats.PATTERNS[name]
            if "pattern" not in made:
                made["pattern"] = pattern
            else:
                extra.append({"pattern": pattern})
        elif name in schema_formats.LLGUIDANCE:
            made["format"] = schema_formats.LLGUIDANCE[name]
        else:
            raise impossible(
                "format", (*place, "format"), _("The format {name} is unknown.").format(name=str(name)[:60])
            )

    def _unique(self, made: dict[str, Any]) -> None:
        """Different items: written out where there are few to choose from, else left to the check."""
        if not made.pop("uniqueItems", False) or made.get("maxItems") in (0, 1):
            return
        choices = made["items"].get("enum") if isinstance(made.get("items"), dict) else None
        if not choices or "prefixItems" in made or made.get("type") != "array" or set(made["items"]) - {"enum", "type"}:
            self.checked = True
            return
        low, high = made.get("minItems", 0), min(made.get("maxItems", len(choices)), len(choices))
        counts = range(low, high + 1)
        ways = [way for count in counts for way in itertools.islice(itertools.permutations(choices, count), MOST_WAYS)]
        if len(ways) > MOST_WAYS:
            self.checked = True
        elif ways:
            made.clear()
            made["anyOf"] = [{"const": list(way)} for way in ways]


def _is_whole(schema: dict[str, Any], path: Place, *, whole: bool) -> bool:
    """Whether the schema at `path` says all about its value."""
    if path[0] not in _IN_PLACE:
        return True
    alone = set(schema) <= {str(path[0]), "type"} and (path[0] != "allOf" or len(schema["allOf"]) == 1)
    return whole and alone


def _names_all(made: dict[str, Any]) -> bool:
    others = ("additionalProperties", "patternProperties", "allOf", "anyOf", "oneOf", "$ref")
    names = made.get("properties")
    if not names or any(key in made for key in others):
        return False
    return set(made.get("required", ())) <= set(names) and made.get("minProperties", 0) <= len(names)


def _may_be(schema: dict[str, Any], *types: str) -> bool:
    allowed = schema.get("type", types)
    return bool(set(types) & {allowed} if isinstance(allowed, str) else set(types) & set(allowed))


def _only_texts(schema: dict[str, Any]) -> bool:
    return bool(schema.get("type") == "string")


def _check_numbers(schema: dict[str, Any], place: Place) -> None:
    """Raises SchemaError for numbers that llguidance would round."""
    for keyword in ("const", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
        values = schema.get(keyword)
        for value in values if isinstance(values, list) else (values,):
            if isinstance(value, int) and abs(value) > LARGEST_EXACT:
                raise impossible(keyword, (*place, keyword), _("The number has too many digits."))


def _rewrite_names(made: dict[str, Any]) -> None:
    """`propertyNames` as properties or patterns, where it is alone."""
    names = made.get("propertyNames")
    if names is True or names in ({}, {"type": "string"}):
        del made["propertyNames"]
    if not isinstance(names, dict) or "properties" in made or "patternProperties" in made:
        return
    value = made.get("additionalProperties", True)
    known = set(names) - {"type"}
    if known == {"enum"} and isinstance(names["enum"], list):
        made["properties"] = {name: value for name in names["enum"] if isinstance(name, str)}
    elif known == {"const"} and isinstance(names["const"], str):
        made["properties"] = {names["const"]: value}
    elif known == {"pattern"}:
        made["patternProperties"] = {names["pattern"]: value}
    elif known and known <= {"minLength", "maxLength"}:
        made["patternProperties"] = {rf"^[\s\S]{{{names.get('minLength', 0)},{names.get('maxLength', '')}}}$": value}
    else:
        return
    made["additionalProperties"] = False
    del made["propertyNames"]


def _rewrite_unevaluated(made: dict[str, Any]) -> None:
    """What nothing else has looked at: without schemas in place, the same as what is additional."""
    if any(key in made for key in ("$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas")):
        return
    for name, other in (("unevaluatedProperties", "additionalProperties"), ("unevaluatedItems", "items")):
        if name in made:
            value = made.pop(name)
            made.setdefault(other, value)


def _by_count(made: dict[str, Any]) -> dict[str, Any]:
    """`minProperties` and `maxProperties` written out where the properties are few and known."""
    names = list(made.get("properties", ()))
    low, high = made.get("minProperties", 0), made.get("maxProperties", len(names))
    if ("minProperties" not in made and "maxProperties" not in made) or made.get("additionalProperties") is not False:
        return made
    if "patternProperties" in made or not isinstance(low, int) or not isinstance(high, int):
        return made
    required = [name for name in made.get("required", ()) if name in names]
    optional = [name for name in names if name not in required]
    rest = {key: value for key, value in made.items() if key not in ("minProperties", "maxProperties")}
    if low <= len(required) and high >= len(names):
        return rest
    ways = [
        chosen
        for count in range(max(0, low - len(required)), min(high - len(required), len(optional)) + 1)
        for chosen in itertools.islice(itertools.combinations(optional, count), MOST_WAYS)
    ]
    if not ways or len(ways) > MOST_WAYS or made.get("type") != "object" or set(made.get("required", ())) - set(names):
        return made
    kept = [{name for name in names if name in required or name in way} for way in ways]
    return {
        "anyOf": [
            {**rest, "properties": {n: rest["properties"][n] for n in names if n in keep}, "required": sorted(keep)}
            for keep in kept
        ]
    }
