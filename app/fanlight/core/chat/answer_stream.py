"""One answer, from the question that is on disk to its last word."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.answer import AT_LIMIT, Answer
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.core.chat.prefetch import Prefetch
from fanlight.domain.errors import ModelError
from fanlight.domain.events import EngineNotice, Finished, ImageReady, PromptProgress
from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling
from fanlight.domain.slots import Slot


class AnswerStream(QObject):
    """At most one at a time: `prepare`, then `submit` once the question is kept."""

    heard = Signal(object)
    """An Event of the answer, or of the prefill it waits for."""
    ended = Signal(object, object)
    """The Answer, and None or the exception that ended it."""

    def __init__(self, host: ModelHost, prefetch: Prefetch, parent: QObject, slot: Slot = Slot.WINDOW) -> None:
        super().__init__(parent)
        self._host, self._prefetch, self._slot = host, prefetch, slot
        self._job: AnswerJob | None = None
        self.answer: Answer | None = None
        """The one that is under way."""
        prefetch.said.connect(self._hear_ahead)

    def prepare(self, answer: Answer, messages: Sequence[Message], sampling: Sampling) -> AnswerJob:
        """From now on `answer` is under way; what was prefilled for it is used."""
        helpers = self._prefetch.helpers(messages)
        answer.encoded_before = self._prefetch.encoded_seconds()
        job = AnswerJob(messages, sampling, self._slot, helpers)
        job.event_arrived.connect(self._hear)
        job.done.connect(self._end)
        self.answer, self._job = answer, job
        return job

    def submit(self, job: AnswerJob) -> None:
        """Let the model work, if this is still wanted."""
        if job is not self._job:
            return
        if self._host.chosen:
            self._host.submit(job)
        else:
            self._end(ModelError("No model is open.", "Choose one in the header of the window."))

    def stop(self) -> None:
        """It ends soon, with what it has."""
        if self._job is not None:
            self._job.stop()
            for helper in self._job.builds_on:
                helper.stop()

    def abandon(self) -> None:
        """It is not wanted any more: it ends unheard."""
        self._leave_job()
        self.answer = None

    def end_now(self) -> None:
        """Nobody waits any longer: what is there is the answer."""
        self._leave_job()
        if self.answer is not None:
            self._end(None)

    def _leave_job(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.event_arrived.disconnect(self._hear)
            job.done.disconnect(self._end)
            job.stop()

    def _hear_ahead(self, event: object) -> None:
        if self.answer is not None and isinstance(event, (ImageReady, PromptProgress)):
            self.heard.emit(event)

    def _hear(self, event: object) -> None:
        assert self.answer is not None
        if isinstance(event, Finished) and event.reason == "length":
            self._hear(EngineNotice(AT_LIMIT))
        self.answer.hear(event)  # type: ignore[arg-type]
        self.heard.emit(event)

    def _end(self, error: Exception | None) -> None:
        answer, self.answer, self._job = self.answer, None, None
        assert answer is not None
        answer.gather()
        answer.encoded_after = self._prefetch.encoded_seconds()
        self.ended.emit(answer, error)
