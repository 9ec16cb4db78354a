"""A file of cases: JSON, JSON Lines, or VLMEvalKit's TSV. What is wrong with one case is reported in its place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from fanlight.batch.items import BatchItem, RejectedItem, parse_entries, parse_item, with_own_ids
from fanlight.domain.errors import InputError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import look_at, shortened
from fanlight.evaluation.cases import LETTERS, Case, EvaluationCase, Scoring, Tolerance
from fanlight.evaluation.numbers import as_number
from fanlight.evaluation.scoring import chosen_letter
from fanlight.evaluation.tsv_file import is_tsv, tsv_entries
from fanlight.i18n import N_, _

HINT = N_(
    'The file holds a list of {"id", "images": [...], "question", "answer"}, or one a line; or it is a table (.tsv) '
    "with the columns index, image, question, and answer."
)
MOST_BYTES = 256 * 10**6
"""Tables hold their pictures, so it is not little."""
_SCORINGS = ", ".join(one.value for one in Scoring)


def read_cases(data: bytes, path: Path) -> list[Case]:
    """In the order of the file. Raises InputError where it is no such file, or has no case."""
    entries = tsv_entries(data, path) if is_tsv(path) else parse_entries(data, path, _(HINT))
    cases = with_own_ids([_case(entry, path.parent) for entry in entries], _("An earlier case has the same id."))
    if not cases:
        raise InputError(_("{path} has no cases.").format(path=path.name), _(HINT))
    return cases


def file_bytes(path: Path) -> bytes:
    """Raises InputError."""
    found = look_at(path)
    if not found.is_file:
        raise InputError(found.refusal, _("Check the name and the folder."))
    if found.size > MOST_BYTES:
        text = _("{path} is longer than {size} MB.").format(path=shortened(str(path)), size=MOST_BYTES // 10**6)
        raise InputError(text, _("Divide it into several files."))
    try:
        return path.read_bytes()
    except OSError as error:
        text = _("{path} cannot be read: {reason}.").format(path=shortened(str(path)), reason=os_reason(error))
        raise InputError(text, _("Check the name and the folder.")) from error


def _case(entry: Any, folder: Path) -> Case:
    item = entry if isinstance(entry, RejectedItem) else parse_item(entry, folder)
    if not isinstance(item, BatchItem):
        return item
    try:
        return checked_case(entry, item)
    except ValueError as error:
        return RejectedItem(item.id, str(error))


def checked_case(entry: Mapping[str, Any], item: BatchItem) -> EvaluationCase:
    """Raises ValueError with a sentence."""
    if not item.single:
        raise ValueError(_('"question" must be one text: each case is one question.'))
    options = _options(entry.get("options"))
    if entry.get("answer") in (None, "", []):
        raise ValueError(_('The case has no "answer".'))
    answer = entry["answer"]
    scoring = _scoring(entry.get("score"), answer, options)
    answers = tuple(answer) if isinstance(answer, list) and scoring is not Scoring.FIELDS else (answer,)
    return EvaluationCase(
        item.id,
        item.questions[0],
        _right_answers(answers, scoring, options),
        scoring,
        item.images,
        options,
        _tolerance(entry.get("tolerance")),
        _text(entry.get("hint")),
        _text(entry.get("category")),
        item.folder,
    )


def _options(given: Any) -> dict[str, str]:
    if given in (None, {}, []):
        return {}
    listed = dict(zip(LETTERS, given, strict=False)) if isinstance(given, list) else given
    if not isinstance(listed, dict) or len(listed) < 2 or len(listed) != len(given):
        raise ValueError(_('"options" must be a list of at least two texts, or an object with the letters A, B, C, …'))
    if not all(name in LETTERS and len(name) == 1 and _text(text) for name, text in listed.items()):
        raise ValueError(_('"options" must be a list of at least two texts, or an object with the letters A, B, C, …'))
    return {name: _text(text) for name, text in listed.items()}


def _scoring(given: Any, answer: Any, options: Mapping[str, str]) -> Scoring:
    """What is asked for; otherwise by what the answer is."""
    if given in (None, ""):
        if options:
            return Scoring.CHOICE
        if isinstance(answer, dict):
            return Scoring.FIELDS
        is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
        return Scoring.NUMBER if is_number else Scoring.CONTAINS
    try:
        scoring = Scoring(str(given).strip().lower())
    except ValueError:
        raise ValueError(_('"score" must be one of {words}.').format(words=_SCORINGS)) from None
    if scoring is Scoring.CHOICE and not options:
        raise ValueError(_('A choice needs "options".'))
    return scoring


def _right_answers(answers: tuple[Any, ...], scoring: Scoring, options: Mapping[str, str]) -> tuple[Any, ...]:
    if scoring is Scoring.FIELDS:
        if not isinstance(answers[0], dict) or not answers[0]:
            raise ValueError(_('For fields, "answer" must be an object with at least one field.'))
        return answers
    if not all(isinstance(one, str | int | float) and not isinstance(one, bool) and _text(one) for one in answers):
        raise ValueError(_('"answer" must be a text or a number, or a list of those that are right.'))
    if scoring is Scoring.NUMBER and any(as_number(one) is None for one in answers):
        raise ValueError(_('For a number, "answer" must be a number.'))
    if scoring is Scoring.CHOICE:
        letters = tuple(chosen_letter(_text(one), options) for one in answers)
        if not all(letters):
            raise ValueError(_('"answer" must be the letter or the text of an option.'))
        return letters
    return answers if scoring is Scoring.NUMBER else tuple(map(_text, answers))


def _tolerance(given: Any) -> Tolerance:
    if given in (None, "", 0):
        return Tolerance()
    text = str(given).strip()
    try:
        amount = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        amount = Decimal("NaN")
    if isinstance(given, bool) or not amount.is_finite() or amount < 0:
        raise ValueError(_('"tolerance" must be a number of at least 0, or a percentage such as "5%".'))
    return Tolerance(amount / 100, relative=True) if text.endswith("%") else Tolerance(amount)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)
