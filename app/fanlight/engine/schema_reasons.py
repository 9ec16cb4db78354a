"""Why a JSON value does not follow a schema, in the user's language: made from the keyword that it breaks and from the
two values, never from the validator's own sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import jsonschema

from fanlight.engine import schema_patterns
from fanlight.i18n import N_, _, ngettext

_LONGEST_VALUE = 60

_COMPARED: dict[str, str] = {
    "enum": N_("{value} is none of {wanted}"),
    "const": N_("{value} is not {wanted}"),
    "type": N_("{value} is not of the type {wanted}"),
    "format": N_("{value} is not of the format {wanted}"),
    "minimum": N_("{value} is less than {wanted}"),
    "maximum": N_("{value} is more than {wanted}"),
    "exclusiveMinimum": N_("{value} is not more than {wanted}"),
    "exclusiveMaximum": N_("{value} is not less than {wanted}"),
    "multipleOf": N_("{value} is not a multiple of {wanted}"),
    "pattern": N_("{value} does not match {wanted}"),
    "uniqueItems": N_("{value} has an item twice"),
    "contains": N_("{value} has no item as it is asked for"),
    "anyOf": N_("{value} is nothing of what is allowed there"),
    "oneOf": N_("{value} is not exactly one of what is allowed there"),
    "not": N_("{value} is not allowed there"),
    "propertyNames": N_("{value} has a property whose name is not allowed"),
}
"""By keyword: sentences about the value and what the keyword wants."""

_COUNTED: dict[str, Callable[[int], str]] = {
    "minLength": lambda count: ngettext(
        "{value} has fewer than {count} character", "{value} has fewer than {count} characters", count
    ),
    "maxLength": lambda count: ngettext(
        "{value} has more than {count} character", "{value} has more than {count} characters", count
    ),
    "minItems": lambda count: ngettext(
        "{value} has fewer than {count} item", "{value} has fewer than {count} items", count
    ),
    "maxItems": lambda count: ngettext(
        "{value} has more than {count} item", "{value} has more than {count} items", count
    ),
    "minProperties": lambda count: ngettext(
        "{value} has fewer than {count} property", "{value} has fewer than {count} properties", count
    ),
    "maxProperties": lambda count: ngettext(
        "{value} has more than {count} property", "{value} has more than {count} properties", count
    ),
}


def reason_of(error: jsonschema.ValidationError | jsonschema.SchemaError) -> str:
    """Without a full stop. For a keyword without words of its own: the keyword's name."""
    keyword, wanted, value = str(error.validator), error.validator_value, error.instance
    if error.validator is None:  # the schema is "false"
        return _("{value} is not allowed there").format(value=_shown(value))
    if (counted := _COUNTED.get(keyword)) is not None and isinstance(wanted, int):
        return counted(wanted).format(value=_shown(value), count=wanted)
    if keyword == "required" and (missing := _missing(value, wanted)):
        return ngettext("{names} is missing", "{names} are missing", len(missing)).format(names=_listed(missing))
    if keyword == "dependentRequired" and (missing := _missing_dependents(value, wanted)):
        return ngettext("{names} is missing", "{names} are missing", len(missing)).format(names=_listed(missing))
    if keyword in ("additionalProperties", "unevaluatedProperties") and (extra := _extra(value, error.schema)):
        return ngettext("{names} is not allowed there", "{names} are not allowed there", len(extra)).format(
            names=_listed(extra)
        )
    if (sentence := _COMPARED.get(keyword)) is not None:
        return _(sentence).format(value=_shown(value), wanted=_wanted(keyword, wanted))
    return _("{value} breaks the rule {keyword}").format(value=_shown(value), keyword=keyword)


def _wanted(keyword: str, wanted: Any) -> str:
    match keyword, wanted:
        case (("type" | "format" | "pattern"), str()):
            return wanted
        case "type", list():
            return ", ".join(map(str, wanted))
        case "enum", list():
            return _listed(wanted)
    return _shown(wanted)


def _missing(value: Any, required: Any) -> list[str]:
    return [name for name in required if name not in value] if isinstance(value, dict) else []


def _missing_dependents(value: Any, wanted: Any) -> list[str]:
    if not isinstance(value, dict) or not isinstance(wanted, dict):
        return []
    return [name for cause, names in wanted.items() if cause in value for name in names if name not in value]


def _extra(value: Any, schema: Any) -> list[str]:
    """Properties that the schema does not name."""
    if not isinstance(value, dict) or not isinstance(schema, dict):
        return []
    patterns = schema.get("patternProperties", {})
    named = schema.get("properties", {})
    return [name for name in value if name not in named and not any(schema_patterns.matches(p, name) for p in patterns)]


def _listed(values: Sequence[Any]) -> str:
    shown = ", ".join(map(_shown, values[:8]))
    return f"{shown}, …" if len(values) > 8 else shown


def _shown(value: Any) -> str:
    """As JSON, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
