"""Wild schemas, grammars and templates, each given to a small model in a child process: it answers, or says why not in
one sentence. An answer that has ended is held against the schema by a validator of the test's own."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fuzz.campaign import Attempt
from fuzz.child import Child, Outcome, Told, Try, told_of
from fuzz.schema_cases import WildCase, wild_case

SECONDS = 10.0
_TOKENS = 40


@dataclass(frozen=True)
class WildResult:
    case: WildCase
    outcome: Outcome
    said: str

    @property
    def failed(self) -> bool:
        return self.outcome not in ("answered", "refused")


def _prepare() -> Try:
    from fanlight.domain.errors import FanlightError
    from fanlight.domain.messages import Message
    from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
    from fanlight.engine.llama import LlamaEngine
    from fanlight.engine.template import Template
    from support.gguf_drafts import text_model

    path = text_model().write(Path(tempfile.mkdtemp()) / "tiny.gguf")
    engine = LlamaEngine.load(ModelSpec.of_files("tiny", path), LoadOptions(0, 1, 0))
    talk = [Message.of("user", "Hi"), Message.of("assistant", "Ho"), Message.of("user", "He")]

    def attempt(case: Any) -> Told:
        kind, text, number = case
        try:
            if kind == "template":
                Template(text, "<s>", "</s>").parts(talk)
                return "answered", ""
            bound = {"json_schema": text} if kind == "schema" else {"grammar": text}
            sampling = Sampling(temperature=number % 3, seed=number, max_tokens=_TOKENS, **bound)
            with contextlib.closing(engine.generate(talk[:1], sampling)) as events:
                return _judged(kind, text, list(events))
        except Exception as error:
            return told_of(error, FanlightError)

    return attempt


def _judged(kind: str, text: str, events: list[Any]) -> Told:
    """Whether an answer that has ended follows the schema, formats and patterns aside."""
    import jsonschema

    answer = "".join(event.text for event in events if type(event).__name__ == "TextDelta")
    if kind == "grammar" or events[-1].reason != "end":
        return "answered", answer
    written = json.loads(text)
    checker = jsonschema.validators.validator_for(written, default=jsonschema.Draft202012Validator)
    known = {name: function for name, function in checker.VALIDATORS.items() if name not in ("pattern", "multipleOf")}
    references = iter(range(5_000))
    follow = known["$ref"]
    known["$ref"] = lambda *given: next(references) * 0 or follow(*given)
    validator: Any = jsonschema.validators.create(checker.META_SCHEMA, known)
    try:
        jsonschema.Draft202012Validator.check_schema(written)
    except jsonschema.SchemaError:  # words of several drafts, which the test's validator reads otherwise
        return "answered", answer
    try:
        problems = [error.message for error in validator(written).iter_errors(json.loads(answer))]
    except (StopIteration, RuntimeError):  # too many references for this validator
        return "answered", answer
    except Exception as error:
        return "wrong", f"{answer[:100]!r}: {type(error).__name__} {error}"
    return ("wrong", f"{answer[:100]!r}: {problems[0][:200]}") if problems else ("answered", answer)


def wild_results(numbers: Iterable[int], seed: int = 0) -> Iterator[WildResult]:
    with tempfile.TemporaryDirectory() as name:
        child = Child(Path(name) / "log", _prepare, SECONDS)
        try:
            for number in numbers:
                case = wild_case(number, seed)
                yield WildResult(case, *child.ask((case.kind, case.text, number)))
        finally:
            child.close()


def attempts(numbers: Iterable[int], seed: int = 0) -> Iterator[Attempt]:
    last = time.monotonic()
    for result in wild_results(numbers, seed):
        what = f"{result.case.kind} {result.case.text[:300]!r}"
        yield Attempt(result.case.number, what, result.outcome, result.said, time.monotonic() - last)
        last = time.monotonic()
