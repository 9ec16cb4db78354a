"""A JSON schema that an answer follows: enforced token by token by llguidance, and checked when the answer has ended.

DECISIONS.md says why both. Only `#` references are followed; nothing is fetched.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import jsonschema
import llguidance
import referencing

from fanlight.domain.errors import AnswerInvalid, SchemaError
from fanlight.engine import schema_patterns
from fanlight.engine.schema_document import SchemaDocument
from fanlight.engine.schema_enforcing import EnforcedSchema
from fanlight.engine.schema_formats import BOUNDS, CHECKS
from fanlight.engine.schema_reasons import reason_of
from fanlight.engine.schema_text import read_schema
from fanlight.i18n import _

_OPTIONS: Any = {"whitespace_pattern": r" |\n[ \t]{0,40}", "coerce_one_of": True}
_SHOWN = 200
_CHECK_SECONDS = 2.0


class AnswerSchema:
    """The constructor raises SchemaError for a schema that is none, or that cannot be kept. `checked`: an answer that
    was enforced may break it all the same."""

    def __init__(self, text: str) -> None:
        document = SchemaDocument(read_schema(text))
        whole = document.whole()
        try:
            jsonschema.Draft202012Validator.check_schema(whole, format_checker=jsonschema.FormatChecker(formats=()))
        except jsonschema.SchemaError as error:
            place = document.place_of(tuple(error.absolute_path))
            raise SchemaError(
                _("The schema is not valid ({place}): {reason}.").format(place=place, reason=reason_of(error))
            ) from error
        enforced = EnforcedSchema(document)
        self.checked = enforced.checked
        self.grammar = _grammar(enforced.schema)
        self._clock = _CheckClock()
        self._validator = _validator_class(self._clock)(
            whole, registry=referencing.Registry(), format_checker=_format_checker()
        )

    def problem(self, answer: str) -> str:
        """Why an answer does not follow the schema, as a sentence; "" when it does. Raises AnswerInvalid when that
        cannot be found out."""
        try:
            value = json.loads(answer)
            self._clock.begin()
            error = jsonschema.exceptions.best_match(self._validator.iter_errors(value))
        except json.JSONDecodeError as wrong:
            return _("The answer is not JSON (line {line}, column {column}).").format(
                line=wrong.lineno, column=wrong.colno
            )
        except (ValueError, RecursionError, OverflowError):
            return _("The answer does not follow the schema: it is nested too deep, or a number is too long.")
        if error is None:
            return ""
        place = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in error.absolute_path)
        return _("The answer does not follow the schema (at {place}): {reason}.").format(
            place=_shortened(place.lstrip(".") or _("the beginning")), reason=reason_of(error)
        )


def _grammar(schema: dict[str, Any]) -> str:
    """llguidance's form of the schema, tried on the first byte. Raises SchemaError."""
    try:
        grammar = llguidance.LLMatcher.grammar_from_json_schema(json.dumps(schema), overrides=_OPTIONS)
    except ValueError as error:
        raise SchemaError(
            _("The schema cannot be enforced: {reason}.").format(reason=_shortened(str(error)))
        ) from error
    matcher = llguidance.LLMatcher(schema_patterns.byte_tokenizer(), grammar, log_level=0, limits=limits())
    matcher.compute_bitmask()
    if problem := matcher_problem(matcher):
        raise SchemaError(_("The schema cannot be enforced: {reason}.").format(reason=problem))
    return str(grammar)


@cache
def limits() -> Any:
    """llguidance's own, but more for objects with many optional properties."""
    return llguidance.LLParserLimits(max_items_in_row=20_000, step_max_items=500_000)


def matcher_problem(matcher: Any) -> str:
    """The first line of llguidance's reason; "" when there is none."""
    if not matcher.is_error():
        return ""
    lines = matcher.get_error().strip().splitlines()
    return _shortened(lines[0].rstrip(".")) if lines else _("no reason given")


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


@cache
def _format_checker() -> Any:
    checker = jsonschema.FormatChecker(formats=())
    for name, holds in CHECKS.items():
        checker.checks(name)(lambda value, holds=holds: not isinstance(value, str) or holds(value))
    for name, (low, high) in BOUNDS.items():
        checker.checks(name)(lambda value, low=low, high=high: not isinstance(value, int) or low <= value <= high)
    return checker


class _CheckClock:
    """Ends a check that follows references without end: many can be nested in a small schema."""

    def begin(self) -> None:
        self._until = time.thread_time() + _CHECK_SECONDS

    def look(self) -> None:
        if time.thread_time() > self._until:
            raise AnswerInvalid(_("It takes too long to check whether the answer follows the schema."))


def _validator_class(clock: _CheckClock) -> Any:
    """Draft 2020-12 with patterns as they were enforced, exact decimals, and an end to references. `reason_of` has
    the words for its errors."""
    base = jsonschema.Draft202012Validator
    follow = base.VALIDATORS["$ref"]

    def reference(validator: Any, ref: Any, instance: Any, schema: Any) -> Iterator[Any]:
        clock.look()
        yield from follow(validator, ref, instance, schema) or ()

    def pattern(_validator: Any, wanted: str, instance: Any, _schema: Any) -> Iterator[Any]:
        if isinstance(instance, str) and not schema_patterns.matches(wanted, instance):
            yield jsonschema.ValidationError("")

    def multiple(_validator: Any, step: Any, instance: Any, _schema: Any) -> Iterator[Any]:
        if isinstance(instance, int | float) and not isinstance(instance, bool) and not _is_multiple(instance, step):
            yield jsonschema.ValidationError("")

    extend: Any = jsonschema.validators.extend
    return extend(base, {"$ref": reference, "pattern": pattern, "multipleOf": multiple})


def _is_multiple(number: float, step: float) -> bool:
    try:
        return Decimal(repr(number)) % Decimal(repr(step)) == 0
    except InvalidOperation:
        return False
