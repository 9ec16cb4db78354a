"""A page or a picture is read by a schema: its text first, then the model's answer, then where each value stands."""

from __future__ import annotations

import json
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.core.ocr.ocr_worker import OcrResult, OcrWorker
from fanlight.core.settings_store import SettingsStore
from fanlight.core.structured.page_subject import MOST_LETTERS, PageSubject, SubjectPage, load_page
from fanlight.core.structured.schema_shelf import TABLE, ReadingSchema, problem_of
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job
from fanlight.documents.value_places import Place, places_of
from fanlight.domain.amount_sums import SumFault, sum_fault
from fanlight.domain.errors import AnswerCutOff, AnswerInvalid, FanlightError, ImagesUnsupported, ModelMissing
from fanlight.domain.events import Event, Finished, TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling
from fanlight.domain.schema_fields import FormField, Path, with_value
from fanlight.domain.slots import Slot
from fanlight.domain.text_tables import table_in
from fanlight.i18n import _

ReadingState = Literal["empty", "opening", "reading", "ready", "asking", "done"]
"""opening: the page is drawn; reading: its text is read; ready: the model can be asked."""

LONGEST_ANSWER = 4096
"""Tokens: a table of a hundred rows."""
Places = dict[Path, tuple[Place, ...] | None]


class StructuredReading(QObject):
    """One page at a time. `values` are the model's, with what was corrected; `places` where they stand, of each path
    that was looked for."""

    page_changed = Signal()
    """Another one is shown, or its text has been read."""
    state_changed = Signal()
    values_changed = Signal()
    """The model has answered: all of them are others."""
    places_changed = Signal()
    sum_checked = Signal(object)
    """A SumFault: amounts do not add up, for certain; None otherwise."""
    checked = Signal(str)
    """Why the values do not follow the schema; "" where they do."""
    problem = Signal(object)
    ended = Signal()
    """The model is free again."""

    def __init__(
        self,
        host: ModelHost,
        texts: OcrWorker,
        file_worker: FileWorker,
        settings_store: SettingsStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._host, self._texts, self._file_worker, self._settings_store = host, texts, file_worker, settings_store
        self._jobs: list[Job[Any]] = []
        self._finding: Job[Any] | None = None
        self._answer = ""
        self._end: Finished | None = None
        self._wanted: ReadingSchema | None = None
        self.state: ReadingState = "empty"
        self.subject: PageSubject | None = None
        self.page: SubjectPage | None = None
        self.schema: ReadingSchema | None = None
        """By which `values` were read."""
        self.values: Any = None
        self.read_values: Any = None
        """As the model gave them."""
        self.places: Places = {}
        self.is_from_places = False
        """A table that was found by where the text stands: no model was asked."""

    def open(self, subject: PageSubject) -> None:
        """Show it, and read its text; what was read from another page is gone."""
        self.stop()
        self._wanted = None
        self.subject, self.page, self.schema = subject, None, None
        self.values, self.read_values, self.places = None, None, {}
        self._enter("opening")
        self.page_changed.emit()
        self.values_changed.emit()
        side = self._settings_store.now.picture_side
        self._jobs = [self._file_worker.call(lambda: load_page(subject, side), self._on_page)]

    def ask(self, schema: ReadingSchema) -> None:
        """Have the model fill in this schema; as soon as the page's text has been read."""
        if self.subject is None or self.state == "asking":
            return
        if not self._host.chosen:
            self.problem.emit(
                ModelMissing(_("No model is open."), _("Choose one first: the models are in the header."))
            )
            return
        if self.page is None or self.page.needs_reading:
            self._wanted = schema
            self.state_changed.emit()
            return
        self._wanted = None
        is_first = schema.name == TABLE and not schema.is_own and not (self.is_from_places and self.schema == schema)
        table = table_in(self.page.lines) if is_first else None
        if table is not None:
            self._show(schema, {"rows": [list(row) for row in table.rows]}, is_from_places=True)
        else:
            self._submit(schema, self.page)

    @property
    def server_notice(self) -> str:
        """Where the page goes; "" for a model on this computer."""
        return self._host.shown_server_in(Slot.COMMAND)

    @property
    def is_busy(self) -> bool:
        """Whether values are wanted that are not there yet."""
        return self.state == "asking" or self._wanted is not None

    def stop(self) -> None:
        """What is under way; the values so far stay."""
        jobs, self._jobs = self._jobs, []
        for job in (*jobs, *([self._finding] if self._finding is not None else [])):
            job.stop()
        was_asking, self._finding = self.state == "asking", None
        self._wanted = None
        if self.state in ("opening", "reading", "asking"):
            can_be_asked = self.page is not None and not self.page.needs_reading
            self._enter(("done" if self.values is not None else "ready") if can_be_asked else "empty")
        if was_asking:
            self.ended.emit()

    def stop_asking(self) -> None:
        """The page stays, and its text is still read."""
        self._wanted = None
        if self.state == "asking":
            self.stop()
        else:
            self.state_changed.emit()

    def correct(self, path: Path, value: Any) -> None:
        """The user has written another value there."""
        self.values = with_value(self.values, path, value)
        self._find_places()

    def undo_corrections(self) -> None:
        self.values = self.read_values
        self.values_changed.emit()
        self._find_places()

    @property
    def was_corrected(self) -> bool:
        return bool(self.values != self.read_values)

    def _on_page(self, page: SubjectPage | FanlightError) -> None:
        if isinstance(page, FanlightError):
            self._enter("empty")
            self.problem.emit(page)
            return
        self.page = page
        if page.needs_reading and page.image is not None:
            self._enter("reading")
            self.page_changed.emit()
            self._jobs = [self._texts.read(page.image, self._on_read)]
        else:
            self._be_ready()

    def _on_read(self, lines: OcrResult) -> None:
        """Without its text, nothing can be found on the page; the model is asked all the same."""
        assert self.page is not None
        if isinstance(lines, FanlightError):
            self.problem.emit(lines)
        self.page = self.page.with_reading(() if isinstance(lines, FanlightError) else lines)
        self._be_ready()

    def _be_ready(self) -> None:
        self._jobs = []
        self._enter("ready")
        self.page_changed.emit()
        if self._wanted is not None:
            self.ask(self._wanted)

    def _submit(self, schema: ReadingSchema, page: SubjectPage) -> None:
        can_see = self._host.supports_images
        if not page.text.strip() and (page.asked is None or not can_see):
            sentence = _("No text was found there, and the model cannot look at pictures.")
            self.problem.emit(ImagesUnsupported(sentence, _("Choose a vision model.")))
            return
        images = [page.asked] if page.asked is not None and can_see else []
        message = Message.of("user", question_of(schema, page.text), images)
        sampling = Sampling(temperature=0.0, seed=0, max_tokens=LONGEST_ANSWER, json_schema=schema.text, thinking="off")
        self._answer, self._end = "", None
        job = AnswerJob([message], sampling, Slot.COMMAND)
        flag = job.flag
        job.event_arrived.connect(lambda event: None if flag.is_set() else self._on_event(event))
        job.done.connect(lambda error: None if flag.is_set() else self._on_done(schema, error))
        self._jobs = [job]
        self._enter("asking")
        self._host.submit(job)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, TextDelta):
            self._answer += event.text
        elif isinstance(event, Finished):
            self._end = event

    def _on_done(self, schema: ReadingSchema, error: Exception | None) -> None:
        self._jobs = []
        self._enter("done" if self.values is not None else "ready")
        self.ended.emit()
        if error is None and (self._end is None or self._end.reason not in ("end", "stop_string")):
            error = AnswerCutOff(_("The answer was cut off before it was complete."), AnswerInvalid.hint)
        if error is None:
            try:
                values = json.loads(self._answer)
            except (ValueError, RecursionError):
                error = AnswerInvalid(_("The model did not answer by the schema."))
        if error is not None:
            self.problem.emit(error)
            return
        self._show(schema, values)

    def _show(self, schema: ReadingSchema, values: Any, *, is_from_places: bool = False) -> None:
        self.schema, self.values, self.read_values, self.places = schema, values, values, {}
        self.is_from_places = is_from_places
        self._enter("done")
        self.values_changed.emit()
        self._find_places()

    def _find_places(self) -> None:
        """Where the values stand, and whether they follow the schema, on a file thread: of several times, the last."""
        if self._finding is not None:
            self._finding.stop()
        schema, values, page = self.schema, self.values, self.page
        if schema is None or page is None:
            return
        words, fields, text = page.words, schema.fields, schema.text
        amounts = words.amounts if page.subject.page_count == 1 else frozenset()
        self._finding = self._file_worker.call(
            lambda: (places_of(fields, values, words), problem_of(text, values), sum_fault(values, amounts)),
            self._on_places,
        )

    def _on_places(self, found: tuple[Places, str, SumFault | None] | FanlightError) -> None:
        self._finding = None
        if not isinstance(found, FanlightError):
            self.places, problem, fault = found
            self.places_changed.emit()
            self.checked.emit(problem)
            self.sum_checked.emit(fault)

    def _enter(self, state: ReadingState) -> None:
        self.state = state
        self.state_changed.emit()


def question_of(schema: ReadingSchema, text: str) -> str:
    """What the model is asked, in English, as models are trained most on that."""
    asked = [
        "Read the values below from this page. Copy them as they are written there, but dates as YYYY-MM-DD and "
        "numbers with a point and without units. Where a value is not on the page, answer null; guess nothing."
    ]
    asked += [f"- {line}" for line in _described(schema.fields)]
    if text.strip():
        asked += ["", "The text of the page:", text[:MOST_LETTERS]]
    return "\n".join(asked)


def _described(fields: tuple[FormField, ...]) -> list[str]:
    lines: list[str] = []
    for field in fields:
        name = ".".join(map(str, field.path)) or field.label
        about = f" ({field.about})" if field.about else ""
        columns = ", ".join(str(column.path[-1]) for column in field.columns)
        lines.append(f"{name}{about}{f': each with {columns}' if columns else ''}")
    return lines
