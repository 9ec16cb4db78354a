"""What came of an evaluation: scores with intervals, seconds, memory, and the answers side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from fanlight.batch.answer_journal import Result
from fanlight.batch.items import RejectedItem
from fanlight.evaluation.cases import Case, EvaluationCase
from fanlight.evaluation.intervals import Interval, difference_interval, mean_interval
from fanlight.evaluation.running import ModelAnswers
from fanlight.evaluation.scoring import score_answer

_SECONDS = ("encode_seconds", "prefill_seconds", "generate_seconds")


@dataclass(frozen=True, slots=True)
class ScoredAnswer:
    """`error`: why there is no answer; the score is 0 then."""

    text: str
    score: float
    seconds: float = 0.0
    complete: bool = True
    error: str = ""


@dataclass(frozen=True, slots=True)
class ModelReport:
    """`answers` by the ids of the cases that count; `score` is None where there are none. `peak_bytes` is 0 where it is
    not known."""

    name: str
    answers: Mapping[str | int, ScoredAnswer]
    score: Interval | None
    by_category: Mapping[str, Interval]
    seconds: float
    peak_bytes: int
    failure: str = ""


@dataclass(frozen=True, slots=True)
class ModelDifference:
    """How much more often `better` is right than `other`, on the same cases."""

    better: str
    other: str
    difference: Interval


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """`left_out`: cases that no model could answer, as (id, reason); they count for none."""

    cases: tuple[EvaluationCase, ...]
    models: tuple[ModelReport, ...]
    left_out: tuple[tuple[object, str], ...]

    @property
    def ranked(self) -> list[ModelReport]:
        """Those with a score, the best first."""
        scored = [model for model in self.models if model.score is not None]
        return sorted(scored, key=lambda model: -model.score.mean if model.score else 0.0)

    @property
    def differences(self) -> list[ModelDifference]:
        """Of the best model from each other."""
        ranked = self.ranked
        return [_difference(ranked[0], other, self.cases) for other in ranked[1:]]


def build_report(cases: Sequence[Case], answers: Sequence[ModelAnswers]) -> EvaluationReport:
    """A model that could not be loaded has no score. Cases behind the end of one that was stopped do not count."""
    asked = [model for model in answers if not model.failure]
    counted: list[EvaluationCase] = []
    left_out: list[tuple[object, str]] = []
    for place, case in enumerate(cases):
        results = [model.results[place] if place < len(model.results) else None for model in asked]
        if isinstance(case, RejectedItem):
            left_out.append((case.id, case.reason))
        elif any(result is not None and "answer" in result for result in results):
            if None not in results:
                counted.append(case)
        elif errors := [result["error"] for result in results if result is not None]:
            left_out.append((case.id, errors[0]))
    places = {case.id: place for place, case in enumerate(cases) if isinstance(case, EvaluationCase)}
    return EvaluationReport(
        tuple(counted), tuple(_model_report(model, counted, places) for model in answers), tuple(left_out)
    )


def _model_report(model: ModelAnswers, cases: Sequence[EvaluationCase], places: Mapping[str | int, int]) -> ModelReport:
    if model.failure or not cases:
        return ModelReport(model.name, {}, None, {}, 0.0, 0, model.failure)
    scored = {case.id: _scored(case, model.results[places[case.id]]) for case in cases}
    categories = dict.fromkeys(case.category for case in cases)
    answered = [one.seconds for one in scored.values() if not one.error]
    return ModelReport(
        model.name,
        scored,
        mean_interval([one.score for one in scored.values()]),
        {
            name: mean_interval([scored[case.id].score for case in cases if case.category == name])
            for name in (categories if len(categories) > 1 else ())
        },
        fmean(answered) if answered else 0.0,
        max((int(result.get("peak_bytes", 0)) for result in model.results), default=0),
    )


def _scored(case: EvaluationCase, result: Result) -> ScoredAnswer:
    if "answer" not in result:
        return ScoredAnswer("", 0.0, error=str(result.get("error", "")))
    text = str(result["answer"])
    return ScoredAnswer(text, score_answer(case, text), _seconds(result), bool(result.get("complete", True)))


def _seconds(result: Result) -> float:
    timings: Any = result.get("timings")
    return float(sum(timings.get(name, 0.0) for name in _SECONDS)) if isinstance(timings, dict) else 0.0


def _difference(better: ModelReport, other: ModelReport, cases: Sequence[EvaluationCase]) -> ModelDifference:
    first, second = ([model.answers[case.id].score for case in cases] for model in (better, other))
    return ModelDifference(better.name, other.name, difference_interval(first, second))
