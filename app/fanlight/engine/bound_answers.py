"""Answers that follow a schema or a grammar, checked at their end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from fanlight.domain.errors import AnswerInvalid, SchemaError
from fanlight.domain.events import Event, Reason, TextDelta
from fanlight.domain.installation import and_the_rest_works, how_to_add_packages
from fanlight.domain.models import Sampling
from fanlight.domain.packages import package_imports
from fanlight.engine.constraint import Constraint, GrammarConstraint
from fanlight.engine.vocab import Vocab
from fanlight.i18n import _

if TYPE_CHECKING:
    from fanlight.engine.schema import AnswerSchema

TRIES = 4
_VARIED = 0.7
Attempt = Generator[Event, None, Reason]


def schema_of(sampling: Sampling) -> AnswerSchema | None:
    """Raises SchemaError."""
    if sampling.json_schema is None:
        return None
    with package_imports(_no_packages, _no_packages):
        from fanlight.engine.schema import AnswerSchema

    return AnswerSchema(sampling.json_schema)


def _no_packages(error: Exception) -> SchemaError:
    return SchemaError(
        _("JSON schemas need the packages llguidance and jsonschema, which cannot be loaded: {reason}.").format(
            reason=error
        ),
        and_the_rest_works(how_to_add_packages("llguidance", "jsonschema")),
    )


def constraint_of(sampling: Sampling, schema: AnswerSchema | None, vocab: Vocab) -> Constraint | None:
    """Raises SchemaError, GrammarError."""
    if schema is not None:
        from fanlight.engine.schema_constraint import SchemaConstraint

        return SchemaConstraint(schema, vocab)
    return None if sampling.grammar is None else GrammarConstraint(sampling.grammar, vocab)


def check_constraint(sampling: Sampling, schema: AnswerSchema | None, vocab: Vocab) -> None:
    """Raises SchemaError, GrammarError."""
    if constraint := constraint_of(sampling, schema, vocab):
        constraint.close()


def follow_schema(schema: AnswerSchema | None, attempt: Callable[[int], Attempt]) -> Attempt:
    """The answer of `attempt(0)`. If the schema says things that are only checked, its text comes when it has been
    checked, and what breaks them is asked again. Raises AnswerInvalid."""
    if schema is None:
        return (yield from attempt(0))
    problem = ""
    for number in range(TRIES if schema.checked else 1):
        texts: list[str] = []
        reason = yield from _collect(attempt(number), texts, hold=schema.checked, first=number == 0)
        cut = reason in ("length", "loop", "stopped")
        problem = "" if cut else schema.problem("".join(texts))
        if not problem:
            if schema.checked and texts:
                yield TextDelta("".join(texts))
            return reason
    raise AnswerInvalid(problem)


def varied(sampling: Sampling, number: int) -> Sampling:
    """Another answer for each number; the same ones each time where the first is."""
    if number == 0:
        return sampling
    seed = sampling.seed if sampling.seed is not None or sampling.temperature else 0
    return replace(
        sampling, temperature=max(sampling.temperature, _VARIED), seed=None if seed is None else seed + number
    )


def _collect(events: Attempt, texts: list[str], *, hold: bool, first: bool) -> Attempt:
    """The events; texts are kept in `texts`, and with `hold` only there. Of a further attempt nothing else is told."""
    with closing(events):
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            if isinstance(event, TextDelta):
                texts.append(event.text)
                if hold:
                    continue
            if first or isinstance(event, TextDelta):
                yield event
