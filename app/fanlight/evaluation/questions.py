"""What models are asked: cases with right answers, or pairs that should be treated alike; and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fanlight.batch.items import BatchItem, RejectedItem, parse_entries
from fanlight.evaluation import DRAWN
from fanlight.evaluation.case_file import HINT, file_bytes, read_cases
from fanlight.evaluation.cases import Case, case_items
from fanlight.evaluation.drawn_pairs import drawn_entries
from fanlight.evaluation.fairness import ModelFairness, check_fairness
from fanlight.evaluation.pairs import Pair, pair_items, read_pairs
from fanlight.evaluation.report import EvaluationReport, build_report
from fanlight.evaluation.running import ModelAnswers
from fanlight.evaluation.tsv_file import is_tsv
from fanlight.i18n import _


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """Of all cases, or of those that every model has answered so far."""

    source: Path
    cases: Sequence[Case]
    report: EvaluationReport


@dataclass(frozen=True, slots=True)
class FairnessResult:
    """Of all pairs, or of those that are answered so far."""

    source: Path
    models: tuple[ModelFairness, ...]


@dataclass(frozen=True, slots=True)
class CaseQuestions:
    source: Path
    cases: list[Case]

    @property
    def about(self) -> str:
        """What answers that are kept belong to."""
        return f"evaluate\0{self.source}"

    @property
    def items(self) -> list[BatchItem | RejectedItem]:
        return case_items(self.cases)

    def result(self, answers: Sequence[ModelAnswers]) -> EvaluationResult:
        return EvaluationResult(self.source, self.cases, build_report(self.cases, answers))


@dataclass(frozen=True, slots=True)
class PairQuestions:
    """`source` is DRAWN for the pairs that are drawn here."""

    source: Path
    pairs: list[Pair]

    @property
    def about(self) -> str:
        return f"pairs\0{self.source}"

    @property
    def items(self) -> list[BatchItem | RejectedItem]:
        return pair_items(self.pairs)

    def result(self, answers: Sequence[ModelAnswers]) -> FairnessResult:
        return FairnessResult(self.source, tuple(check_fairness(self.pairs, one) for one in answers))


def load_questions(source: Path) -> CaseQuestions | PairQuestions:
    """Which of both a file holds is seen from it. Raises InputError."""
    if str(source) == DRAWN:
        return drawn_questions()
    data = file_bytes(source)
    if _holds_pairs(data, source):
        return PairQuestions(source, read_pairs(data, source))
    return CaseQuestions(source, read_cases(data, source))


def drawn_questions() -> PairQuestions:
    source = Path(DRAWN)
    return PairQuestions(source, read_pairs(json.dumps(drawn_entries()).encode(), source))


def _holds_pairs(data: bytes, source: Path) -> bool:
    if is_tsv(source):
        return False
    entries = [entry for entry in parse_entries(data, source, _(HINT)) if isinstance(entry, dict)]
    return bool(entries) and all("first" in entry or "second" in entry for entry in entries)
