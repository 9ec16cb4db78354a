"""The text of a schema: taken out of a request, or refused where it would bind no answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fanlight.domain.errors import SchemaError
from fanlight.engine.schema import AnswerSchema

TOTAL = {"type": "object", "properties": {"total": {"type": "integer"}}, "required": ["total"]}
REQUESTS: dict[str, Any] = {
    "OpenAI, chat": {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": TOTAL}}},
    "its format alone": {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": TOTAL}},
    "OpenAI, responses": {"text": {"format": {"type": "json_schema", "name": "x", "schema": TOTAL}}},
    "with its name": {"name": "invoice", "description": "An invoice", "strict": True, "schema": TOTAL},
    "a tool": {"type": "function", "function": {"name": "x", "parameters": TOTAL}},
    "a tool of Anthropic": {"name": "x", "input_schema": TOTAL},
    "Ollama": {"model": "x", "format": TOTAL, "stream": False},
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_schema_is_found_in_the_request_that_it_was_written_for(request_: Any) -> None:
    made, plain = AnswerSchema(json.dumps(request_)), AnswerSchema(json.dumps(TOTAL))
    assert made.grammar == plain.grammar
    assert made.problem('{"total": 3}') == ""
    assert made.problem('{"total": "three"}') == plain.problem('{"total": "three"}') != ""


def test_what_binds_nothing_is_no_schema() -> None:
    with pytest.raises(SchemaError, match="No keyword of JSON Schema is in the schema, only “number”, “total”"):
        AnswerSchema('{"number": "string", "total": "number"}')
    for anything in ("{}", "true", '{"title": "Anything", "$defs": {}}'):
        assert AnswerSchema(anything).problem('{"a": 1}') == ""


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_a_number_that_json_does_not_have_is_named(number: str) -> None:
    with pytest.raises(SchemaError, match=f"not valid JSON: {number} is no number of JSON"):
        AnswerSchema('{"type": "number", "maximum": ' + number + "}")
