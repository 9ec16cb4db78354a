"""A question about each picture of a folder, on the model's thread. Questions in the window go first."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.many_pictures.borrowed_engine import BorrowedEngine
from fanlight.core.many_pictures.edit_keeper import EditKeeper
from fanlight.core.many_pictures.picture_rows import PictureRow, RunFiles, rows_of_folder
from fanlight.core.many_pictures.run_templates import RunTemplate, value_of
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job, JobControl, Priority, Work
from fanlight.domain.errors import FanlightError, ImagesUnsupported, ModelMissing
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.domain.ports import Engine
from fanlight.domain.slots import Slot
from fanlight.i18n import _
from fanlight.settings import Settings

if TYPE_CHECKING:
    from fanlight.batch.answer_journal import Result

RunState = Literal["empty", "looking", "ready", "running", "stopped", "done"]
"""looking: for the pictures in the folder; ready: nothing was asked yet."""
_AT_ONCE = 200
"""Known answers that are shown together: thousands are there at once when a run goes on."""


TURN_SECONDS = 3.0
"""After which other work in the background has its turn: what is typed in the window is evaluated ahead there."""


@dataclass(frozen=True, slots=True)
class RowsAnswered:
    """What came, by the place of its row; so many of it (`known`) an earlier run has left."""

    results: tuple[tuple[int, Result], ...]
    known: int = 0


class PictureRun(QObject):
    """One folder at a time. Rows are asked in their order; those that have an answer are not asked again."""

    rows_reset = Signal()
    """They are others, or all of them may look different."""
    row_changed = Signal(int)
    state_changed = Signal()
    problem = Signal(object)
    ended = Signal()
    """The model is free again."""

    def __init__(
        self,
        host: ModelHost,
        file_worker: FileWorker,
        settings_store: SettingsStore,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._host, self._file_worker, self._settings_store, self._clock = host, file_worker, settings_store, clock
        self._looking: Job[Any] | None = None
        self._job: Job[Engine] | None = None
        self._was_stopped = False
        self._began, self._answered_before = 0.0, 0
        self._language = "English"
        self._asked_spec: ModelSpec | None = None
        self._edits = EditKeeper(file_worker, self)
        self._edits.problem.connect(self.problem)
        self.state: RunState = "empty"
        self.folder: Path | None = None
        self.template: RunTemplate | None = None
        self.rows: list[PictureRow] = []

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def done(self) -> int:
        return sum(row.state in ("answered", "failed") for row in self.rows)

    @property
    def failed(self) -> int:
        return sum(row.state == "failed" for row in self.rows)

    @property
    def server_notice(self) -> str:
        """Where the pictures go; "" for a model on this computer."""
        return self._host.shown_server_in(Slot.COMMAND)

    @property
    def seconds_left(self) -> float | None:
        """As fast as since it was started; None while that is not known."""
        new = self.done - self._answered_before
        if self.state != "running" or new < 1:
            return None
        return (self._clock() - self._began) / new * (self.total - self.done)

    def open(self, folder: Path, with_folders_inside: bool) -> None:
        """Its pictures as rows; what was answered about another one is kept for the next time."""
        self.stop()
        if self._looking is not None:
            self._looking.stop()
        self.folder, self.rows = folder, []
        self._enter("looking")
        self.rows_reset.emit()
        self._looking = self._file_worker.call(lambda: rows_of_folder(folder, with_folders_inside), self._on_rows)

    def start(self, template: RunTemplate, language: str) -> None:
        """Ask about the rows that have no answer, and about those that failed; another template begins anew, with what
        an earlier run of it has left."""
        if self.folder is None or self.state in ("running", "looking", "empty") or not self._can_ask():
            return
        files = RunFiles(self.folder, template)
        if template != self.template:
            self.template = template
            edits = files.edits()
            for row in self.rows:
                row.state, row.answer, row.error, row.edited = "waiting", None, "", edits.get(row.name)
            self._edits.use(files, self.rows)
        for row in self.rows:
            if row.state == "failed":
                row.state, row.error = "waiting", ""
        self.rows_reset.emit()
        self._language = language
        self._begin([place for place, row in enumerate(self.rows) if row.state == "waiting"])

    def ask_again(self, places: Sequence[int]) -> None:
        """These, whatever they have; their corrections go. The answer may be another one: it is drawn by lot."""
        if self.template is None or self.state == "running" or not self._can_ask():
            return
        for place in places:
            row = self.rows[place]
            row.state, row.answer, row.edited, row.error = "waiting", None, None, ""
            self.row_changed.emit(place)
        self._edits.note()
        self._begin(list(places), again=True)

    def stop(self) -> None:
        """After the answer that is under way has ended early; what was answered stays."""
        if self._job is not None:
            self._was_stopped = True
            self._job.stop()

    def begin_anew(self) -> None:
        """Forget all answers about this folder to this question, and corrections of them."""
        if self.folder is None or self.template is None or self.state == "running":
            return
        journal = RunFiles(self.folder, self.template).journal()
        try:
            journal.open(restart=True)
        except FanlightError as error:
            self.problem.emit(error)
            return
        journal.finish()
        for row in self.rows:
            row.state, row.answer, row.edited, row.error = "waiting", None, None, ""
        self._edits.note()
        self._enter("ready")
        self.rows_reset.emit()

    def edit(self, place: int, value: Any) -> None:
        """What the user wrote; what the model said takes its place again where it is the same."""
        row = self.rows[place]
        row.edited = None if value == row.answer else value
        self._edits.note()
        self.row_changed.emit(place)

    def close(self) -> None:
        self.stop()
        self._edits.write_now()

    def _can_ask(self) -> bool:
        if not self._host.chosen:
            hint = _("Choose one first: the models are in the header.")
            self.problem.emit(ModelMissing(_("No model is open."), hint))
        elif not self._host.supports_images:
            spec = self._host.spec
            text = _("{model} does not support pictures.").format(model=spec.name if spec is not None else "")
            self.problem.emit(ImagesUnsupported(text, _("Choose a vision model.")))
        else:
            return True
        return False

    def _on_rows(self, found: list[PictureRow] | FanlightError) -> None:
        self._looking = None
        if isinstance(found, FanlightError):
            self.folder = None
            self._enter("empty")
            self.problem.emit(found)
            return
        self.rows, self.template = found, None
        self._enter("ready")
        self.rows_reset.emit()

    def _begin(self, places: list[int], *, again: bool = False) -> None:
        if not places or self.folder is None or self.template is None:
            self._enter("done")
            return
        self._was_stopped, self._began, self._answered_before = False, self._clock(), self.done
        self._submit(places, again=again)

    def _submit(self, places: list[int], *, again: bool, takes_over: bool = True) -> None:
        """`takes_over`: earlier answers are looked for."""
        spec, template, folder = self._host.spec, self.template, self.folder
        assert spec is not None
        assert template is not None
        assert folder is not None
        sampling = Sampling(
            temperature=0.7 if again else 0.0, seed=None if again else 0, max_tokens=template.longest,
            json_schema=template.schema, thinking="off",
        )  # fmt: skip
        asked = _Asked(
            folder, template, spec, self._settings_store.now, sampling, template.question(self._language),
            [(place, self.rows[place].path, self.rows[place].name) for place in places],
            takes_over=takes_over and not again,
        )  # fmt: skip
        self._asked_spec = spec
        job = Job[Engine](_asking(asked), Priority.BACKGROUND)
        job.event_arrived.connect(self._on_event)
        job.done.connect(lambda error: self._on_done(error, places, again))
        self._job = job
        self._enter("running")
        self._host.submit(job)

    def _on_event(self, event: object) -> None:
        if isinstance(event, FanlightError):
            self.problem.emit(event)
        elif isinstance(event, RowsAnswered):
            self._answered_before += event.known
            for place, result in event.results:
                self._take(self.rows[place], result)
                self.row_changed.emit(place)
            self.state_changed.emit()

    def _take(self, row: PictureRow, result: Result) -> None:
        assert self.template is not None
        try:
            if "error" in result:
                row.state, row.error = "failed", str(result["error"])
            elif self.template.schema is not None and not result.get("complete", True):
                row.state, row.error = "failed", _("The answer was cut off before it was complete.")
            else:
                row.answer = value_of(self.template, str(result["answer"]))
                row.state, row.error = "answered", ""
        except (ValueError, KeyError, RecursionError):
            row.state, row.error = "failed", _("The model did not answer by the schema.")

    def _on_done(self, error: Exception | None, places: list[int], again: bool) -> None:
        job, self._job = self._job, None
        if error is not None:
            self._enter("stopped")
            self.problem.emit(error)
        elif self._was_stopped:
            self._enter("stopped")
        elif job is not None and (left := self._left_of(places)):
            if self._host.spec == self._asked_spec and self._host.condition not in ("failed", "freed"):
                self._submit(left, again=again, takes_over=False)  # something else came first
                return
            self._enter("stopped")
        else:
            self._enter("done" if not any(row.state == "waiting" for row in self.rows) else "stopped")
        self.ended.emit()

    def _left_of(self, places: Sequence[int]) -> list[int]:
        return [place for place in places if self.rows[place].state == "waiting"]

    def _enter(self, state: RunState) -> None:
        self.state = state
        self.state_changed.emit()


@dataclass(frozen=True, slots=True)
class _Asked:
    folder: Path
    template: RunTemplate
    spec: ModelSpec
    settings: Settings
    sampling: Sampling
    question: str
    rows: Sequence[tuple[int, Path, str]]
    takes_over: bool


def _asking(asked: _Asked) -> Work[Engine]:
    def work(engine: Engine, control: JobControl) -> Generator[object, None, None]:
        from fanlight.batch.batch_answers import BatchAnswers, BatchOptions
        from fanlight.batch.items import BatchItem
        from fanlight.batch.picture_sources import PictureSource

        def stamp(source: PictureSource) -> str:
            """Thousands of files are not read to their ends for it."""
            state = source.path.stat() if source.path is not None else None
            return f"{state.st_size} {state.st_mtime_ns}" if state is not None else ""

        def load(*_unused: object) -> Engine:
            return BorrowedEngine(engine)

        items = [BatchItem(name, (str(path),), (asked.question,), single=True) for _place, path, name in asked.rows]
        how = BatchOptions(asked.spec, asked.settings, asked.sampling, None, load, content=stamp)
        journal = RunFiles(asked.folder, asked.template).journal()
        journal.open(read=asked.takes_over)
        until = time.monotonic() + TURN_SECONDS
        waiting: list[tuple[int, Result]] = []
        known = 0
        try:
            answers = BatchAnswers(items, how, journal)
            with closing(answers.answer_all(control.flag)) as results:
                for (place, _path, _name), (number, result) in zip(asked.rows, enumerate(results), strict=False):
                    waiting.append((place, result))
                    is_known = number in (answers.taken_over or {})
                    known += is_known
                    if not is_known or len(waiting) >= _AT_ONCE:
                        yield RowsAnswered(tuple(waiting), known)
                        waiting, known = [], 0
                        if time.monotonic() > until:
                            break
            yield RowsAnswered(tuple(waiting), known)
        finally:
            journal.close()

    return work
