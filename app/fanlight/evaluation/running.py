"""The cases, answered by one model after the other: never are two in memory."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from fanlight.batch.answer_journal import AnswerJournal, Result
from fanlight.batch.asking import Tell, untold
from fanlight.batch.batch_answers import BatchAnswers, BatchOptions, LoadModel
from fanlight.batch.items import BatchItem, RejectedItem
from fanlight.domain.errors import ModelError
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.domain.stop import StopFlag
from fanlight.evaluation.memory import PeakMemory
from fanlight.settings import Settings

LONGEST_ANSWER = 1024
"""Tokens: one answer that runs away must not hold up the rest."""
GREEDY = Sampling(temperature=0.0, seed=0, max_tokens=LONGEST_ANSWER, thinking="off")
"""The same answer each time."""


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """How all models are asked."""

    specs: Sequence[ModelSpec]
    settings: Settings
    load: LoadModel
    sampling: Sampling = GREEDY
    system: str | None = None
    tell: Tell = untold

    def for_model(self, spec: ModelSpec, memory: PeakMemory) -> BatchOptions:
        return BatchOptions(
            spec,
            self.settings,
            replace(self.sampling, unset=()),
            self.system,
            self.load,
            self.tell,
            lambda: {"peak_bytes": memory.look()},
        )


@dataclass(slots=True)
class ModelAnswers:
    """What a model has answered so far, in the order of the items; `failure`: why it could not be loaded."""

    name: str
    results: list[Result] = field(default_factory=list)
    failure: str = ""


def answers_of_models(
    items: Sequence[BatchItem | RejectedItem], how: EvaluationOptions, journal: AnswerJournal, stop: StopFlag
) -> Generator[ModelAnswers, None, None]:
    """Yields a model's answers again whenever there is one more; ends early where it is stopped. What the journal knows
    is not asked again."""
    for spec in how.specs:
        answers = ModelAnswers(spec.name)
        try:
            with PeakMemory() as memory:
                batch = BatchAnswers(items, how.for_model(spec, memory), journal)
                with closing(batch.answer_all(stop)) as results:
                    for result in results:
                        answers.results.append(result)
                        yield answers
        except ModelError as error:
            answers.failure = error.text
            yield answers
        if stop.is_set():
            return
