"""The text of a JSON schema: bounded, read, and taken out of the request that it was written for."""

from __future__ import annotations

import json
import math
from typing import Any

from fanlight.domain.errors import SchemaError
from fanlight.domain.path_kinds import shortened
from fanlight.edited_json import shown_names
from fanlight.engine.schema_document import ANNOTATIONS, DEFINITIONS, Schema
from fanlight.engine.schema_enforcing import KEYWORDS
from fanlight.i18n import _, format_number

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 100
_WRAPPERS = ("response_format", "text", "format", "json_schema", "function", "parameters", "input_schema",
             "response_schema", "schema")  # fmt: skip
"""Where requests to OpenAI, Anthropic, Gemini, Ollama and llama.cpp's server have it."""
_WRAPPER_TYPES = ("json_schema", "function")
_SILENT = ANNOTATIONS | set(DEFINITIONS)
_MOST_SHOWN = 100


def read_schema(text: str) -> Schema:
    """Raises SchemaError."""
    if len(text) > MAX_CHARACTERS:
        raise SchemaError(
            _("The schema has {count} characters; at most {most} are possible.").format(
                count=format_number(len(text)), most=format_number(MAX_CHARACTERS)
            )
        )
    try:
        schema = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        json.dumps(schema, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise SchemaError(_("The schema is not valid text: it has halves of characters.")) from error
    except (ValueError, RecursionError) as error:
        raise SchemaError(_("The schema is not valid JSON: {reason}.").format(reason=error)) from error
    if not isinstance(schema, dict | bool):
        raise SchemaError(_("The schema is not a JSON object."))
    if _depth(schema) > MAX_DEPTH:
        raise SchemaError(_("The schema is nested more than {most} deep.").format(most=MAX_DEPTH))
    return _without_request(schema)


def _without_request(schema: Schema) -> Schema:
    """The schema in a request. Raises SchemaError where there is none: it would bind no answer at all."""
    while isinstance(schema, dict) and not _says_something(schema) and not schema.keys() <= _SILENT:
        inner = next((schema[name] for name in _WRAPPERS if isinstance(schema.get(name), dict)), None)
        if inner is None:
            raise SchemaError(
                _("No keyword of JSON Schema is in the schema, only {names}.").format(names=shown_names(schema))
            )
        schema = inner
    return schema


def _says_something(schema: dict[str, Any]) -> bool:
    known = schema.keys() & KEYWORDS
    if schema.get("type") in _WRAPPER_TYPES:
        known -= {"type"}
    return bool(known - {"format"}) or isinstance(schema.get("format"), str)


def _no_number(name: str) -> float:
    raise ValueError(_("{name} is no number of JSON").format(name=name))


def _finite(number: str) -> float:
    return float(number) if math.isfinite(float(number)) else _no_number(shortened(number, _MOST_SHOWN))


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting.extend((item, depth + 1) for item in inner)
    return deepest
