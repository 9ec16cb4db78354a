"""Why an answer does not follow a schema is said in the user's language, by the keyword that it breaks."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from fanlight import i18n
from fanlight.domain.errors import SchemaError
from fanlight.engine.schema import AnswerSchema
from fanlight.engine.schema_reasons import reason_of
from support.pseudo import Pseudo

CASES: list[tuple[dict[str, Any], Any, str]] = [
    ({"type": "string"}, 12, "12 is not of the type string"),
    ({"type": ["string", "null"]}, 12, "12 is not of the type string, null"),
    ({"enum": ["a", "b"]}, "c", '"c" is none of "a", "b"'),
    ({"const": 4}, 5, "5 is not 4"),
    ({"minimum": 3}, 2, "2 is less than 3"),
    ({"maximum": 3}, 4, "4 is more than 3"),
    ({"exclusiveMinimum": 3}, 3, "3 is not more than 3"),
    ({"exclusiveMaximum": 3}, 3, "3 is not less than 3"),
    ({"multipleOf": 2}, 3, "3 is not a multiple of 2"),
    ({"minLength": 1}, "", '"" has fewer than 1 character'),
    ({"maxLength": 2}, "abc", '"abc" has more than 2 characters'),
    ({"pattern": "^a+$"}, "b", '"b" does not match ^a+$'),
    ({"minItems": 2}, [1], "[1] has fewer than 2 items"),
    ({"maxItems": 1}, [1, 2], "[1, 2] has more than 1 item"),
    ({"uniqueItems": True}, [1, 1], "[1, 1] has an item twice"),
    ({"contains": {"const": 1}}, [2], "[2] has no item as it is asked for"),
    ({"minProperties": 1}, {}, "{} has fewer than 1 property"),
    ({"maxProperties": 0}, {"a": 1}, '{"a": 1} has more than 0 properties'),
    ({"required": ["a", "b"]}, {"a": 1}, '"b" is missing'),
    ({"dependentRequired": {"a": ["b", "c"]}}, {"a": 1}, '"b", "c" are missing'),
    ({"additionalProperties": False, "properties": {"a": {}}}, {"a": 1, "x": 2}, '"x" is not allowed there'),
    ({"anyOf": [{"const": 1}, {"const": 2}]}, 3, "3 is nothing of what is allowed there"),
    ({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 3, "3 is not exactly one of what is allowed there"),
    ({"not": {"const": 3}}, 3, "3 is not allowed there"),
    ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, '"ab" has more than 1 character'),
    ({"properties": {"a": False}}, {"a": 1}, "1 is not allowed there"),
    ({"dependentSchemas": {"a": False}}, {"a": 1}, '{"a": 1} is not allowed there'),
]


def broken(schema: dict[str, Any], value: Any) -> str:
    error = next(jsonschema.Draft202012Validator(schema).iter_errors(value))
    return reason_of(error)


@pytest.mark.parametrize(("schema", "value", "reason"), CASES, ids=lambda case: json.dumps(case))
def test_each_keyword_has_its_words(schema: dict[str, Any], value: Any, reason: str) -> None:
    assert broken(schema, value) == reason


@pytest.mark.parametrize(("schema", "value"), [case[:2] for case in CASES], ids=lambda case: json.dumps(case))
def test_no_reason_stays_in_english(monkeypatch: pytest.MonkeyPatch, schema: dict[str, Any], value: Any) -> None:
    monkeypatch.setattr(i18n, "_translations", Pseudo())
    assert broken(schema, value).startswith("«")


def test_a_keyword_without_words_is_named() -> None:
    error = jsonschema.ValidationError("x", validator="newKeyword", validator_value=1, instance="a", schema={})
    assert reason_of(error) == '"a" breaks the rule newKeyword'


def test_a_long_value_is_shortened() -> None:
    reason = broken({"type": "integer"}, "word " * 1000)
    assert len(reason) < 120
    assert "…" in reason


def test_the_answer_and_the_schema_itself_are_worded_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made = AnswerSchema('{"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}')
    assert made.problem('{"n": "x"}') == (
        'The answer does not follow the schema (at n): "x" is not of the type integer.'
    )
    assert made.problem("{") == "The answer is not JSON (line 1, column 2)."
    with pytest.raises(SchemaError, match='"strin" is n'):
        AnswerSchema('{"type": "strin"}')
