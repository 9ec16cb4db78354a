"""Models compared on a file of cases, or of pairs, on the model's own thread: never are two in memory, and questions go
first."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.model_host import LoadEngine, ModelHost
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.job import Job, JobControl, Priority, Work
from fanlight.domain.errors import FanlightError, InputError
from fanlight.domain.models import ModelSpec
from fanlight.domain.ports import Engine
from fanlight.settings import Settings

if TYPE_CHECKING:  # numpy comes with them: imported where they are needed
    from fanlight.evaluation.questions import EvaluationResult, FairnessResult

ComparisonState = Literal["idle", "running", "stopped", "interrupted", "done"]
"""stopped by the user; interrupted by another job of the model. What was answered is kept, and `start` goes on."""


@dataclass(frozen=True, slots=True)
class ComparisonProgress:
    model: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ComparisonEnd:
    """`found`: of all questions, or of those that were answered until it was stopped."""

    found: EvaluationResult | FairnessResult


class ModelComparison(QObject):
    """One comparison at a time. `result` is that of the last one."""

    changed = Signal()
    problem = Signal(object)

    def __init__(
        self, host: ModelHost, load: LoadEngine, settings_store: SettingsStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._host, self._load, self._settings_store = host, load, settings_store
        self._job: Job[Engine] | None = None
        self._reopens = self._was_stopped = False
        self.state: ComparisonState = "idle"
        self.progress = ComparisonProgress("", 0, 0)
        self.result: EvaluationResult | FairnessResult | None = None

    def start(self, source: Path, specs: Sequence[ModelSpec]) -> None:
        """What the file `source` asks, of each model. Answers that a run before has left are not asked for again."""
        if self.state == "running" or not specs:
            return
        work = _comparing(source, tuple(specs), self._settings_store.now, self._load)
        job = Job[Engine](work, Priority.BACKGROUND)
        job.event_arrived.connect(self._on_event)
        job.done.connect(self._on_done)
        try:
            self._reopens = self._host.lend(job)
        except InputError as error:
            self.problem.emit(error)
            return
        self._was_stopped, self.result = False, None
        self.state, self.progress, self._job = "running", ComparisonProgress("", 0, 0), job
        self.changed.emit()

    def stop(self) -> None:
        if self._job is not None:
            self._was_stopped = True
            self._job.stop()

    def _on_event(self, event: object) -> None:
        if isinstance(event, ComparisonProgress):
            self.progress = event
        elif isinstance(event, ComparisonEnd):
            self.result = event.found
        elif isinstance(event, FanlightError):
            self.problem.emit(event)
        self.changed.emit()

    def _on_done(self, error: Exception | None) -> None:
        job, self._job = self._job, None
        ended_early = job is not None and job.flag.is_set()
        self.state = ("stopped" if self._was_stopped else "interrupted") if ended_early else "done"
        if error is not None:
            self.state = "idle"
            self.problem.emit(error)
        if self._reopens and self._host.condition == "freed":
            self._host.reload()
        self.changed.emit()


def _comparing(source: Path, specs: Sequence[ModelSpec], settings: Settings, load: LoadEngine) -> Work[Engine]:
    def work(_place: Engine, control: JobControl) -> Generator[object, None, None]:
        from fanlight.batch.answer_journal import AnswerJournal, kept_places
        from fanlight.evaluation.questions import load_questions
        from fanlight.evaluation.running import EvaluationOptions, ModelAnswers, answers_of_models

        def tell(sentence: str, hint: str) -> None:
            control.post(InputError(sentence, hint))

        def loaded(spec: ModelSpec, how: Settings, stop: Any) -> Engine:
            return load(spec, how, lambda _share: None, stop)

        questions = load_questions(source)
        items = questions.items
        how = EvaluationOptions(specs, settings, loaded, tell=tell)
        journal = AnswerJournal(kept_places(questions.about))
        journal.open()
        answers: dict[str, ModelAnswers] = {}
        try:
            with closing(answers_of_models(items, how, journal, control.flag)) as changing:
                for one in changing:
                    answers[one.name] = one
                    done = sum(len(model.results) for model in answers.values())
                    yield ComparisonProgress(one.name, done, len(items) * len(specs))
            yield ComparisonEnd(questions.result(list(answers.values())))
            if not control.flag.is_set():
                journal.finish()
        finally:
            journal.close()

    return work
