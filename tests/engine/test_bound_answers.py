"""Answers bound by a schema or grammar, on a model whose words mean nothing: they hold, or it is said."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from fanlight.domain.errors import AnswerInvalid, GrammarError, SchemaError
from fanlight.domain.events import Event, Reason, TextDelta, ThinkingDelta
from fanlight.domain.models import Sampling
from fanlight.domain.stop import StopFlag
from fanlight.engine import bound_answers
from fanlight.engine.bound_answers import follow_schema, varied
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.schema import AnswerSchema
from fanlight.engine.template_budget import RenderingStopped
from support.asking import hear, user
from support.invoice_schemas import INVOICES

pytestmark = pytest.mark.model
QUESTION = [user("Write it.")]
SHORT = {
    "nullable enum": {"type": ["string", "null"], "enum": ["a", None]},
    "bounds": {"type": "integer", "minimum": 3, "maximum": 12},
    "multiple": {"type": "integer", "minimum": 1, "maximum": 99, "multipleOf": 7},
    "date": {"type": "string", "format": "date"},
    "uuid": {"type": "string", "format": "uuid"},
    "pattern": {"type": "string", "pattern": r"^\d{2}-[A-Z]\w{2}$"},
    "emoji": {"enum": ["\U0001f600", "\U0001f389", 'q"x', "b\\y"]},
    "keys": {"type": "object", "properties": {"a\\b": {"enum": ["\u00e9"]}, 'q"': {"const": 1}},
             "required": ["a\\b", 'q"'], "additionalProperties": False},
    "tuple": {"type": "array", "prefixItems": [{"enum": [1]}, {"const": "x"}], "minItems": 2, "items": False},
    "different": {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 2},
    "long": {"type": "string", "maxLength": 20_000, "pattern": "^[a-z]{1,20}$"},
}  # fmt: skip


@pytest.mark.parametrize("schema", SHORT.values(), ids=SHORT)
@pytest.mark.parametrize("temperature", [0.0, 1.5])
def test_what_is_sampled_follows_the_schema(engine: LlamaEngine, schema: object, temperature: float) -> None:
    text = json.dumps(schema)
    for seed in range(3):
        heard = hear(engine.generate(QUESTION, Sampling(temperature=temperature, seed=seed, json_schema=text)))
        assert AnswerSchema(text).problem(heard.text) == ""
        assert heard.end.reason == "end"


@pytest.mark.parametrize("name", INVOICES)
def test_an_invoice_holds_or_is_cut_and_said(engine: LlamaEngine, name: str) -> None:
    text = json.dumps(INVOICES[name][0])
    for seed in range(2):
        heard = hear(engine.generate(QUESTION, Sampling(temperature=1, seed=seed, json_schema=text, max_tokens=500)))
        assert heard.end.reason == "length" or AnswerSchema(text).problem(heard.text) == ""


def test_an_answer_that_is_cut_ends_by_its_length(engine: LlamaEngine) -> None:
    schema = json.dumps({"type": "array", "items": {"const": "word"}, "minItems": 3, "maxItems": 3})
    whole = hear(engine.generate(QUESTION, Sampling(temperature=0, json_schema=schema)))
    count = whole.end.timings.generated_tokens
    assert whole.end.reason == "end"
    cut = hear(engine.generate(QUESTION, Sampling(temperature=0, json_schema=schema, max_tokens=count - 1)))
    assert (cut.end.reason, whole.text.startswith(cut.text)) == ("length", True)
    exact = hear(engine.generate(QUESTION, Sampling(temperature=0, json_schema=schema, max_tokens=count)))
    assert (exact.end.reason, exact.text) == ("end", whole.text)
    grammar = 'root ::= "abc" "def"'
    for most, reason in ((2, "length"), (6, "end")):
        heard = hear(engine.generate(QUESTION, Sampling(temperature=0, grammar=grammar, max_tokens=most)))
        assert heard.end.reason == reason


@pytest.mark.parametrize("grammar", ["root ::= " + "(" * 20_000 + '"a"' + ")" * 20_000, 'root ::= "\\d"', "root = 1"])
def test_a_grammar_that_is_none_is_told_by_its_place(
    engine: LlamaEngine, grammar: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(GrammarError, match=r"line 1, column \d+"):
        hear(engine.generate(QUESTION, Sampling(grammar=grammar)))
    assert "pars" not in capfd.readouterr().err


def test_a_grammar_that_takes_too_long_is_ended(engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanlight.engine.constraint._SECONDS_TO_ACCEPT", 0.0)
    with pytest.raises(GrammarError, match="read in too many ways"):
        hear(engine.generate(QUESTION, Sampling(temperature=0, grammar="root ::= [a-z]*", max_tokens=200)))


def test_a_question_may_follow_a_refused_schema(engine: LlamaEngine) -> None:
    with pytest.raises(SchemaError, match="“not”"):
        hear(engine.generate(QUESTION, Sampling(json_schema='{"not": {}}')))
    assert hear(engine.generate(QUESTION, Sampling(temperature=0, max_tokens=2))).text is not None


def test_stop_reaches_the_template_of_a_question(engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_given: object, **_named: object) -> None:
        raise RenderingStopped

    monkeypatch.setattr("fanlight.engine.template.Template.parts", stopped)
    for events in (engine.generate(QUESTION, Sampling(), StopFlag()), engine.prefill(QUESTION, StopFlag())):
        assert hear(events).end.reason == "stopped"


# Asking again


CHECKED = AnswerSchema('{"type": "array", "items": {"type": "integer"}, "uniqueItems": true}')
STREAMED = AnswerSchema('{"type": "array", "items": {"type": "integer"}}')


def answering(*answers: str, reason: Reason = "end") -> tuple[list[int], object]:
    asked: list[int] = []

    def attempt(number: int) -> Generator[Event, None, Reason]:
        asked.append(number)
        yield ThinkingDelta("hm")
        for letter in answers[min(number, len(answers) - 1)]:
            yield TextDelta(letter)
        return reason

    return asked, attempt


def followed(schema: AnswerSchema, attempt: object) -> tuple[list[Event], Reason]:
    events: list[Event] = []
    run = follow_schema(schema, attempt)  # type: ignore[arg-type]
    while True:
        try:
            events.append(next(run))
        except StopIteration as end:
            return events, end.value


def test_an_answer_that_breaks_what_is_only_checked_is_asked_again() -> None:
    asked, attempt = answering("[1, 1]", "[2, 2]", "[1, 2]")
    assert followed(CHECKED, attempt) == ([ThinkingDelta("hm"), TextDelta("[1, 2]")], "end")
    assert asked == [0, 1, 2]


def test_after_some_tries_it_is_said() -> None:
    asked, attempt = answering("[1, 1]")
    with pytest.raises(AnswerInvalid, match="an item twice"):
        followed(CHECKED, attempt)
    assert len(asked) == bound_answers.TRIES


def test_what_is_enforced_streams_and_is_checked_once() -> None:
    asked, attempt = answering("[1]")
    assert followed(STREAMED, attempt)[0][1:] == [TextDelta("["), TextDelta("1"), TextDelta("]")]
    asked, attempt = answering("[true]")
    with pytest.raises(AnswerInvalid, match=r"\[0\]"):
        followed(STREAMED, attempt)
    assert asked == [0]


@pytest.mark.parametrize("reason", ["length", "stopped"])
def test_an_answer_that_is_cut_is_not_checked(reason: Reason) -> None:
    asked, attempt = answering("[1, 1", reason=reason)
    assert followed(CHECKED, attempt) == ([ThinkingDelta("hm"), TextDelta("[1, 1")], reason)
    assert asked == [0]


def test_further_tries_are_other_answers_but_the_same_each_time() -> None:
    greedy = Sampling(temperature=0)
    assert varied(greedy, 0) == greedy
    assert (varied(greedy, 2).temperature, varied(greedy, 2).seed) == (0.7, 2)
    assert varied(Sampling(temperature=1, seed=5), 1).seed == 6
    assert varied(Sampling(temperature=1), 1).seed is None


def test_without_its_packages_a_schema_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llguidance", None)
    for name in [name for name in sys.modules if name.startswith("fanlight.engine.schema")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(SchemaError, match="need the packages llguidance and jsonschema"):
        bound_answers.schema_of(Sampling(json_schema="{}"))


def test_the_vocabulary_is_read_once_for_all_schemas(engine: LlamaEngine, tmp_path: Path) -> None:
    hear(engine.generate(QUESTION, Sampling(temperature=0, json_schema="true", max_tokens=1)))
    first = engine._vocab.guidance_tokenizer
    hear(engine.generate(QUESTION, Sampling(temperature=0, json_schema='{"const": 1}', max_tokens=1)))
    assert engine._vocab.guidance_tokenizer is first is not None
