"""Pairs of pictures, or of questions, that differ in one attribute, and the file they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fanlight.batch.items import BatchItem, RejectedItem, parse_entries, parse_item, with_own_ids
from fanlight.domain.errors import InputError
from fanlight.evaluation.case_file import checked_case
from fanlight.evaluation.cases import EvaluationCase, Scoring
from fanlight.i18n import N_, _

HINT = N_(
    'The file holds a list of {"id", "attribute", "question", "first": {"value", "images"}, "second": {"value", '
    '"images"}}, with "answer" for what is looked for.'
)
_TOGETHER = {"A": "the first picture", "B": "the second picture"}  # to the model


@dataclass(frozen=True, slots=True)
class QuestionPair:
    """`first` and `second` are asked alone, and are alike but for the `attribute`, whose values are `values`. Where it
    is `together`, each shows both pictures, in one order and in the other, and asks for one of them. `answers` of a
    case are () where nothing is looked for."""

    id: str | int
    attribute: str
    values: tuple[str, str]
    first: EvaluationCase
    second: EvaluationCase
    together: bool = False

    @property
    def items(self) -> tuple[BatchItem, BatchItem]:
        return self.first.item, self.second.item


Pair = QuestionPair | RejectedItem


def read_pairs(data: bytes, path: Path) -> list[Pair]:
    """In the order of the file. Raises InputError where it is no such file, or has no pair."""
    entries = parse_entries(data, path, _(HINT))
    pairs = with_own_ids([_pair(entry, path.parent) for entry in entries], _("An earlier pair has the same id."))
    if not pairs:
        raise InputError(_("{path} has no pairs.").format(path=path.name), _(HINT))
    return pairs


def pair_items(pairs: list[Pair]) -> list[BatchItem | RejectedItem]:
    """What a batch is to answer: two for each pair, one after the other."""
    return [item for pair in pairs for item in (pair.items if isinstance(pair, QuestionPair) else (pair, pair))]


def _pair(entry: Any, folder: Path) -> Pair:
    if isinstance(entry, RejectedItem):
        return entry
    if not isinstance(entry, dict):
        return RejectedItem(None, _("A pair must be an object."))
    sides = [entry.get(name) for name in ("first", "second")]
    if not all(isinstance(side, dict) for side in sides):
        return RejectedItem(entry.get("id"), _('A pair needs "first" and "second", each an object.'))
    common = {name: value for name, value in entry.items() if name not in ("first", "second")}
    items = [parse_item(common | side, folder) for side in sides if isinstance(side, dict)]
    for item in items:
        if isinstance(item, RejectedItem):
            return item
    try:
        return _checked(common, entry, [item for item in items if isinstance(item, BatchItem)])
    except ValueError as error:
        return RejectedItem(entry.get("id"), str(error))


def _checked(common: Mapping[str, Any], entry: Mapping[str, Any], items: list[BatchItem]) -> QuestionPair:
    """Raises ValueError with a sentence."""
    cases = [_case(common | entry[name], item) for name, item in zip(("first", "second"), items, strict=True)]
    values = [str(entry[name].get("value") or "").strip() for name in ("first", "second")]
    attribute = str(entry.get("attribute") or "").strip()
    if not attribute or not all(values) or values[0] == values[1]:
        raise ValueError(_('A pair needs "attribute", and in "first" and "second" another "value" of it.'))
    together = entry.get("together") is True
    if together:
        first, second = cases
        if not first.images or not second.images or first.question != second.question:
            raise ValueError(_('For "together" both sides need "images", and the same question.'))
        cases = [_both(first, second), _both(second, first)]
    first, second = (replace(case, id=f"{case.id} {place}") for place, case in enumerate(cases, 1))
    return QuestionPair(items[0].id, attribute, (values[0], values[1]), first, second, together)


def _case(entry: Mapping[str, Any], item: BatchItem) -> EvaluationCase:
    if not item.single:
        raise ValueError(_('"question" must be one text.'))
    if "answer" in entry:
        return checked_case(entry, item)
    return EvaluationCase(item.id, item.questions[0], (), Scoring.CONTAINS, item.images, folder=item.folder)


def _both(one: EvaluationCase, other: EvaluationCase) -> EvaluationCase:
    return replace(one, images=(*one.images, *other.images), options=_TOGETHER, scoring=Scoring.CHOICE, answers=("A",))
