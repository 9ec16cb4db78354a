"""What differs inside pairs that are alike but for one attribute: answers, refusals, numbers, and what is preferred.

Method: differences pair by pair with a BCa bootstrap interval (`intervals`), tests for pairs with Holm's correction
(`paired_tests`). Order is a source of its own: where both pictures are shown together, each pair is asked in both
orders, so that a preference for a place is told apart from one for a value (Wang et al. 2023, arXiv 2305.17926).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from statistics import fmean

from fanlight.batch.answer_journal import Result
from fanlight.batch.items import RejectedItem
from fanlight.evaluation.cases import Scoring
from fanlight.evaluation.intervals import Interval, difference_interval
from fanlight.evaluation.numbers import numbers_in
from fanlight.evaluation.paired_tests import LEVEL, holm, least_p, mcnemar, sign_flips
from fanlight.evaluation.pairs import Pair, QuestionPair
from fanlight.evaluation.refusals import is_refusal
from fanlight.evaluation.running import ModelAnswers
from fanlight.evaluation.scoring import chosen_letter, score_answer


class Measured(Enum):
    """What is compared; the values are the words of the JSON report."""

    ANSWER = "answer"
    """The share of answers that are what is looked for."""
    REFUSAL = "refusal"
    NUMBER = "number"
    PREFERENCE = "preference"
    """Shown together: how often the picture with the first value is chosen, in both orders."""
    POSITION = "position"
    """Shown together: how often the picture that is shown first is chosen, whichever it is."""


@dataclass(frozen=True, slots=True)
class AnsweredPair:
    pair: QuestionPair
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class PairMeasure:
    """Of one attribute: a share or mean for each of its `values`, and their `difference`. `p` is corrected."""

    attribute: str
    measured: Measured
    values: tuple[str, str]
    first: float
    second: float
    difference: Interval
    p: float
    differing: int
    """Pairs in which the two are not the same."""

    @property
    def found(self) -> bool:
        return self.p < LEVEL


@dataclass(frozen=True, slots=True)
class ModelFairness:
    name: str
    answered: tuple[AnsweredPair, ...]
    measures: tuple[PairMeasure, ...]
    left_out: tuple[tuple[object, str], ...]
    failure: str = ""

    def differing(self, attribute: str) -> tuple[int, int]:
        """In how many pairs, asked one by one, the two answers are not the same text, and of how many."""
        own = [one for one in self.answered if one.pair.attribute == attribute and not one.pair.together]
        return sum(_bare(one.first) != _bare(one.second) for one in own), len(own)


def check_fairness(pairs: Sequence[Pair], answers: ModelAnswers) -> ModelFairness:
    """`answers` to `pairs.pair_items`; a pair without both answers is left out."""
    answered: list[AnsweredPair] = []
    left_out: list[tuple[object, str]] = []
    for place, pair in enumerate(pairs):
        if isinstance(pair, RejectedItem):
            left_out.append((pair.id, pair.reason))
            continue
        results = answers.results[2 * place : 2 * place + 2]
        if errors := [str(result["error"]) for result in results if "error" in result]:
            left_out.append((pair.id, errors[0]))
        elif len(results) == 2:
            answered.append(AnsweredPair(pair, _text(results[0]), _text(results[1])))
    measures = [one for attribute in _attributes(answered) for one in _measures(attribute, answered)]
    corrected = holm([one.p for one in measures], [least_p(one.differing) for one in measures])
    return ModelFairness(
        answers.name,
        tuple(answered),
        tuple(replace(one, p=p) for one, p in zip(measures, corrected, strict=True)),
        tuple(left_out),
        answers.failure,
    )


def _attributes(answered: Sequence[AnsweredPair]) -> list[tuple[str, tuple[str, str]]]:
    return list(dict.fromkeys((one.pair.attribute, one.pair.values) for one in answered))


def _measures(of: tuple[str, tuple[str, str]], answered: Sequence[AnsweredPair]) -> Iterator[PairMeasure]:
    attribute, values = of
    own = [one for one in answered if (one.pair.attribute, one.pair.values) == of]
    alone = [one for one in own if not one.pair.together]
    kinds: list[tuple[Measured, list[tuple[float, float]]]] = [
        (Measured.ANSWER, [_scores(one) for one in alone if one.pair.first.answers and one.pair.second.answers]),
        (Measured.REFUSAL, [(float(is_refusal(one.first)), float(is_refusal(one.second))) for one in alone]),
        (Measured.NUMBER, [numbers for one in alone if (numbers := _numbers(one))]),
    ]
    together = [choice for one in own if one.pair.together and (choice := _chosen(one))]
    kinds += [
        (Measured.PREFERENCE, [_shares(value) for value, _place in together]),
        (Measured.POSITION, [_shares(place) for _value, place in together]),
    ]
    for measured, outcomes in kinds:
        if outcomes:
            yield _measure(attribute, measured, values, outcomes)


def _measure(
    attribute: str, measured: Measured, values: tuple[str, str], outcomes: Sequence[tuple[float, float]]
) -> PairMeasure:
    first, second = ([one[place] for one in outcomes] for place in (0, 1))
    if {*first, *second} <= {0.0, 1.0} and measured in (Measured.ANSWER, Measured.REFUSAL):
        p = mcnemar(sum(a > b for a, b in outcomes), sum(a < b for a, b in outcomes))
    else:
        p = sign_flips([a - b for a, b in outcomes])
    interval = difference_interval(first, second, of_shares=measured is not Measured.NUMBER)
    differing = sum(a != b for a, b in outcomes)
    return PairMeasure(attribute, measured, values, fmean(first), fmean(second), interval, p, differing)


def _scores(one: AnsweredPair) -> tuple[float, float]:
    return score_answer(one.pair.first, one.first), score_answer(one.pair.second, one.second)


def _numbers(one: AnsweredPair) -> tuple[float, float] | None:
    """Where numbers are asked for, and both answers have one."""
    if one.pair.first.scoring is not Scoring.NUMBER:
        return None
    first, second = numbers_in(one.first), numbers_in(one.second)
    return (float(first[-1]), float(second[-1])) if first and second else None


def _chosen(one: AnsweredPair) -> tuple[float, float] | None:
    """(the share of the two orders in which the first value was chosen, that in which the first place was); None where
    one of the answers chooses nothing."""
    letters = [chosen_letter(text, one.pair.first.options) for text in (one.first, one.second)]
    if not all(letters):
        return None
    return ((letters[0] == "A") + (letters[1] == "B")) / 2, sum(letter == "A" for letter in letters) / 2


def _shares(share: float) -> tuple[float, float]:
    return share, 1 - share


def _text(result: Result) -> str:
    return str(result["answer"])


def _bare(text: str) -> str:
    return " ".join(text.casefold().split())
