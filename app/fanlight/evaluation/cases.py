"""What is asked in an evaluation, and what the right answer is."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from fanlight.batch.items import BatchItem, RejectedItem


class Scoring(Enum):
    """How an answer is compared with the expected one; the values are the words of the file."""

    EXACT = "exact"
    CONTAINS = "contains"
    NUMBER = "number"
    CHOICE = "choice"
    FIELDS = "fields"


LETTERS = string.ascii_uppercase
"""Of the options of a choice."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a number may be from the expected one: `amount`, or that part of it where `relative`."""

    amount: Decimal = Decimal(0)
    relative: bool = False

    def allows(self, number: Decimal, expected: Decimal) -> bool:
        return abs(number - expected) <= (abs(expected) * self.amount if self.relative else self.amount)

    @property
    def written(self) -> str:
        """As in a file; "" for none."""
        if not self.amount:
            return ""
        return f"{(self.amount * 100).normalize():f}%" if self.relative else f"{self.amount.normalize():f}"


@dataclass(frozen=True, slots=True)
class EvaluationCase:
    """`answers`: any of them is right; of a choice the letters, of fields one JSON object. `options` by their letters.
    `images` are named as seen from `folder`."""

    id: str | int
    question: str
    answers: tuple[Any, ...]
    scoring: Scoring
    images: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    tolerance: Tolerance = Tolerance()
    hint: str = ""
    category: str = ""
    folder: Path = Path()

    @property
    def prompt(self) -> str:
        """The question as a model gets it. Hint and options are worded as in VLMEvalKit's `build_prompt`
        (vlmeval/dataset/image_mcq.py), so that scores can be compared."""
        if not self.options:
            return f"Hint: {self.hint}\nQuestion: {self.question}" if self.hint else self.question
        lines = [f"Hint: {self.hint}"] if self.hint else []
        lines += [f"Question: {self.question}", "Options:"]
        lines += [f"{letter}. {text}" for letter, text in self.options.items()]
        return "\n".join([*lines, "Please select the correct answer from the options above."])

    @property
    def item(self) -> BatchItem:
        return BatchItem(self.id, self.images, (self.prompt,), single=True, folder=self.folder)


Case = EvaluationCase | RejectedItem


def case_items(cases: list[Case]) -> list[BatchItem | RejectedItem]:
    """What a batch is to answer, in the same order."""
    return [case.item if isinstance(case, EvaluationCase) else case for case in cases]
