"""A schema is kept, or refused by the keyword's name; what can be sampled and what the check accepts agree."""

from __future__ import annotations

import json
from typing import Any

import llguidance
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanlight.domain.errors import AnswerInvalid, SchemaError
from fanlight.engine import schema_patterns
from fanlight.engine.schema import AnswerSchema, limits
from support.invoice_schemas import INVOICES


def enforced(schema: AnswerSchema, answer: str) -> bool:
    """Whether the answer can be sampled under the schema, byte by byte."""
    matcher, raw = matcher_of(schema), answer.encode()
    return bool(matcher.try_consume_tokens(list(raw)) == len(raw) and matcher.is_accepting())


def begun(schema: AnswerSchema, start: str) -> bool:
    """Whether an answer can begin so."""
    raw = start.encode()
    return bool(matcher_of(schema).try_consume_tokens(list(raw)) == len(raw))


def matcher_of(schema: AnswerSchema) -> Any:
    return llguidance.LLMatcher(schema_patterns.byte_tokenizer(), schema.grammar, log_level=0, limits=limits())


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


OPEN: dict[str, Any] = {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "additionalProperties": False}
KEPT: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "nullable enum": ({"type": ["string", "null"], "enum": ["a", None]}, ["a", None], ["b", 1]),
    "nullable items": ({"type": ["array", "null"], "items": {"type": "integer"}}, [[1], None], [["x"]]),
    "nullable object": (
        {"type": ["object", "null"], "properties": {"a": {"type": "integer"}}, "required": ["a"]},
        [{"a": 1}, None],
        [{}, {"a": "x"}],
    ),
    "nullable length": ({"type": ["string", "null"], "maxLength": 2}, ["ab", None], ["abc"]),
    "bounds": ({"type": "integer", "minimum": -3, "maximum": 12}, [-3, 12], [-4, 13, 1.5]),
    "open bounds": ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, [0.5], [0, 1]),
    "old open bound": ({"type": "number", "minimum": 3, "exclusiveMinimum": True}, [3.5], [3]),
    "multiple": ({"type": "number", "multipleOf": 0.01}, [0.07, 0.29, 4], [0.075]),
    "required alone": ({"type": "object", "required": ["z"]}, [{"z": 1}], [{}]),
    "least properties": ({**OPEN, "minProperties": 2}, [{"a": 1, "c": 2}], [{}, {"b": 1}]),
    "most properties": ({**OPEN, "maxProperties": 1}, [{}, {"b": 1}], [{"a": 1, "c": 2}]),
    "least names": ({"type": "object", "minProperties": 2}, [{"x": 1, "y": 2}], [{"x": 1}]),
    "different choices": (
        {"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": True, "minItems": 2},
        [["a", "b"], ["c", "b", "a"]],
        [["a", "a"], ["a"]],
    ),
    "referred enum": (
        {"allOf": [{"$ref": "#/definitions/C"}], "definitions": {"C": {"enum": ["r", "g"]}}}, ["r"], ["x", {}]
    ),
    "pointers of one name": (
        {
            "$defs": {"a": {"party": {"type": "integer"}}, "b": {"party": {"type": "string"}}},
            "type": "object",
            "properties": {"x": {"$ref": "#/$defs/a/party"}, "y": {"$ref": "#/$defs/b/party"}},
            "required": ["x", "y"],
        },
        [{"x": 1, "y": "s"}],
        [{"x": 1, "y": 2}, {"x": "s", "y": "s"}],
    ),
    "itself": (
        {"type": "object", "properties": {"next": {"$ref": "#"}, "v": True}, "required": ["v"]},
        [{"next": {"v": 1}, "v": 2}],
        [{"next": {}, "v": 1}],
    ),
    "absolute reference": (
        {
            "$id": "https://example.org/a/z.json",
            "type": "object",
            "properties": {"a": {"$ref": "https://example.org/a/z.json#/$defs/b"}, "c": {"$ref": "z.json#/$defs/b"}},
            "$defs": {"b": {"type": "integer"}},
        },
        [{"a": 1, "c": 2}],
        [{"a": "x"}, {"c": "x"}],
    ),
    "anchor": (
        {"type": "object", "properties": {"a": {"$ref": "#n"}}, "$defs": {"x": {"$anchor": "n", "const": 5}}},
        [{"a": 5}],
        [{"a": 6}],
    ),
    "escaped pointer": (
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/x~1y%20z"}}, "$defs": {"x/y z": {"const": 5}}},
        [{"a": 5}],
        [{"a": 6}],
    ),
    "true": (True, [1, "x", {"a": [None]}], []),
    "a title alone": ({"title": "Any"}, [1, "x", [True]], []),
    "false for others": ({"type": "array", "prefixItems": [{"type": "integer"}], "items": False}, [[1]], [[1, 2]]),
    "old tuple": (
        {"type": "array", "items": [{"type": "integer"}], "additionalItems": {"type": "string"}}, [[1, "a"]], [[1, 2]]
    ),
    "constant": ({"const": {"a": [1, "x"]}}, [{"a": [1, "x"]}], [{"a": [1]}]),
    "emoji": ({"enum": ["\U0001f600", "\U0001f389"]}, ["\U0001f600"], ["x"]),
    "quotes and backslashes": (
        {"type": "object", "properties": {"a\\b": {"enum": ['q"x', "b\\y"]}, '"': True}, "required": ["a\\b", '"']},
        [{"a\\b": "b\\y", '"': 1}, {"a\\b": 'q"x', '"': 1}],
        [{"a\\b": "x", '"': 1}, {"a\\b": "b\\y"}],
    ),
    "beside a reference": (
        {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a", "maximum": 3,
         "definitions": {"a": {"type": "integer"}}},
        [3],
        [4, "x"],
    ),
    "keyword names": (
        {"type": "object", "properties": {"$ref": {"type": "string"}, "$id": {"const": 1}, "type": {"type": "null"}}},
        [{"$ref": "a", "$id": 1, "type": None}],
        [{"$ref": 1}],
    ),
    "digits": ({"type": "string", "pattern": r"^\d{2}-\w+$"}, ["12-ab_"], ["\u0661\u0662-ab", "1-a", "12-é"]),
    "signs in classes": ({"type": "string", "pattern": r"^[[a&&b~~{]+$"}, ["&b", "[{~"], ["c"]),
    "braces": ({"type": "string", "pattern": r"^{a}\$$"}, ["{a}$"], ["a$"]),
    "a decimal": ({"type": "string", "pattern": r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"}, ["1.5", "-07"], ["", "+.", "x"]),
    "looks ahead": ({"type": "string", "pattern": r"^(?=.*[A-Z])(?=.*\d).{8,}$"}, ["Abcdefg1"], ["abcdefg1", "Ab1"]),
    "alternatives": ({"type": "string", "pattern": "^a$|^b$"}, ["a", "b"], ["ab"]),
    "long texts": ({"type": "string", "maxLength": 20_000}, ["a" * 300], []),
    "many items": ({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 50_000}, [[1, 2]], [[1]]),
    "names by pattern": (
        {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": False},
        [{"x-1": 1}],
        [{"y": 1}, {"x-1": "a"}],
    ),
    "names by enum": (
        {"type": "object", "propertyNames": {"enum": ["a", "b"]}, "additionalProperties": {"type": "integer"}},
        [{"a": 1}],
        [{"c": 1}, {"a": "x"}],
    ),
    "unevaluated": (
        {"type": "object", "properties": {"a": True}, "unevaluatedProperties": False}, [{"a": 1}], [{"b": 1}]
    ),
    "both": ({"allOf": [{"type": "integer"}, {"minimum": 3}], "maximum": 5}, [4], [2, 6]),
    "either": ({"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]}, [4, "a"], ["ab"]),
    "date": ({"type": "string", "format": "date"}, ["2024-02-29"], ["2023-02-29", "1900-02-29", "0000-01-01"]),
    "moment": ({"format": "date-time", "type": "string"}, ["2024-01-01T10:00:00.5+01:00"], ["2024-01-01", "x"]),
    "time": ({"format": "time", "type": "string"}, ["10:00:00Z"], ["24:00:00Z", "10:00:00"]),
    "uuid": ({"format": "uuid", "type": "string"}, ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]),
    "mail": ({"format": "email", "type": "string"}, ["a.b@c.de"], ["a.b", "@c"]),
    "address": ({"format": "uri", "type": "string"}, ["https://a.b/c?d=e"], ["a b"]),
    "small numbers": ({"type": "integer", "format": "int32"}, [2**31 - 1], [2**31]),
    "small numbers with bounds": (
        {"type": "integer", "format": "int32", "minimum": 5, "maximum": 2**40}, [5, 2**31 - 1], [4, -1, 2**31]
    ),
}  # fmt: skip


@pytest.mark.parametrize(("schema", "right", "wrong"), KEPT.values(), ids=KEPT)
def test_what_a_schema_says_is_enforced_and_checked(schema: Any, right: list[Any], wrong: list[Any]) -> None:
    made = AnswerSchema(text(schema))
    assert not made.checked
    for value in right:
        assert enforced(made, text(value)), value
        assert made.problem(text(value)) == ""
    for value in wrong:
        assert not enforced(made, text(value)), value
        assert made.problem(text(value)).startswith("The answer does not follow the schema (at ")


@pytest.mark.parametrize(("schema", "right", "wrong"), INVOICES.values(), ids=INVOICES)
def test_invoices_of_all_makers(schema: Any, right: Any, wrong: list[Any]) -> None:
    made = AnswerSchema(text(schema))
    assert enforced(made, text(right))
    assert made.problem(text(right)) == ""
    for value in wrong:
        assert not enforced(made, text(value)), value
        assert made.problem(text(value))


def test_an_object_goes_on_with_other_names_only_if_its_schema_speaks_of_them() -> None:
    named: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}}
    other = {"properties": {"b": {"type": "integer"}}}
    for schema, more in (
        (named, False),
        ({**named, "additionalProperties": True}, True),
        ({"type": "array", "items": {"anyOf": [named, {"type": "null"}]}}, False),
        ({"allOf": [{"$ref": "#/$defs/n"}], "$defs": {"n": named}}, False),
        ({"allOf": [{"$ref": "#/$defs/n"}, other], "$defs": {"n": named}}, True),
        ({"$ref": "#/$defs/n", **other, "$defs": {"n": named}}, True),
        ({**named, "anyOf": [other, {}]}, True),
    ):
        made = AnswerSchema(text(schema))
        value = {"a": 1, "b": 2}
        assert enforced(made, text([value] if "items" in schema else value)) is more
        assert enforced(made, text([{"a": 1}] if "items" in schema else {"a": 1}))


CHECKED = {
    "different items": ({"type": "array", "items": {"type": "integer"}, "uniqueItems": True}, [1, 2], [1, 1]),
    "one of": ({"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 5}]}, 5.5, 6),
    "whole words": ({"type": "string", "pattern": r"\bfoo\b"}, "a foo", "foobar"),
    "a price": ({"type": "string", "pattern": r"^(?!-)\d+(?:\.\d{2})?$"}, "9.90", "-9"),
}


@pytest.mark.parametrize(("schema", "right", "wrong"), CHECKED.values(), ids=CHECKED)
def test_what_cannot_be_enforced_is_checked(schema: Any, right: Any, wrong: Any) -> None:
    made = AnswerSchema(text(schema))
    assert made.checked
    assert enforced(made, text(right))
    assert made.problem(text(right)) == ""
    assert made.problem(text(wrong))


REFUSED = {
    "not": ({"not": {"type": "string"}}, "“not” \\(#\\)"),
    "if": ({"type": "object", "properties": {"a": {"if": {}, "then": {}}}}, r"“if” \(#/properties/a\)"),
    "contains": ({"type": "array", "contains": {}}, "“contains”"),
    "dependent": ({"dependentRequired": {"a": ["b"]}}, "“dependentRequired”"),
    "unevaluated": ({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False}, "“unevaluatedProperties”"),
    "a format": ({"type": "string", "format": "ip-address"}, r"“format” \(#/format\).*ip-address is unknown"),
    "another file": ({"$ref": "https://example.org/x.json"}, "is another file"),
    "nowhere": ({"$ref": "#/$defs/a"}, r"#/\$defs/a \(#/\$ref\), which does not exist"),
    "no end": ({"anyOf": [{"$ref": "#"}]}, "refers to itself without an end"),
    "itself, needed": (
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        r"without an end \(#\)",
    ),
    "itself as the first item": ({"type": "array", "items": {"$ref": "#"}, "minItems": 1}, r"without an end \(#\)"),
    "each other, needed": (
        {
            "$defs": {
                "a": {"type": "array", "prefixItems": [{"$ref": "#/$defs/b"}], "minItems": 1},
                "b": {
                    "anyOf": [{"type": ["object"], "required": ["a"], "additionalProperties": {"$ref": "#/$defs/a"}}]
                },
            },
            "$ref": "#/$defs/a",
        },
        r"without an end \(#\)",
    ),
    "back-reference": ({"pattern": r"(a)\1"}, r"“pattern” \(#/pattern\).*not possible"),
    "open group": ({"pattern": "a(b"}, "not possible: unclosed group"),
    "slow look-around": ({"pattern": "^(?=(a+)+$)b"}, "not possible: look-around"),
    "digits": ({"const": 12345678901234567890}, "too many digits"),
    "nothing": (False, "cannot be enforced"),
    "no choice": ({"enum": []}, "cannot be enforced"),
    "empty bounds": ({"type": "integer", "minimum": 5, "maximum": 3}, "cannot be enforced: .*minimum"),
    "impossible name": ({**OPEN, "required": ["z"], "type": "object"}, "cannot be enforced: .*'z'"),
    "a wrong type": ({"type": "text"}, r"not valid \(#/type\)"),
    "a wrong place": ({"$defs": {"a": {"type": 3}}, "$ref": "#/$defs/a"}, r"not valid \(#/\$defs/a/type\)"),
    "a wrong length": ({"minLength": -1}, r"not valid \(#/minLength\)"),
}


@pytest.mark.parametrize(("schema", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_neither_is_refused_by_its_name(schema: Any, said: str) -> None:
    with pytest.raises(SchemaError, match=said) as caught:
        AnswerSchema(text(schema))
    assert "\n" not in caught.value.message
    assert caught.value.hint


ENDLESS: dict[str, Any] = {"$defs": {"e": {"type": "array", "items": {"$ref": "#/$defs/e"}, "minItems": 1}}}
USED = {"$ref": "#/$defs/e"}
NAMED = {"type": "object", "properties": {"a": USED, "b": {"type": "null"}}}
TREE = {"type": "object", "properties": {"left": {"anyOf": [{"type": "null"}, {"$ref": "#"}]}}, "required": ["left"]}


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        ({**ENDLESS, **NAMED}, {"b": None}, '{"a'),
        ({**ENDLESS, "anyOf": [USED, {"type": "boolean"}]}, True, "["),
        ({**ENDLESS, "type": "array", "items": USED}, [], "[["),
        (TREE, {"left": {"left": None}}, '{"left": ['),
    ],
)
def test_no_answer_goes_where_it_could_not_end(schema: Any, right: Any, wrong: str) -> None:
    made = AnswerSchema(text(schema))
    assert enforced(made, text(right))
    assert not begun(made, wrong)
    assert begun(made, wrong[:-1])


def nested(depth: int) -> Any:
    schema: Any = {"type": "string"}
    for _number in range(depth):
        schema = {"type": "object", "properties": {"x": schema}}
    return schema


@pytest.mark.parametrize(
    "schema",
    [
        "{", "3", '"x"', "[" * 100_000, '{"a":' * 100_000, '{"enum": ["\\ud83d"]}', text(nested(60)),
        '{"title": "' + "x" * 1_000_000 + '"}', text({"anyOf": [{"const": number} for number in range(3000)]}),
    ],
)  # fmt: skip
def test_what_is_no_schema_or_too_large_is_said(schema: str) -> None:
    with pytest.raises(SchemaError) as caught:
        AnswerSchema(schema)
    assert len(caught.value.message) < 400


def test_deep_schemas_and_many_properties_work() -> None:
    value: Any = "x"
    for _number in range(45):
        value = {"x": value}
    assert enforced(AnswerSchema(text(nested(45))), text(value))
    many = AnswerSchema(text({"type": "object", "properties": {f"p{number}": {} for number in range(600)}}))
    assert enforced(many, '{"p7": 1, "p599": 2}')


@pytest.mark.parametrize("word", ["anyOf", "allOf"])
def test_doubling_references_end(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanlight.engine.schema._CHECK_SECONDS", 0.05)
    doubled = {f"d{n}": {word: [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
    made = AnswerSchema(text({"$defs": {**doubled, "d40": {"type": "integer"}}, "$ref": "#/$defs/d0"}))
    with pytest.raises(AnswerInvalid, match="too long to check"):
        made.problem('"x"')


def test_many_different_choices_are_all_possible_and_checked() -> None:
    letters = [chr(ord("a") + number) for number in range(9)]
    made = AnswerSchema(text({"type": "array", "items": {"enum": letters}, "uniqueItems": True}))
    assert made.checked
    assert enforced(made, text(letters[::-1]))
    assert made.problem(text(letters[::-1])) == ""
    assert made.problem(text(["a", "b", "a"])) != ""


def test_answers_that_are_no_json_are_said() -> None:
    made = AnswerSchema("{}")
    for answer in ("", "{", "[" * 100_000, "1 2", "NaN!"):
        assert made.problem(answer).startswith(("The answer does not follow the schema", "The answer is not JSON"))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["a", "é", '"', "\\", "\U0001f600", "2024-02-29"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", 'b"', "c\\"]), inner, max_size=3),
    max_leaves=6,
)
_SCHEMAS: st.SearchStrategy[Any] = st.deferred(
    lambda: st.one_of(
        st.just({}),
        st.builds(lambda value: {"const": value}, _VALUES),
        st.builds(lambda values: {"enum": values}, st.lists(_VALUES, min_size=1, max_size=3)),
        st.builds(
            lambda kind, low, high: {"type": kind, "minimum": low, "maximum": low + high},
            st.sampled_from(["integer", "number", ["integer", "null"]]), st.integers(-9, 9), st.integers(0, 9),
        ),
        st.builds(
            lambda low, high, more: {"type": ["string", "null"], "minLength": low, "maxLength": low + high} | more,
            st.integers(0, 2), st.integers(0, 3), st.sampled_from([{}, {"pattern": "^a"}, {"pattern": r"\d"}]),
        ),
        st.builds(
            lambda items, low: {"type": ["array", "null"], "items": items, "minItems": low}, _SCHEMAS, st.integers(0, 2)
        ),
        st.builds(
            lambda a, b, need: {"type": "object", "properties": {"a": a, 'b"': b}, "required": need},
            _SCHEMAS, _SCHEMAS, st.sampled_from([[], ["a"], ["a", 'b"']]),
        ),
        st.builds(lambda a, b: {"anyOf": [a, b]}, _SCHEMAS, _SCHEMAS),
    )
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(schema=_SCHEMAS, value=_VALUES)
def test_what_is_enforced_holds(schema: Any, value: Any) -> None:
    """A value that could be sampled is one that the check accepts."""
    try:
        made = AnswerSchema(text(schema))
    except SchemaError:
        return
    if enforced(made, text(value)) and not made.checked:
        assert made.problem(text(value)) == ""
